"""Say in one sentence what to do where a package that a lesson needs is not installed."""

import importlib.util

_LESSONS = "In the course's folder, `make lab` installs what every lesson needs and starts it."
_BY_HAND = {
    "torch": " Or install it alone:"
    " `pip install torch --index-url https://download.pytorch.org/whl/cpu`.",
}
_NAMES = {"torch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX"}


class MissingPackage(ImportError):
    """A package is not installed. A notebook shows the message without a traceback."""

    def _render_traceback_(self):  # IPython asks for this
        return [str(self)]


def require(*packages):
    """Do nothing if all these packages can be imported.

    Raises:
        MissingPackage: the message names those that are missing and the command that installs them.
    """
    missing = [package for package in packages if not _is_there(package)]
    if missing:
        names = " and ".join(_NAMES.get(package, package) for package in missing)
        verb = "is" if len(missing) == 1 else "are"
        hints = "".join(_BY_HAND.get(package, "") for package in missing)
        raise MissingPackage(f"{names} {verb} not installed in this Python. {_LESSONS}{hints}")


def _is_there(package):
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # it stands in sys.modules without a specification, or as None
        return False
