"""Make the picture of lesson 02: a digit runs forward through a network, gradients run back.

All that is drawn is computed: the network 784-11-10 is trained on scikit-learn's digits, and reads
one that it has not seen. A dark node has a large activation; the thick connections are those that
speak most for the answer.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from helpers.standin import enlarge
from images.make.drawing import BLUE, INK, PAPER, SKY, VERMILLION, arguments, canvas, points, save

WIDTH, HEIGHT = 1200, 520
PIXEL, LEFT, TOP = 9, 56, 120
SIDE = 28 * PIXEL
HIDDEN_X, OUTPUT_X, BAR_X = 590, 880, 950
ANSWER = 3
HIDDEN = 11


class Reading(NamedTuple):
    """A digit (28, 28) in 0..1, the hidden activations (11,) in 0..1, each one's share in the
    answer's score (11,), and the probabilities (10,)."""

    digit: np.ndarray
    active: np.ndarray
    share: np.ndarray
    chances: np.ndarray


def read_an_answer():
    """Train on three quarters of the digits and read the first held-out ANSWER that is right."""
    digits = load_digits()
    x = (enlarge(digits.images) / 255).reshape(-1, 784)
    x_train, x_test, y_train, y_test = train_test_split(x, digits.target, random_state=0)
    network = MLPClassifier((HIDDEN,), max_iter=1000, random_state=0).fit(x_train, y_train)
    chances = network.predict_proba(x_test)
    first = np.flatnonzero((y_test == ANSWER) & (chances.argmax(axis=1) == ANSWER))[0]
    hidden = np.maximum(0, x_test[first] @ network.coefs_[0] + network.intercepts_[0])
    share = hidden * network.coefs_[1][:, ANSWER]
    return Reading(x_test[first].reshape(28, 28), hidden / hidden.max(), share, chances[first])


def column(count, pitch):
    """Return the y of `count` nodes, centred on the digit."""
    return TOP + SIDE / 2 + pitch * (np.arange(count) - (count - 1) / 2)


def draw_digit(ax, digit):
    """Draw the pixels, with paper showing between them."""
    for (row, col), ink in np.ndenumerate(digit):
        shade = (1 - ink) * np.array([1, 1, 1]) + ink * np.array([0.05, 0.11, 0.24])
        corner = LEFT + col * PIXEL, TOP + row * PIXEL
        ax.add_patch(Rectangle(corner, PIXEL - 1, PIXEL - 1, facecolor=shade, linewidth=0))


def draw_connections(ax, reading, hidden, output):
    """Draw what runs from each row of pixels to the hidden nodes, and on to the outputs."""
    edge = LEFT + SIDE + 6
    for row, ink in enumerate(reading.digit.mean(axis=1)):
        y = TOP + (row + 0.5) * PIXEL
        for node, strength in zip(hidden, reading.active):
            look = {"color": BLUE, "linewidth": 0.7, "alpha": 0.05 + 0.5 * ink * strength}
            ax.plot([edge, HIDDEN_X], [y, node], **look)
    for node, strength, share in zip(hidden, reading.active, reading.share):
        for number, end in enumerate(output):
            strong = number == ANSWER and share > reading.share.max() / 12
            look = {"color": VERMILLION if strong else BLUE, "linewidth": 2.2 if strong else 0.9}
            alpha = 0.9 if strong else 0.10 + 0.2 * strength
            ax.plot([HIDDEN_X, OUTPUT_X], [node, end], alpha=alpha, **look)


def draw_nodes(ax, hidden, output, active, chances):
    """Draw the two columns of nodes, the digits beside the outputs, and their bars."""
    sky = np.array([0.34, 0.71, 0.91])
    for node, strength in zip(hidden, active):
        colour = strength * sky + (1 - strength) * np.ones(3)
        ax.add_patch(Circle((HIDDEN_X, node), 11, fc=colour, ec=INK, lw=1.6, zorder=3))
    for number, (node, chance) in enumerate(zip(output, chances)):
        colour = VERMILLION if number == ANSWER else "white"
        ax.add_patch(Circle((OUTPUT_X, node), 12, fc=colour, ec=INK, lw=1.6, zorder=3))
        weight = "bold" if number == ANSWER else "normal"
        ax.text(
            OUTPUT_X + 34,
            node,
            str(number),
            ha="center",
            va="center",
            color=INK,
            fontsize=points(22),
            fontweight=weight,
        )
        bar = Rectangle(
            (BAR_X, node - 9),
            2 + 188 * chance,
            18,
            linewidth=0,
            facecolor=VERMILLION if number == ANSWER else SKY,
        )
        ax.add_patch(bar)


def draw_arrow(ax, start, end, y, text, colour, style):
    """Draw a long arrow with its name above or below."""
    ax.add_patch(
        FancyArrowPatch(
            (start, y),
            (end, y),
            arrowstyle="-|>",
            mutation_scale=22,
            linewidth=3,
            color=colour,
            linestyle=style,
        )
    )
    ax.text(
        (start + end) / 2, y - 16, text, ha="center", va="bottom", color=colour, fontsize=points(24)
    )


def main():
    options = arguments(__doc__, "lesson02.png")
    reading = read_an_answer()
    fig, ax = canvas(WIDTH, HEIGHT)
    hidden, output = column(HIDDEN, 29), column(10, 31)
    draw_digit(ax, reading.digit)
    draw_connections(ax, reading, hidden, output)
    draw_nodes(ax, hidden, output, reading.active, reading.chances)
    draw_arrow(ax, LEFT, BAR_X + 190, 68, "forward: numbers", BLUE, "-")
    draw_arrow(ax, BAR_X + 190, LEFT, 486, "backward: gradients", VERMILLION, (0, (5, 3)))
    fig.set_facecolor(PAPER)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
