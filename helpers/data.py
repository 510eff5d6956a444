"""Where the digits come from: a named file, Keras's cache, a download, or the stand-in."""

import os

from helpers.download import MIRRORS, DownloadError, download_mnist
from helpers.mnist_file import npz_content, read_mnist, write_whole
from helpers.standin import load_standin

_STANDIN = (
    "NOT MNIST: {reason}. Using the stand-in: scikit-learn's handwritten digits, enlarged and"
    " varied. Networks score within about a percent of what they do on MNIST, simpler methods"
    " higher. To use MNIST, go online and run this again, or let the environment variable MNIST_NPZ"
    " name a copy of mnist.npz."
)


def load_mnist(*, mirrors=MIRRORS, timeout=8.0):
    """Return MNIST as `keras.datasets.mnist.load_data` does, and print in one line where from.

    The first of these that is there:

    1. the file that the environment variable MNIST_NPZ names;
    2. the cache of Keras, `~/.keras/datasets/mnist.npz` (or below KERAS_HOME), then the course's;
    3. a download, checked by its SHA-256 and kept in a cache;
    4. the stand-in (see `helpers.standin`): not MNIST, but of the same shapes and types.

    The course's own cache is the user's cache folder of the system, or the folder that the
    environment variable FILTERS_TO_FRAMEWORKS_CACHE names. Where no cache can be written, the line
    says so and the lesson goes on.

    Args:
        mirrors: sequence of `helpers.download.Mirror`; an empty one means no download.
        timeout: seconds without sensible progress after which a mirror is given up.

    Returns:
        (x_train, y_train), (x_test, y_test): uint8 arrays of shapes (60000, 28, 28), (60000,),
        (10000, 28, 28) and (10000,); grey levels 0 (background) to 255 (ink), labels 0 to 9;
        writable and C-contiguous.

    Raises:
        FileNotFoundError: MNIST_NPZ names a file that is not there.
        ValueError: the file that MNIST_NPZ names, or the one in Keras's cache, is not MNIST. The
            message names the file and the fault. Neither is ever changed or deleted.

    MNIST is by Y. LeCun, C. Cortes and C. J. C. Burges, licence CC BY-SA 3.0.
    """
    data, line = _from_disk() or _from_network(mirrors, timeout)
    print(line)
    return data


def _from_disk():
    """Return the data and the line to print, or None where no file is there."""
    named = os.environ.get("MNIST_NPZ")
    if named:
        return _read_named(named), _line("from the file that MNIST_NPZ names")
    path = _keras_file()
    if path and os.path.lexists(path):
        return _read_keras(path), _line("from Keras's cache")
    folder = _course_folder()
    if folder:
        try:
            data = read_mnist(os.path.join(folder, "mnist.npz"))
            return data, _line("from the course's cache")
        except (FileNotFoundError, ValueError):  # a damaged one is ours: download it again
            pass
    return None


def _from_network(mirrors, timeout):
    """Return the data and the line to print, from a mirror or from the stand-in."""
    folder = _course_folder()
    try:
        data, npz, host = download_mnist(mirrors, timeout)
    except DownloadError as error:
        data, fault = load_standin(folder)
        reason = f"no file is here, and the download failed ({error})"
        return data, _STANDIN.format(reason=reason) + _not_kept(fault)
    # Keras accepts nothing but its own file, so what came as idx files goes to the course's cache.
    path = _keras_file() if npz else folder and os.path.join(folder, "mnist.npz")
    return data, _line(f"downloaded from {host}") + _not_kept(_keep(path, npz or data))


def _read_named(named):
    try:
        return read_mnist(os.path.expanduser(named))
    except (FileNotFoundError, ValueError) as fault:
        raise type(fault)(f"MNIST_NPZ names a file that cannot be used. {fault}") from None


def _read_keras(path):
    try:
        return read_mnist(path)
    except (FileNotFoundError, ValueError) as fault:
        raise ValueError(
            f"The file in Keras's cache cannot be used. {fault}"
            " Move it away or delete it, and run this again."
        ) from None


def _keep(path, content):
    """Write bytes, or arrays as npz, to the path (None: nowhere); return the OSError, or None."""
    if not path:
        return OSError("there is no home folder")
    try:
        write_whole(path, content if isinstance(content, bytes) else npz_content(content))
    except OSError as error:
        return error
    return None


def _keras_file():
    """Return the path of mnist.npz in Keras's cache, or None where there is no home folder."""
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    path = os.path.expanduser(os.path.join(home, "datasets", "mnist.npz"))
    return None if path.startswith("~") else path


def _course_folder():
    """Return the course's own cache folder, or None where there is no home folder."""
    named = os.environ.get("FILTERS_TO_FRAMEWORKS_CACHE")
    if named:
        return os.path.expanduser(named)
    import pooch

    folder = str(pooch.os_cache("filters-to-frameworks"))
    return folder if os.path.isabs(folder) else None


def _line(source):
    return f"MNIST: 60,000 training and 10,000 test images {source}."


def _not_kept(fault):
    """Return a sentence that says why nothing was kept, or nothing."""
    if fault is None:
        return ""
    return f" It is in memory only, as no cache can be written ({fault.strerror or fault})."
