"""The digits as folders of PNG images, train/0 to train/9 and test/0 to test/9, in a cache."""

import hashlib
import io
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from helpers.data import cache_folders

_LEFT_OVER = 3600  # seconds; an unfinished folder this old belongs to a process that was killed
_temporary = {}  # folders that end with this process, by name


def image_folders(data):
    """Write the digits as PNG images, unless they are there already, and print in one line where.

    Image number i of the training set with label 7 becomes `train/7/00000.png`, with i for the
    number; those of the test set go to `test`. Writing 70,000 images takes some ten seconds, with a
    progress bar on stdout; in a notebook the bar is erased at the end, with all else that the cell
    has printed. The files take 280 MB on a disk that gives each at least 4 KB.

    They are kept in the course's cache (see `helpers.data.load_mnist`), other data in another
    folder. The folder gets its name when all files are in it, so it may be interrupted, and two
    processes may write at once. Where the cache cannot be written, a temporary folder takes its
    place until the process ends, and the line says so.

    Args:
        data: (x_train, y_train), (x_test, y_test): uint8 images (n, height, width) and labels (n,).

    Returns:
        The Path of the folder that holds `train` and `test`.

    Raises:
        OSError: there is room nowhere. The message says where it was tried, and what to do.
    """
    name, cache = f"digits-{_digest(data)}", cache_folders()[1]
    fault = OSError("there is no home folder")
    if not cache.startswith("~"):
        try:
            _remove_left_overs(cache)
            folder = _written(os.path.join(cache, name), data)
            print(f"{_what(data)}, in the course's cache.")
            return folder
        except OSError as error:
            fault = error
    folder = _in_temporary_folder(name, data, fault)
    reason = f"the cache cannot be written ({fault.strerror or fault})"
    print(f"{_what(data)}, in a temporary folder until this program ends, as {reason}.")
    return folder


def _what(data):
    (x_train, _), (x_test, _) = data
    return f"{len(x_train) + len(x_test):,} PNG images in folders, from train/0 to test/9"


def _digest(data):
    """Return eight hexadecimal digits that tell these images and labels from all others."""
    digest = hashlib.sha256()
    for array in (array for pair in data for array in pair):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()[:8]


def _in_temporary_folder(name, data, fault):
    """Write to a folder that is removed when the process ends; `fault`: why not to the cache."""
    try:
        if name not in _temporary:
            _temporary[name] = tempfile.TemporaryDirectory(prefix="filters-to-frameworks-")
        return _written(os.path.join(_temporary[name].name, name), data)
    except OSError as error:
        _temporary.pop(name, None)
        raise OSError(
            f"{_what(data)} (280 MB for all of MNIST), can be written neither to the course's cache"
            f" ({fault.strerror or fault}) nor to a temporary folder ({error.strerror or error})."
            " Make room, or let the environment variable FILTERS_TO_FRAMEWORKS_CACHE name a folder"
            " that has some, and run this again."
        ) from None


def _written(folder, data):
    """Return the Path of the folder, whole; it is written first if it is not."""
    if not _is_whole(folder, data):
        part = f"{folder}.{os.getpid()}-{secrets.token_hex(4)}.part"
        try:
            _write(part, data)
            _put_in_place(part, folder, data)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Path(folder)


def _files(data):
    """Yield for each split and label: the subfolder, and {file name: image}."""
    for split, (images, labels) in zip(("train", "test"), data):
        for label in range(10):
            chosen = np.flatnonzero(labels == label)
            yield os.path.join(split, str(label)), {f"{i:05}.png": images[i] for i in chosen}


def _is_whole(folder, data):
    """Whether every file is there; files that somebody has added do no harm."""
    try:
        return all(
            set(os.listdir(os.path.join(folder, sub))).issuperset(files)
            for sub, files in _files(data)
        )
    except (FileNotFoundError, NotADirectoryError):
        return False


def _write(folder, data):
    from PIL import Image
    from tqdm import tqdm

    total = sum(len(images) for images, _ in data)
    look = {"unit": " images", "file": sys.stdout, "delay": 1, "leave": False}
    with tqdm(desc="Writing images", total=total, **look) as bar:
        for subfolder, files in _files(data):
            os.makedirs(os.path.join(folder, subfolder))
            for name, image in files.items():
                png = io.BytesIO()  # twice as fast as saving to the file itself
                Image.fromarray(image).save(png, "PNG", compress_level=1)
                with open(os.path.join(folder, subfolder, name), "xb") as file:
                    file.write(png.getbuffer())
                bar.update()
        drawn = bar.last_print_n > 0
    if drawn:
        _erase_bar()


def _erase_bar():
    """In a notebook, empty the cell's output: its carriage returns would be kept in the file."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if hasattr(shell, "kernel"):
        from IPython.display import clear_output

        sys.stdout.flush()
        clear_output()


def _put_in_place(part, folder, data):
    """Give the finished folder its name, unless another process was faster."""
    if hasattr(os, "sync"):
        os.sync()  # or a power cut could leave the name and lose the files
    if os.path.lexists(folder) and not _is_whole(folder, data):
        os.rename(folder, os.path.join(part, "damaged"))
    try:
        os.rename(part, folder)
    except OSError:
        if not _is_whole(folder, data):
            raise
        return
    shutil.rmtree(os.path.join(folder, "damaged"), ignore_errors=True)


def _remove_left_overs(cache):
    """Remove what processes left that were killed while they wrote."""
    for part in Path(cache).glob("digits-*.part"):
        if time.time() - part.stat().st_mtime > _LEFT_OVER:
            shutil.rmtree(part, ignore_errors=True)
