"""Checks for the exercises of lesson 01."""

import numpy as np
from scipy.signal import convolve2d, correlate2d

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

IMAGE = np.array([[1, 2, 0, 1], [0, 1, 3, 2], [2, 0, 1, 0]])
KERNEL = np.array([[1, 2], [0, 3]])
WORKED_EXAMPLE = np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])
SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
ONES = np.ones((3, 3))


@check
def by_hand(result):
    """The 3 x 4 picture convolved with the 2 x 2 kernel, the window inside the picture."""

    def slide(kernel, mode="valid"):
        return correlate2d(IMAGE, kernel, mode)

    compare(
        result,
        slide(KERNEL[::-1, ::-1]),
        {
            "this is the cross-correlation: the kernel was not turned": slide(KERNEL),
            "the kernel was only turned upside down; the turn by 180 degrees also reads each row"
            " backwards": slide(KERNEL[::-1]),
            "each row of the kernel was read backwards, but the last row must also become the"
            " first": slide(KERNEL[:, ::-1]),
            "rows and columns of the kernel were swapped: that mirrors it, and does not turn"
            " it": slide(KERNEL.T),
            "your window hangs over the border; here it stays inside the picture": slide(
                KERNEL[::-1, ::-1], "full"
            ),
            "your window hangs over the border at two sides; here it stays inside": convolve2d(
                IMAGE, KERNEL, "same"
            ),
        },
    )


@check
def sizes(answers):
    """How large results are, which padding keeps the size, what a layer learns."""
    steps = "count the steps first: how far can the window move? Then add its first place"
    hints = {
        "valid": (28, {steps: 27, "this is the size with the window hanging over the border": 36}),
        "full": (36, {"this is the size with the window inside the picture": 28, steps: 35}),
        "stride 2": (112, {"one place is missing: is the padding in, and the window's first"
                           " place?": 111, steps: 111.5, "half a place is no place": 112.5}),
        "padding": (3, {"this is the padding on both sides together": 6, "a kernel of 7 has as many"
                        " numbers left of its middle as right of it": 7}),
        "learned": (208, {"each kernel has a bias, too": 200, "the layer has 8 biases, not 1": 201,
                          "how many numbers are in one kernel of 5 x 5?": 48}),
    }  # fmt: skip
    compare_named(answers, hints)


@check
def convolve_row(function, rng):
    """A signal convolved with a kernel in one dimension, at every place where the two touch."""
    cases = [_row_and_kernel(rng, *sides) for sides in [(6, 3), (4, 4), (5, 2), (2, 5)]]
    cases += [(rng.normal(size=7), rng.normal(size=3))]
    cases += [(np.array([3]), np.array([2])), (np.zeros(4), np.ones(2))]

    def copies_replace(signal, kernel):
        result = np.zeros(len(signal) + len(kernel) - 1)
        for t, now in enumerate(signal):
            result[t : t + len(kernel)] = now * kernel
        return result

    def rounded_down(signal, kernel):
        result = np.zeros(len(signal) + len(kernel) - 1, int)
        for t, now in enumerate(signal):
            result[t : t + len(kernel)] += (now * kernel).astype(int)
        return result

    try_out(
        function,
        np.convolve,
        cases,
        {
            "this is the cross-correlation: the newest input must meet the first number of the"
            " kernel": lambda signal, kernel: np.convolve(signal, kernel[::-1]),
            "a later copy of the kernel replaces the earlier ones; where copies overlap they must"
            " be added": copies_replace,
            "the result ends too early: the last input still has an effect when no new one"
            " comes": lambda signal, kernel: np.convolve(signal, kernel)[: len(signal)],
            "these are only the places at which signal and kernel overlap in full": lambda signal, kernel: (
                np.convolve(signal, kernel, "valid")
            ),
            "fractions got lost: an array made from whole numbers takes whole numbers"
            " only": rounded_down,
        },
    )


def _row_and_kernel(rng, length, k):
    """Whole numbers that can be followed by hand; no kernel that reads the same backwards."""
    return rng.integers(0, 10, length), rng.permutation(np.arange(1, 10))[:k]


