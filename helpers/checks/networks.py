"""Checks for the exercises of lesson 02."""

import numpy as np

from helpers.checks.core import (
    Wrong,
    about,
    call,
    check,
    choose,
    compare,
    is_blank,
    named,
    numbers,
    try_out,
)

# the network of 1 Forward and back with a pencil
X, Y = np.array([2.0, -1.0]), np.array([0.0, 1.0])
W1, B1 = np.array([[1.0, -1.0], [0.5, 1.0]]), np.array([0.5, 1.0])
W2, B2 = np.array([[1.0, 0.5], [3.0, -4.0]]), np.array([-0.5, -0.5])
BY_HAND = {"rtol": 0, "atol": 2e-3}  # sums of numbers that were rounded to three digits


def _softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def _compare_each(answers, right, mistakes, **tolerance):
    """Compare the values of a dict; mistakes: {name: {hint: what a mistake gives}}."""
    for name, answer in zip(right, named(answers, right)):
        with about(repr(name)):
            compare(answer, right[name], mistakes.get(name), **tolerance)


@check
def forward_by_hand(answers):
    """Hidden activations, sums of the outputs, probabilities and both losses of one sample."""
    sums = X @ W1 + B1
    hidden = np.maximum(sums, 0)
    z = hidden @ W2 + B2
    p = _softmax(z)
    right = {"hidden": hidden, "sums": z, "p": p}
    right |= {"cross-entropy": -np.log(p[1]), "mse": np.mean((p - Y) ** 2)}
    no_bias = "the biases are missing"
    mistakes = {
        "hidden": {
            "ReLU is missing: a sum below 0 becomes 0": sums,
            no_bias: np.maximum(X @ W1, 0),
            "your columns are rows: the weights to one hidden unit stand in one column of"
            " W1": np.maximum(W1 @ X + B1, 0),
        },
        "sums": {
            no_bias: hidden @ W2,
            "your columns are rows: the weights to one output stand in one column of W2": W2
            @ hidden
            + B2,
            "the second hidden unit is asleep: it sends 0": sums @ W2 + B2,
        },
        "p": {
            "these are sigmoids, each output for itself; softmax looks at both": _sigmoid(z),
            "the order is turned round: the larger sum has the larger probability": p[::-1],
            "divide e to the power of each sum by the sum of the two powers; these are the plain"
            " sums, divided": z / z.sum(),
        },
        "cross-entropy": {
            "this is the price of the first class; which one is right?": -np.log(p[0]),
            "a loss is positive: the logarithm of a probability is below 0": np.log(p[1]),
            "take the natural logarithm, ln; yours has the base 10": -np.log10(p[1]),
            "take the natural logarithm, ln; yours has the base 2": -np.log2(p[1]),
        },
        "mse": {
            "this is the sum of the two squares; the loss is their mean": np.sum((p - Y) ** 2),
            "these are differences without a square": np.mean(np.abs(p - Y)),
        },
    }
    _compare_each(answers, right, mistakes, **BY_HAND)


@check
def back_by_hand(answers):
    """The slopes of the same network, from its outputs back to its first weights."""
    sums = X @ W1 + B1
    p = _softmax(np.maximum(sums, 0) @ W2 + B2)
    dz2 = p - Y
    da1 = W2 @ dz2
    dz1 = da1 * (sums > 0)
    right = {"dz2": dz2, "da1": da1, "dz1": dz1, "dW1": np.outer(X, dz1)}
    mistakes = {
        "dz2": {
            "the sign is wrong: what the network said minus what was true": Y - p,
            "p (1 - p) is one factor too many: with softmax, the cross-entropy has taken it away"
            " already": dz2 * p * (1 - p),
            "these are the probabilities; what was true?": p,
        },
        "da1": {
            "two routes lead from each hidden unit to the loss; this is one": dz2[0] * W2[:, 0],
            "two routes lead from each hidden unit to the loss; you walked the second only": dz2[1]
            * W2[:, 1],
            "the weights from one hidden unit to both outputs stand in one *row* of W2": dz2 @ W2,
        },
        "dz1": {
            "what does ReLU let through where its sum was below 0?": da1,
            "ReLU's slope is 1 or 0, and not its output": da1 * np.maximum(sums, 0),
        },
        "dW1": {
            "right numbers, wrong places: row by input, column by unit, as W1 itself": np.outer(
                dz1, X
            ),
            "each weight's slope has a factor of its own: its input": np.outer([1, 1], dz1),
            "the second hidden unit was asleep: what can its weights change?": np.outer(X, da1),
        },
    }
    _compare_each(answers, right, mistakes, **BY_HAND)


