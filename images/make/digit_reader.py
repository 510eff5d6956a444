"""A network that reads scikit-learn's digits at 28 x 28 pixels, and how a reading is drawn."""

from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from helpers.standin import enlarge
from images.make.drawing import BLUE, INK, VERMILLION, points

UNITS = 512
INK_ON_WHITE = LinearSegmentedColormap.from_list("ink", ["white", INK])


class Readings(NamedTuple):
    """Digits that the network has not seen: float (n, 28, 28) in 0..1, (n,) and (n, 10)."""

    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    def right(self, digit):
        """Return the places where `digit` is read rightly, the least certain first."""
        found = (self.labels == digit) & (self.probabilities.argmax(axis=1) == digit)
        places = np.flatnonzero(found)
        return places[self.probabilities[places, digit].argsort()]


def read_digits():
    """Train 784-512-10 on three quarters of the digits and return the readings of the rest."""
    digits = load_digits()
    images = enlarge(digits.images) / 255
    x_train, x_test, y_train, y_test = train_test_split(images, digits.target, random_state=0)
    network = MLPClassifier((UNITS,), tol=1e-3, n_iter_no_change=3, random_state=0)
    network.fit(x_train.reshape(-1, 784), y_train)
    return Readings(x_test, y_test, network.predict_proba(x_test.reshape(-1, 784)))


def draw_digit(ax, image, x, y, side, outlined=False):
    """Draw a digit as a square of this side, its top left corner at (x, y)."""
    frame = {"edgecolor": VERMILLION, "linewidth": points(5)} if outlined else {"linewidth": 0}
    ax.add_patch(Rectangle((x, y), side, side, facecolor="white", zorder=1 + outlined, **frame))
    view = ax.axis()
    extent = (x, x + side, y + side, y)
    ax.imshow(image, cmap=INK_ON_WHITE, vmin=0, vmax=1, extent=extent, zorder=2 + outlined)
    ax.axis(view)


def column(x, y, height, count, gap=False):
    """Return the places of `count` nodes, float (count, 2); a gap in the middle stands for more."""
    slots = count + 2 * gap
    down = y + (np.arange(slots) + 0.5) * height / slots
    if gap:
        down = np.delete(down, [slots // 2 - 1, slots // 2])
    return np.column_stack([np.full(count, x), down])


def draw_layers(ax, columns, highlight, size=15):
    """Draw columns of nodes, each node linked with all of the next; one of the last is filled."""
    for left, right in zip(columns, columns[1:]):
        links = [(a, b) for a in left for b in right]
        look = {"colors": BLUE, "linewidths": points(0.9), "alpha": 0.4, "zorder": 1}
        ax.add_collection(LineCollection(links, **look))
    area = points(size) ** 2
    for nodes in columns:
        ax.scatter(*nodes.T, s=area, facecolor="white", edgecolor=INK, linewidth=1.5, zorder=2)
    ax.scatter(*columns[-1][highlight], s=area, facecolor=VERMILLION, edgecolor=INK, zorder=3)


def draw_dots(ax, x, y, step=10):
    """Draw three dots, one above the other, for the nodes that are left out."""
    ax.scatter([x] * 3, [y - step, y, y + step], s=points(4.5) ** 2, color=INK, zorder=3)


def draw_bars(ax, probabilities, places, x, width, thickness=17):
    """Draw a bar for each digit, from x, and write the highest probability beside its own."""
    best = int(probabilities.argmax())
    colours = [VERMILLION if digit == best else BLUE for digit in range(10)]
    ax.barh(places, width * probabilities + 2, height=thickness, left=x + 26, color=colours)
    look = {"va": "center", "color": INK}
    for digit, place in enumerate(places):
        weight = "bold" if digit == best else "normal"
        ax.text(x + 10, place, digit, ha="center", fontsize=13, weight=weight, **look)
    end = x + 36 + width * probabilities[best]
    ax.text(end, places[best], f"{probabilities[best]:.0%}", fontsize=15, weight="bold", **look)


def label(ax, x, y, text, **look):
    """Write a short label, centred on x."""
    ax.text(x, y, text, ha="center", va="center", color=INK, **({"fontsize": 14} | look))
