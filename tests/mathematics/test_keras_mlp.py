"""Lesson 03's mathematics: its own functions against Keras, and the numbers that it states."""

import numpy as np
import pytest

from helpers import from_lesson, start_tensorflow_quietly

start_tensorflow_quietly()
import keras  # noqa: E402
from keras import layers  # noqa: E402

LESSON, DEEPER = "03_train_a_keras_mlp", "deeper/03_mlp"


@pytest.fixture(scope="module")
def lesson():
    return from_lesson(
        LESSON,
        *("prepare", "relu", "softmax", "descend", "steps_and_last_batch"),
        *("make_network", "make_deep_network"),
    )


def test_prepare_flattens_row_by_row_and_scales_to_one(lesson):
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    images[0, 0, :2] = 0, 255
    x = lesson.prepare(images)
    assert x.shape == (5, 784) and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1
    assert np.array_equal(np.rint(x[:, 28 * 10 + 20] * 255), images[:, 10, 20])


@pytest.mark.parametrize("n, features, units", [(1, 3, 2), (7, 784, 512), (4, 1, 2), (3, 20, 10)])
@pytest.mark.parametrize("activation", ["relu", "softmax", None])
def test_dense_is_activation_of_x_W_plus_b(lesson, n, features, units, activation):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, features))
    W, b = rng.normal(size=(features, units)), rng.normal(size=units)
    layer = layers.Dense(units, activation=activation)
    layer.build((None, features))
    assert layer.use_bias and np.all(layer.get_weights()[1] == 0)
    layer.set_weights([W, b])
    by_hand = {"relu": lesson.relu, "softmax": lesson.softmax, None: lambda z: z}[activation]
    assert np.allclose(layer(x), by_hand(x @ W + b), rtol=1e-4, atol=1e-4)


def test_relu_keeps_the_positive_and_zeroes_the_rest(lesson):
    assert np.array_equal(lesson.relu(np.array([-2.0, 0.0, 3.5])), [0, 0, 3.5])


@pytest.mark.parametrize("scale", [0.1, 1, 30])
def test_softmax_is_that_of_keras(lesson, scale):
    z = np.random.default_rng(1).normal(scale=scale, size=(50, 10))
    p = lesson.softmax(z)
    assert np.allclose(p.sum(axis=1), 1) and np.all(p >= 0)
    assert np.array_equal(p.argmax(axis=1), z.argmax(axis=1))
    assert np.allclose(p, keras.ops.softmax(z), atol=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shift", [-1e4, 1000.0, 1e5])
def test_softmax_stands_large_scores(lesson, shift):
    z = np.array([[2.0, 1.0, 0.0]])
    assert np.allclose(lesson.softmax(z + shift), lesson.softmax(z), atol=1e-9)
    assert np.allclose(lesson.softmax(z).round(3), [[0.665, 0.245, 0.090]])


@pytest.mark.parametrize("n", [1, 10, 127, 128, 129, 54000, 60000])
@pytest.mark.parametrize("batch_size", [1, 4, 64, 128, 60000])
def test_steps_cover_each_sample_once(lesson, n, batch_size):
    sizes = [len(range(n)[start : start + batch_size]) for start in range(0, n, batch_size)]
    assert lesson.steps_and_last_batch(n, batch_size) == (len(sizes), sizes[-1])


def test_steps_that_the_lesson_states(lesson):
    assert lesson.steps_and_last_batch(60000, 128) == (469, 96)
    assert lesson.steps_and_last_batch(54000, 64) == (844, 48)


class ImagesSeen(keras.metrics.Metric):
    """The number of images that the network has been trained on since the epoch began."""

    def __init__(self):
        super().__init__(name="images_seen")
        self.count = self.add_weight(initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.count.assign_add(keras.ops.shape(y_true)[0])

    def result(self):
        return self.count


@pytest.mark.parametrize("n, batch_size", [(10, 4), (300, 128), (256, 128), (5, 8)])
def test_keras_takes_as_many_steps_and_keeps_the_last_batch(lesson, n, batch_size):
    seen = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: seen.append(int(logs["images_seen"]))
    )
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    optimizer = keras.optimizers.SGD(learning_rate=0.1)
    model.compile(optimizer=optimizer, loss="mse", metrics=[ImagesSeen()])
    x, y = np.ones((n, 3)), np.ones((n, 1))
    model.fit(x, y, batch_size=batch_size, epochs=2, verbose=0, callbacks=[note])
    steps, last = lesson.steps_and_last_batch(n, batch_size)
    sizes = np.diff(seen[:steps], prepend=0)
    assert len(seen) == 2 * steps == model.optimizer.iterations.numpy()
    assert seen[:steps] == seen[steps:]
    assert sizes[-1] == last and sizes.sum() == n


def test_one_hot_and_sparse_labels_give_the_same_loss_and_gradient():
    rng = np.random.default_rng(2)
    x, labels = rng.normal(size=(200, 12)), rng.integers(0, 10, 200)
    one_hot = keras.utils.to_categorical(labels, 10)
    assert np.array_equal(one_hot, np.eye(10)[labels])
    trained = []
    for loss, y in (
        ("categorical_crossentropy", one_hot),
        ("sparse_categorical_crossentropy", labels),
    ):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((12,)), layers.Dense(10, activation="softmax")])
        model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.5), loss=loss)
        history = model.fit(x, y, batch_size=32, epochs=3, verbose=0).history
        trained.append((history["loss"], model.get_weights()))
    assert np.allclose(trained[0][0], trained[1][0], rtol=1e-5)
    for one, other in zip(trained[0][1], trained[1][1]):
        assert np.allclose(one, other, atol=1e-5)