@check
def predictions(answers):
    """Eight numbers about sizes, epochs, first weights and steps."""
    parameters = 784 * 100 + 100 + 100 * 10 + 10
    right = {"parameters": parameters, "passes": 2 * parameters, "steps": 40, "last batch": 8}
    right |= {"know nothing": np.log(26), "spread": 2, "moved": -0.87, "hidden by": 0.05}
    mistakes = {
        "parameters": {
            "each unit has a bias, too": parameters - 110,
            "the outputs have biases, too": parameters - 10,
            "this is the first layer": 78500,
        },
        "passes": {"each number is nudged twice, up and down": parameters},
        "steps": {
            "39 batches are full, and some images are left": 39,
            "part of a batch is a batch, too": 5000 / 128,
        },
        "last batch": {
            "how many images do the full batches take?": 128,
            "this is the number of images that are missing in the last batch": 120,
        },
        "know nothing": {
            "this is for ten classes": np.log(10),
            "take the natural logarithm, ln": np.log10(26),
            "a loss is positive": -np.log(26),
            "this is the probability; what does it cost?": 1 / 26,
        },
        "spread": {
            "they do not all pull the same way: add the squares, then take the root": 40,
            "this is the mean of the squares; the spread is its root": 4,
            "this is the spread of one weight": 0.1,
        },
        "moved": {
            "this is without momentum": -0.6,
            "this is the second step alone; how far is it from the start?": -0.57,
            "this is the first step": -0.3,
            "a weight moves against its slope": 0.87,
        },
        "hidden by": {
            "the wrong gradient is larger than the right one, so the rate must be smaller": 3.2,
            "with the same rate, the steps are 8 times too long": 0.4,
        },
    }
    _compare_each(answers, right, mistakes, rtol=0, atol=6e-4)


@check
def exclusive_or(weights):
    """A 2-2-1 network with ReLU that tells whether just one of two inputs is 1."""
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    values = []
    for (name, shape), value in zip(shapes.items(), named(weights, shapes)):
        with about(repr(name)):
            values.append(numbers(value))
            if values[-1].shape != shape:
                raise Wrong(f"shape {shape} expected, yours is {values[-1].shape}")
    first, b1, second, b2 = values
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    outputs = (np.maximum(inputs @ first + b1, 0) @ second + b2)[:, 0]
    if np.allclose(outputs, [0, 1, 1, 0], atol=1e-4):
        return
    hints = {
        "this is 'or', with a yes to (1, 1), too. Which unit knows that both are on?": [0, 1, 1, 1],
        "this is 'and', with a yes to (1, 1) only.": [0, 0, 0, 1],
        "this is x1 + x2. Could a unit help that wakes up for (1, 1) only?": [0, 1, 1, 2],
        "the answers are turned round, with a yes where the inputs are equal.": [1, 0, 0, 1],
        "the answers to all four inputs are the same.": outputs[[0, 0, 0, 0]],
    }
    hint = next((hint for hint, seen in hints.items() if np.allclose(outputs, seen)), "")
    table = ", ".join(f"{o:.3g} to ({a}, {b})" for (a, b), o in zip(inputs, outputs))
    raise Wrong(f"{hint} The network answers {table}" if hint else f"it answers {table}")


