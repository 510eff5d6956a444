"""Checks for the exercises of lesson 06."""

import numpy as np
from scipy import ndimage

from helpers.checks.core import (
    Wrong,
    about,
    call,
    check,
    choose,
    compare,
    compare_named,
    named,
    try_out,
)


@check
def file_size(answers):
    """How many numbers a LeNet for 26 letters has, and how many bytes they take."""
    compare_named(answers, {
        "numbers": (63_066, {
            "this is the network for ten digits": 61_706,
            "each new unit has a bias, too": 63_040,
            "the old output layer is replaced, not kept": 63_916,
            "how many numbers go into the output layer? Look at the sizes of the weights": 64_002,
        }),
        "bytes": (252_264, {
            "a float32 takes four bytes": 63_066,
            "these are bits": 2_018_112,
            "this would be float64": 504_528,
            "this is the network for ten digits": 246_824,
        }),
    }, rtol=1e-6)  # fmt: skip


@check
def trusted(answers):
    """Which files from a stranger to load."""
    code = "can this file bring along a function that runs on your machine?"
    right = {
        "weights in an HDF5 file": ("load", "it holds arrays of numbers, and no code"),
        "a pickle": ("refuse", "what happens while a pickle is loaded?"),
        "an ONNX file": ("load", "it holds numbers and a list of known operations"),
        "a .keras file, with safe_mode=False": ("refuse", code),
        "a LiteRT file": (
            "load",
            "a small runtime reads it, which knows a fixed list of operations",
        ),
    }
    for name, answer in zip(right, named(answers, right)):
        word, hint = right[name]
        with about(repr(name)):
            choose(answer, word, {"refuse" if word == "load" else "load": hint})


ROW = np.array([8, 8, 4, 8, 4, 4, 2, 4])


@check
def by_hand(answers):
    """The stages of the preparation on a row of eight pixels, and on the sizes of a digit."""
    largest, smallest = ndimage.maximum_filter1d, ndimage.minimum_filter1d
    ground = smallest(largest(ROW, 3), 3)
    compare_named(answers, {
        "ground": (ground, {
            "the largest around each is right; now take the smallest of those around each": (
                largest(ROW, 3)
            ),
            "first the largest, then the smallest of those": largest(smallest(ROW, 3), 3),
            "this is the smallest around each; the ink must disappear": smallest(ROW, 3),
            "the ink is still there": ROW,
        }),
        "ink": (1 - ROW / ground, {
            "in the shade the same ink takes less light away: divide by the ground": ground - ROW,
            "this is the share of the light that is left": ROW / ground,
            "divide by the ground of each place, not by the brightest": (ground - ROW) / 8,
        }),
        "fit": ([20, 11], {
            "both sides are scaled alike: a 1 must not become as wide as an 8": [20, 20],
            "rows come first": [11, 20],
            "the digit fits into 20 x 20, the rest of 28 x 28 is rim": [28, 15],
        }),
        "corner": ([5, 9], {
            "this puts the middle of the box into the middle; the centre of mass should be"
            " there": [4, 8.5],
            "rows come first": [9, 5],
            "pixels are counted from 0, so the middle of 28 is not 14": [5.5, 9.5],
            "the middle lies between pixels 13 and 14": [4.5, 8.5],
        }),
    })  # fmt: skip


