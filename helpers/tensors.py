"""Arrays for TensorFlow that are too large to be copied."""

import numpy as np


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
