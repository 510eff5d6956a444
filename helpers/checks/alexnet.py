"""Checks for the exercises of lesson 05."""

import re

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


@check
def counted(answers):
    """Sides, parameters and multiplications of a small network with two groups."""
    no_bias = "each kernel has a bias, too"
    compare_named(answers, {
        "C1 side": (29, {
            "one place is missing: are the padding and the window's first place in?": 28,
            "the window moves two pixels at a time": 57,
        }),
        "C1 parameters": (4736, {
            no_bias: 4704,
            "the picture has three channels, and a kernel looks at all of them": 1600,
            "there are 32 biases, not one": 4705,
        }),
        "pool side": (14, {
            "count the steps first, then add the first place": 13,
            "a window of 3, not of 2": 14.5,
        }),
        "C2 parameters": (9280, {
            no_bias: 9216,
            "here a kernel sees all channels; with two groups it sees fewer": 18_496,
            "this is one of the two groups": 4640,
        }),
        "C2 multiplications": (1_806_336, {
            "with two groups each kernel sees half of the channels": 3_612_672,
            "this is one kernel only": 28_224,
            "this is one place only": 9216,
            "C2 comes after the pooling: how large is its picture?": 7_750_656,
            "a bias is added, not multiplied": 1_818_880,
        }),
        "D parameters": (125_450, {
            "each of the ten units has a bias, too": 125_440,
            "a unit is connected with every number of the maps, not once with each map": 650,
            "how many maps come out of C2?": 62_730,
        }),
    }, rtol=1e-6)  # fmt: skip


@check
def savings(answers):
    """What small kernels, the mean of each map, and kernels of 1 x 1 save."""
    compare_named(answers, {
        "two of 3 x 3": (73_728, {
            "this is the one layer of 5 x 5": 102_400,
            "this is one of the two layers": 36_864,
            "leave the biases out here": 73_856,
            "each kernel looks at all 64 maps": 1152,
        }),
        "mean of each map": (2_591_080, {
            "a map of 6 x 6 becomes one number before the output layer sees it": 11_551_080,
            "the output layer sees fewer numbers than the 4,096 of before": 6_431_080,
            "the output has biases, too": 2_590_080,
            "this is the new output layer; the convolutions stay": 257_000,
        }),
        "inception": (163_328, {
            "what do the kernels of 3 x 3 and 5 x 5 see: the input, or what the orange ones"
            " leave?": 393_216,
            "one branch is missing: the pooling has no weights, but what follows it?": 157_184,
            "the orange kernels have weights, too": 141_824,
            "leave the biases out here": 163_696,
        }),
        "at most": (55, {
            "the 1 x 1 kernels cost something themselves": 64,
            "this is just above a quarter: which way must you round?": 56,
            "half a kernel is no kernel": 55.17,
            "with so many it costs as much as without them; a quarter is asked for": 220,
        }),
    }, rtol=1e-6)  # fmt: skip


LARGER = r"I(C+P?)+(D+|M)O"


@check
def fits(function, rng):
    """Whether rows of letters fit the pattern in which a mean may replace the full connections."""
    slips = {
        r"I(C+P?)+D+O": "that is the lesson's pattern; a mean M may stand where the full"
        " connections stood",
        r"I(C+P?)+D+M?O": "the mean comes in place of the full connections, not after them",
        r"I(C+P?)+D*M?O": "either full connections or one mean: neither both nor nothing",
        r"I(C+P?)+[DM]+O": "one mean is enough: after it no map is left to take a mean of",
        r"I(C+P?)+(D|M)O": "there may be more than one full connection",
        r"I(C+P?)+D+|MO": "what belongs to the `|`? Without brackets it splits the whole pattern",
        r"I(C+P)+(D+|M)O": "a group of convolutions may end without a pooling",
        r"I(CP?)+(D+|M)O": None,  # the same language
        r"I(C+P?)*(D+|M)O": "at least one convolution is asked for",
        r"I(C+P*)+(D+|M)O": "two poolings in a row do not fit",
        r"I(C*P?)+(D+|M)O": "a pooling needs a convolution before it",
    }
    texts = ["ICPCPDO", "ICMO", "ICCPCDDO", "ICPDMO", "ICPMDO", "ICPO", "ICPMMO", "MO", "IDO"]
    texts += ["ICPCPCCPPDDO", "OCPDO", "IPCDO", "ICPCCM", "ICPDOO", "ICDOC", "", "ICC PDO"]
    texts += [_row_of_letters(rng) for _ in range(60)]
    found = {text: _truth(call(function, text)) for text in texts}
    right = {text: bool(re.fullmatch(LARGER, text)) for text in texts}
    if found == right:
        return
    for slip, hint in slips.items():
        if hint and found == {text: bool(re.fullmatch(slip, text)) for text in texts}:
            raise Wrong(hint)
    if found == {text: bool(re.match(LARGER, text)) for text in texts}:
        raise Wrong("a row that begins well may go on badly: does the whole of it fit?")
    if found == {text: not fit for text, fit in right.items()}:
        raise Wrong("all answers are the wrong way round")
    text = next(text for text in texts if found[text] != right[text])
    raise Wrong(f"{text!r} {'fits' if right[text] else 'does not fit'}, your function says not so")


