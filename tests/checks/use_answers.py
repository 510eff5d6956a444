"""Right and wrong answers to the exercises of lesson 06."""

import numpy as np

from helpers import from_lesson
from helpers.checks import use as check

solved = from_lesson(
    "solutions/06_use", "dark_ink", "read_all", "softmax", "cost", "status", "as_text"
)

SIZE = {"numbers": 63_066, "bytes": 252_264}
FILES = {
    "weights in an HDF5 file": "load",
    "a pickle": "refuse",
    "an ONNX file": "load",
    "a .keras file, with safe_mode=False": "refuse",
    "a LiteRT file": "load",
}
HAND = {"ground": [8, 8, 8, 8, 4, 4, 4, 4], "ink": [0, 0, 0.5, 0, 0, 0, 0.5, 0]}
HAND |= {"fit": [20, 11], "corner": [5, 9]}
LEVELS = {"10 to 1": 0.9, "100 to 1": 0.99, "1 to 1": 0}


def dark_ink_by_mean(grey):
    """There is less ink than ground, so the mean lies on the ground's side of the middle."""
    return 1 - grey if grey.mean() < (grey.min() + grey.max()) / 2 else grey.tolist()


def read(divide=255, turn=True, axis=1, answer=np.argmax):
    """A reader of white pictures in bytes, as in the solution or with one thing wrong."""

    def read_all(pictures, network):
        prepared = pictures / np.float32(255)
        prepared = (1 - prepared if turn else prepared) * np.float32(255 / divide)
        return answer(network(prepared.astype("float32")), axis=axis)

    return read_all


def read_one_by_one(pictures, network):
    prepared = (255 - pictures).astype("float32") / 255
    return [max(range(10), key=network(one[None])[0].__getitem__) for one in prepared]


