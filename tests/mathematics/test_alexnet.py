"""Lesson 05: shapes and parameters by the table, the pattern, normalisation, residual blocks."""

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import from_lesson, start_tensorflow_quietly

start_tensorflow_quietly()
import keras  # noqa: E402

LESSON, DEEPER = "05_build_alexnet", "deeper/05_alexnet"
table = from_lesson(LESSON, "Layer", "measure", "walk", "ALEXNET", "letters", "PATTERN")
pattern = from_lesson(DEEPER, "leaves_pattern_at")
normalisation = from_lesson(DEEPER, "local_response_normalisation")
depth = from_lesson(DEEPER, "stack", "ready", "renew")
blocks = from_lesson(LESSON, "residual", "four_step_network")
letter_blocks = from_lesson(DEEPER, "inception", "small_network", "LETTERS", "letters_of")
small = from_lesson(
    LESSON, "small_alexnet", "conv_block", "multiplications_of", "learning_rate", "optimiser"
)
loader = from_lesson(LESSON, "prepare", "VariedDigits")


def conv(units, kernel, stride=1, padding=0, groups=1):
    return table.Layer("C", units, kernel, stride, padding, groups)


def pool(kernel, stride):
    return table.Layer("P", 0, kernel, stride)


def dense(units):
    return table.Layer("D", units)


LENET5 = [conv(6, 5), pool(2, 2), conv(16, 5), pool(2, 2), conv(120, 5), dense(84), dense(10)]


def parameters(network, shape):
    return sum(count for _, _, count, _ in table.walk(network, shape))


def vgg(*repeats):
    network = []
    for units, times in zip((64, 128, 256, 512, 512), repeats):
        network += [conv(units, 3, padding=1)] * times + [pool(2, 2)]
    return network + [dense(4096), dense(4096), dense(1000)]


# Published: LeNet-5 with a fully connected C3; AlexNet on two cards and on one; VGG-11, 13, 16, 19.
@pytest.mark.parametrize(
    "network, shape, published",
    [
        (LENET5, (32, 32, 1), 61_706),
        (table.ALEXNET, (227, 227, 3), 60_965_224),
        ([layer._replace(groups=1) for layer in table.ALEXNET], (227, 227, 3), 62_378_344),
        (vgg(1, 1, 2, 2, 2), (224, 224, 3), 132_863_336),
        (vgg(2, 2, 2, 2, 2), (224, 224, 3), 133_047_848),
        (vgg(2, 2, 3, 3, 3), (224, 224, 3), 138_357_544),
        (vgg(2, 2, 4, 4, 4), (224, 224, 3), 143_667_240),
    ],
)
def test_parameters_are_the_published_ones(network, shape, published):
    assert parameters(network, shape) == published


def test_shapes_of_alexnet_are_the_published_ones():
    shapes = [shape for _, shape, _, _ in table.walk(table.ALEXNET, (227, 227, 3))]
    assert shapes[:5] == [(55, 55, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256), (13, 13, 384)]
    assert shapes[5:8] == [(13, 13, 384), (13, 13, 256), (6, 6, 256)]
    assert shapes[8:] == [(1, 1, 4096), (1, 1, 4096), (1, 1, 1000)]


def test_shapes_of_lenet5_are_the_published_ones():
    shapes = [shape for _, shape, _, _ in table.walk(LENET5, (32, 32, 1))]
    assert shapes == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (1, 1, 120), (1, 1, 84),
                      (1, 1, 10)]  # fmt: skip


def test_multiplications_of_alexnet_are_those_of_the_paper_s_two_towers():
    work = [count for layer, _, _, count in table.walk(table.ALEXNET, (227, 227, 3)) if count]
    assert work[:5] == [105_415_200, 223_948_800, 149_520_384, 112_140_288, 74_760_192]
    assert work[5:] == [37_748_736, 16_777_216, 4_096_000]


