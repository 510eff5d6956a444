import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from helpers import rubber_sheet


@settings(deadline=None, max_examples=30)
@given(height=st.integers(2, 9), width=st.integers(2, 9), seed=st.integers(0, 1000))
def test_reading_between_pixels_is_scipy_s(height, width, seed):
    rng = np.random.default_rng(seed)
    images = rng.random((3, height, width))
    rows = rng.uniform(0, height - 1, (3, 4, 5)).astype("float32")
    columns = rng.uniform(0, width - 1, (3, 4, 5)).astype("float32")
    found = rubber_sheet.read(images, rows, columns)
    for image, row, column, ours in zip(images, rows, columns, found):
        assert np.allclose(ours, map_coordinates(image, [row, column], order=1), atol=1e-4)


def test_reading_by_hand_of_bytes():
    four_pixels = np.array([[[10, 20], [30, 40]]], "uint8")
    row, column = np.full((1, 1), 0.5, "float32"), np.full((1, 1), 0.25, "float32")
    assert rubber_sheet.read(four_pixels, row, column) == [[22.5]]


def test_reading_outside_gives_the_rim():
    image = np.array([[[1.0, 2], [3, 4]]])
    places = np.array([[[-5.0, 9]]], "float32")
    assert np.array_equal(rubber_sheet.read(image, places, places), [[[1, 4]]])


def test_a_flat_sheet_gives_the_middle_and_a_bent_one_does_not():
    images = np.random.default_rng(1).integers(0, 256, (4, 28, 28)).astype("uint8")
    flat = rubber_sheet.vary(images, np.random.default_rng(1), **rubber_sheet.STILL)
    assert flat.dtype == np.float32 and np.allclose(flat, images[:, 2:26, 2:26], atol=0.01)
    assert not np.allclose(rubber_sheet.vary(images, np.random.default_rng(1)), flat, atol=20)


def test_the_same_generator_gives_the_same_sheet():
    images = np.random.default_rng(1).random((4, 28, 28))
    twice = [rubber_sheet.vary(images, np.random.default_rng(7)) for _ in range(2)]
    assert np.array_equal(*twice)


@pytest.mark.parametrize("only", ["turn", "zoom", "shift", "bend"])
def test_each_size_moves_the_pins(only):
    flat = rubber_sheet.place_pins(3, np.random.default_rng(1), **rubber_sheet.STILL)
    assert np.allclose(flat[0, 0, :, 0], np.linspace(2, 25, 5))
    sizes = rubber_sheet.STILL | {only: 0.1}
    moved = rubber_sheet.place_pins(3, np.random.default_rng(1), **sizes)
    assert moved.shape == (2, 3, 5, 5) and not np.allclose(moved, flat)


def test_a_net_further_right_shows_the_digit_further_left():
    image = np.zeros((1, 28, 28))
    image[0, 10:18, 14] = 1

    class Right:  # a generator that only ever shifts the columns by its largest shift
        def uniform(self, low, high, shape):
            values = np.full(shape, (low + high) / 2)
            if low == -2.0:
                values[1] = high
            return values

        def normal(self, mean, deviation, shape):
            return np.zeros(shape)

    assert rubber_sheet.vary(image, Right())[0].sum(axis=0).argmax() == 14 - 2 - 2


@pytest.mark.parametrize("shape", [(28, 28), (3, 28, 28, 1), (3, 24, 24)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"\(n, 28, 28\)"):
        rubber_sheet.vary(np.zeros(shape), np.random.default_rng(1))
