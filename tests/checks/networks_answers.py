"""Right and wrong answers to the exercises of lesson 02."""

from types import SimpleNamespace

import numpy as np
from scipy import special

from helpers import from_lesson
from helpers.checks import networks as check

solved = from_lesson(
    "solutions/02_networks",
    *("measured_slope", "first_gradient", "safe_softmax", "pixel_gradient", "my_points"),
    *("faulty_gradient", "faulty_softmax"),
    *("sigmoid", "softmax"),  # what those use; they are made by a call, so they must be named
)

FORWARD = {"hidden": [2, 0], "sums": [1.5, 0.5], "p": [0.731, 0.269]}
FORWARD |= {"cross-entropy": 1.313, "mse": 0.534}
BACK = {"dz2": [0.731, -0.731], "da1": [0.366, 5.117], "dz1": [0.366, 0]}
BACK |= {"dW1": [[0.731, 0], [-0.366, 0]]}
PREDICTIONS = {"parameters": 79510, "passes": 159020, "steps": 40, "last batch": 8}
PREDICTIONS |= {"know nothing": 3.258, "spread": 2, "moved": -0.87, "hidden by": 0.05}


def network_of(W1, b1, W2, b2):
    return {"W1": W1, "b1": b1, "W2": np.reshape(W2, (-1, 1)), "b2": [b2]}


def slope_up(loss, weight, h):
    return (loss(weight + h) - loss(weight)) / h


def slope_down(loss, weight, h):
    return (loss(weight) - loss(weight - h)) / h


def slope_from_three_points(loss, weight, h):
    """The slope of the parabola through three places, at the middle one."""
    places = np.array([-h, 0, h])
    return np.polyfit(places, [loss(weight + place) for place in places], 2)[1]


def sigmoid_network(x, y, W1, b1, W2, b2):
    a1 = np.maximum(x @ W1 + b1, 0)
    a2 = special.expit(a1 @ W2 + b2)
    return a1, a2, 2 * (a2 - y) / y.size


def first_gradient(x, y, *parameters, on=np.greater, slope=True, factor=1):
    """The gradient of the first weights, or with one thing wrong."""
    a1, a2, dz2 = sigmoid_network(x, y, *parameters)
    dz2 = factor * dz2 * (a2 * (1 - a2) if slope else 1)
    return x.T @ (dz2 @ parameters[2].T * on(a1, 0))


def first_gradient_by_loops(x, y, W1, b1, W2, b2):
    a1, a2, dz2 = sigmoid_network(x, y, W1, b1, W2, b2)
    gradient = [[0.0] * W1.shape[1] for _ in range(W1.shape[0])]
    for n, i, j in np.ndindex(len(x), *W1.shape):
        routes = sum(dz2[n] * a2[n] * (1 - a2[n]) * W2[j])
        gradient[i][j] += routes * (a1[n, j] > 0) * x[n, i]
    return gradient


def wrong_gradient(**what):
    return lambda *given: first_gradient(*given, **what)


def softmax_by_rows(z):
    return [[1 / sum(np.exp(np.minimum(row - value, 700))) for value in row] for row in z]


def hidden_slopes(x, y, W1, b1, W2, b2, on=np.greater, factor=1, activation=solved.softmax):
    z1 = x @ W1 + b1
    dz2 = factor * (activation(np.maximum(z1, 0) @ W2 + b2) - y) / len(y)
    return (dz2 @ W2.T) * on(z1, 0)


def pixel_gradient(x, y, W1, *others, **what):
    """The gradient of the pixels, or with one thing wrong."""
    return hidden_slopes(x, y, W1, *others, **what) @ W1.T


def pixel_gradient_measured(x, y, W1, b1, W2, b2):
    def loss(x):
        p = special.softmax(np.maximum(x @ W1 + b1, 0) @ W2 + b2, axis=1)
        return -np.sum(y * np.log(p)) / len(y)

    slopes = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[place] = 1e-5
        slopes[place] = (loss(x + nudge) - loss(x - nudge)) / 2e-5
    return slopes


def wrong_pixels(**what):
    return lambda *given: pixel_gradient(*given, **what)


