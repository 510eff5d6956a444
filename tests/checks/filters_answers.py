"""Right and wrong answers to the exercises of lesson 01."""

import numpy as np
from scipy.ndimage import convolve as ndconvolve
from scipy.signal import convolve2d

from helpers import from_lesson
from helpers.checks import filters as check

solved = from_lesson(
    "solutions/01_filters",
    *("convolve_row", "edge_strength", "bias_gradient", "line_drawing"),
    "filtered",  # what `line_drawing` uses; it is made by a call, so it must be named
)
SOBEL = check.SOBEL

SIZES = {"valid": 28, "full": 36, "stride 2": 112, "padding": 3, "learned": 208}
KINDS = {
    "mean of nine": "both",
    "largest of nine": "same rule",
    "mirror": "linear",
    "add 0.1": "same rule",
    "darken the left half": "linear",
}


def row_by_places(signal, kernel):
    """The convolution by its formula, one place of the result after the other."""
    result = []
    for t in range(len(signal) + len(kernel) - 1):
        hours = [u for u in range(len(kernel)) if 0 <= t - u < len(signal)]
        result.append(sum(float(kernel[u]) * float(signal[t - u]) for u in hours))
    return result


def row_that_replaces(signal, kernel):
    result = np.zeros(len(signal) + len(kernel) - 1)
    for t, now in enumerate(signal):
        result[t : t + len(kernel)] = now * kernel
    return result


def row_of_whole_numbers(signal, kernel):
    result = np.zeros(len(signal) + len(kernel) - 1, dtype=int)
    for t, now in enumerate(signal):
        result[t : t + len(kernel)] += (now * kernel).astype(int)
    return result


def row_that_spoils_its_input(signal, kernel):
    result = np.convolve(signal, kernel)
    kernel *= 2
    return result


def strength_by_ndimage(picture):
    picture = picture.astype(np.float32)
    return np.hypot(ndconvolve(picture, SOBEL), ndconvolve(picture, SOBEL.T))


def strength(dtype=float, kernels=(SOBEL, SOBEL.T), **border):
    def edge_strength(picture):
        kind = dtype or picture.dtype
        results = [
            convolve2d(picture.astype(kind), kernel.astype(kind), mode="same", **border)
            for kernel in kernels
        ]
        return np.sqrt(sum(result.astype(float) ** 2 for result in results))

    return edge_strength


SYMM = {"boundary": "symm"}
RIGHT_MOVE = np.zeros((5, 5))
RIGHT_MOVE[2, 4] = 1
DIAGONAL = [[0, -1, -1], [1, 0, -1], [1, 1, 0]]
PYRAMID = np.outer([1, 2, 3, 2, 1], [1, 2, 3, 2, 1])


def bias_slope_by_steps(image, kernel, bias, target):
    """The slope measured, not derived."""

    def loss(bias):
        return np.mean((convolve2d(image, kernel, mode="valid") + bias - target) ** 2)

    return (loss(bias + 1e-4) - loss(bias - 1e-4)) / 2e-4


def error(image, kernel, bias, target):
    return convolve2d(image, kernel, mode="valid") + bias - target


def drawing(invert=True, clip=True, scale=1.0, in_bytes=True, down=True, border="symm", rgb=3):
    """A line drawing, as in the solution or with one thing wrong."""

    def line_drawing(picture):
        if in_bytes and picture.dtype == np.uint8:
            picture = picture / 255
        picture = picture.astype(float)
        grey = picture[:, :, :rgb].mean(axis=2) if picture.ndim == 3 else picture
        across = convolve2d(grey, SOBEL, mode="same", boundary=border)
        below = convolve2d(grey, SOBEL.T, mode="same", boundary=border) * down
        magnitude = scale * np.hypot(across, below)
        magnitude = np.clip(magnitude, 0, 1) if clip else magnitude
        return 1 - magnitude if invert else magnitude

    return line_drawing


def drawing_divided_by_its_maximum(picture):
    magnitude = 1 - drawing(clip=False)(picture)
    with np.errstate(invalid="ignore"):
        return 1 - magnitude / magnitude.max()


RIGHT = {
    check.by_hand: [[[4, 11, 8], [4, 4, 11]], np.float32([[4, 11, 8], [4, 4, 11]])],
    check.sizes: [SIZES, {name: np.int64(size) for name, size in SIZES.items()}],
    check.convolve_row: [solved.convolve_row, row_by_places, np.convolve],
    check.edge_strength: [solved.edge_strength, strength_by_ndimage, strength(**SYMM)],
    check.move_right: [RIGHT_MOVE, [[0, 0, 0, 0, 1]], RIGHT_MOVE.astype(np.float32).tolist()],
    check.other_diagonal: [DIAGONAL, np.pad(np.float32(DIAGONAL), 1)],
    check.twice: [PYRAMID / 81, (PYRAMID / 81).astype(np.float32).tolist()],
    check.kinds: [KINDS, {name: word.title() + " " for name, word in KINDS.items()}],
    check.bias_gradient: [solved.bias_gradient, bias_slope_by_steps],
    check.largest_rate: [2.2, np.float32(2.2), np.array(2.2)],
    check.line_drawing: [
        solved.line_drawing,
        drawing(),
        lambda picture: drawing(scale=0.5)(picture).astype(np.float32).tolist(),
    ],
}

