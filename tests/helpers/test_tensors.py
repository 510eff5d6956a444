"""What helpers.tensors does about memory, and that in_pieces() computes what its function does."""

import os

import numpy as np
import pytest

from helpers import start_tensorflow_quietly
from helpers.tensors import give_memory_back, in_pieces

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


def test_give_memory_back_respects_what_the_user_has_set(monkeypatch):
    monkeypatch.setenv("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "0")
    give_memory_back()
    assert os.environ["TF_ONEDNN_USE_SYSTEM_ALLOCATOR"] == "0"


@pytest.mark.parametrize("error", [AttributeError, OSError, TypeError])
def test_give_memory_back_needs_no_glibc(monkeypatch, error):
    def no_library(name):
        raise error

    monkeypatch.setattr("ctypes.CDLL", no_library)
    monkeypatch.setenv("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "0")  # so that it is restored afterwards
    monkeypatch.delenv("TF_ONEDNN_USE_SYSTEM_ALLOCATOR")
    give_memory_back()
    assert os.environ["TF_ONEDNN_USE_SYSTEM_ALLOCATOR"] == "1"