def ring(n, rng):
    """A spot with label 0 in a ring with label 1."""
    labels = rng.integers(0, 2, n)
    radius, angle = labels + rng.uniform(0, 0.4, n), rng.uniform(0, 2 * np.pi, n)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def same_ring(n, rng):
    return ring(n, np.random.default_rng(0))


def rare(x, labels):
    """The same points, but only the first is of class 1."""
    return x, (np.arange(len(x)) == 0).astype(int)


def halves(n, rng):
    x = rng.normal(size=(n, 2))
    return x, (x[:, 0] > 0).astype(int)


def board(n, rng):
    """A chess board of four by four fields."""
    x = rng.uniform(-2, 2, (n, 2))
    return x.tolist(), (np.floor(x).sum(axis=1) % 2).tolist()


def query(classify, classes=2):
    """What `classify` answers to points (n, 2), as a network would say it."""
    return SimpleNamespace(query=lambda x: np.eye(classes)[classify(x)])


def ring_classes(x):
    return (np.hypot(*x.T) > 0.7).astype(int)


def board_classes(x):
    return np.floor(x).sum(axis=1).astype(int) % 2


RING = {"points": ring, "network": query(ring_classes)}

RIGHT = {
    check.forward_by_hand: [FORWARD, {name: np.float32(a) for name, a in FORWARD.items()}],
    check.back_by_hand: [BACK, {name: np.array(a) + 4e-4 for name, a in BACK.items()}],
    check.predictions: [PREDICTIONS, {**PREDICTIONS, "know nothing": np.log(26), "spread": 2.0}],
    check.exclusive_or: [
        network_of([[1, 1], [1, 1]], [0, -1], [1, -2], 0),
        network_of(np.array([[1, -1], [-1, 1]]), np.zeros(2), [1, 1], 0.0),
        network_of([[-1, 1], [-1, 1]], np.float32([1, -1]), [-1, -1], 1),
    ],
    check.measured_slope: [solved.measured_slope, slope_from_three_points],
    check.first_gradient: [solved.first_gradient, first_gradient, first_gradient_by_loops],
    check.safe_softmax: [
        solved.safe_softmax,
        softmax_by_rows,
        lambda z: special.softmax(z, axis=1).astype(np.float32),
    ],
    check.best_momentum: [0.8, np.float32(0.8), np.arange(10)[8] / 10],
    check.pixel_gradient: [solved.pixel_gradient, pixel_gradient, pixel_gradient_measured],
    check.diagnoses: [
        check.DIAGNOSES,
        {letter: f" {word.upper()}" for letter, word in check.DIAGNOSES.items()},
    ],
    check.own_task: [RING, {"points": board, "network": query(board_classes)}],
}

