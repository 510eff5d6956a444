"""Right and wrong answers to the exercises of lesson 08."""

import numpy as np

from helpers import from_lesson
from helpers.checks import frameworks as check

solved = from_lesson(
    "solutions/08_frameworks",
    *("to_channels_last", "dense_after_flatten", "same_network", "summary"),
    *("step_times", "faulty_step_times", "port"),
)
NUMBERS = {"map by map": 439, "pixel by pixel": 284, "TensorFlow": 0, "PyTorch": -1, "steps": 1000}


def kernel_by_loops(kernel):
    out, maps, height, width = kernel.shape
    result = np.zeros((height, width, maps, out))
    for place in np.ndindex(result.shape):
        row, column, i, o = place
        result[place] = kernel[o, i, row, column]
    return result.tolist()


def dense_by_places(kernel, height, width, maps):
    places = np.arange(maps * height * width).reshape(maps, height, width)
    return kernel.T[np.moveaxis(places, 0, -1).ravel()].astype(np.float32)


def same_by_loops(ours, theirs, limit):
    if len(ours) != len(theirs):
        return np.False_
    return all(abs(a - b) < limit for a, b in zip(ours.ravel(), theirs.ravel()))


def summary_by_median(seconds):
    low, high = np.quantile(seconds[1:], [0.25, 0.75])
    return [1000 * low, 1000 * np.median(seconds[1:]), 1000 * high]


def times_after_warming_up(step, batches, clock):
    float(step(batches[0]))
    ends = [clock()]
    for batch in batches[1:]:
        float(step(batch))
        ends.append(clock())
    return np.diff(ends)


def times(first=False, waits=True, total=False):
    def step_times(step, batches, clock):
        found, begin = [], None
        for batch in batches:
            start = clock()
            loss = step(batch)
            if waits:
                float(loss)
            begin = clock() if begin is None else begin
            found.append(clock() - (begin if total else start))
            float(loss)
        return found if first else found[1:]

    return step_times


def warmed_up_without_waiting(step, batches, clock):
    waiting, found = step(batches[0]), []
    for batch in batches[1:]:
        start = clock()
        loss = step(batch)
        float(waiting)
        float(loss)
        found.append(clock() - start)
    return found


def ported(number, change):
    """Return `port` with one of its four arrays replaced."""

    def port(state, *sides):
        weights = list(solved.port(state, *sides))
        weights[number] = change(state)
        return weights

    return port


def cube(kernel, height, width, maps):
    return kernel.reshape(-1, maps, height, width)


RIGHT = {
    check.predictions: [NUMBERS, {name: np.float32(one) for name, one in NUMBERS.items()}],
    check.to_channels_last: [solved.to_channels_last, kernel_by_loops],
    check.dense_after_flatten: [solved.dense_after_flatten, dense_by_places],
    check.same_network: [solved.same_network, same_by_loops],
    check.summary: [solved.summary, summary_by_median],
    check.stories: [check.STORIES, {k: v.upper() + " " for k, v in check.STORIES.items()}],
    check.step_times: [solved.step_times, times_after_warming_up],
    check.port: [solved.port, lambda *given: tuple(a.astype(np.float32) for a in solved.port(*given))],
}  # fmt: skip