@check
def dark_ink(function, rng):
    """Dark ink on light ground, whichever way round the picture came."""
    pictures = [
        _written(rng, *levels) for levels in [(0.8, 0.2), (0.2, 0.8), (0.35, 0.1), (0.6, 0.95)]
    ]
    pictures += [_written(rng, *rng.permutation([0.2, 0.45, 0.7, 0.95])[:2]) for _ in range(8)]
    right = [bool(np.median(p) < (p.min() + p.max()) / 2) for p in pictures]
    found = [_is_turned(function, picture) for picture in pictures]
    if found == right:
        return
    border = (
        "a border at 0.5 fails for dark ink on paper in the shade, and for white chalk on a light"
        " board. What is there more of, ground or ink?"
    )
    slips = {
        "every picture is turned; those with dark ink should stay": [True for _ in pictures],
        "no picture is turned; those with light ink should be": [False for _ in pictures],
        "the wrong ones are turned": [not turn for turn in right],
    }
    for hint, slip in slips.items():
        if found == slip:
            raise Wrong(hint)
    if found in ([p.mean() < 0.5 for p in pictures], [np.median(p) < 0.5 for p in pictures]):
        raise Wrong(border)
    off = next(n for n, turn in enumerate(right) if found[n] != turn)
    raise Wrong(
        f"a picture with most levels near {np.median(pictures[off]):.2f}, the darkest"
        f" {pictures[off].min():.2f} and the lightest {pictures[off].max():.2f} was"
        f" {'turned' if found[off] else 'not turned'}"
    )


def _is_turned(function, picture):
    """Whether a function turned a picture round; raises Wrong if it did anything else."""
    found = call(function, picture)
    try:
        compare(found, picture)
        return False
    except Wrong:
        compare(found, 1 - picture, {
            "the levels go from 0 to 1, not to 255": 255 - picture,
            "turn by `1 - grey`, so that no light gets lost": picture.max() - picture,
        })  # fmt: skip
        return True


def _written(rng, ground, ink):
    """A grey picture of which an eighth to a third is ink."""
    mask = rng.permutation(48).reshape(6, 8) < rng.integers(6, 17)
    return np.where(mask, ink, ground) + rng.integers(-3, 4, (6, 8)) / 100


@check
def read_all(function, rng):
    """The digits of white pictures in bytes, by a network that knows light ink on black."""
    weights, seen = rng.normal(size=(784, 10)), []

    def network(pictures):
        given = np.asarray(pictures)
        if given.shape[1:] != (28, 28) or given.dtype != np.float32:
            raise ValueError(
                f"the network expects float32 (n, 28, 28), and got {given.dtype} {given.shape}"
            )
        seen.append(given)
        scores = given.reshape(len(given), -1) @ weights
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    for n in (7, 12, 1):
        pictures = np.full((n, 28, 28), 255, np.uint8)
        pictures[:, 6:22, 8:20] = rng.choice([0, 60, 255, 255], (n, 16, 12)).astype(np.uint8)
        seen.clear()
        digits = call(function, pictures, network)
        _judge_given(seen, pictures)
        probabilities = network((1 - pictures / 255).astype("float32"))
        compare(digits, probabilities.argmax(axis=1), {
            "this is the picture that is surest of each digit; asked is the digit that is surest"
            " for each picture: which axis?": probabilities.argmax(axis=0),
            "these are probabilities; at which place do they stand?": probabilities.max(axis=1),
            "one digit for each picture is asked for": probabilities.argmax(),
            "these are all ten probabilities": probabilities,
        })  # fmt: skip


def _judge_given(seen, pictures):
    """Say what is wrong with what reached the network."""
    if not seen:
        raise Wrong("your function does not ask the network")
    given = np.concatenate(seen)
    if given.shape != pictures.shape:
        raise Wrong(f"{len(pictures)} pictures came in, and {len(given)} reached the network")
    if given.max() > 1.001:
        raise Wrong("numbers above 1 reach the network: what did its training divide by?")
    if given.min() < -0.001:
        raise Wrong("numbers below 0 reach the network: divide first, then turn light and dark")
    if np.allclose(given, pictures / 255, atol=1e-3):
        raise Wrong("the network sees dark ink on light ground; it knows light ink on black")
    if not np.allclose(given, 1 - pictures / 255, atol=1e-3):
        raise Wrong("the network should see 0 for the ground and 1 for the ink")


