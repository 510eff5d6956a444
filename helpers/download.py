"""Download MNIST from the first of several mirrors that works.

A file counts only if its SHA-256 is the known one. The sums are those that Keras and TensorFlow
Datasets publish for these files.
"""

import gzip
import io
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np

from helpers.fetch import DownloadError, fetch
from helpers.mnist_file import SHAPES, parse_mnist

KERAS_FILE = {"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"}
IDX_FILES = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


class Mirror(NamedTuple):
    """A folder on a server: its address with a slash at the end, and the SHA-256 of each file.

    One file is read as mnist.npz, four as MNIST's original idx files in the order of `SHAPES`.
    """

    folder: str
    files: dict


MIRRORS = (
    Mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", KERAS_FILE),
    Mirror("https://s3.amazonaws.com/img-datasets/", KERAS_FILE),
    Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/", IDX_FILES),
    Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/", IDX_FILES),
)


def download_mnist(mirrors, timeout):
    """Download MNIST from the first of the mirrors that works.

    Args:
        mirrors: sequence of Mirror.
        timeout: seconds without sensible progress after which a mirror is given up.

    Returns:
        data: (x_train, y_train), (x_test, y_test) as `helpers.data.load_mnist` returns them.
        npz: the bytes of Keras's own mnist.npz, or None if it came from the idx files.
        host: the name of the server.

    Raises:
        DownloadError: no mirror works. The message says why in one line.
    """
    reasons = {}
    for mirror in mirrors:
        host = urlsplit(mirror.folder).netloc
        if reasons.get(host) and reasons[host].silent:
            continue  # it did not answer a moment ago
        try:
            files = [
                _fetch_twice(mirror.folder + name, sha256, timeout)
                for name, sha256 in mirror.files.items()
            ]
        except DownloadError as error:
            reasons[host] = error
            continue
        if len(files) == 1:
            return parse_mnist(io.BytesIO(files[0])), files[0], host
        return _parse_idx(files), None, host
    raise DownloadError(_summary(reasons))


def _fetch_twice(url, sha256, timeout):
    """`fetch`, with a second try after a fault that may pass."""
    try:
        return fetch(url, sha256, timeout)
    except DownloadError as error:
        if not error.again:
            raise
        return fetch(url, sha256, timeout)


def _summary(reasons):
    """Return one line for the reasons, by host."""
    texts = {host: str(error) for host, error in reasons.items()}
    if not texts:
        return "no mirror was asked"
    if set(texts.values()) == {"address not found"}:
        return "no network"
    return "; ".join(f"{host}: {text}" for host, text in texts.items())


def _parse_idx(files):
    """Return the arrays in four gzipped idx files; their SHA-256 was checked."""
    arrays = []
    for content, shape in zip(files, SHAPES.values()):
        header = 4 + 4 * len(shape)  # bytes: a magic number, then one number for each dimension
        grey = np.frombuffer(gzip.decompress(content), np.uint8, offset=header)
        arrays.append(grey.reshape(shape).copy())
    return (arrays[0], arrays[1]), (arrays[2], arrays[3])