def _truth(answer):
    if not isinstance(answer, (bool, np.bool_)):
        raise Wrong(
            f"True or False is expected, yours is {type(answer).__name__}: `bool(...)` makes a"
            " truth value of what `re.fullmatch` finds"
        )
    return bool(answer)


def _row_of_letters(rng):
    """A row that fits the pattern, and in every second one a letter more or less or another."""
    groups = (
        "C" * rng.integers(1, 4) + "P" * rng.integers(0, 2) for _ in range(rng.integers(1, 4))
    )
    end = "M" if rng.random() < 0.4 else "D" * rng.integers(1, 4)
    row = "I" + "".join(groups) + end + "O"
    if rng.random() < 0.5:
        at = rng.integers(1, len(row))
        row = row[:at] + ["", *"CPDM"][rng.integers(5)] + row[at + rng.integers(2) :]
    return row


@check
def honest_report(function, rng):
    """The test accuracy of the network that the validation accuracies choose."""
    cases = [_accuracies(rng, n) for n in (5, 4, 8)]
    cases += [(np.array([0.5]), np.array([0.75]))]
    try_out(
        function,
        lambda validation, test: test[validation.argmax()],
        cases,
        {
            "the test set still chooses: this is its own best": lambda validation, test: test.max(),
            "the choice is right, but this is its validation accuracy, and that number chose it:"
            " there is luck in it": lambda validation, test: validation.max(),
            "this is the number of the network; what does it reach on the test set?": (
                lambda validation, test: validation.argmax()
            ),
            "this is the mean of all; only one network is handed over": lambda validation, test: (
                test.mean()
            ),
            "the test set chooses here": lambda validation, test: validation[test.argmax()],
            "this is the network that does worst on the validation set": lambda validation, test: (
                test[validation.argmin()]
            ),
        },
    )


def _accuracies(rng, n):
    """Accuracies of n networks; the best on the test set is neither best nor worst in validation."""
    validation, test = (rng.permutation(np.arange(50, 100))[:n] / 100 for _ in range(2))
    while test.argmax() in (validation.argmax(), validation.argmin()):
        test = np.roll(test, 1)
    return validation, test


@check
def more_luck(answers):
    """How much luck the best of many holds if something is changed."""
    spread = "look at how far measurements spread: with 10,000 pictures 0.10%. And with so many?"
    many = "who draws more often sees a luckier best"
    shared = "what is the best of 20 measurements that are nearly the same number?"
    right = {
        "1,000 test pictures": ("more", spread),
        "200 networks": ("more", many),
        "2 networks": ("less", many),
        "same mistakes": ("less", shared),
    }
    for name, answer in zip(right, named(answers, right)):
        word, hint = right[name]
        with about(repr(name)):
            choose(answer, word, {w: hint for w in ("more", "less", "as much") if w != word})