@check
def measured_slope(function, rng):
    """A slope by a step of h up and one down."""

    def reference(loss, weight, h):
        return (loss(weight + h) - loss(weight - h)) / (2 * h)

    cases = [(np.poly1d([1, 2, 0, 3]), 1.0, 0.5), (np.poly1d([2, -1, 4]), -1.0, 0.25)]
    drawn = [np.poly1d(rng.normal(size=4).round(1)) for _ in range(3)]
    cases += [(loss, rng.normal(), h) for loss, h in zip(drawn, (0.1, 0.01, 0.001))]
    try_out(
        function,
        reference,
        cases,
        {
            "this goes up only: go down as well, as far": lambda loss, weight, h: (
                (loss(weight + h) - loss(weight)) / h
            ),
            "this goes down only: go up as well, as far": lambda loss, weight, h: (
                (loss(weight) - loss(weight - h)) / h
            ),
            "twice as steep as it should be: how far apart are the two places?": lambda loss, weight, h: (
                (loss(weight + h) - loss(weight - h)) / h
            ),
            "the sign is wrong: up minus down": lambda *given: -reference(*given),
            "this is a difference; a slope is a difference for each unit of way": lambda loss, weight, h: (
                loss(weight + h) - loss(weight - h)
            ),
            "you took a step of your own; take h": lambda loss, weight, h: loss.deriv()(weight),
        },
        atol=1e-7,
    )


@check
def first_gradient(function, rng):
    """The gradient of the first weights: hidden ReLUs, sigmoid outputs, the MSE."""

    def gradient(slope, output_slope=True, divide=None, sign=1):
        def claimed(x, y, W1, b1, W2, b2):
            a1 = np.maximum(x @ W1 + b1, 0)
            a2 = _sigmoid(a1 @ W2 + b2)
            dz2 = sign * 2 * (a2 - y) / (divide(y) if divide else y.size)
            dz2 = dz2 * (a2 * (1 - a2) if output_slope else 1)
            return x.T @ (dz2 @ W2.T * slope(a1))

        return claimed

    def on(a1):
        return a1 > 0

    def always(a1):
        return a1 >= 0

    try_out(
        function,
        gradient(on),
        [_samples(rng, *sizes) for sizes in [(6, 3, 5, 2), (1, 2, 4, 3), (4, 4, 6, 4)]],
        {
            "both faults are still there. Compare column by column: which unit should have no"
            " slope at all?": gradient(always, False),
            "units that are off are still taught: can an output of ReLU be below 0?": gradient(
                always
            ),
            "too steep, but 0 where it should be: through what do the sums of the outputs"
            " pass?": gradient(on, False),
            "the mean is over all numbers of y, and not over its rows alone": gradient(
                on, divide=len
            ),
            "this is for a loss that is a sum; it is a mean": gradient(on, divide=lambda y: 1),
            "the sign is wrong: the output minus the target": gradient(on, sign=-1),
            "it is transposed: a gradient has the shape of its weights": lambda *given: (
                gradient(on)(*given).T
            ),
        },
    )


def _samples(rng, n, inputs, hidden, outputs):
    """Return x, y, W1, b1, W2, b2; each y is one-hot, and the first hidden unit is off."""
    b1 = rng.normal(size=hidden)
    b1[0] = -20
    y = np.eye(outputs)[rng.integers(0, outputs, n)]
    first, second = rng.normal(size=(inputs, hidden)), rng.normal(size=(hidden, outputs))
    return rng.normal(size=(n, inputs)), y, first, b1, second, rng.normal(size=outputs)


