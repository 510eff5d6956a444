"""Where the digits come from: a named file, a cache, a download, or the stand-in."""

import contextlib
import hashlib
import io
import math
import os
import secrets
import sys
import zipfile
from urllib.parse import urlsplit

import numpy as np

from helpers.standin import VERSION, make_standin

SHAPES = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}
# Keras's own file, as Keras publishes its sum: where Keras has it now, and where it had it before.
SIZE = 11_490_434  # bytes
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "https://s3.amazonaws.com/img-datasets/mnist.npz",
)
_LINE = "MNIST: 60,000 training and 10,000 test images {}."
_STANDIN = (
    "NOT MNIST: no file is here, and the download failed ({}). Using the stand-in: scikit-learn's"
    " handwritten digits, enlarged and varied. Networks score within about a percent of what they"
    " do on MNIST, simpler methods higher. To use MNIST, go online and run this again, or let the"
    " environment variable MNIST_NPZ name a copy of mnist.npz."
)


def load_mnist(*, mirrors=MIRRORS, timeout=8.0):
    """Return MNIST as `keras.datasets.mnist.load_data` does, and print in one line where from.

    The first of these that is there:

    1. the file that the environment variable MNIST_NPZ names;
    2. the cache of Keras, `~/.keras/datasets/mnist.npz` (or below KERAS_HOME), then the course's;
    3. a download, checked by its SHA-256 and kept in the first of these caches that takes it;
    4. the stand-in (see `helpers.standin`): not MNIST, but of the same shapes and types.

    The course's own cache is the user's cache folder of the system, or the folder that the
    environment variable FILTERS_TO_FRAMEWORKS_CACHE names. Where no cache can be written, the line
    says so and the lesson goes on.

    Args:
        mirrors: addresses of mnist.npz, asked in this order; an empty tuple means no download.
        timeout: seconds that a mirror may be silent; a quarter of them to reach one of its addresses.

    Returns:
        (x_train, y_train), (x_test, y_test): uint8 arrays of shapes (60000, 28, 28), (60000,),
        (10000, 28, 28) and (10000,); grey levels 0 (background) to 255 (ink), labels 0 to 9;
        writable and C-contiguous.

    Raises:
        FileNotFoundError: MNIST_NPZ names a file that is not there, or a cache holds a dead link.
        ValueError: the file that MNIST_NPZ names, or the one in a cache, is not MNIST. The message
            names the file and the fault. No such file is ever changed or deleted.

    MNIST is by Y. LeCun, C. Cortes and C. J. C. Burges, licence CC BY-SA 3.0.
    """
    data, line = _find(mirrors, timeout)
    print(line)
    return data


def _find(mirrors, timeout):
    """Return the data and the line to print."""
    named = os.environ.get("MNIST_NPZ")
    if named:
        return _read(os.path.expanduser(named), "from the file that MNIST_NPZ names")
    keras, course = cache_folders()
    for owner, folder in (("Keras", keras), ("the course", course)):
        path = os.path.join(folder, "mnist.npz")
        if os.path.lexists(path):
            return _read(path, f"from {owner}'s cache")
    content, answer = _download(mirrors, timeout)
    if content:
        kept = _keep(content, os.path.join(keras, "mnist.npz"), os.path.join(course, "mnist.npz"))
        return _unpack(io.BytesIO(content)), _LINE.format(answer) + kept
    path = os.path.join(course, f"standin-{VERSION}.npz")
    try:
        return _read(path, "")[0], _STANDIN.format(answer)
    except (FileNotFoundError, ValueError):  # a damaged one is ours, and is simply made again
        train, test = make_standin()
    file = io.BytesIO()
    np.savez(file, **dict(zip(SHAPES, (*train, *test))))
    return (train, test), _STANDIN.format(answer) + _keep(file.getvalue(), path)


