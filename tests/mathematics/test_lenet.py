"""LeNet of lesson 04: its counts against published ones, its NumPy form against Keras."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from helpers import from_lesson
from tests.planted import planted

DEEPER = "deeper/04_lenet"
NAMES = ["lesson", "LENET5", "LENET28", "MLP", "layer_table", "SEES", "DRAWINGS", "shifted"]
lesson = from_lesson("04_build_lenet", "make_lenet", "make_mlp", "lenet_forward")
deeper = from_lesson(DEEPER, *NAMES, "lenet_backward", "make_strided")


def column(plan, size, number):
    return [row[number] for row in deeper.layer_table(plan, size)]


# ---- counts


def test_lenet5_has_the_published_shapes():
    shapes = [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (1, 1, 120)]
    assert column(deeper.LENET5, 32, 1) == [*shapes, (1, 1, 84), (1, 1, 10)]


def test_lenet5_has_61706_parameters_with_a_full_c3():
    assert column(deeper.LENET5, 32, 2) == [156, 0, 2416, 0, 48_120, 10_164, 850]
    assert sum(column(deeper.LENET5, 32, 2)) == 61_706


def test_the_original_has_60000():
    c3 = sum(len(seen) * 25 + 1 for seen in deeper.SEES)
    assert c3 == 1516
    assert 6 * (25 + 1) + 2 * 6 + c3 + 2 * 16 + 120 * (400 + 1) + 84 * (120 + 1) == 60_000


def test_the_connection_table_is_the_published_one():
    """Table I of LeCun et al. (1998): the maps of C3 that see each map of S2."""
    published = [
        {0, 4, 5, 6, 9, 10, 11, 12, 14, 15},
        {0, 1, 5, 6, 7, 10, 11, 12, 13, 15},
        {0, 1, 2, 6, 7, 8, 11, 13, 14, 15},
        {1, 2, 3, 6, 7, 8, 9, 12, 14, 15},
        {2, 3, 4, 7, 8, 9, 10, 12, 13, 15},
        {3, 4, 5, 8, 9, 10, 11, 13, 14, 15},
    ]
    assert [{m for m in range(16) if i in deeper.SEES[m]} for i in range(6)] == published


def test_parameters_and_multiplications_of_lenet_and_the_mlp():
    assert sum(column(deeper.LENET28, 28, 2)) == 61_706
    assert sum(column(deeper.LENET28, 28, 3)) == 416_520
    assert sum(column(deeper.MLP, 28, 2)) == 407_050
    assert sum(column(deeper.MLP, 28, 3)) == 784 * 512 + 512 * 10


def test_the_networks_that_are_compared_have_the_parameters_of_the_tables():
    assert lesson.make_mlp().count_params() == sum(column(deeper.MLP, 28, 2))
    assert deeper.make_strided().count_params() == sum(column(deeper.LENET28, 28, 2))


@st.composite
def plans(draw):
    """Draw (plan, size): some convolutions and poolings that fit, then some full layers."""
    size = left = draw(st.integers(6, 20))
    plan = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["convolution", "pooling"]))
        k, s = draw(st.integers(1, min(left, 5))), draw(st.integers(1, 2))
        maps = draw(st.integers(1, 5)) if kind == "convolution" else None
        plan.append((f"layer{number}", kind, k, 0, s, maps))
        left = (left - k) // s + 1
    units = draw(st.lists(st.integers(1, 7), max_size=2))
    plan += [(f"full{i}", "full", None, 0, None, count) for i, count in enumerate(units)]
    return plan, size


@given(plans())
@settings(deadline=None, max_examples=25)
def test_the_table_agrees_with_keras(case):
    plan, size = case
    model = keras.Sequential([keras.Input((size, size, 1))])
    for number, (_, kind, k, _, s, maps) in enumerate(plan):
        if kind == "convolution":
            model.add(layers.Conv2D(maps, k, strides=s))
        elif kind == "pooling":
            model.add(layers.MaxPooling2D(k, s))
        else:
            if plan[number - 1][1] != "full":
                model.add(layers.Flatten())
            model.add(layers.Dense(maps))
        row = deeper.layer_table(plan[: number + 1], size)[-1]
        assert np.prod(row[1]) == np.prod(model.layers[-1].output.shape[1:])
        assert row[2] == model.layers[-1].count_params()


@pytest.mark.parametrize("sizes", [(6, 16, 120, 84), (3, 8, 20, 10), (1, 2, 5, 7)])
def test_keras_counts_the_sizes_that_make_lenet_is_given(sizes):
    c1, c3, c5, f6 = sizes
    counts = 26 * c1, (25 * c1 + 1) * c3, (25 * c3 + 1) * c5, (c5 + 1) * f6, (f6 + 1) * 10
    assert lesson.make_lenet(*sizes).count_params() == sum(counts)


# ---- the NumPy form


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(5)
    return rng.random((6, 28, 28, 1)), rng.integers(10, size=6)


@pytest.fixture(scope="module")
def network():
    """A LeNet in float64 with random biases, too."""
    keras.config.set_dtype_policy("float64")
    try:
        keras.utils.set_random_seed(1)
        model = lesson.make_lenet()
    finally:
        keras.config.set_dtype_policy("float32")
    rng = np.random.default_rng(2)
    model.set_weights(
        [w if w.ndim > 1 else rng.normal(0, 0.1, w.shape) for w in model.get_weights()]
    )
    return model


def keras_gradients(model, x, y):
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(255 * x))
        loss = tf.reduce_mean(losses)
    return [np.asarray(g) for g in tape.gradient(loss, model.trainable_weights)]


def gradients_are_right(backward, network, digits):
    x, y = digits
    weights = network.get_weights()
    ours = backward(y, lesson.lenet_forward(x, weights), weights)
    theirs = keras_gradients(network, x, y)
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-5, atol=1e-9) for a, b in zip(ours, theirs)
    )


def test_forward_equals_keras_layer_by_layer(network, digits):
    x, _ = digits
    inside = keras.Model(network.inputs[0], [layer.output for layer in network.layers])
    ours = lesson.lenet_forward(x, network.get_weights())
    for a, b in zip(ours, inside(255 * x), strict=True):
        assert np.allclose(a, b, rtol=1e-6, atol=1e-6)  # 1 / 255 is a float32 in Keras


def test_gradients_equal_keras(network, digits):
    assert gradients_are_right(deeper.lenet_backward, network, digits)


def test_gradients_equal_finite_differences(network, digits):
    x, y = digits
    weights = network.get_weights()

    def loss():
        p = lesson.lenet_forward(x, weights)[-1]
        return -np.mean(np.log(p[range(len(y)), y]))

    rng = np.random.default_rng(9)
    gradients = deeper.lenet_backward(y, lesson.lenet_forward(x, weights), weights)
    for array, gradient in zip(weights, gradients, strict=True):
        for place in rng.integers(array.size, size=2):
            place = np.unravel_index(place, array.shape)
            kept, step = array[place], 1e-6
            array[place] = kept + step
            above = loss()
            array[place] = kept - step
            slope = (above - loss()) / (2 * step)
            array[place] = kept
            assert np.isclose(gradient[place], slope, rtol=1e-4, atol=1e-8)


MISTAKES = [
    (" / len(y)", ""),
    ("relu_backward(da, a6)", "da"),
    ("relu_backward(da, a3)", "relu_backward(da, a3 - 1)"),
    ("max_pool_backward(da, a1)", "np.repeat(np.repeat(da, 2, axis=1), 2, axis=2)"),
    (", padding=2", ""),
    ("da.reshape(a4.shape)", "da.reshape(len(da), 16, 5, 5).transpose(0, 2, 3, 1)"),
    ("np.eye(10)[y]", "np.eye(10)[y - 1]"),
]


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_on_the_way_back_is_noticed(number, network, digits):
    right, wrong = MISTAKES[number]
    backward = planted(DEEPER, "lenet_backward", right, wrong)
    try:
        noticed = not gradients_are_right(backward, network, digits)
    except ValueError:  # shapes that do not fit speak for themselves
        noticed = True
    assert noticed


# ---- what the pictures are made with


def test_the_codes_are_7_by_12():
    rows = [line.split() for line in deeper.DRAWINGS.split("\n") if line]
    assert len(rows) == 12
    assert {len(word) for word in itertools.chain(*rows)} == {7}


@given(st.integers(-8, 8), st.integers(-8, 8))
def test_shifted_moves_the_ink_and_loses_what_leaves_the_picture(down, right):
    picture = np.random.default_rng(0).random((2, 28, 28, 1))
    moved = deeper.shifted(picture, down, right)
    assert moved.shape == picture.shape
    for i, j in itertools.product(range(0, 28, 3), repeat=2):
        inside = 0 <= i - down < 28 and 0 <= j - right < 28
        expected = picture[:, i - down, j - right] if inside else 0
        assert np.array_equal(moved[:, i, j], np.broadcast_to(expected, (2, 1)))
