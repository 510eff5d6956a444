"""The layers of lesson 04 and its deeper part against Keras, SciPy and finite differences."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from scipy.signal import convolve2d, correlate2d

from helpers import from_lesson
from tests.planted import planted

DEEPER = "deeper/04_lenet"
NAMES = [
    *["convolution_by_loop", "output_size", "parameters", "receptive_field", "pool", "relu"],
    *["flatten", "dense", "softmax"],
]
DEEPER_NAMES = [
    *["same_padding", "pad", "windows_of", "convolution", "pixels_under", "convolution_backward"],
    *["numeric_gradient", "relu_backward", "max_pool", "average_pool", "max_pool_backward"],
    *["average_pool_backward", "dense_backward"],
]
lesson = from_lesson("04_build_lenet", *NAMES)
deeper = from_lesson(DEEPER, *DEEPER_NAMES)
checked = functools.partial(settings, deadline=None, max_examples=40)


@st.composite
def convolutions(draw):
    """Draw (x, W, b, s, padding) of a layer whose window fits."""
    n, channels, maps, k = (draw(st.integers(1, most)) for most in (3, 3, 4, 4))
    s, padding = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    least = max(1, k - 2 * padding)
    height, width = (draw(st.integers(least, least + 5)) for _ in range(2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = (n, height, width, channels), (k, k, channels, maps), (maps,)
    return *(rng.normal(size=shape) for shape in shapes), s, padding


@st.composite
def poolings(draw):
    """Draw (x, k, s): no two numbers of x are equal; windows may overlap or leave gaps."""
    n, channels, k, s = (draw(st.integers(1, most)) for most in (2, 3, 3, 3))
    shape = n, draw(st.integers(k, k + 5)), draw(st.integers(k, k + 5)), channels
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.permutation(np.prod(shape)).reshape(shape) / 7.0, k, s


def weighted(z):
    """Return fixed random numbers of z's shape: dz of the loss sum(z * dz)."""
    return np.random.default_rng(7).normal(size=z.shape)


def slopes(loss, array, step=1e-6):
    """Return the gradient of loss() by central differences, without the lesson's function."""
    gradient = np.empty(array.size)
    flat = array.reshape(-1)
    for i, kept in enumerate(flat.copy()):
        flat[i] = kept + step
        above = loss()
        flat[i] = kept - step
        gradient[i] = (above - loss()) / (2 * step)
        flat[i] = kept
    return gradient.reshape(array.shape)


def close(ours, theirs):
    return ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def keras_layer(layer, x, weights=()):
    layer.build(x.shape)
    layer.set_weights(list(weights))
    return layer


def keras_convolution(W, b, s, padding, x):
    conv = layers.Conv2D(W.shape[3], len(W), strides=s, dtype="float64")
    model = keras.Sequential([layers.ZeroPadding2D(padding, dtype="float64"), conv])
    return keras_layer(model, x, [W, b])


def keras_gradients(layer, x, dz):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(layer(x) * dz)
    return [np.asarray(g) for g in tape.gradient(loss, [*layer.trainable_weights, x])]


# ---- sizes


@given(st.integers(1, 60), st.integers(1, 11), st.integers(0, 5), st.integers(1, 5))
@settings(deadline=None)
def test_output_size_counts_the_places_of_the_window(n, k, padding, s):
    starts = [start for start in range(0, n + 2 * padding, s) if start + k <= n + 2 * padding]
    if starts:
        assert lesson.output_size(n, k, padding, s) == len(starts)


