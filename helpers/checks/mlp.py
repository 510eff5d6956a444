"""Checks for the exercises of lesson 03."""

import numpy as np

from helpers.checks.core import (
    Wrong,
    about,
    call,
    check,
    choose,
    compare,
    compare_named,
    named,
    numbers,
    try_out,
)

# The network of the pencil: two inputs, two hidden units with ReLU, two scores.
X = np.array([1.0, 2])
W1, B1 = np.array([[2, 1], [0.5, -2]]), np.array([-1.0, 1])
W2, B2 = np.array([[1.5, 0.5], [3, -1]]), np.array([-1.0, 0])


def _softmax(z, axis=1):
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@check
def by_hand(answers):
    """One sample through a network with one hidden layer, its probabilities and its loss."""
    z = X @ W1 + B1
    hidden = np.maximum(z, 0)
    scores = hidden @ W2 + B2
    p = _softmax(scores, axis=0)
    hints = {
        "hidden": (
            hidden,
            {
                "one unit has a negative sum: what does ReLU make of it?": z,
                "where are the biases? They stand above the units": np.maximum(X @ W1, 0),
                "this is its absolute value; ReLU does something else with a negative sum": np.abs(
                    z
                ),
            },
        ),
        "scores": (
            scores,
            {
                "one bias is not 0": hidden @ W2,
                "the hidden layer's negative sum is still in them": z @ W2 + B2,
                "scores may be negative and large: the output layer has no ReLU, but also no"
                " softmax yet": p,
            },
        ),
        "probabilities": (
            p,
            {
                "they sum to 1, but the scores were only divided by their sum: what comes before"
                " the division?": scores / scores.sum(),
                "these are the powers of e; divide each by their sum": np.exp(scores),
            },
        ),
        "loss": (
            -np.log(p[1]),
            {
                "a loss that is negative? The logarithm of a number below 1 is negative, so there"
                " is a minus in front": np.log(p[1]),
                "this logarithm has the base 10; ln has the base e": -np.log10(p[1]),
                "this is the loss if class 0 were the true one; classes are counted from"
                " 0": -np.log(p[0]),
                "this is the mean squared error": np.mean((p - [0, 1]) ** 2),
            },
        ),
    }
    compare_named(answers, hints, rtol=0, atol=2e-3)


@check
def counts(answers):
    """A pixel's number, parameters, steps, updates, dropout's factor, a step with momentum."""
    hints = {
        "pixel": (152, {"rows and columns changed places: whole rows of 28 come first": 341,
                        "counted from 0, the first pixel has number 0": 153,
                        "how many pixels stand in the rows above? A row has 28": 17}),
        "parameters": (89_610, {"each unit has a bias, too": 89_400,
                                "there are two hidden layers": 79_510,
                                "dropout leaves units out in training only; none of their weights"
                                " goes away": 70_010}),
        "steps": (844, {"a part of the 60,000 is set aside for validation": 938,
                        "Keras does not drop the last, smaller batch": 843,
                        "a part of a batch is a step, too": 843.75}),
        "last batch": (48, {"the last batch is what the full ones leave over": 64,
                            "that many are missing in it": 16,
                            "a part of the 60,000 is set aside for validation": 32}),
        "updates": (2532, {"that is one epoch": 844,
                           "the weights change once for each batch, not for each image": 162_000,
                           "the weights change after each batch, not only after each epoch": 3}),
        "kept": (5, {"it does not stay as it is: the others make up for those that were dropped": 3,
                     "divide by the share that stays, not by the share that goes": 7.5,
                     "it grows: the sum should stay the same on average": 1.8}),
        "momentum": (1.38, {"this is without momentum": 1.08,
                            "this is the velocity; where is the weight after it?": 0.78,
                            "this is with momentum 0.9": 1.62}),
    }  # fmt: skip
    compare_named(answers, hints)