@check
def edge_strength(function, rng):
    """The gradient magnitude, in bytes and floats, without a frame."""
    pictures = [rng.integers(0, 256, (5, 6)).astype(np.uint8), rng.random((6, 5))]
    pictures += [np.tile(np.uint8([200, 200, 0, 0]), (4, 1)), np.full((4, 4), 0.7)]
    pictures += [rng.integers(0, 256, (1, 3)).astype(np.uint8)]

    def magnitude(picture, dtype=float, **border):
        x, y = (
            convolve2d(picture.astype(dtype), kernel.astype(dtype), mode="same", **border)
            for kernel in (SOBEL, SOBEL.T)
        )
        return np.hypot(x.astype(float), y.astype(float))

    frame = "a flat picture gets a frame: what does SciPy invent outside the picture?"
    bytes_left = "a strong fall comes out too weak: is everything a float before it is filtered?"
    symm = {"boundary": "symm"}
    try_out(
        function,
        lambda picture: magnitude(picture, **symm),
        [(picture,) for picture in pictures],
        {
            "both faults are still there. Try a flat picture, and one in bytes": lambda picture: (
                magnitude(picture, picture.dtype)
            ),
            frame: magnitude,
            bytes_left: lambda picture: magnitude(picture, picture.dtype, **symm),
            "this is without the border; the result must be as large as the picture": lambda picture: (
                magnitude(picture, **symm)[1:-1, 1:-1]
            ),
            "these are changes from left to right only": lambda picture: np.abs(
                convolve2d(picture.astype(float), SOBEL, mode="same", **symm)
            ),
        },
    )


@check
def move_right(kernel):
    """A kernel that moves a picture two pixels to the right."""

    def moved(down, right):
        return np.roll(_impulse(), (down, right), (0, 1))

    compare(
        _what_becomes_of_a_dot(kernel),
        moved(0, 2),
        {
            "it moves the picture to the left. The kernel is what becomes of one bright pixel:"
            " where does that pixel stand after the move?": moved(0, -2),
            "it moves the picture down; in `kernel[u, v]` the column is the second number": moved(
                2, 0
            ),
            "it moves the picture up": moved(-2, 0),
            "the direction is right, but it is one pixel only: how far from the middle of the"
            " kernel must the 1 stand?": moved(0, 1),
            "nothing moves: the 1 stands in the middle": moved(0, 0),
        },
    )


@check
def other_diagonal(kernel):
    """The worked example's kernel, for the edges of the other diagonal."""
    dot, right = _impulse(), WORKED_EXAMPLE[:, ::-1]
    compare(
        _what_becomes_of_a_dot(kernel),
        convolve2d(dot, right, mode="same"),
        {
            "this is the kernel of the worked example, or its transpose, which is the same: it"
            " sees the first diagonal": convolve2d(dot, WORKED_EXAMPLE, mode="same"),
            "turned by 180 degrees it still sees the first diagonal, with the other"
            " sign": convolve2d(dot, -WORKED_EXAMPLE, mode="same"),
            "the diagonal is right and the sign is not: it should be positive where the picture"
            " gets darker": convolve2d(dot, -right, mode="same"),
            "the sum of its numbers is not 0, so flat paper does not become 0": convolve2d(
                dot, np.abs(right), mode="same"
            ),
        },
    )


@check
def twice(kernel):
    """One kernel that does what the box blur of 3 x 3 does when it is applied twice."""
    dot = _impulse()

    def blurred(box):
        return convolve2d(dot, box, mode="same")

    both = convolve2d(ONES, ONES)
    compare(
        _what_becomes_of_a_dot(kernel),
        blurred(both / 81),
        {
            "this is a larger box. Look at what two blurs make of one bright pixel: the middle"
            " counts more": blurred(np.ones((5, 5)) / 25),
            "this blurs once": blurred(ONES / 9),
            "the pattern is right, but its sum is not 1: flat paper would get brighter": blurred(
                both
            ),
            "the pattern is right, but its sum is 9: each of the two blurs divides by 9": blurred(
                both / 9
            ),
            "this is the box multiplied by itself, number by number; apply the second blur to the"
            " result of the first": blurred(ONES / 81),
        },
    )


def _impulse():
    impulse = np.zeros((31, 31))
    impulse[15, 15] = 1
    return impulse


def _what_becomes_of_a_dot(kernel):
    """Filter one bright pixel: kernels with zeros around them do the same and count as equal."""
    kernel = numbers(kernel)
    if kernel.ndim != 2:
        raise Wrong(f"a kernel has rows and columns; yours has shape {kernel.shape}")
    if not all(side % 2 and side < 16 for side in kernel.shape):
        raise Wrong(f"the sides of a kernel with a middle are odd; yours has shape {kernel.shape}")
    return convolve2d(_impulse(), kernel, mode="same")


@check
def kinds(answers):
    """Whether filters are linear, and whether they follow the same rule everywhere."""
    numbers_hint = "try it with numbers: is the result of a sum the sum of the results?"
    move_hint = "move the picture by one pixel: does the result only move along?"
    right = {
        "mean of nine": "both",
        "largest of nine": "same rule",
        "mirror": "linear",
        "add 0.1": "same rule",
        "darken the left half": "linear",
    }
    for name, answer in zip(right, named(answers, right)):
        both_hint = {"linear": move_hint, "same rule": numbers_hint}.get(right[name], "")
        hints = {"both": both_hint, "neither": "one of the two holds at least"}
        hints["linear"] = numbers_hint if right[name] == "same rule" else move_hint
        hints["same rule"] = move_hint if right[name] == "linear" else numbers_hint
        hints.pop(right[name])
        with about(repr(name)):
            choose(answer, right[name], hints)


