"""Make the README's picture: the poster, its edges, and a digit that a network reads.

Run `python -m images.make.course`.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from scipy.signal import convolve2d

from images.make.digit_reader import column, draw_bars, draw_digit, draw_layers, label, read_digits
from images.make.drawing import (
    INK,
    PAPER,
    arguments,
    arrow,
    canvas,
    inset,
    poster,
    poster_in_grey,
    save,
)

WIDTH, HEIGHT = 1280, 460
TOP, TALL = 36, 352
SOBEL_X = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
GLOW = LinearSegmentedColormap.from_list("glow", [INK, PAPER])
DIGIT = 5


def edges(image):
    """Return the strength of the edges of a grey image, of its shape."""
    kernels = SOBEL_X, SOBEL_X.T
    across, down = (convolve2d(image, k, mode="same", boundary="symm") for k in kernels)
    return np.hypot(across, down)


def draw_poster(fig, ax, x, picture, **look):
    """Show a picture of the poster's shape, with a thin frame, from column x."""
    wide = TALL * 3 // 4
    inset(fig, x, TOP, wide, TALL).imshow(picture, interpolation="antialiased", **look)
    ax.add_patch(Rectangle((x, TOP), wide, TALL, facecolor="none", edgecolor=INK, linewidth=1.5))


def draw_handwriting(ax, readings, shown, x, side=76, gap=8):
    """Draw clear digits 1 to 9 in a square; in the middle, outlined, the one that is read."""
    for digit in range(1, 10):
        place = shown if digit == DIGIT else readings.right(digit)[-2]
        row, across = divmod(digit - 1, 3)
        corner = x + across * (side + gap), TOP + TALL / 2 + (row - 1.5) * (side + gap)
        draw_digit(ax, readings.images[place], *corner, side, outlined=digit == DIGIT)


def main():
    options = arguments(__doc__, "course.png")
    readings = read_digits()
    shown = readings.right(DIGIT)[0]
    fig, ax = canvas(WIDTH, HEIGHT)
    draw_poster(fig, ax, 36, poster())
    draw_poster(fig, ax, 350, edges(poster_in_grey()), cmap=GLOW, vmin=0, vmax=3)
    draw_handwriting(ax, readings, shown, 654)
    columns = [column(x, TOP, TALL, n) for x, n in ((948, 9), (1020, 13), (1092, 10))]
    draw_layers(ax, columns, DIGIT, size=14)
    draw_bars(ax, readings.probabilities[shown], columns[-1][:, 1], 1104, 62)
    for x in (306, 909):
        arrow(ax, x, TOP + TALL / 2, 38 if x < 900 else 24)
    texts = ["a poster", "through a filter", "handwriting", "a network reads it"]
    for x, text in zip([168, 482, 776, 1076], texts):
        label(ax, x, 424, text, fontsize=16)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