@settings(deadline=None, max_examples=25)
@given(
    rows=st.integers(5, 14),
    columns=st.integers(5, 14),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    groups=st.sampled_from([1, 2]),
    units=st.sampled_from([2, 4]),
)
def test_convolution_is_measured_as_keras_measures_it(
    rows, columns, kernel, stride, padding, groups, units
):
    layer = conv(units, kernel, stride, padding, groups)
    shape, count, multiplications = table.measure((rows, columns, 4), layer)
    padded = keras.layers.ZeroPadding2D(padding)
    by_keras = keras.layers.Conv2D(units, kernel, strides=stride, groups=groups)
    image = keras.Input((rows, columns, 4))
    model = keras.Model(image, by_keras(padded(image)))
    assert model.output_shape[1:] == shape
    assert model.count_params() == count
    assert multiplications == np.prod(shape[:2]) * np.prod(by_keras.kernel.shape)


@settings(deadline=None, max_examples=25)
@given(side=st.integers(4, 30), window=st.integers(1, 4), stride=st.integers(1, 3))
def test_pooling_is_measured_as_keras_measures_it(side, window, stride):
    image = keras.Input((side, side, 3))
    model = keras.Model(image, keras.layers.MaxPooling2D(window, strides=stride)(image))
    assert table.measure((side, side, 3), pool(window, stride)) == (
        model.output_shape[1:], 0, 0
    )  # fmt: skip


def test_full_connection_is_measured_as_keras_measures_it():
    image = keras.Input((3, 4, 5))
    layer = keras.layers.Dense(7)
    keras.Model(image, layer(keras.layers.Flatten()(image)))
    shape, count, multiplications = table.measure((3, 4, 5), dense(7))
    assert (shape, count, multiplications) == ((1, 1, 7), layer.count_params(), 3 * 4 * 5 * 7)


@pytest.mark.parametrize(
    "network, text",
    [
        (LENET5, "ICPCPCDO"),
        (table.ALEXNET, "ICPCPCCCPDDO"),
        (vgg(2, 2, 3, 3, 3), "ICCPCCPCCCPCCCPCCCPDDO"),
    ],
)
def test_the_classic_networks_fit_the_pattern(network, text):
    assert table.letters(network) == text
    assert pattern.leaves_pattern_at(text) is None
    assert re.fullmatch(table.PATTERN, text)


@pytest.mark.parametrize(
    "text, place",
    [
        ("", 0),
        ("I", 1),
        ("OCPDDO", 0),  # begins with its output
        ("ICPCPCCPPDDO", 8),  # AlexNet with C5 as a pooling
        ("IPCDO", 1),
        ("IDDO", 1),
        ("ICDC", 3),
        ("ICO", 2),
        ("ICDD", 4),
        ("ICPDOO", 5),
        ("ICPDODO", 5),
        ("ICCC|PO", 4),
        ("ICCC+PO", 4),
        ("icpdo", 0),
        ("ICPDO\n", 5),
    ],
)
def test_bad_texts_leave_the_pattern_where_they_should(text, place):
    assert pattern.leaves_pattern_at(text) == place


def simply_fits(text):
    """The pattern again, as a walk over letters instead of a regular expression."""
    allowed = {"": "I", "I": "C", "C": "CPD", "P": "CD", "D": "DO", "O": ""}
    state = ""
    for place, letter in enumerate(text):
        if letter not in allowed[state]:
            return place
        state = letter
    return None if state == "O" else len(text)


def test_all_short_texts_agree_with_a_walk_over_letters():
    for length in range(8):
        for text in map("".join, product("ICPDO", repeat=length)):
            assert pattern.leaves_pattern_at(text) == simply_fits(text)


@given(st.text(alphabet="ICPDO|+x \n", max_size=40))
def test_any_text_agrees_with_a_walk_over_letters(text):
    assert pattern.leaves_pattern_at(text) == simply_fits(text)


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1), st.integers(1, 4))
def test_whatever_the_pattern_describes_fits(groups, full):
    text = "I" + "".join("C" * convs + "P" * pooled for convs, pooled in groups) + "D" * full + "O"
    assert pattern.leaves_pattern_at(text) is None
    assert re.fullmatch(table.PATTERN, text)


def test_the_pattern_is_quick_on_a_deep_network_that_does_not_fit():
    assert pattern.leaves_pattern_at("I" + 5000 * "C" + "+") == 5001