@check
def softmax(function, rng):
    """Scores become probabilities row by row, however large the scores are."""
    cases = [(rng.permutation(6).reshape(2, 3).astype(float),), (rng.normal(size=(3, 4)),)]
    cases += [(rng.normal(size=(4, 2)),), (rng.normal(size=(1, 5)),), (np.zeros((2, 2)),)]
    try_out(
        function,
        _softmax,
        cases,
        {
            "each column sums to 1; which numbers belong to one image?": lambda z: _softmax(z, 0),
            "all numbers together sum to 1, but each row should": lambda z: (
                np.exp(z) / np.exp(z).sum()
            ),
            "each row was divided by its sum; what comes before that?": lambda z: (
                z / z.sum(axis=1, keepdims=True)
            ),
        },
    )
    nan = "softmax does not change if the same number is subtracted from a whole row: which one helps?"
    for scores, hint in [
        ([[1000.0, 999, 998]], f"scores of 1,000 are too large for e to the power of them; {nan}"),
        ([[2000.0, 2001], [0, 1]], f"in one batch with large scores, small ones fail; {nan}"),
        ([[-2000.0, -2001], [-1, 0]], f"scores of -2,000 leave a sum of 0; {nan}"),
    ]:
        with np.errstate(all="ignore"):
            result = np.asarray(call(function, np.array(scores)))
        if not np.allclose(result, _softmax(np.array(scores))):
            raise Wrong(hint)


@check
def cross_entropy(function, rng):
    """The mean cross-entropy of probabilities, for labels that are plain digits."""

    def true(p, labels, floor=1e-7):
        return np.maximum(p[np.arange(len(p)), labels], floor)

    def loss(p, labels):
        return np.mean(-np.log(true(p, labels)))

    def squared(p, labels):
        return np.mean((p - np.eye(p.shape[1])[labels]) ** 2)

    cases = []
    for n, classes in [(2, 3), (5, 10), (4, 4), (1, 3)]:
        p = _softmax(rng.normal(size=(n, classes)))
        cases.append((p, (p.argmin(axis=1) + rng.integers(0, 2, n)) % classes))
    try_out(
        function,
        loss,
        cases,
        {
            "the sign is wrong: a loss is 0 for a perfect answer, and positive else": lambda p, y: (
                -loss(p, y)
            ),
            "this is the sum over the images; the loss is their mean": lambda p, y: (
                loss(p, y) * len(p)
            ),
            "this is the loss of each image; take the mean": lambda p, y: -np.log(true(p, y)),
            "the logarithm has base 10 or 2; `np.log` is ln": lambda p, y: loss(p, y) / np.log(10),
            "the logarithm has base 2 or 10; `np.log` is ln": lambda p, y: loss(p, y) / np.log(2),
            "this is the mean over all n x classes numbers, of which all but n are 0": lambda p, y: (
                loss(p, y) / p.shape[1]
            ),
            "`p[:, labels]` takes the classes of all images from each row; you need one number"
            " from each row": lambda p, y: np.mean(-np.log(p[:, y])),
            "this uses the largest probability of each row; which one belongs to the"
            " label?": lambda p, y: np.mean(-np.log(p.max(axis=1))),
            "first the logarithm of each, then the mean: you took the logarithm of the"
            " mean": lambda p, y: -np.log(np.mean(true(p, y))),
            "this is the mean squared error": squared,
        },
    )
    with np.errstate(all="ignore"):
        result = np.asarray(call(function, np.array([[1.0, 0], [0.5, 0.5]]), np.array([1, 1])))
    if not np.isfinite(result).all():
        raise Wrong(
            "a probability of exactly 0 makes the loss infinite; what is the least that counts?"
        )
    compare(
        result,
        loss(np.array([[1.0, 0], [0.5, 0.5]]), np.array([1, 1])),
        {"a probability of 0 must count as 1e-7, neither more nor less": result},
    )


