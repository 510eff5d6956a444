"""Make lesson 07's picture: folders of digits, a batch, a network, and the five steps of training.

Run `python -m images.make.lesson07`.
"""

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, Polygon
from sklearn.datasets import load_digits

from helpers.standin import enlarge
from images.make.digit_reader import column, draw_digit, draw_dots, draw_layers, label
from images.make.drawing import (
    BLUE,
    INK,
    ORANGE,
    SKY,
    VERMILLION,
    arguments,
    arrow,
    canvas,
    points,
    save,
)

WIDTH, HEIGHT = 1000, 400
MIDDLE = 150  # of the flow from folders to loss
SHOWN = (0, 1, 2, 9)  # the folders
STEPS = ("zero", "forward", "loss", "backward", "step")


def main():
    options = arguments(__doc__, "lesson07.png")
    digits = load_digits()
    places = [np.flatnonzero(digits.target == digit)[2] for digit in range(10)]
    examples = enlarge(digits.images[places]) / 255
    fig, ax = canvas(WIDTH, HEIGHT)
    for row, digit in enumerate(SHOWN):
        draw_folder(ax, examples[digit], digit, 45, 25 + 66 * row + 10 * (row == 3))
    draw_dots(ax, 72, 221, 5)
    arrow(ax, 180, MIDDLE, 40)
    draw_batch(ax, examples, 245, 60)
    arrow(ax, 430, MIDDLE, 40)
    columns = [column(500, 30, 240, 9, gap=True), column(610, 30, 240, 7, gap=True)]
    columns.append(column(720, 30, 240, 10))
    draw_layers(ax, columns, 7, 14)
    for x in (500, 610):
        draw_dots(ax, x, MIDDLE)
    arrow(ax, 745, MIDDLE, 40)
    ax.add_patch(Circle((840, MIDDLE), 42, facecolor=ORANGE, edgecolor=INK, linewidth=2))
    label(ax, 840, MIDDLE, "loss", fontsize=17)
    draw_way_back(ax)
    for x, text in ((100, "folders"), (325, "a batch"), (610, "forward"), (610, "gradients")):
        label(ax, x, 322 if text != "forward" else 12, text)
    draw_steps(ax)
    save(fig, options.out, options.scale)


def draw_folder(ax, image, digit, x, y):
    """Draw a folder of 54 by 46 pixels with its name, and a digit beside it."""
    outline = [(0, 8), (0, 46), (54, 46), (54, 8), (24, 8), (19, 0), (3, 0)]
    corners = np.add(outline, (x, y))
    ax.add_patch(Polygon(corners, facecolor=SKY, edgecolor=INK, linewidth=2, joinstyle="round"))
    label(ax, x + 27, y + 28, str(digit), fontsize=17, weight="bold")
    draw_digit(ax, image, x + 68, y + 2, 46)


def draw_batch(ax, examples, x, y):
    """Draw sixteen shuffled digits, four by four."""
    order = np.random.default_rng(7).integers(0, 10, 16)
    for place, digit in enumerate(order):
        down, across = divmod(place, 4)
        draw_digit(ax, examples[digit], x + 42 * across, y + 46 * down, 38)


def draw_way_back(ax):
    """Draw the gradients' way from the loss back to the network."""
    look = {"arrowstyle": "-|>", "mutation_scale": 20, "linewidth": points(5), "color": VERMILLION}
    curve = "arc3,rad=-0.22"
    ax.add_patch(FancyArrowPatch((838, MIDDLE + 48), (500, 292), connectionstyle=curve, **look))


def draw_steps(ax):
    """Draw the five steps as numbered discs in a row."""
    for number, (name, x) in enumerate(zip(STEPS, np.linspace(110, 850, 5)), 1):
        ax.add_patch(Circle((x, 365), 16, facecolor=BLUE, edgecolor="none"))
        look = {"ha": "center", "va": "center", "weight": "bold"}
        ax.text(x, 365, number, color="white", fontsize=14, **look)
        ax.text(x + 26, 365, name, va="center", color=INK, fontsize=15)


if __name__ == "__main__":
    main()
