"""Right and wrong answers to the exercises of lesson 05."""

import re

import numpy as np

from helpers import from_lesson
from helpers.checks import alexnet as check

solved = from_lesson(
    "solutions/05_alexnet",
    *("fits", "honest_report", "dropout", "rate_at", "block", "random_look"),
)
relu = check.relu

COUNTED = {
    "C1 side": 29,
    "C1 parameters": 4736,
    "pool side": 14,
    "C2 parameters": 9280,
    "C2 multiplications": 1_806_336,
    "D parameters": 125_450,
}
SAVINGS = {"two of 3 x 3": 73_728, "mean of each map": 2_591_080, "inception": 163_328}
SAVINGS["at most"] = 55
LUCK = {"1,000 test pictures": "more", "200 networks": "more", "2 networks": "less"}
LUCK["same mistakes"] = "less"
NORMALISED = {"A": [-1, 1, -1, 1], "B": [3, 3, 7, 7]}
PLAN = {"steps": 2110, "rising": 316, "weight": 1.8554823}
LABELS = {
    "a mushroom, mirrored": "stays",
    "an arrow to the left, mirrored": "changes",
    "an 8, mirrored": "stays",
    "a 6, turned by 10 degrees": "stays",
    "a 6, turned by 180 degrees": "changes",
    "a right shoe, mirrored": "changes",
}


def fits_by(pattern, how=re.fullmatch):
    return lambda row: bool(how(pattern, row))


def fits_letter_by_letter(row):
    """A machine of states instead of a pattern."""
    after = {"": "I", "I": "C", "C": "CPDM", "P": "CDM", "D": "DO", "M": "O", "O": ""}
    state = ""
    for letter in row:
        if letter not in after[state]:
            return np.bool_(False)
        state = letter
    return np.bool_(state == "O")


def dropped(rate, rng, shape):
    return rng.random(shape) < rate


def dropout(scale=lambda rate: 1 / (1 - rate), mask=dropped, in_use=lambda x, rate: x):
    """A dropout layer, as in the solution or with one thing wrong."""

    def layer(x, rate, training, rng):
        if not training:
            return in_use(x, rate)
        return np.where(mask(rate, rng, x.shape), 0, x * scale(rate))

    return layer


def dropout_one_by_one(x, rate, training, rng):
    keep = 1 - rate
    result = [0 if training and rng.random() > keep else v for v in x.ravel().tolist()]
    return (np.array(result) / (keep if training else 1)).reshape(x.shape).astype(np.float32)


def whole_rows(rate, rng, shape):
    return np.broadcast_to(rng.random(shape[-1]) < rate, shape)


def schedule(start=0.1, fall=lambda share: (1 + np.cos(np.pi * share)) / 2, anew=True):
    """A learning rate, as in the solution or with one thing wrong."""

    def rate_at(step, steps, peak):
        rise = int(0.15 * steps)
        if step < rise:
            return start * peak + (1 - start) * peak * step / rise
        share = (step - rise) / (steps - rise) if anew else step / steps
        return peak * fall(share)

    return rate_at


def never_rises(step, steps, peak):
    return peak * 0.5 * (1 + np.cos(np.pi * step / steps))


def block_in_steps(x, first, second):
    y = first(x)
    y[y < 0] = 0
    y = second(y) + x
    return (y * (y > 0)).astype(np.float32).tolist()


def look(flip=lambda cut: cut[:, ::-1], share=0.5, end=1, start=0, tied=False, still=False):
    """A random look, as in the solution or with one thing wrong."""

    def random_look(picture, side, rng):
        down, right = (n - side + end for n in picture.shape[:2])
        top = 0 if still else rng.integers(min(start, down - 1), down)
        left = top if tied else 0 if still else rng.integers(min(start, right - 1), right)
        cut = picture[top : top + side, left : left + side]
        return flip(cut) if rng.random() < share else cut

    return random_look


def look_of_a_mirrored_picture(picture, side, rng):
    picture = np.fliplr(picture) if rng.integers(2) else picture
    rows, columns = (n - side for n in picture.shape[:2])
    top = rng.integers(0, rows, endpoint=True)
    left = rng.integers(0, columns, endpoint=True)
    return picture[top:, left:][:side, :side].astype(np.float32)


