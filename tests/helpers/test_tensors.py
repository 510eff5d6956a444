"""in_pieces() computes what its function does, whatever the size of the pieces."""

import numpy as np
import pytest

from helpers import start_tensorflow_quietly
from helpers.tensors import in_pieces

start_tensorflow_quietly()


def halves(images):
    return images.reshape(len(images), -1).astype("float32") / 2


@pytest.mark.parametrize("rows", [1, 3, 5, 10, 64])
def test_the_pieces_make_the_whole(rows):
    images = np.random.default_rng(0).integers(0, 256, (10, 4, 3), dtype=np.uint8)
    whole = in_pieces(halves, images, rows=rows)
    assert whole.dtype == "float32"
    assert np.array_equal(whole, halves(images))


def test_one_image_is_enough():
    assert np.array_equal(in_pieces(halves, np.full((1, 2), 3, np.uint8)), [[1.5, 1.5]])