def probabilities(scores, axis=-1):
    powers = np.exp(scores - np.max(scores, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def softmax_by_differences(scores, temperature):
    """1 / sum of e to the differences, one number after the other."""
    rows = np.atleast_2d(scores)
    with np.errstate(over="ignore"):
        result = [[1 / np.exp((row - s) / temperature).sum() for s in row] for row in rows]
    return np.float32(result).reshape(np.shape(scores))


def softmax_that_overflows(scores, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(scores / temperature)
        return powers / powers.sum(axis=-1, keepdims=True)


def cost_one_by_one(sure, correct, level, mistake, refusal):
    total = 0
    for p, is_right in zip(sure, correct):
        total += refusal if p < level else 0 if is_right else mistake
    return total / len(sure)


def cost_of_answers(sure, correct, level, mistake, refusal):
    answered = sure >= level
    return (mistake * (answered & ~correct).sum() + refusal * (~answered).sum()) / answered.sum()


def door(shape=(28, 28), kinds="iuf", low=True, high=True, allows_nan=False, ragged=422):
    """A doorkeeper, as in the solution or with one thing wrong."""

    def status(picture):
        try:
            numbers = np.array(picture)
        except ValueError:
            return ragged
        if shape and numbers.shape != shape or numbers.dtype.kind not in kinds:
            return 422
        numbers = numbers.astype(float)
        inside = (numbers >= 0) | (not low), (numbers <= 1) | (not high)
        fits = inside[0] & inside[1] | (allows_nan & np.isnan(numbers))
        return 200 if fits.all() else 422

    return status


def status_by_rows(picture):
    def is_number(value):
        return isinstance(value, (int, float)) and 0 <= value <= 1

    rows = isinstance(picture, list) and len(picture) == 28
    rows = rows and all(isinstance(row, list) and len(row) == 28 for row in picture)
    fits = rows and all(is_number(value) for row in picture for value in row)
    return np.int64(200 if fits else 422)


def text(sign=lambda p, level: p.max() >= level, between="", turn=False):
    """A text of digits, as in the solution or with one thing wrong."""

    def as_text(probabilities, level):
        rows = probabilities.T if turn else probabilities
        return between.join(str(p.argmax()) if sign(p, level) else "?" for p in rows)

    return as_text


RIGHT = {
    check.file_size: [SIZE, {name: np.float64(n) for name, n in SIZE.items()}],
    check.trusted: [FILES, {name: word.upper() for name, word in FILES.items()}],
    check.by_hand: [HAND, {name: np.float32(row) for name, row in HAND.items()}],
    check.dark_ink: [solved.dark_ink, dark_ink_by_mean],
    check.read_all: [solved.read_all, read(), read_one_by_one],
    check.softmax: [solved.softmax, softmax_by_differences],
    check.temperature: [1 / 255, 0.00392, np.float32(1 / 255)],
    check.cost: [solved.cost, cost_one_by_one],
    check.levels: [LEVELS, {name: np.array(level) for name, level in LEVELS.items()}],
    check.status: [solved.status, status_by_rows, door()],
    check.as_text: [solved.as_text, text()],
}

WRONG = {
    check.file_size: [
        ({**SIZE, "numbers": 61_706}, "'numbers': this is the network for ten digits"),
        ({**SIZE, "numbers": 63_040}, "has a bias"),
        ({**SIZE, "numbers": 63_916}, "replaced, not kept"),
        ({**SIZE, "numbers": 64_002}, "go into the output layer"),
        ({**SIZE, "bytes": 63_066}, "takes four bytes"),
        ({**SIZE, "bytes": 2_018_112}, "these are bits"),
        ({**SIZE, "bytes": 504_528}, "float64"),
        ({**SIZE, "bytes": 246_824}, "'bytes': this is the network for ten digits"),
    ],
    check.trusted: [
        ({**FILES, "weights in an HDF5 file": "refuse"}, "arrays of numbers"),
        ({**FILES, "a pickle": "load"}, "while a pickle is loaded"),
        ({**FILES, "an ONNX file": "refuse"}, "known operations"),
        ({**FILES, "a .keras file, with safe_mode=False": "load"}, "runs on your machine"),
        ({**FILES, "a LiteRT file": "refuse"}, "a small runtime"),
        ({**FILES, "a LiteRT file": True}, "answer with one of these words"),
    ],
    check.by_hand: [
        ({**HAND, "ground": [8, 8, 8, 8, 8, 4, 4, 4]}, "the largest around each is right"),
        ({**HAND, "ground": [8, 8, 4, 4, 4, 4, 2, 2]}, "first the largest, then"),
        ({**HAND, "ground": [8, 4, 4, 4, 4, 2, 2, 2]}, "the ink must disappear"),
        ({**HAND, "ground": check.ROW}, "the ink is still there"),
        ({**HAND, "ink": [0, 0, 4, 0, 0, 0, 2, 0]}, "divide by the ground."),
        ({**HAND, "ink": [1, 1, 0.5, 1, 1, 1, 0.5, 1]}, "light that is left"),
        ({**HAND, "ink": [0, 0, 0.5, 0, 0, 0, 0.25, 0]}, "not by the brightest"),
        ({**HAND, "fit": [20, 20]}, "scaled alike"),
        ({**HAND, "fit": [11, 20]}, "'fit': rows come first"),
        ({**HAND, "fit": [28, 15]}, "the rest of 28 x 28"),
        ({**HAND, "corner": [4, 8.5]}, "the middle of the box"),
        ({**HAND, "corner": [9, 5]}, "'corner': rows come first"),
        ({**HAND, "corner": [5.5, 9.5]}, "counted from 0"),
        ({**HAND, "corner": [4.5, 8.5]}, "between pixels 13 and 14"),
        ({**HAND, "ground": [8, 8, 8, 8]}, "shape (8,) expected"),
    ],
    check.dark_ink: [
        (lambda grey: 1 - grey, "every picture is turned"),
        (lambda grey: grey, "no picture is turned"),
        (lambda grey: 1 - np.asarray(solved.dark_ink(grey)), "the wrong ones are turned"),
        (lambda grey: 1 - grey if grey.mean() < 0.5 else grey, "a border at 0.5 fails"),
        (lambda grey: 1 - grey if grey.max() < 0.5 else grey, "and the lightest"),
        (lambda grey: grey if solved.dark_ink(grey) is grey else 255 - grey, "not to 255"),
        (
            lambda grey: grey if solved.dark_ink(grey) is grey else grey.max() - grey,
            "no light gets lost",
        ),
    ],
    check.read_all: [
        (read(divide=1), "numbers above 1 reach the network"),
        (read(turn=False), "dark ink on light ground"),
        (
            lambda pictures, network: network(1 - pictures.astype("float32")).argmax(axis=1),
            "divide first",
        ),
        (read(axis=0), "which axis?"),
        (read(answer=np.max), "at which place"),
        (read(axis=None), "one digit for each picture"),
        (read(answer=lambda p, axis: p), "all ten probabilities"),
        (read(divide=510), "0 for the ground and 1 for the ink"),
        (lambda pictures, network: np.zeros(len(pictures)), "does not ask the network"),
        (lambda pictures, network: read()(pictures[:3], network), "3 reached the network"),
        (lambda pictures, network: network(1 - pictures / 255).argmax(1), "float32 (n, 28, 28)"),
    ],
    check.softmax: [
        (lambda s, t: probabilities(s * t), "the temperature multiplies"),
        (lambda s, t: probabilities(s), "has no effect"),
        (lambda s, t: probabilities(s / t, axis=0), "each column sums to 1"),
        (lambda s, t: probabilities(s / t, axis=None), "all numbers together"),
        (lambda s, t: np.exp(np.minimum(s / t, 700)), "the exponential alone"),
        (lambda s, t: probabilities(s) / t, "before the exponential"),
        (softmax_that_overflows, "NaN or infinite"),
    ],
    check.temperature: [
        (255, "above or below 1?"),
        (1, "changes nothing"),
        (1 / 256, "not divided?"),
        (-255, "not negative"),
        ([1 / 255], "one number expected"),
    ],
    check.cost: [
        (
            lambda s, c, level, m, r: cost_one_by_one(s, c, level + 1e-9, m, r),
            "at exactly the level",
        ),
        (lambda s, c, level, m, r: np.mean(m * ~c + r * (s < level)), "cannot be a mistake"),
        (cost_of_answers, "not over those answered"),
        (lambda s, *given: len(s) * cost_one_by_one(s, *given), "this is the sum"),
        (lambda s, c, level, m, r: cost_one_by_one(s, c, level, r, m), "have changed places"),
        (lambda s, c, level, m, r: cost_one_by_one(s, c, level, m, 0), "refusals are free"),
        (lambda s, c, *given: cost_one_by_one(s, ~c, *given), "right answers cost"),
    ],
    check.levels: [
        ({**LEVELS, "10 to 1": 0.1}, "'10 to 1': this is the probability of a mistake"),
        ({**LEVELS, "10 to 1": 10 / 11}, "a right answer costs nothing"),
        ({**LEVELS, "100 to 1": 0.01}, "'100 to 1': this is the probability of a mistake"),
        ({**LEVELS, "100 to 1": 100 / 101}, "a right answer is free"),
        ({**LEVELS, "100 to 1": 0.9}, "the level for ten to one"),
        ({**LEVELS, "1 to 1": 0.5}, "when would you refuse?"),
        ({**LEVELS, "1 to 1": 1}, "Can that be cheaper?"),
    ],
    check.status: [
        (lambda picture: 422, "a prepared picture: your function says 422"),
        (door(kinds="f"), "whole numbers, 0 and 1: your function says 422"),
        (door(high=False), "grey levels from 0 to 255: your function says 200"),
        (door(low=False), "a negative number: your function says 200"),
        (door(shape=None), "27 rows: your function says 200"),
        (door(allows_nan=True), "one NaN: your function says 200"),
        (door(ragged=200), "rows of different lengths: your function says 200"),
        (door(kinds="iufU"), "written as text: your function says 200"),
        (lambda picture: "OK", "yours is text"),
        (lambda picture: 404, "this number is not right"),
    ],
    check.as_text: [
        (text(lambda p, level: p.max() > level), "at exactly the level"),
        (text(lambda p, level: p.max() < level), "the doubtful ones read"),
        (text(lambda p, level: True), "nothing is refused"),
        (text(between=" "), "with nothing between them"),
        (text(turn=True), "the ten columns"),
        (lambda p, level: list(text()(p, level)), "of the kind list"),
        (lambda p, level: text()(p, level)[1:], "signs are expected"),
        (text(lambda p, level: p.max() == 1), "a sign is wrong"),
    ],
}