RIGHT = {
    check.counted: [COUNTED, {name: np.float64(n) for name, n in COUNTED.items()}],
    check.savings: [SAVINGS, {name: np.array(n) for name, n in SAVINGS.items()}],
    check.fits: [solved.fits, fits_letter_by_letter, fits_by(r"I(C+P?)+(?:D+|M)O")],
    check.honest_report: [
        solved.honest_report,
        lambda validation, test: max(zip(validation.tolist(), test.tolist()))[1],
    ],
    check.more_luck: [LUCK, {name: f" {word.upper()}" for name, word in LUCK.items()}],
    check.normalised: [
        NORMALISED,
        {name: np.float32(row) for name, row in NORMALISED.items()},
        {"A": (-1.0, 1.0, -1.0, 1.0), "B": [3.001, 3.001, 6.999, 6.999]},
    ],
    check.dropout: [solved.dropout, dropout(), dropout_one_by_one],
    check.plan: [
        PLAN,
        {**PLAN, "weight": 1.855},
        {"steps": 2110.0, "rising": 316, "weight": 1.8555},
    ],
    check.rate_at: [solved.rate_at, schedule(), lambda *given: np.float32(schedule()(*given))],
    check.block: [solved.block, block_in_steps],
    check.looks: [2178, np.float32(2178), np.array(33 * 33 * 2)],
    check.keeps_label: [LABELS, {name: word.title() for name, word in LABELS.items()}],
    check.random_look: [solved.random_look, look(), look_of_a_mirrored_picture],
}

