"""Make lesson 01's picture: some pixels of the poster, a kernel, and what it makes of the poster.

Run `python images/make_lesson01_picture.py`.
"""

import numpy as np
from drawing import INK, PAPER, VERMILLION, arguments, arrow, canvas, inset, poster_in_grey, save
from matplotlib.patches import Rectangle
from scipy.signal import convolve2d

SOBEL_X = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
ROW, COLUMN, SIZE = 60, 135, 9  # the pixels shown: a part of the letter t
CROP = np.s_[30:200, 40:560]  # the poster's lettering


def draw_numbers(ax, matrix, fontsize, **look):
    ax.imshow(matrix, **look)
    middle = (look["vmin"] + look["vmax"]) / 2
    for (i, j), value in np.ndenumerate(matrix):
        colour = "white" if value < middle else "black"
        ax.text(j, i, f"{value:g}", ha="center", va="center", fontsize=fontsize, color=colour)


def main():
    options = arguments(__doc__, "lesson01.png")
    fig, ax = canvas(1280, 360, PAPER)
    grey = np.rint(255 * poster_in_grey()).astype(int)
    pixels = grey[ROW : ROW + SIZE, COLUMN : COLUMN + SIZE]
    window = inset(fig, 30, 30, 300, 300)
    draw_numbers(window, pixels, 10, cmap="gray", vmin=0, vmax=255)
    window.add_patch(Rectangle((2.5, 2.5), 3, 3, fill=False, edgecolor=VERMILLION, linewidth=5))
    arrow(ax, 345, 180)
    draw_kernel(fig, 390, 95)
    arrow(ax, 575, 180)
    result = convolve2d(grey, SOBEL_X, mode="same", boundary="symm")[CROP]
    inset(fig, 620, 77, 630, 206).imshow(
        result, cmap="gray", vmin=-1020, vmax=1020, interpolation="antialiased"
    )
    save(fig, options.out, options.scale)


def draw_kernel(fig, x, y, side=170):
    ax = inset(fig, x, y, side, side)
    ax.imshow(SOBEL_X, cmap="RdBu_r", vmin=-3.5, vmax=3.5)
    for (i, j), value in np.ndenumerate(SOBEL_X):
        ax.text(
            j,
            i,
            f"{value:g}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=18,
            color="black",
        )
    ax.add_patch(Rectangle((-0.5, -0.5), 3, 3, fill=False, edgecolor=INK, linewidth=4))


if __name__ == "__main__":
    main()