@check
def softmax(function, rng):
    """Softmax with a temperature, along the last axis."""

    def stable(scores, temperature, axis=-1):
        scores = scores / temperature
        powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    cases = [
        (rng.integers(-3, 4, shape).astype(float), t) for shape, t in [((2, 3), 2), ((10,), 0.5)]
    ]
    cases += [(rng.normal(size=(4, 10)), 3.0), (rng.normal(size=(1, 2)), 1.0)]
    cases += [(np.array([1000.0, 998.0, 0.0]), 1.0), (np.array([[-900.0, -901.0]]), 0.5)]
    try_out(
        function,
        stable,
        cases,
        {
            "the temperature multiplies here: divide by it": lambda s, t: stable(s, 1 / t),
            "the temperature has no effect": lambda s, t: stable(s, 1.0),
            "each column sums to 1; each row should: which axis is the last?": lambda s, t: stable(
                s, t, 0
            ),
            "all numbers together sum to 1; each row should": lambda s, t: stable(s, t, None),
            "this is the exponential alone: divide by its sum": lambda s, t: np.exp(
                np.minimum(s / t, 700)
            ),
            "divide the scores, before the exponential": lambda s, t: stable(s, 1.0) / t,
        },
    )


@check
def temperature(answer):
    """The temperature that a forgotten division by 255 resembles."""
    compare(answer, 1 / 255, {
        "the scores become larger, and a temperature divides them: above or below 1?": 255,
        "this temperature changes nothing": 1,
        "the pictures were not multiplied by 256 but left as they were: by what were they not"
        " divided?": 1 / 256,
        "a temperature is not negative": -255,
    }, rtol=0.003)  # fmt: skip


@check
def cost(function, rng):
    """What a picture costs on average, if mistakes and refusals have a price."""

    def reference(sure, correct, level, mistake, refusal):
        answered = sure >= level
        return np.mean(mistake * (answered & ~correct) + refusal * ~answered)

    cases = []
    for n, mistake, refusal in [(8, 10, 1), (20, 5, 2), (50, 100, 3)]:
        sure = np.append(rng.integers(3, 10, n) / 10, [0.7, 0.3, 0.3, 0.9])
        correct = np.append(rng.random(n) < 0.6, [False, False, True, False])
        cases.append((sure, correct, 0.7, mistake, refusal))
    cases += [(np.array([0.5, 0.6]), np.array([False, True]), level, 10, 1) for level in (0, 0.9)]

    def answers_only(sure, correct, level, mistake, refusal):
        answered = sure >= level
        return reference(sure, correct, level, mistake, refusal) * len(sure) / answered.sum()

    try_out(
        function,
        reference,
        cases,
        {
            "at exactly the level, the answer is given": lambda s, c, level, m, r: reference(
                s, c, np.nextafter(level, 1), m, r
            ),
            "a picture that is refused cannot be a mistake: its answer was never given": (
                lambda s, c, level, m, r: np.mean(m * ~c + r * (s < level))
            ),
            "the mean over all pictures is asked for, not over those answered": answers_only,
            "this is the sum; take the mean": lambda s, *given: len(s) * reference(s, *given),
            "the two prices have changed places": lambda s, c, level, m, r: reference(
                s, c, level, r, m
            ),
            "refusals are free here": lambda s, c, level, m, r: reference(s, c, level, m, 0),
            "right answers cost something here": lambda s, c, level, m, r: np.mean(
                m * ((s >= level) & c) + r * (s < level)
            ),
        },
    )


@check
def levels(answers):
    """The probability from which on an answer is cheaper than a refusal."""
    inverse = "this is the probability of a mistake; how sure must the network be?"
    compare_named(answers, {
        "10 to 1": (0.9, {
            inverse: 0.1,
            "a right answer costs nothing, and a refusal always 1": 10 / 11,
        }),
        "100 to 1": (0.99, {
            inverse: 0.01,
            "a right answer is free, and a refusal always costs 1": 100 / 101,
            "look at the costs once more: this is the level for ten to one": 0.9,
        }),
        "1 to 1": (0, {
            "even a mistake costs no more than a refusal: when would you refuse?": 0.5,
            "with this level nearly all is refused. Can that be cheaper?": 1,
        }),
    }, rtol=1e-6)  # fmt: skip


