"""Memory: arrays too large to be copied, and freed ones that go back to the system."""

import contextlib
import ctypes
import os

import numpy as np

_M_MMAP_THRESHOLD = -3  # of glibc's malloc.h
_LARGE = 4_000_000  # bytes


def give_memory_back():
    """Have freed arrays returned to the system at once; call it before TensorFlow starts.

    By default TensorFlow keeps what it once needed, and so does glibc's malloc for arrays of up to
    32 MB. A lesson that trains one network after another would grow with each of them. Where there
    is no glibc, TensorFlow's part is all that is done. TF_ONEDNN_USE_SYSTEM_ALLOCATOR is left as it
    is where it is set.
    """
    os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")
    with contextlib.suppress(AttributeError, OSError, TypeError):  # macOS, musl; Windows
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


def in_pieces(function, images, rows=1000):
    """Return function(images) as one TensorFlow tensor, computed some rows at a time.

    TensorFlow copies a NumPy array that it is given, and needs three times its memory meanwhile.
    Here it needs that of the result and of one piece.

    Args:
        function: takes an array (n, ...) and returns one (n, ...), each row from its own row.
        images: what it is applied to: array, first axis is the row.
        rows: the number of rows of a piece.

    Returns:
        A tensor with the shape and dtype of function(images).
    """
    import tensorflow as tf  # here, so that lessons without it can import the helpers

    row = function(images[:1])
    whole = tf.raw_ops.Empty(shape=(len(images), *row.shape[1:]), dtype=row.dtype)
    for start in range(0, len(images), rows):
        piece = function(images[start : start + rows])
        places = np.arange(start, start + len(piece))
        whole = tf.raw_ops.InplaceUpdate(x=whole, i=places, v=piece)
    return whole
