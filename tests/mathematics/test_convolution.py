"""The filters of lesson 01 and its deeper part against SciPy, their own laws and the exercises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from helpers import from_lesson, picture_path

LESSON = from_lesson(
    "01_filter_a_poster",
    *("convolve", "cross_correlate", "output_size", "filtered", "loss", "gradient"),
    *("sobel_x", "sobel_y", "laplacian", "sharpen", "box", "gaussian"),
    *("small", "two_by_two"),
)
DEEPER = from_lesson(
    "deeper/01_filters",
    *("response", "response_map", "convolve_by_waves", "filtered_colour", "PADDING"),
    *("identity", "emboss", "filtered"),
)
KERNEL = np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])
RESULT = [[15, 10, 0], [10, 0, -10], [0, -10, -15]]
MODES = ("full", "same", "valid")
CLOSE = {"rtol": 1e-9, "atol": 1e-9}

# No deadline: on a busy machine the first call of SciPy alone may take a second.
same_cases_every_time = settings(deadline=None, derandomize=True, max_examples=60)

sides = st.integers(1, 6)
extras = st.integers(0, 9)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def image():
    image = np.full((5, 5), 10)
    image[1:4, 1:4] = 5
    return image


@pytest.fixture(scope="module")
def poster():
    import matplotlib.pyplot as plt

    return plt.imread(picture_path("poster.png"))[:, :, :3].astype(float) @ [0.299, 0.587, 0.114]


@pytest.fixture(scope="module")
def picture(poster):
    """The rays that the lesson learns from, without their mean."""
    rays = poster[420:504, 258:342]
    return rays - rays.mean()


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def descend(picture, kernel, target, learning_rate, steps):
    for _ in range(steps):
        kernel = kernel - learning_rate * LESSON.gradient(picture, kernel, target)
    return kernel


def test_worked_example(image):
    products = image[:3, :3] * KERNEL[::-1, ::-1]
    assert products.tolist() == [[10, 10, 0], [10, 0, -5], [0, -5, -5]]
    assert products.sum() == 15
    assert LESSON.convolve(image, KERNEL).tolist() == RESULT
    assert convolve2d(image, KERNEL, mode="valid").tolist() == RESULT


def test_second_kernel():
    small, two_by_two = LESSON.small, LESSON.two_by_two
    assert LESSON.convolve(small, two_by_two).tolist() == [[11, 13], [7, 14]]
    assert LESSON.cross_correlate(small, two_by_two).tolist() == [[9, 17], [8, 11]]


@same_cases_every_time
@given(sides, sides, seeds)
def test_formula_names_a_place_by_the_last_pixel_of_its_window(height, width, seed):
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(8, 9)), rng.normal(size=(height, width))
    result = np.zeros((8 - height + 1, 9 - width + 1))
    for i, j in np.ndindex(result.shape):
        for u, v in np.ndindex(kernel.shape):
            result[i, j] += kernel[u, v] * image[i + height - 1 - u, j + width - 1 - v]
    np.testing.assert_allclose(LESSON.convolve(image, kernel), result, **CLOSE)
    everywhere = convolve2d(image, kernel)  # places counted from the first that touches the image
    np.testing.assert_allclose(everywhere[height - 1 : 8, width - 1 : 9], result, **CLOSE)


@same_cases_every_time
@given(sides, sides, extras, extras, seeds)
def test_loop_equals_scipy_on_any_shape(height, width, more_rows, more_columns, seed):
    rng = np.random.default_rng(seed)
    kernel = rng.normal(size=(height, width))
    image = rng.normal(size=(height + more_rows, width + more_columns))
    np.testing.assert_allclose(
        LESSON.convolve(image, kernel), convolve2d(image, kernel, "valid"), **CLOSE
    )
    np.testing.assert_allclose(
        LESSON.cross_correlate(image, kernel), correlate2d(image, kernel, "valid"), **CLOSE
    )


def test_loop_does_not_wrap_around_in_bytes():
    falling = np.tile([200, 200, 0], (3, 1)).astype(np.uint8)
    assert LESSON.convolve(falling, LESSON.sobel_x.astype(np.int8)) == -800
    assert LESSON.filtered(falling, LESSON.sobel_x)[1, 1] == -800
    assert LESSON.convolve(falling, np.array([[2]], dtype=np.uint8))[0, 0] == 400
    assert LESSON.filtered(falling, np.array([[2]], dtype=np.uint8))[0, 0] == 400


@same_cases_every_time
@given(st.integers(1, 30), sides, st.integers(0, 4), st.integers(1, 5))
def test_output_size_counts_the_places_of_the_window(n, k, padding, stride):
    places = range(0, n + 2 * padding - k + 1, stride)
    if len(places):
        assert LESSON.output_size(n, k, padding, stride) == len(places)


@pytest.mark.parametrize("k", [1, 3, 5, 7])
@pytest.mark.parametrize("n", [7, 8, 20])
def test_output_size_gives_the_shapes_of_the_modes(n, k):
    image, kernel = np.zeros((n, n + 3)), np.zeros((k, k))
    for mode, padding in zip(MODES, (k - 1, (k - 1) // 2, 0)):
        expected = (LESSON.output_size(n, k, padding), LESSON.output_size(n + 3, k, padding))
        assert convolve2d(image, kernel, mode).shape == expected


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("k", [3, 5])
def test_padding_first_equals_scipys_boundary(rng, boundary, k):
    image, kernel = rng.normal(size=(9, 12)), rng.normal(size=(k, k))
    padded = np.pad(image, k // 2, mode=DEEPER.PADDING[boundary])
    expected = convolve2d(image, kernel, mode="same", boundary=boundary)
    np.testing.assert_allclose(LESSON.convolve(padded, kernel), expected, **CLOSE)


def test_filtered_mirrors_the_rim(rng):
    image = rng.normal(size=(6, 7))
    expected = LESSON.convolve(np.pad(image, 1, mode="symmetric"), KERNEL)
    np.testing.assert_allclose(LESSON.filtered(image, KERNEL), expected, **CLOSE)


@same_cases_every_time
@given(sides, sides, seeds)
def test_impulse_becomes_the_kernel(height, width, seed):
    kernel = np.random.default_rng(seed).normal(size=(height, width))
    impulse = np.zeros((2 * height - 1, 2 * width - 1))
    impulse[height - 1, width - 1] = 1
    np.testing.assert_array_equal(LESSON.convolve(impulse, kernel), kernel)
    np.testing.assert_array_equal(LESSON.cross_correlate(impulse, kernel), kernel[::-1, ::-1])


@same_cases_every_time
@given(seeds, st.floats(-5, 5), st.floats(-5, 5))
def test_linear(seed, a, b):
    rng = np.random.default_rng(seed)
    first, second, kernel = (
        rng.normal(size=(8, 9)),
        rng.normal(size=(8, 9)),
        rng.normal(size=(3, 3)),
    )
    expected = a * LESSON.filtered(first, kernel) + b * LESSON.filtered(second, kernel)
    np.testing.assert_allclose(LESSON.filtered(a * first + b * second, kernel), expected, **CLOSE)


@same_cases_every_time
@given(seeds, st.integers(-8, 8), st.integers(-8, 8))
def test_shift_invariant_where_opposite_sides_are_joined(seed, down, right):
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(8, 9)), rng.normal(size=(3, 3))

    def move(picture):
        return np.roll(picture, (down, right), axis=(0, 1))

    def filtered_round(picture):
        return LESSON.convolve(np.pad(picture, 1, mode="wrap"), kernel)

    np.testing.assert_allclose(filtered_round(move(image)), move(filtered_round(image)), **CLOSE)


def test_shift_invariant_with_other_borders_only_away_from_rim_and_seams(rng):
    image, kernel = rng.normal(size=(20, 20)), rng.normal(size=(3, 3))
    moved = np.roll(image, (4, 6), axis=(0, 1))
    for boundary in ("fill", "symm"):
        there = convolve2d(moved, kernel, "same", boundary)
        here = np.roll(convolve2d(image, kernel, "same", boundary), (4, 6), axis=(0, 1))
        different = ~np.isclose(there, here)
        assert different.any()
        assert set(np.flatnonzero(different.all(axis=1))) == {0, 3, 4, 19}
        assert set(np.flatnonzero(different.all(axis=0))) == {0, 5, 6, 19}
        different[[0, 3, 4, 19]] = different[:, [0, 5, 6, 19]] = False
        assert not different.any()


def test_factors_may_change_places_and_filters_merge(image, rng):
    nine = np.arange(1, 10).reshape(3, 3)
    np.testing.assert_array_equal(convolve2d(image, KERNEL), convolve2d(KERNEL, image))
    assert not np.array_equal(correlate2d(image, KERNEL), correlate2d(KERNEL, image))
    np.testing.assert_array_equal(
        convolve2d(convolve2d(image, KERNEL), nine), convolve2d(image, convolve2d(KERNEL, nine))
    )


@same_cases_every_time
@given(seeds, sides)
def test_separable_kernel_in_two_steps(seed, k):
    rng = np.random.default_rng(seed)
    image, column, row = rng.normal(size=(12, 11)), rng.normal(size=(k, 1)), rng.normal(size=(1, k))
    in_two_steps = LESSON.convolve(LESSON.convolve(image, column), row)
    np.testing.assert_allclose(in_two_steps, LESSON.convolve(image, column * row), **CLOSE)


def test_which_kernels_are_separable():
    np.testing.assert_array_equal(LESSON.gaussian, np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]))
    ranks = [np.linalg.matrix_rank(k) for k in (LESSON.sobel_x, LESSON.gaussian, KERNEL)]
    assert ranks == [1, 1, 2]


def test_signs_and_sums_of_the_kernels():
    brighter_to_the_right = np.tile([2, 2, 2, 8, 8, 8], (6, 1))
    assert LESSON.filtered(brighter_to_the_right, LESSON.sobel_x)[3].tolist() == [
        0,
        0,
        24,
        24,
        0,
        0,
    ]
    assert LESSON.filtered(brighter_to_the_right.T, LESSON.sobel_y)[:, 3].max() == 24
    assert not LESSON.filtered(brighter_to_the_right, LESSON.sobel_y).any()
    np.testing.assert_array_equal(LESSON.sharpen, DEEPER.identity - LESSON.laplacian)
    sums = [k.sum() for k in (LESSON.sharpen, DEEPER.emboss, DEEPER.identity)]
    assert sums == [1, 1, 1]
    assert [k.sum() for k in (LESSON.sobel_x, LESSON.sobel_y, LESSON.laplacian, KERNEL)] == [0] * 4


def test_emboss_is_lit_from_the_top_left():
    hill = np.zeros((9, 9))
    hill[3:6, 3:6] = 1
    relief = LESSON.filtered(hill, DEEPER.emboss)
    assert relief[3, 3] > 1 and relief[2, 2] > 0
    assert relief[5, 5] < 1 and relief[6, 6] < 0


def test_box_swaps_black_and_white_where_the_gaussian_does_not():
    waves = np.cos(2 * np.pi * np.arange(60) * 3 / 10)[np.newaxis]  # one wave takes 3.33 pixels
    box = LESSON.filtered(waves, LESSON.box / 25)
    gaussian = LESSON.filtered(waves, LESSON.gaussian / 256)
    inside = (0, slice(5, -5))
    assert np.corrcoef(box[inside], waves[inside])[0, 1] < -0.99
    assert np.corrcoef(gaussian[inside], waves[inside])[0, 1] > 0.99


@pytest.mark.parametrize("f", [0, 0.1, 0.2, 0.3, 0.45, 0.5])
def test_a_wave_comes_out_as_itself_times_the_response(f):
    row = np.array([3, -1, 4, -1, 3])
    wave = np.cos(2 * np.pi * f * np.arange(60) + 0.3)
    expected = DEEPER.response(row, f) * wave[2:-2]
    np.testing.assert_allclose(np.convolve(wave, row, "valid"), expected, **CLOSE)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_response_map_in_one_direction_is_the_response(rng, size):
    row = rng.normal(size=5)
    row = row + row[::-1]
    kernel = np.zeros((5, 5))
    kernel[2] = row
    middle = DEEPER.response_map(kernel)[32]
    frequencies = np.fft.fftshift(np.fft.fftfreq(64))
    np.testing.assert_allclose(middle, DEEPER.response(row, frequencies), **CLOSE)
    assert np.isclose(DEEPER.response_map(np.ones((size, size)))[32, 32], size**2)


@same_cases_every_time
@given(sides, sides, seeds)
def test_multiplying_waves_is_convolving_where_opposite_sides_are_joined(height, width, seed):
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(8, 9)), rng.normal(size=(height, width))
    joined = np.pad(image, ((height - 1, 0), (width - 1, 0)), mode="wrap")
    np.testing.assert_allclose(
        DEEPER.convolve_by_waves(image, kernel), LESSON.convolve(joined, kernel), **CLOSE
    )


def test_colour_is_filtered_channel_by_channel(rng):
    picture, kernel = rng.random((7, 8, 3)), rng.normal(size=(3, 3))
    result = DEEPER.filtered_colour(picture, kernel)
    assert result.shape == picture.shape
    weights = [0.299, 0.587, 0.114]
    np.testing.assert_allclose(
        result @ weights, LESSON.filtered(picture @ weights, kernel), **CLOSE
    )


@pytest.mark.parametrize("shape", [(3, 3), (2, 4)])
def test_gradient_against_finite_differences(rng, shape):
    image, kernel = rng.normal(size=(10, 12)), rng.normal(size=shape)
    target = convolve2d(image, rng.normal(size=shape), "valid")
    numeric = np.zeros(shape)
    for place in np.ndindex(shape):
        nudge = np.zeros(shape)
        nudge[place] = 1e-4
        more = LESSON.loss(image, kernel + nudge, target)
        numeric[place] = (more - LESSON.loss(image, kernel - nudge, target)) / 2e-4
    np.testing.assert_allclose(LESSON.gradient(image, kernel, target), numeric, rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_sobel_is_learned_from_any_start(picture, seed):
    target = convolve2d(picture, LESSON.sobel_x, "valid")
    start = np.random.default_rng(seed).normal(size=(3, 3))
    learned = descend(picture, start, target, learning_rate=1.5, steps=300)
    assert np.abs(learned - LESSON.sobel_x).max() < 0.01


# What the exercises promise comes true.


def test_exercise_move_the_poster(poster):
    mover = np.zeros((7, 7))
    mover[3, 6] = 1
    np.testing.assert_array_equal(LESSON.filtered(poster, mover)[:, 3:], poster[:, :-3])


def test_exercise_other_diagonal(picture):
    mirrored = LESSON.filtered(picture[:, ::-1], KERNEL)[:, ::-1]
    np.testing.assert_allclose(LESSON.filtered(picture, KERNEL[:, ::-1]), mirrored, **CLOSE)


def test_exercise_too_large_a_step(picture):
    target = convolve2d(picture, LESSON.sobel_x, "valid")
    start = np.random.default_rng(1).normal(size=(3, 3))
    at_first = LESSON.loss(picture, start, target)
    for learning_rate, falls in ((1.5, True), (2.2, True), (2.3, False), (2.5, False)):
        end = LESSON.loss(picture, descend(picture, start, target, learning_rate, 300), target)
        assert (end < at_first) == falls


def test_largest_learning_rate(picture):
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    limit = 2 / np.linalg.eigvalsh(2 * windows.T @ windows / len(windows)).max()
    assert round(limit, 3) == 2.203


def test_exercise_too_large_a_kernel(picture):
    target = convolve2d(picture, LESSON.sobel_x, "valid")[1:-1, 1:-1]
    start = np.random.default_rng(1).normal(size=(5, 5))
    learned = descend(picture, start, target, learning_rate=1.5, steps=1000)
    np.testing.assert_allclose(learned, np.pad(LESSON.sobel_x, 1), atol=0.01)