@check
def shuffled_data(function, rng):
    """Images in a new order, as rows of numbers from 0 to 1, each with its own one-hot label."""
    images = rng.integers(0, 256, (12, 28, 28)).astype(np.uint8)
    labels = rng.permutation(np.arange(12) % 10)
    x, y = _two_arrays(call(function, images, labels, rng))
    for name, array, shape in [("x", x, (12, 784)), ("y", y, (12, 10))]:
        if array.shape != shape:
            raise Wrong(f"{name} has shape {array.shape}; for 12 images {shape} is expected")
    if x.max() > 1:
        raise Wrong(f"x goes up to {x.max():g}; 255 should become 1")
    if np.isin(x, [0, 1]).all():
        raise Wrong("all grey is gone, x is 0 or 1: what is 200 // 255?")
    rows = images.reshape(12, 784) / 255
    distances = np.abs(x[:, None] - rows).max(axis=2)  # (rows of x, images)
    source = distances.argmin(axis=1)
    if distances.min(axis=1).max() > 1e-3:
        raise Wrong("the rows of x are not the images. Draw the first one, with reshape(28, 28)")
    if len(set(source)) < 12:
        raise Wrong("some images occur more than once, and others are missing")
    if not np.isin(y, [0, 1]).all() or not np.all(y.sum(axis=1) == 1):
        raise Wrong("a row of y is not one-hot: one 1 and nine 0")
    if np.array_equal(source, np.arange(12)):
        raise Wrong("the images are still in their old order: they should be shuffled")
    if not np.array_equal(y.argmax(axis=1), labels[source]):
        if np.array_equal(y.argmax(axis=1), labels):
            raise Wrong("the images got a new order, and their labels did not")
        raise Wrong("images and labels got different orders: draw one order and use it for both")


def _two_arrays(result):
    try:
        x, y = result
    except (TypeError, ValueError):
        raise Wrong("your function should return two arrays: `return x, y`") from None
    with about("x"):
        x = numbers(x)
    with about("y"):
        return x, numbers(y)


@check
def learns(answers):
    """Which changes of a training leave a network that reads digits."""
    clue = {
        "shuffled pixels": "each unit has its own weight for each pixel: does it know where the"
        " pixel stands?",
        "renamed labels": "to the network a digit is the name of one of ten outputs: is the new"
        " naming still a rule that it can learn?",
        "random labels": "what could it learn that helps with images it has not seen?",
        "not divided": "inputs 255 times as large make steps 255 times as large: is 0.1 still a"
        " fitting learning rate?",
        "not divided, rate 0.001": "the inputs are larger, and the steps are made smaller: do they"
        " fit again?",
        "Adadelta, rate 0.001": "is this the learning rate that Adadelta needs, or only the one"
        " that Keras takes if you say nothing?",
    }
    wrong = {"random labels", "not divided", "Adadelta, rate 0.001"}
    for name, answer in zip(clue, named(answers, clue)):
        word, other = ("fails", "learns") if name in wrong else ("learns", "fails")
        with about(repr(name)):
            choose(answer, word, {other: clue[name]})


@check
def which_set(answers):
    """What training, validation and test set are for."""
    chosen = "whatever is chosen by a set makes its score too good"
    hints = {
        "move the weights": ("training", {
            "validation": "a set that the weights were fitted to can no longer judge them",
            "test": "that would be an exam whose questions were the homework"}),
        "choose the learning rate": ("validation", {
            "training": "the rate that learns the training images by heart best is not the best"
            " for new ones",
            "test": f"then it can no longer be the exam: {chosen}"}),
        "decide when to stop": ("validation", {
            "training": "the training loss falls for ever; what shows the overfitting?",
            "test": f"to stop is a choice, too: {chosen}"}),
        "publish the accuracy": ("test", {
            "training": "the network has seen these images and knows many of them by heart",
            "validation": f"you have chosen by it, and {chosen}"}),
    }  # fmt: skip
    for name, answer in zip(hints, named(answers, hints)):
        with about(repr(name)):
            choose(answer, *hints[name])


