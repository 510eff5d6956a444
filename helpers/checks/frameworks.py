"""Checks for the exercises of lesson 08. NumPy alone, as in the lesson's protocol."""

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
    try_out,
)

FAULTS = {
    "other weights": "with other first weights the two differ already in the first loss: do they?",
    "other batches": "in another order the first batch, too, is another: are the first losses"
    " equal?",
    "first call timed": "the first call of a compiled step takes long: what happens when it is"
    " left out?",
    "clock stopped early": "who stops the clock before the result is there gets times that hardly"
    " grow with the network: do they?",
    "accuracy only": "accuracies may be close although the networks differ: was anything else"
    " compared?",
}
STORIES = {
    "equal at the start": "other batches",
    "never equal": "other weights",
    "thousand times faster": "clock stopped early",
    "slow for ten steps": "first call timed",
    "within a percent": "accuracy only",
}


@check
def predictions(answers):
    """Two places in a flattened row, two first windows, and when compiling pays."""
    expected = {
        "map by map": (439, {"this is pixel by pixel": 284, "places are counted from 0": 440,
                             "how many pixels has a whole map?": 75}),
        "pixel by pixel": (284, {"this is map by map": 439, "the place counts from 0": 285,
                                 "each pixel before it has a number in all six maps": 49}),
        "TensorFlow": (0, {"as few zeros as possible: how many does it need in all?": -1,
                           "an odd zero goes to the end": 1}),
        "PyTorch": (-1, {"`padding=1` adds a zero before the first pixel, always": 0,
                         "the window starts outside, so left of 0": 1}),
        "steps": (1000, {"are both times in the same unit?": 1, "what counts is the difference"
                         " between the two": 600, "and this compares with the faster step"
                         " alone": 1500}),
    }  # fmt: skip
    compare_named(answers, expected)


@check
def to_channels_last(function, rng):
    """A convolution's kernel from OIHW to HWIO."""
    shapes = [(4, 3, 2, 5), (2, 3, 4, 1), (1, 1, 2, 2)]

    def order(*axes):
        return lambda kernel: kernel.transpose(axes)

    try_out(
        function,
        order(2, 3, 1, 0),
        [(rng.permutation(np.prod(shape)).reshape(shape),) for shape in shapes],
        {
            "inputs and outputs have changed places: I stands before O": order(2, 3, 0, 1),
            "`.T` turns round all axes: rows and columns have changed places, too": order(
                3, 2, 1, 0
            ),
            "these axes lead from HWIO to OIHW; here it goes the other way": lambda kernel: (
                kernel.transpose(3, 2, 0, 1)
            ),
            "the shape is right, but `reshape` leaves the numbers where they are; the axes must"
            " move": lambda kernel: kernel.reshape(np.array(kernel.shape)[[2, 3, 1, 0]]),
        },
    )


@check
def dense_after_flatten(function, rng):
    """The full layer behind `Flatten`: (out, CHW) to (HWC, out)."""
    cases = []
    for out, maps, height, width in [(4, 2, 3, 2), (3, 3, 2, 4), (1, 1, 2, 2)]:
        size = out * maps * height * width
        kernel = rng.permutation(size).reshape(out, -1)
        cases.append((kernel, height, width, maps))

    def by_place(kernel, height, width, maps):
        cube = kernel.reshape(-1, maps, height, width)
        return cube.transpose(2, 3, 1, 0).reshape(-1, len(kernel))

    def axes_swapped(kernel, height, width, maps):
        cube = kernel.reshape(-1, maps, height, width)
        return cube.transpose(3, 2, 1, 0).reshape(-1, len(kernel))

    def wrong_cube(kernel, height, width, maps):
        cube = kernel.reshape(-1, height, width, maps)
        return cube.transpose(3, 1, 2, 0).reshape(-1, len(kernel))

    try_out(
        function,
        by_place,
        cases,
        {
            "out and in have changed places, but the rows stand in the old order: nobody would get"
            " an error": lambda kernel, *sides: kernel.T,
            "the order is right; Keras wants (in, out)": lambda *given: by_place(*given).T,
            "the rows go column by column of the picture": axes_swapped,
            "this converts from pixel by pixel to map by map, the other way": wrong_cube,
            "the shape is right, but `reshape` alone moves nothing": lambda kernel, *sides: (
                kernel.reshape(-1, len(kernel))
            ),
        },
    )


