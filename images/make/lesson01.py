"""Make lesson 01's picture: some pixels of the poster, a kernel, and what it makes of the poster.

Run `python -m images.make.lesson01`.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from scipy.signal import convolve2d

from images.make.drawing import (
    INK,
    PAPER,
    VERMILLION,
    arguments,
    arrow,
    canvas,
    inset,
    poster_in_grey,
    save,
)

WIDTH, HEIGHT = 1200, 380
SOBEL_X = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
ON_THE_WINDOW = SOBEL_X[::-1, ::-1]  # what wears the window's frame is turned
ROW, COLUMN, SIZE = 45, 56, 8  # the pixels shown: where the first letter begins
CROP = np.s_[28:378, 36:564]  # the poster's lettering and its first row of tiles
SHADES = LinearSegmentedColormap.from_list("shades", [INK, "#8f97a8", PAPER])


def draw_pixels(ax, grey):
    """Draw grey values 0 to 255 as numbers, and outline one window of 3 x 3."""
    ax.imshow(grey, cmap="gray", vmin=0, vmax=255)
    write_numbers(ax, grey, np.where(grey < 128, "white", "black"), 10)
    ax.add_patch(Rectangle((2.5, 2.5), 3, 3, fill=False, edgecolor=VERMILLION, linewidth=4))


def draw_kernel(ax):
    ax.imshow(ON_THE_WINDOW, cmap="RdBu_r", vmin=-3.5, vmax=3.5)
    write_numbers(ax, ON_THE_WINDOW, np.full((3, 3), "black"), 18)
    ax.add_patch(Rectangle((-0.5, -0.5), 3, 3, fill=False, edgecolor=VERMILLION, linewidth=6))


def write_numbers(ax, matrix, colours, fontsize):
    look = {"ha": "center", "va": "center", "fontsize": fontsize}
    for (i, j), value in np.ndenumerate(matrix):
        ax.text(j, i, str(value).replace("-", "\N{MINUS SIGN}"), color=colours[i, j], **look)


def main():
    options = arguments(__doc__, "lesson01.png")
    fig, ax = canvas(WIDTH, HEIGHT)
    grey = np.rint(255 * poster_in_grey()).astype(int)
    draw_pixels(inset(fig, 36, 36, 308, 308), grey[ROW : ROW + SIZE, COLUMN : COLUMN + SIZE])
    arrow(ax, 362, HEIGHT / 2, 36)
    draw_kernel(inset(fig, 416, 105, 170, 170))
    arrow(ax, 604, HEIGHT / 2, 36)
    result = convolve2d(grey, SOBEL_X, mode="same", boundary="symm")[CROP]
    look = {"cmap": SHADES, "vmin": -900, "vmax": 900, "interpolation": "antialiased"}
    inset(fig, 658, 14, 528, 350).imshow(result, **look)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