def test_normalisation_by_hand():
    a = np.array([50.0, 0, 50, 400, 0, 0, 50])
    result = normalisation.local_response_normalisation(a)
    squares = [5000, 165000, 165000, 162500, 165000, 162500, 2500]
    assert np.allclose(result, a / (2 + 1e-4 * np.array(squares)) ** 0.75)


@settings(deadline=None, max_examples=30)
@given(
    channels=st.integers(1, 12),
    radius=st.integers(0, 4),
    k=st.floats(0.5, 3),
    alpha=st.floats(1e-5, 1e-2),
    beta=st.floats(0.1, 1),
    seed=st.integers(0, 1000),
)
def test_normalisation_is_tensorflow_s(channels, radius, k, alpha, beta, seed):
    import tensorflow as tf

    a = np.random.default_rng(seed).uniform(-100, 100, (2, 3, 3, channels))
    ours = normalisation.local_response_normalisation(a, k, 2 * radius + 1, alpha, beta)
    theirs = tf.nn.local_response_normalization(a.astype("float32"), radius, k, alpha, beta)
    assert np.allclose(ours, theirs, rtol=1e-3, atol=1e-3)


def test_normalisation_leaves_its_input_as_it_was():
    a = np.arange(6.0)
    normalisation.local_response_normalisation(a)
    assert np.array_equal(a, np.arange(6.0))


def test_stacks_differ_in_their_shortcuts_only():
    plain, with_shortcuts = depth.stack(3, False), depth.stack(3, True)
    assert plain.count_params() == with_shortcuts.count_params()
    kinds = [[type(layer).__name__ for layer in model.layers] for model in (plain, with_shortcuts)]
    assert kinds[1].count("Add") == 3 and [k for k in kinds[1] if k != "Add"] == kinds[0]
    assert kinds[0].count("Conv2D") == 7 and kinds[0].count("BatchNormalization") == 7
    with_shortcuts.set_weights(plain.get_weights())
    pictures = np.random.default_rng(1).random((2, 7, 7, 1), dtype="float32")
    assert not np.allclose(plain(pictures), with_shortcuts(pictures))


def test_a_block_whose_kernels_are_zero_passes_its_input_on_only_with_the_shortcut():
    pictures = np.random.default_rng(1).random((2, 7, 7, 1), dtype="float32")
    for shortcut in (False, True):
        model = depth.stack(1, shortcut)
        first, *block = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
        for conv in block:
            conv.set_weights([np.zeros(w.shape) for w in conv.weights])
        relus = [layer for layer in model.layers if isinstance(layer, keras.layers.ReLU)]
        inside = keras.Model(model.input, [relus[0].output, relus[-1].output])
        before, after = inside(pictures)
        assert np.asarray(before).max() > 0
        assert np.array_equal(after, before if shortcut else np.zeros(before.shape))


def test_renewed_model_repeats_its_training_whatever_it_learned_before():
    model = depth.ready(depth.stack(1, True), "sparse_categorical_crossentropy")
    rng = np.random.default_rng(1)
    x, y = rng.random((20, 7, 7, 1), dtype="float32"), rng.integers(0, 10, 20)
    trained = []
    for seed in (1, 2, 1):
        depth.renew(model, seed)
        model.optimizer.learning_rate = 0.05
        for _ in range(3):
            model.train_on_batch(x, y)
        trained.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    assert np.allclose(trained[0], trained[2], atol=1e-5)
    assert not np.allclose(trained[0], trained[1], atol=1e-2)


def test_residual_block_adds_its_input():
    keras.utils.set_random_seed(1)
    x = keras.Input((6, 5, 3))
    model = keras.Model(x, blocks.residual(x))
    first, second = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    picture = np.random.default_rng(2).normal(size=(2, 6, 5, 3)).astype("float32")
    expected = np.maximum(np.array(second(first(picture))) + picture, 0)
    assert np.allclose(model(picture), expected, atol=1e-5)
    assert not np.allclose(model(picture), np.maximum(picture, 0))