@check
def same_network(function, rng):
    """Whether all scores of two networks agree within a limit."""
    theirs = rng.normal(size=(50, 10))
    near = theirs + 1e-6 * rng.normal(size=(50, 10))
    one_off, lower, hole = near.copy(), near.copy(), near.copy()
    one_off[17, 3] += 1e-3
    lower[4, 2] -= 1e-3
    hole[9, 9] = np.nan
    sure = theirs * 1.5
    cases = [
        (near, True, "scores that differ by rounding alone belong to the same network"),
        (sure, False, "the digits that are named agree, the scores do not"),
        (one_off, False, "one score of 500 is off, and a mean does not see it"),
        (lower, False, "a score that is too low is wrong, too: mind the sign"),
        (hole, False, "there is a NaN among the scores; comparing with NaN never says yes"),
        (near[:1], False, "one row of scores was compared with fifty: NumPy broadcasts"),
    ]
    for ours, right, hint in cases:
        found = call(function, ours, theirs, 1e-4)
        if not isinstance(found, (bool, np.bool_)):
            raise Wrong("True or False is expected")
        if bool(found) != right:
            raise Wrong(hint)


@check
def summary(function, rng):
    """Median and quartiles in milliseconds, without the first call."""
    cases = []
    for count in (8, 12, 3):
        seconds = rng.integers(10, 40, count) / 1000
        cases.append((np.append(rng.integers(2, 6) + 0.5, seconds),))

    def quartiles(seconds, factor=1000.0):
        return factor * np.percentile(seconds, [25, 50, 75])

    try_out(
        function,
        lambda seconds: quartiles(seconds[1:]),
        cases,
        {
            "the first call is in: it compiles": quartiles,
            "these are seconds": lambda seconds: quartiles(seconds[1:], 1),
            "the median stands in the middle": lambda s: quartiles(s[1:])[[1, 0, 2]],
            "in the middle stands the mean; one slow step moves it": lambda s: np.array(
                [quartiles(s[1:])[0], 1000 * np.mean(s[1:]), quartiles(s[1:])[2]]
            ),
            "these are the smallest and the largest; what do the middle half of all steps"
            " take?": lambda s: 1000 * np.percentile(s[1:], [0, 50, 100]),
        },
    )


@check
def stories(answers):
    """Which fault a comparison has."""
    for name, answer in zip(STORIES, named(answers, STORIES)):
        hints = {fault: hint for fault, hint in FAULTS.items() if fault != STORIES[name]}
        with about(repr(name)):
            choose(answer, STORIES[name], hints)


class Machine:
    """A clock, and a step that compiles at its first call and hands back a promise."""

    def __init__(self, compiles, computes):
        self.now, self.compiles, self.computes = 0.0, compiles, list(computes)

    def clock(self):
        return self.now

    def step(self, batch):
        self.now += self.compiles + 0.001
        self.compiles = 0.0
        return _Promise(self, self.computes[batch])


class _Promise:
    def __init__(self, machine, takes):
        self.machine, self.takes = machine, takes

    def __float__(self):
        self.machine.now += self.takes
        self.takes = 0.0
        return 0.5


@check
def step_times(function, rng):
    """The times of all steps but the first, each with its wait."""
    for count in (6, 3):
        computes = rng.integers(10, 50, count) / 1000
        machine = Machine(4.0, computes)
        found = call(function, machine.step, list(range(count)), machine.clock, copied=False)
        full = computes + 0.001
        with_first = full + 4.0 * (np.arange(count) == 0)
        compare(
            found,
            full[1:],
            {
                "the clock stops before the result is there: `float(loss)` waits for it": (
                    np.full(count - 1, 0.001)
                ),
                "both faults are still there": np.full(count, 0.001)
                + 4.0 * (np.arange(count) == 0),
                "the first step compiles; run it before the measurement": with_first,
                "these are the times since the start; each step begins anew": np.cumsum(full[1:]),
                "the first step is still running when the clock starts: wait for it, too": (
                    np.append(full[1] + computes[0], full[2:])
                ),
            },
        )


@check
def port(function, rng):
    """A small network's weights from PyTorch's orders into those of Keras."""
    for maps, out, height, width in [(3, 4, 2, 3), (2, 5, 4, 2)]:
        state = {
            "conv.weight": rng.normal(size=(maps, 2, 3, 5)),
            "conv.bias": rng.normal(size=maps),
            "dense.weight": rng.normal(size=(out, maps * height * width)),
            "dense.bias": rng.normal(size=out),
        }
        found = call(function, state, height, width)
        if not isinstance(found, (list, tuple)) or len(found) != 4:
            raise Wrong("a list of four arrays is expected: kernel, bias, kernel, bias")
        dense = state["dense.weight"]
        cube = dense.reshape(out, maps, height, width)
        right = [
            state["conv.weight"].transpose(2, 3, 1, 0),
            state["conv.bias"],
            cube.transpose(2, 3, 1, 0).reshape(-1, out),
            state["dense.bias"],
        ]
        hints = [
            {"the kernel has still the order of PyTorch": state["conv.weight"]},
            {"this is the bias of the other layer": state["dense.bias"]},
            {"the rows of the full layer stand map by map": dense.T,
             "the full layer is still stored as (out, in)": dense},
            {"this is the bias of the first layer": state["conv.bias"]},
        ]  # fmt: skip
        for number, (mine, expected, mistakes) in enumerate(zip(found, right, hints)):
            with about(number):
                compare(mine, expected, mistakes)