@check
def safe_softmax(function, rng):
    """Softmax by rows, which large sums do not break."""
    small = [rng.normal(size=(3, 4)).round(1), np.array([[2.0, 1.0], [2.0, 1.0]]), np.zeros((1, 3))]
    large = [np.array([[1000.0, 999.0]]), np.array([[-1000.0, -999.0]])]
    apart = [np.array([[1000.0, 0.0], [-1000.0, -1001.0]])]

    def of_all(z):
        e = np.exp(z - z.max())
        return e / e.sum()

    mistakes = {
        "each row should have the sum 1; yours is 1 over all rows together": of_all,
        "yours has the sum 1 in each column: add up along the rows": lambda z: _softmax(z, 0),
        "nothing is divided yet": lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
        "cutting them off makes them equal. Only differences count: what can you"
        " subtract?": lambda z: _softmax(np.clip(z, -700, 700)),
    }
    for name, cases in {"small": small, "large": large, "far apart, row by row": apart}.items():
        with np.errstate(all="ignore"), about(f"where sums are {name}"):
            try_out(function, _softmax, [(z,) for z in cases], mistakes)


@check
def best_momentum(momentum):
    """The momentum, to one decimal, with which the loss in the valley is smallest at the end."""
    momentum = numbers(momentum)
    if momentum.ndim:
        raise Wrong(f"one number is expected, yours has shape {momentum.shape}")
    if momentum == 0:
        raise Wrong("this is the plain step: does no memory beat it?")
    if momentum < 0.79:
        raise Wrong("more memory still helps")
    if momentum > 0.81:
        raise Wrong("it remembers too much, shoots past the bottom and has to come back")
    compare(momentum, 0.8, {"state it to one decimal": momentum})


@check
def pixel_gradient(function, rng):
    """How fast the cross-entropy grows with each pixel: hidden ReLUs, softmax."""

    def slopes(x, y, W1, b1, W2, b2):
        a1 = np.maximum(x @ W1 + b1, 0)
        dz2 = (_softmax(a1 @ W2 + b2) - y) / len(y)
        return dz2 @ W2.T * (a1 > 0)

    def right(x, y, W1, *others):
        return slopes(x, y, W1, *others) @ W1.T

    def off_counts(x, y, W1, b1, W2, b2):
        a2 = _softmax(np.maximum(x @ W1 + b1, 0) @ W2 + b2)
        return (a2 - y) / len(y) @ W2.T @ W1.T

    try_out(
        function,
        right,
        [_samples(rng, *sizes) for sizes in [(5, 3, 4, 2), (1, 6, 4, 3), (3, 3, 3, 3)]],
        {
            "units that are off let nothing through: where is the slope of ReLU?": off_counts,
            "the loss is a mean over the samples: divide by their number": lambda x, *others: (
                len(x) * right(x, *others)
            ),
            "this goes uphill: what the network said minus what was true": lambda *given: (
                -right(*given)
            ),
            "this is the gradient of the first weights; go one step further, to their"
            " input": lambda *given: given[0].T @ slopes(*given),
            "this is dz of the hidden layer: which weights lead from there to the"
            " pixels?": slopes,
            "the second sum is not a sigmoid's: the outputs are a softmax, with the"
            " cross-entropy": lambda x, y, W1, b1, W2, b2: (
                ((_sigmoid(np.maximum(x @ W1 + b1, 0) @ W2 + b2) - y) / len(y)) @ W2.T
                * (x @ W1 + b1 > 0)
            ) @ W1.T,
        },
    )  # fmt: skip


FAULTS = {
    "rate too large": "with a rate too large the loss is far above 2.3, and the weights are huge",
    "rate too small": "with a rate too small the biases are still near 0, where they began",
    "all weights zero": "if all weights were zero, so would be the largest",
    "dead layer": "in a dead layer all hidden activations are 0, and the weights neither 0 nor huge",
    "labels out of step": "where labels are out of step, hidden units are awake all the same, and"
    " the biases have moved",
    "pixels not scaled": "all five saw the pixels of this notebook, and those lie from 0 to 1",
}
DIAGNOSES = {
    "A": "labels out of step",
    "B": "all weights zero",
    "C": "rate too large",
    "D": "dead layer",
    "E": "rate too small",
}


