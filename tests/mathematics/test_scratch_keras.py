"""The network of lesson 02 beside Keras: the same gradients and losses from the same start."""

from itertools import pairwise

import numpy as np
import pytest

from helpers import start_tensorflow_quietly
from tests.mathematics.test_scratch_network import lesson

start_tensorflow_quietly()
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

NAMES = {"cross_entropy": "categorical_crossentropy", "mse": "mean_squared_error"}
CASES = [
    ([784, 256, 10], "relu", "softmax", "cross_entropy"),
    ([30, 20, 16, 5], "tanh", "softmax", "cross_entropy"),
    ([30, 20, 5], "sigmoid", "sigmoid", "mse"),
    ([30, 20, 12, 5], "relu", "identity", "mse"),
    ([30, 5], "relu", "softmax", "cross_entropy"),
]


def make_pair(sizes, hidden, output, loss, rate=0.05, momentum=0.9, dtype="float32"):
    """Return a network of the lesson and a Keras model with the same weights."""
    ours = lesson.Network(sizes, np.random.default_rng(1), hidden, output, loss, momentum)
    for arrays in (ours.W, ours.b, ours.velocities):
        arrays[:] = [array.astype(dtype) for array in arrays]
    names = [{"identity": "linear"}.get(name, name) for name in ours.names]
    dense = [
        keras.layers.Dense(units, activation=name, dtype=dtype)
        for units, name in zip(sizes[1:], names)
    ]
    twin = keras.Sequential([keras.Input((sizes[0],), dtype=dtype), *dense])
    optimizer = keras.optimizers.SGD(learning_rate=rate, momentum=momentum)
    twin.compile(optimizer, NAMES[loss])
    twin.set_weights([array for pair in zip(ours.W, ours.b) for array in pair])
    return ours, twin


def make_batches(sizes, loss, count, n=64, dtype="float32"):
    rng = np.random.default_rng(2)
    teacher = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in pairwise(sizes)]
    for _ in range(count):
        x = rng.uniform(size=(n, sizes[0])).astype(dtype)
        y = x
        for W in teacher:
            y = np.tanh(y @ W)
        if loss == "cross_entropy":
            y = lesson.one_hot(y.argmax(axis=1), sizes[-1])
        yield x, y.astype(dtype)


@pytest.mark.parametrize(("sizes", "hidden", "output", "loss"), CASES)
def test_gradients_agree_in_double_precision(sizes, hidden, output, loss):
    ours, twin = make_pair(sizes, hidden, output, loss, dtype="float64")
    ((x, y),) = make_batches(sizes, loss, 1, dtype="float64")
    measure = keras.losses.get(NAMES[loss])
    with tf.GradientTape() as tape:
        theirs = tf.reduce_mean(measure(y, twin(x)))
    gradients = tape.gradient(theirs, twin.trainable_weights)
    a = lesson.forward(x, ours.W, ours.b, ours.names)
    dW, db = lesson.backward(a, y, ours.W, ours.names, loss)
    assert lesson.LOSSES[loss](a[-1], y) == pytest.approx(float(theirs), rel=1e-6)
    for own, their in zip([g for pair in zip(dW, db) for g in pair], gradients):
        their = np.asarray(their)
        assert np.abs(own - their).max() <= 1e-6 * np.abs(their).max()


@pytest.mark.parametrize(("sizes", "hidden", "output", "loss"), CASES)
def test_losses_agree_step_by_step_over_120_steps(sizes, hidden, output, loss):
    ours, twin = make_pair(sizes, hidden, output, loss)
    differences, losses = [], []
    for x, y in make_batches(sizes, loss, 120):
        losses.append(ours.train(x, y, learning_rate=0.05))
        twin.reset_metrics()
        differences.append(abs(losses[-1] - float(twin.train_on_batch(x, y))))
    assert max(differences) < 1e-5
    assert np.mean(losses[-10:]) < np.mean(losses[:10])
    ours_weights = [array for pair in zip(ours.W, ours.b) for array in pair]
    for own, their in zip(ours_weights, twin.get_weights()):
        assert np.abs(own - their).max() < 1e-4