@check
def normalised(answers):
    """What batch normalisation makes of two channels of two pictures."""
    with_gamma = "is every number of the channel in the mean: of both pictures?"
    compare_named(answers, {
        "A": ([-1, 1, -1, 1], {
            "divide by the standard deviation, not by the variance": [-0.5, 0.5, -0.5, 0.5],
            "divide by the standard deviation, too": [-2, 2, -2, 2],
            "subtract the mean, too": [0.5, 2.5, 0.5, 2.5],
            "channel A has its own mean, without channel B": [-0.942, -0.583, -0.942, -0.583],
        }),
        "B": ([3, 3, 7, 7], {
            with_gamma: [5, 5, 5, 5],
            "gamma and beta are still missing": [-1, -1, 1, 1],
            "gamma is in, beta is not": [-2, -2, 2, 2],
            "beta is in, gamma is not": [4, 4, 6, 6],
            "first times gamma, then plus beta": [8, 8, 12, 12],
            "divide by the standard deviation, not by the variance": [4.8, 4.8, 5.2, 5.2],
        }),
    }, atol=0.01)  # fmt: skip


@check
def dropout(function, rng):
    """Inverted dropout: judged by its effect, since the draw is free."""
    x = rng.choice([-3.0, -1.0, 2.0, 4.0, 0.5], size=(200, 100))
    for rate in (0.25, 0.5):
        _one_dropout(function, rng, x, rate)
    first, second = (
        numbers(call(function, x, 0.5, True, np.random.default_rng(s))) for s in (1, 2)
    )
    if np.array_equal(first, second):
        raise Wrong("the same numbers go each time: draw with the `rng` that you are given")
    with about("with the rate 0"):
        compare(call(function, x[:2, :3], 0.0, True, rng), x[:2, :3])


def _one_dropout(function, rng, x, rate):
    in_use = "this is not training: in use nothing is dropped and nothing changed"
    used = numbers(call(function, x, rate, False, rng))
    if used.shape == x.shape and not np.allclose(used, x):
        raise Wrong(in_use)
    compare(used, x)
    found = numbers(call(function, x, rate, True, rng))
    if found.shape != x.shape:
        raise Wrong(f"shape {x.shape} expected, yours is shape {found.shape}")
    kept, factor = found != 0, 1 / (1 - rate)
    if kept.all():
        raise Wrong("in training nothing is dropped")
    if not kept.any():
        raise Wrong("in training everything is dropped")
    if (kept == kept[:1]).all() or (kept == kept[:, :1]).all():
        raise Wrong("whole rows or columns go; each number has a draw of its own")
    share = 1 - kept.mean()
    if abs(share - rate) > 0.02 and abs(share - 1 + rate) < 0.02:
        raise Wrong(
            f"with the rate {rate}, {share:.0%} are dropped: the rate is the share that goes, not"
            " the share that stays"
        )
    if abs(share - rate) > 0.02:
        raise Wrong(f"with the rate {rate}, {share:.0%} of the numbers are dropped")
    hints = {
        "what is kept is not made larger: the mean falls": 1,
        "what is kept is divided by the rate; how large is the share that is kept?": 1 / rate,
        "what is kept is multiplied by the share that is kept, not divided": 1 - rate,
    }
    if not np.allclose(found[kept], factor * x[kept]):
        for hint, wrong in hints.items():
            if np.allclose(found[kept], wrong * x[kept]):
                raise Wrong(hint)
        raise Wrong(f"with the rate {rate}, what is kept is not the right multiple of x")


@check
def plan(answers):
    """How many steps a training takes, how many of them the rate rises, what decay does."""
    compare_named(answers, {
        "steps": (2110, {
            "a smaller batch at the end of each epoch is a step, too": 2109,
            "how many batches has an epoch? The last one may be smaller": 2109.375,
            "this is one epoch": 422,
            "this is one epoch, and its smaller last batch is missing": 421,
            "the last batch of each of the five epochs is smaller, but it is a step": 2105,
        }),
        "rising": (316, {"no step is half: cut off": 316.5, "15% of the steps": 63}),
        "weight": (1.855, {
            "each step takes a share of what is left, not of the weight at the start": 1.85,
            "the decay is multiplied by the learning rate": 1.213,
            "this is one step": 2 * (1 - 0.15 * 0.0005),
            "decay shrinks a weight": 2.156,
        }),
    }, rtol=0, atol=6e-4)  # fmt: skip