def stuck_networks(Network, x, y, epochs=5):
    """Return five networks that are stuck, each with its losses: {letter: (network, losses)}.

    Args:
        Network: the class of lesson 02.
        x, y: training images (n, 784) from 0 to 1, and one-hot targets (n, 10).
    """
    found, rates = {}, {"rate too large": 10, "rate too small": 1e-5, "labels out of step": 0.003}
    for letter, fault in DIAGNOSES.items():
        network = Network([784, 32, 10], np.random.default_rng(0))
        for weights in network.W:
            weights *= fault != "all weights zero"
        network.b[0] -= 30 * (fault == "dead layer")
        rate = rates.get(fault, 0.03)
        targets = np.roll(y, 1, axis=0) if fault == "labels out of step" else y
        with np.errstate(all="ignore"):
            losses = [network.train(x, targets, rate, batch_size=32) for _ in range(epochs)]
        found[letter] = network, losses
    return found


@check
def diagnoses(answers):
    """What is wrong with each of the five patients."""
    for letter, answer in zip(DIAGNOSES, named(answers, DIAGNOSES)):
        right = DIAGNOSES[letter]
        with about(repr(letter)):
            choose(answer, right, {word: hint for word, hint in FAULTS.items() if word != right})


@check
def own_task(answers, rng):
    """Points in shapes that no straight line tells apart, and a network that does."""
    points, network = named(answers, ["points", "network"])
    x, labels = _points(points, rng)
    if np.allclose(x, _points(points, rng)[0]):
        raise Wrong("the points are the same each time: draw them from the generator `rng`")
    classes = int(labels.max()) + 1
    fewest = np.bincount(labels, minlength=classes).min()
    if classes < 2:
        raise Wrong("all points have the same label: two classes or more are expected")
    if fewest < 50:
        raise Wrong(f"of 1000 points one class has {fewest}; give each class 50 or more")
    with_one = np.column_stack([x, np.ones(len(x))])
    line = with_one @ np.linalg.lstsq(with_one, np.eye(classes)[labels], rcond=None)[0]
    if np.mean(line.argmax(axis=1) == labels) > 0.9:
        raise Wrong("straight lines tell more than 90% of these points apart: bend your shapes")
    if not callable(getattr(network, "query", None)):
        raise Wrong("a network of the class Network is expected: what you gave cannot be queried")
    said = numbers(call(network.query, x))
    if said.shape != (len(x), classes):
        raise Wrong(
            f"for {len(x)} points of {classes} classes the network should answer"
            f" {(len(x), classes)} numbers, and answers {said.shape}"
        )
    share = np.mean(said.argmax(axis=1) == labels)
    if share < 0.95:
        raise Wrong(
            f"the network reads {share:.0%} of 1000 new points right; 95% are expected. More"
            " epochs, more units, a second hidden layer, or shapes that overlap less?"
        )
    return "your network bends where straight lines fail"


def _points(points, rng):
    """Return 1000 points that the learner's function draws, with their labels as whole numbers."""
    drawn = call(points, 1000, rng.spawn(1)[0])
    if not isinstance(drawn, (tuple, list)) or len(drawn) != 2 or is_blank(drawn):
        raise Wrong("two things should come back from your function of points: x and the labels")
    with about("x"):
        x = numbers(drawn[0])
        if x.shape != (1000, 2):
            raise Wrong(f"for n = 1000, shape (1000, 2) is expected, yours is {x.shape}")
    with about("the labels"):
        labels = numbers(drawn[1])
        if labels.shape != (1000,):
            raise Wrong(f"for n = 1000, shape (1000,) is expected, yours is {labels.shape}")
        if (labels % 1).any() or labels.min() < 0 or labels.max() > 99:
            raise Wrong("whole numbers from 0 on are expected")
    return x, labels.astype(int)