LOSSES = [  # their order decides: early and late stops lead to other epochs
    ([9, 7, 5, 8, 6, 4, 4.5, 4.7, 3.5, 3.8, 3.9, 3.95, 3], 2),
    ([9, 7, 5, 8, 4, 6, 7, 3], 2),
    ([5, 6, 4], 1),
    ([5, 4, 3, 2], 2),
    ([5, 4, 6, 7], 3),
]


@check
def epoch_to_keep(function, rng):
    """Early stopping: the best epoch until `patience` epochs in a row brought nothing better."""

    def keep(losses, patience, first=1, grows=False, give="best"):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            better = loss < losses[epoch - 1 if grows and epoch else best] or not epoch
            best = epoch if loss < losses[best] else best
            waited = 0 if better else waited + 1
            if waited == patience:
                break
        return first + (best if give == "best" else epoch)

    cases = []
    for losses, patience in LOSSES:
        ranks = np.argsort(np.argsort(losses))
        levels = np.sort(rng.choice(np.arange(10, 90), len(losses), replace=False)) / 100
        cases.append((levels[ranks].tolist(), patience))
    cases += [(rng.random(12).round(3).tolist(), patience) for patience in (1, 2, 3)]
    try_out(
        function,
        keep,
        cases,
        {
            "epochs are counted from 1": lambda *given: keep(*given, first=0),
            "this is the best of all epochs, but training has stopped before it": lambda losses, _: (
                1 + np.argmin(losses)
            ),
            "this is the epoch at which training stops; which one before it was the"
            " best?": lambda *given: keep(*given, give="last"),
            "an epoch counts as better only if it beats the best so far, not just the one before"
            " it": lambda *given: keep(*given, grows=True),
            "training stops one epoch too late": lambda losses, patience: keep(
                losses, patience + 1
            ),
            "training stops one epoch too early": lambda losses, patience: keep(
                losses, max(patience - 1, 1)
            ),
            "this is the smallest loss; the number of its epoch is asked for": lambda *given: given[
                0
            ][keep(*given) - 1],
        },
    )


@check
def found_and_right(function, rng):
    """How many of my digits were found, and how many of those called mine are."""
    cases = []
    for n, flips in [(12, 3), (30, 8), (9, 2)]:
        is_mine = np.arange(n) < n // 3
        says = is_mine.copy()
        says[:1] = False
        says[n // 3 : n // 3 + flips] = True
        order = rng.permutation(n)
        cases.append((says[order], is_mine[order]))
    cases += [(np.array([True, True, False]), np.array([True, False, True]))]

    def shares(says, is_mine):
        both = np.sum(says & is_mine)
        return both / np.sum(is_mine), both / np.sum(says) if says.any() else 0.0

    def twice_accuracy(says, is_mine):
        return (np.mean(says == is_mine),) * 2

    try_out(
        function,
        shares,
        cases,
        {
            "the two shares changed places: `found` is a share of all that are mine": lambda *given: (
                shares(*given)[::-1]
            ),
            "these are shares of all images; divide by those that are mine, or are called"
            " so": lambda says, mine: (np.mean(says & mine),) * 2,
            "both are the accuracy, which counts the many right answers 'not mine'": twice_accuracy,
            "the second is the accuracy; how many of those called mine are mine?": lambda *given: (
                shares(*given)[0],
                twice_accuracy(*given)[0],
            ),
            "both have the same denominator: `right` is a share of those that are called"
            " mine": lambda *given: (shares(*given)[0],) * 2,
            "the first counts whoever is called mine, rightly or not; how many of mine are"
            " among them?": lambda says, mine: (says.sum() / mine.sum(), shares(says, mine)[1]),
        },
    )
    silent = np.zeros(3, bool), np.array([True, False, False])
    with np.errstate(all="ignore"):
        try:
            compare(call(function, *silent), shares(*silent))
        except Wrong:
            raise Wrong("a program that calls no image mine should get 0 and 0") from None