def test_cross_entropy_is_minus_the_log_of_the_true_probability(lesson):
    p = lesson.softmax(np.random.default_rng(4).normal(size=(20, 10)))
    labels = np.arange(20) % 10
    expected = -np.log(p[np.arange(20), labels])
    found = keras.losses.sparse_categorical_crossentropy(labels, p)
    assert np.allclose(found, expected, rtol=1e-5)


def test_slopes_of_the_two_losses_by_the_score_of_the_true_class(lesson):
    step = 1e-6
    for p in (0.01, 0.3, 0.9):
        z = np.array([[np.log(p / (1 - p)), 0.0]])
        below, above = (lesson.softmax(z + [[d, 0.0]])[0, 0] for d in (-step, step))
        cross_entropy = (-np.log(above) + np.log(below)) / (2 * step)
        mse = ((1 - above) ** 2 - (1 - below) ** 2) / (2 * step)
        assert np.allclose([cross_entropy, mse], [p - 1, -2 * p * (1 - p) ** 2], rtol=1e-4)


def test_parameter_counts(lesson):
    assert lesson.make_network(seed=1).count_params() == 407_050
    assert lesson.make_deep_network(rate=0.2, seed=1).count_params() == 669_706


def test_the_seed_fixes_the_first_weights(lesson):
    first, again, other = (lesson.make_network(seed=s).get_weights()[0] for s in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_the_untrained_network_passes_a_factor_on_to_its_scores(lesson):
    network = lesson.make_network(seed=1)
    x = np.random.default_rng(5).random((20, 784), dtype=np.float32)
    W1, b1, W2, b2 = network.get_weights()
    scores, scores_raw = (lesson.relu(k * x @ W1 + b1) @ W2 + b2 for k in (1, 255))
    assert np.allclose(scores_raw, 255 * scores, rtol=1e-3, atol=1e-2)
    assert np.allclose(network(x), lesson.softmax(scores), atol=1e-5)


@pytest.mark.parametrize("rate", [0, 0.2, 0.5])
def test_dropout_keeps_the_expectation(rate):
    (dropout,) = from_lesson(DEEPER, "dropout")
    a = np.linspace(-1, 2, 400_000)
    dropped = dropout(a, rate, np.random.default_rng(6))
    kept = dropped != 0
    assert abs(np.mean(~kept) - rate) < 0.005
    assert np.allclose(dropped[kept], a[kept] / (1 - rate))
    assert abs(dropped.mean() - a.mean()) < 0.01


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_keras_drops_in_training_only_and_scales_the_survivors(rate):
    drop = layers.Dropout(rate, seed=1)
    ones = np.ones((1, 100_000), "float32")
    dropped = np.asarray(drop(ones, training=True))
    assert np.allclose(np.unique(dropped), [0, 1 / (1 - rate)])
    assert abs(dropped.mean() - 1) < 0.02
    assert np.array_equal(drop(ones, training=False), ones)


def test_descend_goes_against_the_slope(lesson):
    assert np.allclose(lesson.descend(0, 0.1, 3), [0, 0.6, 1.08, 1.464])
    assert np.allclose(lesson.descend(3.0, 0.5, 2), 3)