@check
def status(function, rng):
    """What a service says to something that should be a prepared picture: 200 or 422."""
    picture = np.round(rng.random((28, 28)), 2)
    rows = picture.tolist()
    spoilt = {value: picture.copy() for value in (np.nan, -0.1, 1.1)}
    for value, one in spoilt.items():
        one[tuple(rng.integers(28, size=2))] = value
    cases = {
        "a prepared picture": (rows, 200),
        "a picture of whole numbers, 0 and 1": ((picture > 0.5).astype(int).tolist(), 200),
        "blank paper, all 0": (np.zeros((28, 28)).tolist(), 200),
        "grey levels from 0 to 255": ((255 * picture).tolist(), 422),
        "one number a little above 1": (spoilt[1.1].tolist(), 422),
        "a negative number": (spoilt[-0.1].tolist(), 422),
        "27 rows": (rows[1:], 422),
        "28 x 28 x 1": (picture[..., None].tolist(), 422),
        "784 numbers in one row": (picture.ravel().tolist(), 422),
        "one NaN": (spoilt[np.nan].tolist(), 422),
        "rows of different lengths": ([*rows[:-1], rows[-1][:-1]], 422),
        "numbers written as text": ([[str(v) for v in row] for row in rows], 422),
        "a text": ("hello", 422),
        "nothing": (None, 422),
        "a dict": ({"picture": rows}, 422),
    }
    for name, (given, right) in cases.items():
        with about(name):
            found = call(function, given)
            try:
                compare(found, right)
            except Wrong as wrong:
                other = 422 if right == 200 else 200
                compare(found, right, {f"your function says {other} to it": other})
                raise wrong


@check
def as_text(function, rng):
    """The digits of probabilities as a text, with ? for those in doubt."""

    def reference(probabilities, level):
        return "".join(str(p.argmax()) if p.max() >= level else "?" for p in probabilities)

    cases = [(_probabilities(rng, n), 0.75) for n in (6, 12, 1)]
    cases += [(_probabilities(rng, 4), 0.0), (_probabilities(rng, 4), 1.0)]
    mistakes = {
        "at exactly the level, the digit is read": lambda p, level: reference(
            p, np.nextafter(level, 2)
        ),
        "the sure ones are refused and the doubtful ones read": lambda p, level: "".join(
            "?" if row.max() >= level else str(row.argmax()) for row in p
        ),
        "nothing is refused": lambda p, level: reference(p, 0),
        "one sign for each picture, with nothing between them": lambda p, level: " ".join(
            reference(p, level)
        ),
        "this goes through the ten columns; go through the rows, one for each picture": (
            lambda p, level: reference(p.T, level)
        ),
    }
    for probabilities, level in cases:
        found, right = call(function, probabilities, level), reference(probabilities, level)
        if not isinstance(found, str):
            raise Wrong(f"a text is expected, yours is of the kind {type(found).__name__}")
        if found == right:
            continue
        for hint, mistaken in mistakes.items():
            if found == mistaken(probabilities, level):
                raise Wrong(hint)
        if len(found) != len(right):
            raise Wrong(
                f"{len(right)} signs are expected for {len(right)} rows, yours has {len(found)}"
            )
        off = next(place for place, pair in enumerate(zip(found, right)) if pair[0] != pair[1])
        raise Wrong(
            f"for probabilities {probabilities[off].tolist()} and the level {level} a sign is"
            f" wrong: {found[off]!r}"
        )


def _probabilities(rng, n):
    """Rows of ten probabilities; the largest is one of four, exact in binary numbers."""
    largest = np.resize([0.875, 0.5, 0.75, 1.0], n)
    rows = np.zeros((n, 10))
    for row, p in zip(rows, rng.permutation(largest)):
        first, second, third = rng.permutation(10)[:3]
        row[[first, second, third]] = p, 0.75 * (1 - p), 0.25 * (1 - p)
    return rows
