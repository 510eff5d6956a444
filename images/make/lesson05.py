"""Make the picture of lesson 05: AlexNet's two towers, one on each graphics card.

The height of a box is the width of its maps in pixels, its length the number of its channels, both
to scale between boxes of convolutions; the full connections are columns. Vermillion lines cross
where one card reads what the other one computed.

Run `python -m images.make.lesson05`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Polygon

from images.make.drawing import (
    BLUE,
    INK,
    ORANGE,
    SKY,
    VERMILLION,
    arguments,
    canvas,
    points,
    poster,
    save,
)

WIDTH, HEIGHT = 1000, 440
TOWERS = (118, 262)  # y of the middle of each tower
SLANT, COLUMN_SLANT = 0.3, 0.08  # boxes have a depth, columns hardly any
# name, height and length in pixels of the picture, what is written below
BOXES = [
    ("C1", 110, 24, "55 x 55 x 96"),
    ("C2", 66, 48, "27 x 27 x 256"),
    ("C3", 38, 68, "13 x 13 x 384"),
    ("C4", 38, 68, "13 x 13 x 384"),
    ("C5", 38, 48, "13 x 13 x 256"),
    ("full 6", 118, 16, "4096"),
    ("full 7", 118, 16, "4096"),
]
PLACES = (208, 314, 430, 566, 700, 812, 884)  # x of the left end of each box
CROSSED = {("C2", "C3"), ("C5", "full 6"), ("full 6", "full 7")}


def depth(name, height):
    return height * (COLUMN_SLANT if name.startswith("full") else SLANT)


def box(ax, left, middle, height, length, back, colour):
    """Draw a box in parallel projection: its front, its top and its end."""
    top, bottom = middle - height / 2, middle + height / 2
    right = left + length
    front = [(left, top), (right, top), (right, bottom), (left, bottom)]
    lid = [(left, top), (left + back, top - back / 2), (right + back, top - back / 2), (right, top)]
    end = [(right, top), (right + back, top - back / 2), (right + back, bottom - back / 2),
           (right, bottom)]  # fmt: skip
    for corners, shade in ((front, 1.0), (lid, 0.6), (end, 0.8)):
        face = np.array(plt.matplotlib.colors.to_rgb(colour)) * shade + (1 - shade) * 0.9
        ax.add_patch(Polygon(corners, facecolor=face, edgecolor=INK, linewidth=1.2, zorder=5))


def arrow(ax, start, end, colour=INK):
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style, zorder=4)


def label(ax, x, name, size):
    ax.text(x, 376, name, ha="center", size=points(21), weight="bold", color=INK)
    ax.text(x, 403, size, ha="center", size=points(16), color=INK)


def connect(ax, before, x_before, after, x_after):
    """Draw the arrows between two layers, crossed where the cards exchange."""
    start = x_before + before[2] + depth(*before[:2]) + 3
    for tower in TOWERS:
        arrow(ax, (start, tower), (x_after - 3, tower))
    if (before[0], after[0]) in CROSSED:
        for here, there in (TOWERS, TOWERS[::-1]):
            reach = 12 if there > here else -12
            arrow(ax, (start, here + reach), (x_after - 3, there - reach), VERMILLION)


def main():
    options = arguments(__doc__, "lesson05.png")
    fig, ax = canvas(WIDTH, HEIGHT)
    lower_part = poster()[200:]
    middle = sum(TOWERS) / 2
    ax.imshow(lower_part, extent=(18, 158, middle + 70, middle - 70), zorder=3)
    label(ax, 88, "input", "227 x 227 x 3")
    for tower in TOWERS:
        arrow(ax, (162, middle + (tower - middle) * 0.5), (PLACES[0] - 4, tower))
    for number, ((name, height, length, _), left) in enumerate(zip(BOXES, PLACES)):
        for tower in TOWERS:
            colour = ORANGE if name.startswith("full") else (BLUE if number % 2 else SKY)
            box(ax, left, tower, height, length, depth(name, height), colour)
        if number:
            connect(ax, BOXES[number - 1], PLACES[number - 1], BOXES[number], left)
    for (name, height, length, size), left in zip(BOXES[:5], PLACES):
        label(ax, left + (length + depth(name, height)) / 2, name, size)
    label(ax, 860, "full 6, 7", "4096 each")
    for tower in TOWERS:
        arrow(ax, (915, tower), (946, middle + (tower - middle) * 0.3))
    box(ax, 950, middle, 90, 12, 8, VERMILLION)
    label(ax, 960, "out", "1000")
    for number, y in enumerate((30, 338)):
        ax.text(500, y, f"graphics card {number + 1}", ha="center",
                size=points(18), style="italic", color=INK)  # fmt: skip
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="auto")
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