@pytest.mark.parametrize("k", range(1, 6))
@pytest.mark.parametrize("s", range(1, 5))
def test_same_padding_is_that_of_keras(k, s):
    kernel = np.random.default_rng(0).normal(size=(k, 1, 1))
    for n in range(1, 14):
        row = np.random.default_rng(n).normal(size=(1, n, 1))
        padded = np.pad(row, [(0, 0), deeper.same_padding(n, k, s), (0, 0)])
        same = np.asarray(keras.ops.conv(row, kernel, strides=s, padding="same"))
        valid = np.asarray(keras.ops.conv(padded, kernel, strides=s, padding="valid"))
        assert close(same, valid)
        assert same.shape[1] == -(-n // s)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=4))
def test_the_receptive_field_is_counted_from_the_last_unit_down(layers_from_the_input):
    seen = {0}  # the units needed, layer by layer from the last to the input
    for k, s in reversed(layers_from_the_input):
        seen = {unit * s + offset for unit in seen for offset in range(k)}
    plan = [("", k, s) for k, s in layers_from_the_input]
    assert lesson.receptive_field(plan) == max(seen) - min(seen) + 1


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize(("channels", "maps"), [(1, 6), (6, 16), (3, 2)])
def test_parameters_are_those_that_keras_counts(k, channels, maps):
    layer = layers.Conv2D(maps, k)
    layer.build((None, 8, 8, channels))
    assert lesson.parameters(k, channels, maps) == layer.count_params()


# ---- convolution


@given(convolutions())
@checked()
def test_convolution_equals_keras(case):
    x, W, b, s, padding = case
    z = deeper.convolution(x, W, b, s, padding)
    sizes = [lesson.output_size(size, len(W), padding, s) for size in x.shape[1:3]]
    assert z.shape == (len(x), *sizes, W.shape[3])
    assert close(z, np.asarray(keras_convolution(W, b, s, padding, x)(x)))


@given(convolutions())
@checked(max_examples=20)
def test_the_loop_and_the_sum_over_places_equal_the_windows(case):
    x, W, b, _, padding = case
    x = deeper.pad(x, padding)
    z = deeper.convolution(x, W, b)
    assert close(lesson.convolution_by_loop(x, W, b), z)
    places = np.ndindex(W.shape[:2])
    shifted = sum(deeper.pixels_under(x, u, v, 1, *z.shape[1:3]) @ W[u, v] for u, v in places)
    assert close(shifted + b, z)


@given(convolutions())
@checked(max_examples=20)
def test_it_is_the_cross_correlation_and_its_way_back_the_convolution(case):
    x, W, _, _, padding = case
    x = deeper.pad(x[:1, :, :, :1], padding)
    W = W[:, :, :1, :1]
    z = deeper.convolution(x, W, 0)
    plane, kernel = x[0, :, :, 0], W[:, :, 0, 0]
    assert close(z[0, :, :, 0], correlate2d(plane, kernel, mode="valid"))
    dz = weighted(z)
    dW, db, dx = deeper.convolution_backward(dz, x, W)
    assert close(dx[0, :, :, 0], convolve2d(dz[0, :, :, 0], kernel, mode="full"))
    assert close(dW[:, :, 0, 0], correlate2d(plane, dz[0, :, :, 0], mode="valid"))


def convolution_gradients_are_right(case, backward):
    x, W, b, s, padding = (np.copy(part) if np.ndim(part) else part for part in case)
    dz = weighted(deeper.convolution(x, W, b, s, padding))

    def loss():
        return np.sum(deeper.convolution(x, W, b, s, padding) * dz)

    ours = backward(dz, x, W, s, padding)
    by_steps = [slopes(loss, array) for array in (W, b, x)]
    by_keras = keras_gradients(keras_convolution(W, b, s, padding, x), x, dz)
    return all(map(close, ours, by_steps)) and all(map(close, ours, by_keras))


@given(convolutions())
@checked(max_examples=25)
def test_convolution_gradients(case):
    assert convolution_gradients_are_right(case, deeper.convolution_backward)


# ---- pooling


@given(poolings(), st.sampled_from(["max", "average"]))
@checked()
def test_pooling_equals_keras(case, kind):
    x, k, s = case
    layer = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[kind]
    a = getattr(deeper, f"{kind}_pool")(x, k, s)
    assert close(a, np.asarray(layer(k, s, dtype="float64")(x)))
    assert close(a, lesson.pool(x, {"max": np.max, "average": np.mean}[kind], k, s))


def pooling_gradients_are_right(case, kind, backward):
    x, k, s = case
    forward = getattr(deeper, f"{kind}_pool")
    da = weighted(forward(x, k, s))
    layer = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[kind]
    by_keras = keras_gradients(layer(k, s, dtype="float64"), x, da)[0]
    ours = backward(da, x, k, s)
    by_steps = slopes(lambda: np.sum(forward(x, k, s) * da), x)
    return close(ours, by_steps) and close(ours, by_keras)


@given(poolings(), st.sampled_from(["max", "average"]))
@checked(max_examples=25)
def test_pooling_gradients(case, kind):
    assert pooling_gradients_are_right(case, kind, getattr(deeper, f"{kind}_pool_backward"))


def test_the_first_of_equal_numbers_wins_as_in_keras():
    x = np.random.default_rng(3).integers(0, 3, size=(4, 8, 8, 3)).astype(float)
    da = weighted(deeper.max_pool(x))
    ours = deeper.max_pool_backward(da, x)
    assert close(ours, keras_gradients(layers.MaxPooling2D(2, 2, dtype="float64"), x, da)[0])


# ---- activation, flatten, full connection, softmax

matrices = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))


@given(matrices)
@checked()
def test_relu(case):
    rows, columns, seed = case
    z = np.random.default_rng(seed).normal(size=(rows, columns)) + 1e-3
    a, da = lesson.relu(z), weighted(z)
    assert close(a, np.asarray(keras.ops.relu(z)))
    away = np.abs(z) > 1e-4
    by_steps = slopes(lambda: np.sum(lesson.relu(z) * da), z)
    assert close(deeper.relu_backward(da, a)[away], by_steps[away])


def test_relu_passes_no_gradient_where_it_is_zero():
    z = np.array([[-1.0, 0.0, 2.0]])
    assert np.array_equal(deeper.relu_backward(np.ones((1, 3)), lesson.relu(z)), [[0, 0, 1]])