WRONG = {
    check.counted: [
        ({**COUNTED, "C1 side": 28}, "are the padding and the window's first place in"),
        ({**COUNTED, "C1 side": 57}, "two pixels at a time"),
        ({**COUNTED, "C1 parameters": 4704}, "each kernel has a bias"),
        ({**COUNTED, "C1 parameters": 1600}, "has three channels"),
        ({**COUNTED, "C1 parameters": 4705}, "32 biases, not one"),
        ({**COUNTED, "pool side": 13}, "count the steps first"),
        ({**COUNTED, "pool side": 14.5}, "a window of 3"),
        ({**COUNTED, "C2 parameters": 18_496}, "sees fewer"),
        ({**COUNTED, "C2 parameters": 4640}, "one of the two groups"),
        ({**COUNTED, "C2 multiplications": 3_612_672}, "sees half of the channels"),
        ({**COUNTED, "C2 multiplications": 28_224}, "one kernel only"),
        ({**COUNTED, "C2 multiplications": 9216}, "one place only"),
        ({**COUNTED, "C2 multiplications": 7_750_656}, "comes after the pooling"),
        ({**COUNTED, "C2 multiplications": 1_818_880}, "added, not multiplied"),
        ({**COUNTED, "D parameters": 125_440}, "the ten units has a bias"),
        ({**COUNTED, "D parameters": 650}, "every number of the maps"),
        ({**COUNTED, "D parameters": 62_730}, "how many maps"),
    ],
    check.savings: [
        ({**SAVINGS, "two of 3 x 3": 102_400}, "the one layer of 5 x 5"),
        ({**SAVINGS, "two of 3 x 3": 36_864}, "one of the two layers"),
        ({**SAVINGS, "two of 3 x 3": 73_856}, "'two of 3 x 3': leave the biases out"),
        ({**SAVINGS, "two of 3 x 3": 1152}, "all 64 maps"),
        ({**SAVINGS, "mean of each map": 11_551_080}, "becomes one number before"),
        ({**SAVINGS, "mean of each map": 6_431_080}, "fewer numbers than the 4,096"),
        ({**SAVINGS, "mean of each map": 2_590_080}, "the output has biases"),
        ({**SAVINGS, "mean of each map": 257_000}, "the convolutions stay"),
        ({**SAVINGS, "inception": 393_216}, "what the orange ones"),
        ({**SAVINGS, "inception": 157_184}, "one branch is missing"),
        ({**SAVINGS, "inception": 141_824}, "the orange kernels have weights"),
        ({**SAVINGS, "inception": 163_696}, "'inception': leave the biases out"),
        ({**SAVINGS, "at most": 64}, "cost something themselves"),
        ({**SAVINGS, "at most": 56}, "which way must you round"),
        ({**SAVINGS, "at most": 55.17}, "half a kernel"),
        ({**SAVINGS, "at most": 220}, "a quarter is asked for"),
    ],
    check.fits: [
        (fits_by("I(C+P?)+D+O"), "that is the lesson's pattern"),
        (fits_by("I(C+P?)+D+M?O"), "not after them"),
        (fits_by("I(C+P?)+D*M?O"), "neither both nor nothing"),
        (fits_by("I(C+P?)+(D|M)+O"), "no map is left"),
        (fits_by("I(C+P?)+[DM]O"), "more than one full connection"),
        (fits_by("I(C+P?)+D+|MO"), "splits the whole pattern"),
        (fits_by("I(C+P)+(D+|M)O"), "may end without a pooling"),
        (fits_by("I(C+P?)*(D+|M)O"), "at least one convolution"),
        (fits_by("I(C+P*)+(D+|M)O"), "two poolings in a row"),
        (fits_by("I(C*P?)+(D+|M)O"), "needs a convolution before it"),
        (fits_by(check.LARGER, re.match), "does the whole of it fit"),
        (lambda row: not solved.fits(row), "the wrong way round"),
        (lambda row: re.fullmatch(check.LARGER, row) or 0, "True or False is expected"),
        (lambda row: True, "does not fit, your function says"),
        (lambda row: False, "fits, your function says"),
    ],
    check.honest_report: [
        (lambda validation, test: test.max(), "the test set still chooses"),
        (lambda validation, test: validation.max(), "there is luck in it"),
        (lambda validation, test: validation.argmax(), "the number of the network"),
        (lambda validation, test: test.mean(), "the mean of all"),
        (lambda validation, test: validation[test.argmax()], "the test set chooses here"),
        (lambda validation, test: test[validation.argmin()], "does worst"),
    ],
    check.more_luck: [
        ({**LUCK, "1,000 test pictures": "less"}, "how far measurements spread"),
        ({**LUCK, "200 networks": "as much"}, "'200 networks': who draws more often"),
        ({**LUCK, "2 networks": "more"}, "'2 networks': who draws more often"),
        ({**LUCK, "same mistakes": "as much"}, "nearly the same number"),
        ({**LUCK, "same mistakes": 0}, "answer with one of these words"),
    ],
    check.normalised: [
        ({**NORMALISED, "A": [-0.5, 0.5, -0.5, 0.5]}, "'A': divide by the standard deviation, not"),
        ({**NORMALISED, "A": [-2, 2, -2, 2]}, "divide by the standard deviation, too"),
        ({**NORMALISED, "A": [0.5, 2.5, 0.5, 2.5]}, "subtract the mean"),
        ({**NORMALISED, "A": [-0.942, -0.583, -0.942, -0.583]}, "without channel B"),
        ({**NORMALISED, "B": [5, 5, 5, 5]}, "of both pictures"),
        ({**NORMALISED, "B": [-1, -1, 1, 1]}, "gamma and beta are still missing"),
        ({**NORMALISED, "B": [-2, -2, 2, 2]}, "beta is not"),
        ({**NORMALISED, "B": [4, 4, 6, 6]}, "gamma is not"),
        ({**NORMALISED, "B": [8, 8, 12, 12]}, "then plus beta"),
        ({**NORMALISED, "B": [4.8, 4.8, 5.2, 5.2]}, "'B': divide by the standard deviation, not"),
    ],
    check.dropout: [
        (dropout(scale=lambda rate: 1), "the mean falls"),
        (dropout(scale=lambda rate: 1 / rate), "is divided by the rate"),
        (dropout(scale=lambda rate: 1 - rate), "not divided"),
        (dropout(scale=lambda rate: 1.5), "is not the right multiple"),
        (
            dropout(mask=lambda rate, rng, shape: rng.random(shape) > rate),
            "not the share that stays",
        ),
        (dropout(mask=lambda rate, rng, shape: rng.random(shape) < 0.4), "of the numbers are"),
        (dropout(mask=whole_rows), "a draw of its own"),
        (dropout(mask=lambda rate, rng, shape: np.ones(shape, bool)), "everything is dropped"),
        (dropout(mask=lambda rate, rng, shape: np.zeros(shape, bool)), "nothing is dropped."),
        (
            dropout(mask=lambda rate, _, shape: dropped(rate, np.random.default_rng(0), shape)),
            "the same numbers go each time",
        ),
        (dropout(in_use=lambda x, rate: x * (1 - rate)), "this is not training"),
    ],
    check.plan: [
        ({**PLAN, "steps": 2109}, "at the end of each epoch is a step"),
        ({**PLAN, "steps": 2109.375}, "how many batches has an epoch"),
        ({**PLAN, "steps": 422}, "this is one epoch."),
        ({**PLAN, "steps": 421}, "is missing"),
        ({**PLAN, "steps": 2105}, "of the five epochs"),
        ({**PLAN, "rising": 316.5}, "cut off"),
        ({**PLAN, "rising": 63}, "15% of the steps"),
        ({**PLAN, "weight": 1.85}, "a share of what is left"),
        ({**PLAN, "weight": 1.213}, "multiplied by the learning rate"),
        ({**PLAN, "weight": 1.99985}, "this is one step"),
        ({**PLAN, "weight": 2.156}, "shrinks a weight"),
    ],
    check.rate_at: [
        (schedule(start=0), "it rises from 0"),
        (schedule(anew=False), "begins anew"),
        (schedule(fall=lambda s: (1 + np.cos(2 * np.pi * s)) / 2), "a whole cosine"),
        (schedule(fall=lambda s: (1 + np.cos(np.pi * s / 2)) / 2), "a quarter of a cosine"),
        (schedule(fall=lambda s: 1 - s), "a straight line"),
        (never_rises, "it never rises"),
        (schedule(fall=lambda s: np.cos(np.pi * s)), "a learning rate to 0"),
        (schedule(fall=lambda s: 1 + np.cos(np.pi * s)), "twice too large"),
        (lambda step, steps, peak: peak, "this number is not right"),
    ],
    check.block: [
        (lambda x, first, second: relu(second(relu(first(x)))) + x, "x is still added after"),
        (lambda x, first, second: second(relu(first(x))) + x, "the last ReLU is missing"),
        (lambda x, first, second: relu(second(first(x)) + x), "between the two convolutions is"),
        (lambda x, first, second: relu(second(relu(first(x)))), "no shortcut any more"),
        (
            lambda x, first, second: relu(second(relu(first(x))) + relu(first(x))),
            "begins behind the first",
        ),
        (lambda x, first, second: relu(second(relu(first(x) + x))), "ends before the second"),
        (lambda x, first, second: relu(first(relu(second(x))) + x), "changed places"),
    ],
    check.looks: [
        (1089, "each of them can be mirrored"),
        (2048, "can move by 32 pixels. How many"),
        (1024, "how many places are that?"),
        (66, "every place down"),
        (4356, "left and right only"),
    ],
    check.keeps_label: [
        ({**LABELS, "an arrow to the left, mirrored": "stays"}, "in which direction"),
        ({**LABELS, "a 6, turned by 180 degrees": "stays"}, "turn the screen"),
        ({**LABELS, "a right shoe, mirrored": "stays"}, "on which foot"),
        ({**LABELS, "an 8, mirrored": "changes"}, "'an 8, mirrored': would somebody"),
        ({**LABELS, "an 8, mirrored": "perhaps"}, "answer with one of these words"),
    ],
    check.random_look: [
        (look(end=0), "the last place is never taken"),
        (look(start=1), "the first place is never taken"),
        (look(tied=True), "the same number: draw twice"),
        (look(still=True), "always the same piece"),
        (look(share=0), "none of 285 looks"),
        (look(share=1), "all of 285 looks"),
        (look(share=0.1), "every second one should be"),
        (look(flip=lambda cut: cut[::-1]), "upside down"),
        (look(flip=lambda cut: cut[::-1, ::-1]), "turned by 180"),
        (look(flip=lambda cut: cut[..., ::-1]), "the colours of the look"),
        (look(flip=lambda cut: cut.swapaxes(0, 1)), "no piece of the picture"),
        (lambda picture, side, rng: picture, "a look of side 4 has shape"),
        (lambda picture, side, rng: look()(picture, side, rng) + 0.001, "does not have"),
    ],
}