WRONG = {
    check.by_hand: [
        ([[8, 11, 8], [2, 10, 7]], "this is the cross-correlation"),
        ([[8, 7, 10], [5, 11, 7]], "only turned upside down"),
        ([[4, 7, 10], [7, 5, 11]], "must also become the first"),
        ([[4, 13, 12], [4, 4, 5]], "swapped"),
        (convolve2d(check.IMAGE, check.KERNEL), "here it stays inside the picture"),
        (convolve2d(check.IMAGE, check.KERNEL, "same"), "at two sides"),
        ([[4, 11, 8], [4, 3, 11]], "1 of 6 numbers is not right"),
        ([4, 11, 8, 4, 4, 11], "shape (2, 3) expected, yours is shape (6,)"),
    ],
    check.sizes: [
        ({**SIZES, "valid": 27}, "'valid': count the steps first"),
        ({**SIZES, "valid": 36}, "hanging over the border"),
        ({**SIZES, "full": 28}, "'full': this is the size with the window inside"),
        ({**SIZES, "stride 2": 111}, "one place is missing"),
        ({**SIZES, "stride 2": 111.5}, "'stride 2': count the steps first"),
        ({**SIZES, "stride 2": 112.5}, "half a place"),
        ({**SIZES, "padding": 6}, "on both sides together"),
        ({**SIZES, "learned": 200}, "each kernel has a bias"),
        ({**SIZES, "learned": 201}, "8 biases, not 1"),
        ({**SIZES, "learned": 77}, "'learned': this number is not right"),
    ],
    check.convolve_row: [
        (lambda signal, kernel: np.correlate(signal, kernel, "full"), "cross-correlation"),
        (row_that_replaces, "must be added"),
        (lambda signal, kernel: np.convolve(signal, kernel)[: len(signal)], "ends too early"),
        (lambda signal, kernel: np.convolve(signal, kernel, "valid"), "overlap in full"),
        (row_of_whole_numbers, "fractions got lost"),
        (row_that_spoils_its_input, "changes the array"),
        (lambda signal, kernel: print("done"), "returns nothing"),
        (lambda signal, kernel: signal @ kernel, "stops with ValueError"),
        (lambda signal, kernel: np.convolve(signal, kernel)[None], "shape (8,) expected"),
    ],
    check.edge_strength: [
        (strength(dtype=None), "both faults are still there"),
        (strength(), "gets a frame"),
        (strength(dtype=None, **SYMM), "comes out too weak"),
        (lambda p: strength(**SYMM)(p)[1:-1, 1:-1], "without the border"),
        (strength(kernels=[SOBEL], **SYMM), "from left to right only"),
        (lambda p: strength(**SYMM)(p) ** 2, "of 30 numbers are not right"),
    ],
    check.move_right: [
        (RIGHT_MOVE[:, ::-1], "to the left"),
        (RIGHT_MOVE.T, "moves the picture down"),
        (RIGHT_MOVE.T[::-1], "moves the picture up"),
        (np.eye(5)[[3]], "one pixel only"),
        (np.eye(5)[[2]], "nothing moves"),
        (np.ones((4, 4)), "are odd"),
        (np.eye(5)[4], "has rows and columns"),
    ],
    check.other_diagonal: [
        (check.WORKED_EXAMPLE.T, "the kernel of the worked example"),
        (-check.WORKED_EXAMPLE, "with the other sign"),
        (-np.array(DIAGONAL), "the sign is not"),
        (np.abs(DIAGONAL), "is not 0"),
    ],
    check.twice: [
        (np.ones((5, 5)) / 25, "a larger box"),
        (np.ones((3, 3)) / 9, "blurs once"),
        (PYRAMID, "sum is not 1"),
        (PYRAMID / 9, "its sum is 9"),
        (np.ones((3, 3)) / 81, "number by number"),
    ],
    check.kinds: [
        ({**KINDS, "largest of nine": "both"}, "'largest of nine': try it with numbers"),
        ({**KINDS, "mirror": "both"}, "'mirror': move the picture"),
        ({**KINDS, "mean of nine": "neither"}, "'mean of nine': one of the two"),
        ({**KINDS, "mean of nine": "linear"}, "'mean of nine': move the picture"),
        ({**KINDS, "add 0.1": "linear"}, "'add 0.1': try it with numbers"),
        ({**KINDS, "mirror": "yes"}, "answer with one of these words"),
    ],
    check.bias_gradient: [
        (lambda *given: np.mean(error(*given)), "of the square"),
        (lambda *given: np.sum(2 * error(*given)), "the sum over all places"),
        (lambda *given: -np.mean(2 * error(*given)), "the sign is wrong"),
        (lambda i, k, b, t: np.mean(2 * error(i, k, 0, t)), "the bias is missing"),
        (lambda *given: np.mean(error(*given) ** 2), "this is the loss"),
        (lambda *given: 2 * error(*given), "one number: take the mean"),
    ],
    check.largest_rate: [
        (2.3, "last loss is above the first"),
        (1.5, "go on"),
        (2.203, "to one decimal"),
        ([2.2], "one number is expected"),
    ],
    check.line_drawing: [
        (drawing(invert=False), "lines must be dark"),
        (drawing(clip=False), "cut off what lies outside"),
        (drawing(border="fill"), "white all over"),
        (drawing(down=False), "gives other lines"),
        (drawing(in_bytes=False), "in bytes"),
        (drawing(rgb=4), "transparency"),
        (drawing_divided_by_its_maximum, "a picture of one shade: 72 of 72 numbers are NaN"),
        (lambda picture: drawing()(picture)[1:-1, 1:-1], "a drawing of shape"),
        (lambda picture: np.ones(picture.shape[:2]), "nothing is drawn"),
    ],
}
