"""A small network that reads scikit-learn's digits, and how it is drawn."""

import numpy as np
from drawing import BLUE, INK, VERMILLION, inset
from matplotlib.collections import LineCollection
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier


def read_a_digit(shown):
    """Train on three quarters of the digits and read one of the rest: the hardest it gets right.

    Args:
        shown: which digit (0 to 9) the picture is to show.

    Returns:
        image float (8, 8) in 0..16, and the network's probabilities for it, float (10,).
    """
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.data / 16, digits.target, random_state=0
    )
    network = MLPClassifier((32,), max_iter=500, random_state=0).fit(x_train, y_train)
    probabilities = network.predict_proba(x_test)
    candidates = np.flatnonzero((y_test == shown) & (probabilities.argmax(axis=1) == shown))
    hardest = candidates[probabilities[candidates, shown].argmin()]
    return x_test[hardest].reshape(8, 8) * 16, probabilities[hardest]


def draw_digit(ax, image):
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=16, interpolation="nearest")


def draw_network(ax, layers, width, height, highlight):
    """Draw columns of nodes, each linked with all of the next; one of the last is filled."""
    columns = [
        np.column_stack([np.full(n, x), np.linspace(0.5, n - 0.5, n) * height / n])
        for x, n in zip(np.linspace(10, width - 10, len(layers)), layers)
    ]
    for left, right in zip(columns, columns[1:]):
        links = [(a, b) for a in left for b in right]
        ax.add_collection(LineCollection(links, colors=BLUE, linewidths=0.5, alpha=0.45, zorder=1))
    for nodes in columns:
        ax.scatter(*nodes.T, s=70, facecolor="white", edgecolor=INK, linewidth=1.6, zorder=2)
    ax.scatter(*columns[-1][highlight], s=75, facecolor=VERMILLION, edgecolor=INK, zorder=3)
    ax.set(xlim=(0, width), ylim=(height, 0))


def draw_bars(ax, probabilities, width, height):
    """Draw ten level bars, one for each digit, and write the highest probability beside its bar."""
    places = (np.arange(10) + 0.5) * height / 10
    best = int(probabilities.argmax())
    longest = width - 85
    colours = [VERMILLION if digit == best else BLUE for digit in range(10)]
    ax.barh(places, longest * probabilities + 2, height=0.55 * height / 10, left=22, color=colours)
    for digit, place in enumerate(places):
        weight = "bold" if digit == best else "normal"
        ax.text(
            8, place, str(digit), ha="center", va="center", fontsize=13, color=INK, weight=weight
        )
    text = f"{probabilities[best]:.0%}"
    ax.text(
        32 + longest * probabilities[best], places[best], text, va="center", fontsize=14, color=INK
    )
    ax.set(xlim=(0, width), ylim=(height, 0))


def draw_reading(fig, ax, digit, x, y, layers=(8, 12, 10), height=320, arrow=None):
    """Draw a digit, a network and its probabilities side by side, from pixel (x, y)."""
    image, probabilities = read_a_digit(digit)
    draw_digit(inset(fig, x, y + (height - 150) / 2, 150, 150), image)
    best = int(probabilities.argmax())
    draw_network(inset(fig, x + 190, y, 190, height), layers, 190, height, best)
    draw_bars(inset(fig, x + 392, y, 190, height), probabilities, 190, height)
    arrow(ax, x + 158, y + height / 2)