def cache_folders():
    """Return the folders in which Keras and the course keep files."""
    import pooch

    keras = os.path.join(os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"), "datasets")
    course = os.environ.get("FILTERS_TO_FRAMEWORKS_CACHE")
    course = course or pooch.os_cache("filters-to-frameworks")
    return os.path.expanduser(keras), os.path.expanduser(course)


def _read(path, source):
    """Return the data in the file and the line to print, or raise what `load_mnist` promises."""
    path = os.path.abspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"MNIST cannot be had {source}: {path} is not there.")
    try:
        if not os.path.isfile(path):  # a pipe would keep us waiting
            raise ValueError("it is no regular file")
        with open(path, "rb") as file:
            return _unpack(file), _LINE.format(source)
    except Exception as error:  # a hostile file can fail in any of the modules that read it
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ValueError(
            f"MNIST cannot be had {source}: {path} is damaged, cannot be read, or is not MNIST"
            f" ({fault}). Replace it or move it away, and run this again."
        ) from error


def _unpack(file):
    """Return the four arrays in an open mnist.npz; any exception means that it is none.

    Objects are never unpickled, and nothing is unpacked further than its place in MNIST allows.
    """
    arrays = []
    with zipfile.ZipFile(file) as archive:
        for key, shape in SHAPES.items():
            info = archive.getinfo(f"{key}.npy")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{key} is packed by a method that NumPy does not use")
            limit = math.prod(shape) + 1024  # bytes: npy has a short header before the numbers
            with archive.open(info) as member:
                content = member.read(limit + 1)
            if len(content) > limit:
                raise ValueError(f"{key} has more than {limit:,} bytes")
            array = np.load(io.BytesIO(content), allow_pickle=False)
            if (array.dtype, array.shape) != (np.uint8, shape):
                raise ValueError(f"{key} is {array.dtype} {array.shape}; expected uint8 {shape}")
            if key.startswith("y_") and array.max() > 9:
                raise ValueError(f"{key} has a label {array.max()}; expected labels in 0..9")
            arrays.append(np.ascontiguousarray(array))
    return tuple(arrays[:2]), tuple(arrays[2:])


class _Limited(io.BytesIO):
    def write(self, chunk):
        if self.tell() + len(chunk) > SIZE:
            raise ValueError("sent too much")
        return super().write(chunk)


def _download(mirrors, timeout):
    """Return mnist.npz as bytes and "downloaded from HOST", or None and why not."""
    import pooch
    from tqdm import tqdm

    bar = {"desc": "Downloading MNIST", "total": SIZE, "file": sys.stdout, "leave": False}
    fetch = pooch.HTTPDownloader(timeout=(timeout / 4, timeout), chunk_size=2**16)
    faults = []
    for url in mirrors:
        host = urlsplit(url).netloc
        try:
            with tqdm.wrapattr(_Limited(), "write", delay=1, **bar) as file:
                fetch(url, file, None)
            content = file.getvalue()
            if hashlib.sha256(content).hexdigest() != SHA256:
                raise ValueError("wrong SHA-256")
            return content, f"downloaded from {host}"
        except Exception as error:  # whatever it is, the lesson goes on
            answered = isinstance(error, ValueError) or getattr(error, "response", None) is not None
            fault = str(error).partition(" for url")[0] if answered else type(error).__name__
            faults.append(f"{host}: {fault}")
    return None, "; ".join(faults) or "no mirror was asked"


def _keep(content, *paths):
    """Write bytes to the first path that takes them; return a sentence if none does, else "".

    Nobody ever sees a part of them in a file of that name, whoever else writes meanwhile.
    """
    for path in paths:
        part = f"{path}.{secrets.token_hex(8)}.part"
        try:
            if path.startswith("~"):
                raise OSError("there is no home folder")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(part, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            return ""
        except OSError as error:
            fault = error.strerror or error
        finally:
            with contextlib.suppress(OSError):
                os.remove(part)
    return f" It is in memory only, as no cache can be written ({fault})."
