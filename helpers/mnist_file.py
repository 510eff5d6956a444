"""Read a file laid out as Keras's mnist.npz, with every check, and write such files whole or not.

The layout: `x_train` uint8 (60000, 28, 28), `y_train` uint8 (60000,), `x_test` uint8
(10000, 28, 28), `y_test` uint8 (10000,); grey levels in 0..255, labels in 0..9.
"""

import io
import os
import secrets
import zipfile

import numpy as np
from numpy.lib import format as npy

SHAPES = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_mnist(path):
    """Read and check a file laid out as mnist.npz.

    Returns:
        (x_train, y_train), (x_test, y_test): the four arrays of the layout, writable and
        C-contiguous.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it cannot be read, or is not such a file. The message names file and fault.
    """
    path = os.path.abspath(path)
    if os.path.isdir(path):
        raise ValueError(f"{path}: this is a folder, not a file.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise ValueError(f"{path}: this is not a regular file.")
    try:
        with open(path, "rb") as file:
            return parse_mnist(file)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


def parse_mnist(file):
    """Read the four arrays from an open binary file; objects are never unpickled.

    Returns and layout as in `read_mnist`.

    Raises:
        ValueError: the content is not that of the layout. The message names the fault only.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            present = [name.removesuffix(".npy") for name in archive.namelist()]
            missing = [key for key in SHAPES if key not in present]
            if missing:
                held = ", ".join(present[:8]) or "nothing"
                raise ValueError(f"lacks {', '.join(missing)}; it holds {held}.")
            arrays = {key: _read_array(archive, key) for key in SHAPES}
    except (ValueError, OSError, MemoryError):
        raise
    except Exception as error:  # a hostile file can fail in any of the modules that read it
        raise ValueError(f"is damaged, or is no npz file ({error}).") from error
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _read_array(archive, key):
    """Return one array of the archive, after its header has promised the right type and shape."""
    shape = SHAPES[key]
    with archive.open(f"{key}.npy") as member:
        version = npy.read_magic(member)
        if version not in _HEADERS:
            raise ValueError(f"{key} is in an unknown version {version} of the npy format.")
        found, in_columns, dtype = _HEADERS[version](member)
        if dtype.hasobject:
            raise ValueError(f"{key} holds pickled Python objects, which are never loaded.")
        if dtype != np.uint8:
            raise ValueError(f"{key} has dtype {dtype}; expected uint8.")
        if found != shape:
            raise ValueError(f"{key} has shape {found}; expected {shape}.")
        size = int(np.prod(shape))
        content = member.read(size + 1)  # one more: only the end of a member checks its CRC
    if len(content) != size:
        raise ValueError(f"{key} holds {len(content)} bytes or more; expected {size}.")
    order = "F" if in_columns else "C"
    array = np.frombuffer(content, np.uint8).reshape(shape, order=order).copy(order="C")
    if key.startswith("y_") and array.max() > 9:
        raise ValueError(f"{key} has a label {array.max()}; expected labels in 0..9.")
    return array


def npz_content(data):
    """Return the bytes of an uncompressed npz file of (x_train, y_train), (x_test, y_test)."""
    (x_train, y_train), (x_test, y_test) = data
    file = io.BytesIO()
    np.savez(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return file.getvalue()


def write_whole(path, content):
    """Write bytes to a file so that nobody ever sees a part of it, whatever happens meanwhile.

    Folders are made as needed. An existing file is replaced.

    Raises:
        OSError: it cannot be written. Then no file is left behind, and an older one is untouched.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = f"{path}.{os.getpid()}-{secrets.token_hex(4)}.part"
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.remove(part)
        raise