@check
def rate_at(function, rng):
    """A learning rate that rises in a line, then falls along half a cosine to 0."""

    def reference(step, steps, peak, start=0.1, turns=0.5, of_all=False, line=False):
        rise = int(0.15 * steps)
        if step < rise:
            return peak * (start + (1 - start) * step / rise)
        share = step / steps if of_all else (step - rise) / (steps - rise)
        return peak * (1 - share) if line else peak * (1 + np.cos(2 * np.pi * turns * share)) / 2

    cases = [(int(rng.integers(1, 15)), 100, 0.2), (int(rng.integers(30, 45)), 100, 0.2)]
    cases += [(step, 40, 0.5) for step in range(41)]
    cases += [(int(rng.integers(1000)), 1000, float(rng.random())) for _ in range(10)]
    try_out(
        function,
        reference,
        cases,
        {
            "it rises from 0; it should begin at a tenth of the peak": _with(reference, start=0),
            "after the rise, the way that is left begins anew: how many steps are behind its"
            " start?": _with(reference, of_all=True),
            "this is a whole cosine, which comes up again; half of it is asked for": _with(
                reference, turns=1
            ),
            "this is a quarter of a cosine: half of one goes on to -1": _with(
                reference, turns=0.25
            ),
            "it falls in a straight line": _with(reference, line=True),
            "it never rises: what about the first 15% of the steps?": (
                lambda step, steps, peak: peak * (1 + np.cos(np.pi * step / steps)) / 2
            ),
            "a cosine goes down to -1, and a learning rate to 0": lambda step, steps, peak: (
                peak * np.cos(np.pi * (step - int(0.15 * steps)) / (steps - int(0.15 * steps)))
            ),
            "twice too large: a cosine plus 1 goes up to 2": lambda *given: 2 * reference(*given),
        },
    )


def _with(function, **options):
    return lambda *given: function(*given, **options)


class Convolution:
    """A convolution of 1 x 1: at each place a weighted sum of the channels, without bias."""

    def __init__(self, weights):
        self.weights = weights

    def __call__(self, x):
        return x @ self.weights

    def __repr__(self):
        return f"a convolution with kernels of 1 x 1 and the weights {self.weights.tolist()}"


def relu(x):
    return np.maximum(x, 0)


@check
def block(function, rng):
    """A residual block: ReLU(F(x) + x)."""

    def drawn(channels, low, high):
        return Convolution(rng.integers(low, high, (channels, channels)) / 4)

    def case(channels, places):
        x = rng.integers(0, 9, (*places, channels)).astype(float)
        return x, drawn(channels, -4, 5), drawn(channels, -3, 4)

    try_out(
        function,
        lambda x, first, second: relu(second(relu(first(x))) + x),
        [case(3, (2, 3)), case(4, (1, 2, 3)), case(2, (5,)), case(1, (40,))],
        {
            "x is still added after the last ReLU: nothing in the result is below x": (
                lambda x, first, second: relu(second(relu(first(x)))) + x
            ),
            "the last ReLU is missing": lambda x, first, second: second(relu(first(x))) + x,
            "the ReLU between the two convolutions is missing": lambda x, first, second: relu(
                second(first(x)) + x
            ),
            "there is no shortcut any more": lambda x, first, second: relu(second(relu(first(x)))),
            "the shortcut begins behind the first convolution; it should lead round both": (
                lambda x, first, second: relu(second(relu(first(x))) + relu(first(x)))
            ),
            "the shortcut ends before the second convolution; it should lead round both": (
                lambda x, first, second: relu(second(relu(first(x) + x)))
            ),
            "first and second have changed places": lambda x, first, second: relu(
                first(relu(second(x))) + x
            ),
        },
    )


@check
def looks(answer):
    """In how many ways a cut-out of 224 of 256 pixels can fall, mirrored or not."""
    compare(answer, 2178, {
        "each of them can be mirrored": 1089,
        "the window can move by 32 pixels. How many places are that?": 2048,
        "each can be mirrored. And the window can move by 32 pixels: how many places are"
        " that?": 1024,
        "every place across goes with every place down": 66,
        "mirrored left and right only": 4356,
    })  # fmt: skip