WRONG = {
    check.forward_by_hand: [
        ({**FORWARD, "hidden": [2, -2]}, "ReLU is missing"),
        ({**FORWARD, "hidden": [1.5, 0]}, "'hidden': the biases are missing"),
        ({**FORWARD, "hidden": [3.5, 1]}, "one column of W1"),
        ({**FORWARD, "sums": [2, 1]}, "'sums': the biases are missing"),
        ({**FORWARD, "sums": [1.5, 5.5]}, "one column of W2"),
        ({**FORWARD, "sums": [-4.5, 8.5]}, "is asleep"),
        ({**FORWARD, "p": [0.818, 0.622]}, "each output for itself"),
        ({**FORWARD, "p": [0.269, 0.731]}, "turned round"),
        ({**FORWARD, "p": [0.75, 0.25]}, "the plain sums"),
        ({**FORWARD, "cross-entropy": 0.313}, "the first class"),
        ({**FORWARD, "cross-entropy": -1.313}, "a loss is positive"),
        ({**FORWARD, "cross-entropy": 0.570}, "the base 10"),
        ({**FORWARD, "cross-entropy": 1.895}, "the base 2"),
        ({**FORWARD, "mse": 1.069}, "the sum of the two squares"),
        ({**FORWARD, "mse": 0.731}, "without a square"),
        ({**FORWARD, "mse": 0.5}, "'mse': this number is not right"),
    ],
    check.back_by_hand: [
        ({**BACK, "dz2": [-0.731, 0.731]}, "the sign is wrong"),
        ({**BACK, "dz2": [0.144, -0.144]}, "one factor too many"),
        ({**BACK, "dz2": [0.731, 0.269]}, "these are the probabilities"),
        ({**BACK, "da1": [0.731, 2.193]}, "this is one"),
        ({**BACK, "da1": [-0.366, 2.924]}, "the second only"),
        ({**BACK, "da1": [-1.462, 3.290]}, "stand in one *row*"),
        ({**BACK, "dz1": [0.366, 5.117]}, "let through"),
        ({**BACK, "dz1": [0.731, 0]}, "not its output"),
        ({**BACK, "dW1": [[0.731, -0.366], [0, 0]]}, "wrong places"),
        ({**BACK, "dW1": [[0.366, 0], [0.366, 0]]}, "its input"),
        ({**BACK, "dW1": [[0.731, 10.234], [-0.366, -5.117]]}, "was asleep"),
    ],
    check.predictions: [
        ({**PREDICTIONS, "parameters": 79400}, "each unit has a bias"),
        ({**PREDICTIONS, "parameters": 79500}, "the outputs have biases"),
        ({**PREDICTIONS, "parameters": 78500}, "the first layer"),
        ({**PREDICTIONS, "passes": 79510}, "nudged twice"),
        ({**PREDICTIONS, "steps": 39}, "some images are left"),
        ({**PREDICTIONS, "steps": 39.0625}, "part of a batch"),
        ({**PREDICTIONS, "last batch": 128}, "the full batches"),
        ({**PREDICTIONS, "last batch": 120}, "are missing in"),
        ({**PREDICTIONS, "know nothing": 2.303}, "for ten classes"),
        ({**PREDICTIONS, "know nothing": 1.415}, "natural logarithm"),
        ({**PREDICTIONS, "know nothing": -3.258}, "is positive"),
        ({**PREDICTIONS, "know nothing": 0.03846}, "this is the probability"),
        ({**PREDICTIONS, "spread": 40}, "pull the same way"),
        ({**PREDICTIONS, "spread": 4}, "the mean of the squares"),
        ({**PREDICTIONS, "spread": 0.1}, "of one weight"),
        ({**PREDICTIONS, "moved": -0.6}, "without momentum"),
        ({**PREDICTIONS, "moved": -0.57}, "second step alone"),
        ({**PREDICTIONS, "moved": -0.3}, "the first step"),
        ({**PREDICTIONS, "moved": 0.87}, "against its slope"),
        ({**PREDICTIONS, "hidden by": 3.2}, "must be smaller"),
        ({**PREDICTIONS, "hidden by": 0.4}, "8 times too long"),
    ],
    check.exclusive_or: [
        (network_of([[1, 1], [1, 1]], [0, -1], [1, -1], 0), "this is 'or'"),
        (network_of([[1, 1], [1, 1]], [0, -1], [0, 1], 0), "this is 'and'"),
        (network_of([[1, 0], [0, 1]], [0, 0], [1, 1], 0), "this is x1 + x2"),
        (network_of([[1, 1], [1, 1]], [0, -1], [-1, 2], 1), "turned round"),
        (network_of([[1, 1], [1, 1]], [0, 0], [0, 0], 0.5), "are the same"),
        (network_of([[1, 1], [1, 1]], [0, -1], [1, -3], 0), "Not yet: it answers 0 to (0, 0)"),
        (network_of([[1, 1]], [0, -1], [1, -2], 0), "'W1': shape (2, 2) expected"),
        (network_of([[1, 1], [1, 1]], 0, [1, -2], 0), "'b1': shape (2,) expected"),
    ],
    check.measured_slope: [
        (slope_up, "goes up only"),
        (slope_down, "goes down only"),
        (lambda loss, w, h: (loss(w + h) - loss(w - h)) / h, "twice as steep"),
        (lambda *given: -solved.measured_slope(*given), "the sign is wrong"),
        (lambda loss, w, h: loss(w + h) - loss(w - h), "each unit of way"),
        (lambda loss, w, h: solved.measured_slope(loss, w, 1e-6), "a step of your own"),
        (lambda loss, w: (loss(w + 1) - loss(w - 1)) / 2, "stops with TypeError"),
    ],
    check.first_gradient: [
        (solved.faulty_gradient, "both faults are still there"),
        (wrong_gradient(on=np.greater_equal), "still taught"),
        (wrong_gradient(slope=False), "do the sums of the outputs pass?"),
        (lambda *given: first_gradient(*given) * given[1].shape[1], "over its rows alone"),
        (lambda *given: first_gradient(*given) * given[1].size, "a loss that is a sum"),
        (wrong_gradient(factor=-1), "the sign is wrong"),
        (lambda *given: first_gradient(*given).T, "it is transposed"),
        (wrong_gradient(factor=0.5), "numbers are not right"),
    ],
    check.safe_softmax: [
        (solved.faulty_softmax, "over all rows together"),
        (lambda z: special.softmax(z, axis=0), "in each column"),
        (lambda z: np.exp(z - z.max(axis=1, keepdims=True)), "nothing is divided"),
        (lambda z: special.softmax(np.clip(z, -700, 700), axis=1), "makes them equal"),
        (lambda z: np.exp(z) / np.exp(z).sum(axis=1)[:, None], "where sums are large: 2 of 2"),
        (
            lambda z: (e := np.exp(z - z.max())) / e.sum(axis=1)[:, None],
            "far apart, row by row: 2 of 4",
        ),
        (lambda z: np.exp(z) / np.exp(z).sum(axis=1), "stops with ValueError"),
    ],
    check.best_momentum: [
        (0, "the plain step"),
        (0.9, "remembers too much"),
        (0.7, "still helps"),
        (0.803, "to one decimal"),
        ([0.8], "one number is expected"),
    ],
    check.pixel_gradient: [
        (wrong_pixels(on=lambda z, _: 1), "let nothing through"),
        (lambda x, *others: len(x) * pixel_gradient(x, *others), "divide by their number"),
        (wrong_pixels(factor=-1), "goes uphill"),
        (lambda x, y, *others: x.T @ hidden_slopes(x, y, *others), "go one step further"),
        (hidden_slopes, "lead from there to the pixels?"),
        (wrong_pixels(activation=special.expit), "not a sigmoid"),
        (wrong_pixels(factor=2), "numbers are not right"),
    ],
    check.diagnoses: [
        ({**check.DIAGNOSES, "A": "rate too large"}, "'A': with a rate too large"),
        ({**check.DIAGNOSES, "B": "rate too small"}, "'B': with a rate too small"),
        ({**check.DIAGNOSES, "D": "all weights zero"}, "'D': if all weights were zero"),
        ({**check.DIAGNOSES, "C": "dead layer"}, "'C': in a dead layer"),
        ({**check.DIAGNOSES, "E": "labels out of step"}, "'E': where labels are out of step"),
        ({**check.DIAGNOSES, "C": "pixels not scaled"}, "lie from 0 to 1"),
        ({**check.DIAGNOSES, "A": "bad luck"}, "answer with one of these words"),
    ],
    check.own_task: [
        ({**RING, "points": same_ring}, "the same each time"),
        ({**RING, "points": halves}, "bend your shapes"),
        ({**RING, "network": query(board_classes)}, "of 1000 new points right"),
        ({**RING, "network": query(ring_classes, 3)}, "2 classes the network should"),
        ({**RING, "points": lambda n, rng: rare(*ring(n, rng))}, "give each class 50"),
        ({**RING, "network": ring_classes}, "cannot be queried"),
        ({**RING, "points": lambda n, rng: ring(n, rng)[0]}, "two things should come back"),
        ({**RING, "points": lambda n, rng: ring(n // 2, rng)}, "x: for n = 1000"),
        ({**RING, "points": lambda n, rng: (ring(n, rng)[0], np.ones((n, 1)))}, "the labels: for"),
        ({**RING, "points": lambda n, rng: (ring(n, rng)[0], rng.random(n))}, "whole numbers"),
        (
            {**RING, "points": lambda n, rng: (ring(n, rng)[0], np.zeros(n))},
            "all points have the same label",
        ),
    ],
}