@given(matrices, st.integers(1, 5))
@checked()
def test_full_connection(case, units):
    n, features, seed = case
    rng = np.random.default_rng(seed)
    x, W, b = (rng.normal(size=shape) for shape in [(n, features), (features, units), (units,)])
    layer = keras_layer(layers.Dense(units, dtype="float64"), x, [W, b])
    z = lesson.dense(x, W, b)
    dz = weighted(z)
    assert close(z, np.asarray(layer(x)))
    ours = deeper.dense_backward(dz, x, W)
    by_steps = [slopes(lambda: np.sum(lesson.dense(x, W, b) * dz), array) for array in (W, b, x)]
    assert all(map(close, ours, by_steps))
    assert all(map(close, ours, keras_gradients(layer, x, dz)))


@given(st.tuples(*[st.integers(1, 4)] * 4))
@checked()
def test_flatten_has_the_order_of_keras(shape):
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    assert np.array_equal(lesson.flatten(x), np.asarray(layers.Flatten()(x)))


@given(matrices)
@checked()
def test_softmax_with_cross_entropy(case):
    n, classes, seed = case
    classes += 1
    rng = np.random.default_rng(seed)
    z, y = 3 * rng.normal(size=(n, classes)), rng.integers(classes, size=n)
    p = lesson.softmax(z)
    assert close(p, np.asarray(keras.ops.softmax(z)))
    assert np.all(p > 0) and np.allclose(p.sum(axis=1), 1)
    by_steps = slopes(lambda: -np.mean(np.log(lesson.softmax(z)[range(n), y])), z)
    assert close((p - np.eye(classes)[y]) / n, by_steps)


def test_softmax_does_not_overflow():
    assert np.allclose(lesson.softmax(np.array([[1e4, 0.0, -1e4]])), [[1, 0, 0]])


def test_the_lessons_finite_differences_are_exact_for_a_parabola():
    array = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = array.copy()
    assert np.allclose(deeper.numeric_gradient(lambda: np.sum(array**2), array), 2 * array)
    assert np.array_equal(array, kept)


# ---- the checks notice mistakes


def with_mistake(name, right, wrong):
    """Return the lesson's function with a piece of its source replaced."""
    return planted(DEEPER, name, right, wrong)


RNG = np.random.default_rng(11)
PLAIN = [RNG.normal(size=shape) for shape in [(2, 7, 6, 3), (3, 3, 3, 4), (4,)]]
CONVOLUTION_MISTAKES = {
    "the turn on the way back is forgotten": ("W[u, v].T", "W[::-1, ::-1][u, v].T"),
    "shares of the gradient overwrite one another": ("+= dz", "= dz"),
    "the stride is forgotten": ("u, v, stride, rows", "u, v, 1, rows"),
    "the bias gets the mean": ("dz.sum(", "dz.mean("),
    "rows and columns are swapped": ("padded, u, v", "padded, v, u"),
    "the frame is cut off at one end only": (
        "slice(padding, padding + x.shape[1])",
        "slice(0, x.shape[1])",
    ),
}


def test_the_check_of_the_convolution_passes_what_is_right():
    assert convolution_gradients_are_right((*PLAIN, 2, 1), deeper.convolution_backward)


@pytest.mark.parametrize("mistake", CONVOLUTION_MISTAKES)
def test_a_mistake_in_the_convolution_is_noticed(mistake):
    backward = with_mistake("convolution_backward", *CONVOLUTION_MISTAKES[mistake])
    assert not convolution_gradients_are_right((*PLAIN, 2, 1), backward)


POOLING_MISTAKES = {
    "the smallest wins": ("max", "argmax", "argmin"),
    "rows and columns are swapped": ("max", "u * k + v", "v * k + u"),
    "everybody wins": ("max", "da * (winner == u * k + v)", "da"),
    "overlapping windows overwrite one another": ("max", "+=", "="),
    "everybody gets the whole": ("average", "da / k**2", "da"),
    "half a window is divided by": ("average", "k**2", "k"),
}


@pytest.mark.parametrize("mistake", POOLING_MISTAKES)
def test_a_mistake_in_pooling_is_noticed(mistake):
    kind, right, wrong = POOLING_MISTAKES[mistake]
    backward = with_mistake(f"{kind}_pool_backward", right, wrong)
    x = RNG.permutation(2 * 7 * 7 * 2).reshape(2, 7, 7, 2) / 7.0
    assert pooling_gradients_are_right((x, 3, 2), kind, getattr(deeper, f"{kind}_pool_backward"))
    assert not pooling_gradients_are_right((x, 3, 2), kind, backward)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(2, 0, 1)", "(2, 1, 0)"),
        (" + b", ""),
        ("stride, padding", "1, padding"),
        ("(2, 0, 1)", "(0, 1, 2)"),
    ],
)
def test_a_mistake_in_the_forward_pass_is_noticed(right, wrong):
    x, W, b = PLAIN
    expected = np.asarray(keras_convolution(W, b, 2, 1, x)(x))
    assert close(deeper.convolution(x, W, b, 2, 1), expected)
    z = with_mistake("convolution", right, wrong)(x, W, b, 2, 1)
    assert not close(z, expected)


def test_relus_favourite_mistake_is_noticed():
    a = lesson.relu(np.array([[-1.0, 0.0, 2.0]]))
    wrong = with_mistake("relu_backward", "a > 0", "a >= 0")
    assert not np.array_equal(wrong(np.ones((1, 3)), a), [[0, 0, 1]])