@check
def keeps_label(answers):
    """Whether the label stays right when a picture is varied."""
    look = "would somebody who sees only the new picture give it another name?"
    right = {
        "a mushroom, mirrored": "stays",
        "an arrow to the left, mirrored": "changes",
        "an 8, mirrored": "stays",
        "a 6, turned by 10 degrees": "stays",
        "a 6, turned by 180 degrees": "changes",
        "a right shoe, mirrored": "changes",
    }
    hints = {
        "an arrow to the left, mirrored": "in which direction does it point now?",
        "a 6, turned by 180 degrees": "turn the screen and read it",
        "a right shoe, mirrored": "on which foot would you wear it?",
    }
    for name, answer in zip(right, named(answers, right)):
        other = "changes" if right[name] == "stays" else "stays"
        with about(repr(name)):
            choose(answer, right[name], {other: hints.get(name, look)})


WAYS = {  # what the columns, rows and colours of a look may be, and what to say to it
    "": (slice(None),) * 2,
    "mirrored": (slice(None), slice(None, None, -1)),
    "the look is upside down; photographs are mirrored left and right": (slice(None, None, -1),),
    "the look is turned by 180 degrees: only the columns change places": (
        (slice(None, None, -1),) * 2
    ),
    "the colours of the look have changed places: which axis are the columns?": (
        ...,
        slice(None, None, -1),
    ),
}


@check
def random_look(function, rng):
    """A random cut-out of a picture, in every second case mirrored: judged by what can occur."""
    mirrored = []
    for shape, side, tries in [((6, 6, 3), 4, 160), ((4, 6), 3, 120), ((4, 4, 3), 4, 5)]:
        greys = rng.permutation(int(np.prod(shape))).reshape(shape)  # each occurs once
        known = _pieces(greys, side)
        found = [
            _look(function, greys, side, int(rng.integers(2**31)), known) for _ in range(tries)
        ]
        _judge_places({place[:2] for place in found}, shape[0] - side, shape[1] - side)
        mirrored += [place[2] for place in found]
    share = np.mean(mirrored)
    if share in (0, 1):
        raise Wrong(f"{'all' if share else 'none'} of {len(mirrored)} looks are mirrored")
    if abs(share - 0.5) > 0.2:
        raise Wrong(f"{share:.0%} of the looks are mirrored; every second one should be")


def _pieces(greys, side):
    """Return {the bytes of a piece: its (row, column, way)}, mirrored and turned ones too."""
    known = {}
    for way, turn in reversed(WAYS.items()):
        for row in range(greys.shape[0] - side + 1):
            for column in range(greys.shape[1] - side + 1):
                piece = greys[row : row + side, column : column + side][turn]
                known[piece.tobytes()] = row, column, way
    return known


def _look(function, greys, side, seed, known):
    """Return (row, column, mirrored) of a look at a picture."""
    look = numbers(call(function, greys / 256, side, np.random.default_rng(seed)))
    expected = (side, side, *greys.shape[2:])
    if look.shape != expected:
        raise Wrong(
            f"of a picture of shape {greys.shape}, a look of side {side} has shape {expected};"
            f" yours has {look.shape}"
        )
    whole = np.rint(look * 256).astype(greys.dtype)
    if not np.allclose(whole, look * 256, rtol=0, atol=1e-3):
        raise Wrong("the look shows greys that the picture does not have")
    row, column, way = known.get(whole.tobytes(), (0, 0, "the look is no piece of the picture"))
    if way not in ("", "mirrored"):
        raise Wrong(way)
    return row, column, way == "mirrored"


def _judge_places(places, down, right):
    if len(places) == (down + 1) * (right + 1):
        return
    rows, columns = ({place[axis] for place in places} for axis in (0, 1))
    if len(places) == 1:
        raise Wrong("it is always the same piece: draw its place with `rng`")
    if len(rows) == 1 or len(columns) == 1:
        raise Wrong("it moves in one direction only: draw a row and a column")
    if down not in rows or right not in columns:
        raise Wrong("the last place is never taken: does `rng.integers` give its upper end?")
    if 0 not in rows or 0 not in columns:
        raise Wrong("the first place is never taken")
    if all(row == column for row, column in places):
        raise Wrong("row and column are always the same number: draw twice")
    raise Wrong("some places are never taken: every row goes with every column")