@check
def bias_gradient(function, rng):
    """How fast the mean squared error grows with a bias that is added everywhere."""

    def error(image, kernel, bias, target):
        return convolve2d(image, kernel, mode="valid") + bias - target

    cases = []
    for rows, columns in [(5, 6), (7, 4), (3, 3)]:
        target = rng.normal(size=(rows - 2, columns - 2))
        cases.append((rng.normal(size=(rows, columns)), rng.normal(size=(3, 3)), 0.5, target))
    cases += [(np.zeros((4, 4)), ONES, 1.0, np.ones((2, 2)))]
    try_out(
        function,
        lambda *given: np.mean(2 * error(*given)),
        cases,
        {
            "half as large as it should be: what becomes of the square?": lambda *given: np.mean(
                error(*given)
            ),
            "this is the sum over all places; the loss is their mean": lambda *given: np.sum(
                2 * error(*given)
            ),
            "the sign is wrong: the error is the result minus the target": lambda *given: np.mean(
                -2 * error(*given)
            ),
            "the bias is missing in the error": lambda image, kernel, bias, target: np.mean(
                2 * error(image, kernel, 0, target)
            ),
            "this is the loss; how fast does it grow?": lambda *given: np.mean(error(*given) ** 2),
            "there is one bias, so its slope is one number: take the mean over all"
            " places": lambda *given: 2 * error(*given),
        },
    )


@check
def largest_rate(rate):
    """The largest learning rate, to one decimal, after which the loss is smaller than before."""
    rate = numbers(rate)
    if rate.ndim:
        raise Wrong(f"one number is expected, yours has shape {rate.shape}")
    if rate > 2.21:
        raise Wrong("with this rate the last loss is above the first")
    if rate < 2.19:
        raise Wrong("a larger rate also ends below the first loss: go on")
    compare(rate, 2.2, {"state it to one decimal": rate})


@check
def line_drawing(function, rng):
    """Dark lines on white, where brightness changes; for colour and grey, bytes and floats."""
    half = np.zeros((12, 16))
    half[:, 8:] = 1
    grey = rng.random((9, 12))
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    drawing = _drawing(function, half)
    shades = [np.full((8, 9), shade) for shade in (0.0, 0.7, 1.0)]
    flat = [_drawing(function, shade, "a picture of one shade") for shade in shades]
    if np.ptp(drawing) < 0.1:
        raise Wrong("nothing is drawn where a picture goes from black to white")
    if max(drawing[:, 7].max(), drawing[:, 8].max()) > min(drawing[:, 1].min(), 0.5):
        raise Wrong("lines must be dark, near 0, and the paper white, near 1")
    if any(not np.allclose(blank, 1, atol=1e-3) for blank in flat):
        raise Wrong("a picture of one shade must stay white all over: no frame, no grey")
    if drawing[:, :4].min() < 0.9 or drawing[:, -4:].min() < 0.9:
        raise Wrong("there is a line where the brightness does not change")
    turned = [np.rot90(_drawing(function, np.rot90(grey, turns)), -turns) for turns in (1, 2, 3)]
    if not all(np.allclose(_drawing(function, grey), one, atol=1e-3) for one in turned):
        raise Wrong("a picture on its side gives other lines: are changes across and down both in?")
    in_bytes = (grey * 255).astype(np.uint8)
    if not np.allclose(_drawing(function, in_bytes), _drawing(function, in_bytes / 255), atol=0.02):
        raise Wrong("in bytes, from 0 to 255, the same picture gives another drawing")
    if not np.allclose(_drawing(function, colour), _drawing(function, grey), atol=0.02):
        raise Wrong("a grey picture in three equal colours gives another drawing")
    see_through = np.dstack([colour, rng.random(grey.shape)])
    if not np.allclose(_drawing(function, see_through), _drawing(function, colour), atol=1e-3):
        raise Wrong("the fourth number of a pixel, transparency, changes the drawing: leave it out")


def _drawing(function, picture, name=None):
    name = name or f"a picture of shape {picture.shape}"
    with about(f"for {name}"):
        drawing = numbers(call(function, picture))
    expected = picture.shape[:2]
    if drawing.shape != expected:
        raise Wrong(
            f"for {name} a drawing of shape {expected} is expected, yours is {drawing.shape}"
        )
    if drawing.min() < 0 or drawing.max() > 1:
        raise Wrong("the numbers of a drawing lie from 0 to 1; cut off what lies outside")
    return drawing