def test_inception_block_puts_four_branches_side_by_side():
    keras.utils.set_random_seed(1)
    x = keras.Input((7, 7, 12))
    model = keras.Model(x, letter_blocks.inception(x, 4, (3, 5), (2, 6), 7))
    kernels = sorted(w.shape for w in model.get_weights() if w.ndim == 4)
    assert kernels == sorted([(1, 1, 12, 4), (1, 1, 12, 3), (3, 3, 3, 5), (1, 1, 12, 2),
                              (5, 5, 2, 6), (1, 1, 12, 7)])  # fmt: skip
    picture = np.random.default_rng(2).normal(size=(1, 7, 7, 12)).astype("float32")
    one = next(layer for layer in model.layers if getattr(layer, "filters", 0) == 4)
    by_hand = np.maximum(picture @ one.get_weights()[0][0, 0], 0)
    assert model.output.shape[1:] == (7, 7, 4 + 5 + 6 + 7)
    assert np.allclose(np.array(model(picture))[..., :4], by_hand, atol=1e-5)


def test_branches_and_shortcuts_leave_the_pattern():
    inception = lambda x: letter_blocks.inception(x, 4, (2, 4), (2, 4), 4)  # noqa: E731
    for block, sign in [(blocks.residual, "+"), (inception, "|")]:
        text = letter_blocks.letters_of(letter_blocks.small_network(block))
        assert text[pattern.leaves_pattern_at(text)] == sign
        assert text.endswith("PO")


def test_four_step_network_has_the_published_parameters():
    model = blocks.four_step_network()
    counts = [layer.count_params() for layer in model.layers if layer.count_params()]
    assert counts == [320, 18_496, 1_179_776, 1_290] and model.count_params() == 1_199_882
    assert letter_blocks.letters_of(model) == "ICCPDO"


def test_small_alexnet_has_the_letters_of_alexnet():
    model = small.small_alexnet()
    assert letter_blocks.letters_of(model) == table.letters(table.ALEXNET)
    shapes = [layer.output.shape[1] for layer in model.layers if "Pool" in type(layer).__name__]
    assert shapes == [12, 6, 3]


def test_an_epoch_has_every_digit_once_and_is_shuffled_anew():
    images, labels = np.full((10, 28, 28), 255, "uint8"), np.arange(10)
    digits = loader.VariedDigits(images, labels, 4, seed=1)
    first = [digits[number] for number in range(len(digits))]
    assert [len(x) for x, _ in first] == [4, 4, 2] and first[0][0].shape == (4, 24, 24, 1)
    assert first[0][0].dtype == np.float32 and first[0][0].max() <= 1
    digits.on_epoch_end()
    second = np.concatenate([digits[number][1] for number in range(len(digits))])
    order = np.concatenate([y for _, y in first])
    assert sorted(order) == sorted(second) == list(range(10)) and list(order) != list(second)


def test_multiplications_of_a_model_are_those_of_the_table():
    steps = [conv(32, 3), conv(64, 3), pool(2, 2), dense(128)]
    steps = table.walk([*steps, dense(10)], (28, 28, 1))
    expected = sum(count for *_, count in steps)
    assert small.multiplications_of(blocks.four_step_network()) == expected == 11_992_448


def test_learning_rate_rises_then_falls_to_zero_or_stays():
    schedules = [small.learning_rate(200, peak=0.2, falls=falls) for falls in (True, False)]
    rates = [[float(rate_at(step)) for step in range(201)] for rate_at in schedules]
    assert np.argmax(rates[0]) == 30 and np.isclose(rates[0][30], 0.2)
    assert np.isclose(rates[0][200], 0, atol=1e-6) and np.allclose(rates[1][30:], 0.2)


def test_random_connection_keeps_the_mean_square_of_relu_inputs():
    draw = from_lesson(DEEPER, "random_connection").random_connection
    x = np.ones(400, "float32")
    sums, parameters = draw(x, 1201, np.random.default_rng(1), at_once=500)
    assert parameters == 401 * 1201 and sums.shape == (1201,) and abs(sums.mean()) < 0.2
    assert np.isclose(sums.var(), 2, rtol=0.2)  # He: weights of variance 2 / 400, 400 inputs of 1
    assert len(np.unique(sums)) == 1201  # each unit has weights of its own