WRONG = {
    check.predictions: [
        ({**NUMBERS, "map by map": 284}, "this is pixel by pixel"),
        ({**NUMBERS, "map by map": 440}, "places are counted from 0"),
        ({**NUMBERS, "map by map": 75}, "has a whole map"),
        ({**NUMBERS, "pixel by pixel": 439}, "this is map by map"),
        ({**NUMBERS, "pixel by pixel": 285}, "the place counts from 0"),
        ({**NUMBERS, "pixel by pixel": 49}, "in all six maps"),
        ({**NUMBERS, "TensorFlow": -1}, "as few zeros"),
        ({**NUMBERS, "TensorFlow": 1}, "goes to the end"),
        ({**NUMBERS, "PyTorch": 0}, "before the first pixel"),
        ({**NUMBERS, "PyTorch": 1}, "left of 0"),
        ({**NUMBERS, "steps": 1}, "the same unit"),
        ({**NUMBERS, "steps": 600}, "is the difference"),
        ({**NUMBERS, "steps": 1500}, "the faster step"),
    ],
    check.to_channels_last: [
        (lambda kernel: kernel.transpose(2, 3, 0, 1), "I stands before O"),
        (lambda kernel: kernel.T, "turns round all axes"),
        (lambda kernel: kernel.transpose(3, 2, 0, 1), "the other way"),
        (lambda kernel: kernel.reshape(np.array(kernel.shape)[[2, 3, 1, 0]]), "the axes must"),
    ],
    check.dense_after_flatten: [
        (lambda kernel, *sides: kernel.T, "nobody would get an error"),
        (lambda *given: solved.dense_after_flatten(*given).T, "Keras wants (in, out)"),
        (lambda *given: cube(*given).transpose(3, 2, 1, 0).reshape(-1, len(given[0])),
         "column by column"),
        (lambda kernel, h, w, maps: kernel.reshape(-1, h, w, maps).transpose(3, 1, 2, 0).reshape(
            -1, len(kernel)), "from pixel by pixel"),
        (lambda kernel, *sides: kernel.reshape(-1, len(kernel)), "moves nothing"),
    ],
    check.same_network: [
        (lambda a, b, limit: bool((a.argmax(1) == b.argmax(1)).all()), "that are named agree"),
        (lambda a, b, limit: bool(np.abs(a - b).mean() < limit), "a mean does not see it"),
        (lambda a, b, limit: a.shape == b.shape and bool((a - b).max() < limit), "mind the sign"),
        (lambda a, b, limit: not np.any(np.abs(a - b) > limit), "never says yes"),
        (lambda a, b, limit: len(a) in (1, len(b)) and bool(
            np.abs(a - b[:len(a)]).max() < limit), "NumPy broadcasts"),
        (lambda a, b, limit: np.array_equal(a, b), "by rounding alone"),
        (lambda a, b, limit: np.abs(a - b) < limit, "True or False is expected"),
    ],
    check.summary: [
        (lambda s: 1000 * np.percentile(s, [25, 50, 75]), "the first call is in"),
        (lambda s: np.percentile(s[1:], [25, 50, 75]), "these are seconds"),
        (lambda s: 1000 * np.percentile(s[1:], [50, 25, 75]), "stands in the middle"),
        (lambda s: [summary_by_median(s)[0], 1000 * s[1:].mean(), summary_by_median(s)[2]],
         "stands the mean"),
        (lambda s: 1000 * np.percentile(s[1:], [0, 50, 100]), "smallest and the largest"),
    ],
    check.stories: [
        ({**check.STORIES, "equal at the start": "other weights"}, "in the first loss"),
        ({**check.STORIES, "within a percent": "other batches"}, "the first losses equal"),
        ({**check.STORIES, "never equal": "first call timed"}, "when it is left out"),
        ({**check.STORIES, "slow for ten steps": "clock stopped early"}, "hardly grow"),
        ({**check.STORIES, "never equal": "accuracy only"}, "anything else compared"),
        ({**check.STORIES, "never equal": "bad luck"}, "one of these words"),
    ],
    check.step_times: [
        (solved.faulty_step_times, "both faults"),
        (times(waits=False), "waits for it"),
        (times(first=True), "run it before"),
        (warmed_up_without_waiting, "wait for it, too"),
        (times(total=True), "since the start"),
    ],
    check.port: [
        (ported(0, lambda state: state["conv.weight"]), "still the order of PyTorch"),
        (ported(1, lambda state: state["dense.bias"]), "of the other layer"),
        (ported(2, lambda state: state["dense.weight"].T), "stand map by map"),
        (ported(2, lambda state: state["dense.weight"]), "stored as (out, in)"),
        (ported(3, lambda state: state["conv.bias"]), "of the first layer"),
        (lambda *given: solved.port(*given)[:2], "four arrays"),
    ],
}  # fmt: skip
