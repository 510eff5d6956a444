"""Make the picture of lesson 04: a handwritten 5 on its way through the layers of LeNet-5.

The digit is drawn by this script. Its maps are computed as the network computes them, with edge
kernels in C1 and random kernels in C3; the columns on the right only show how many numbers there
are.

Run `python -m images.make.lesson04`.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from scipy.signal import correlate2d

from images.make.drawing import BLUE, INK, ORANGE, SKY, VERMILLION, arguments, canvas, points, save

WIDTH, HEIGHT = 1000, 380
MIDDLE = 165
SEED = 5
BOWL = [(11.5, 14.5), (15, 13), (19, 13.6), (21.5, 16.5), (21.5, 20.5), (19, 24), (15, 25.2)]
STROKES = [[(21.5, 7), (12.5, 7.5), (11.5, 14.5)], [*BOWL, (10, 24)]]
GLOW = LinearSegmentedColormap.from_list("glow", [INK, BLUE, SKY, "#fff7d6"])


def digit():
    """Return (32, 32): grey levels of a 5, by the distance of each pixel from its strokes."""
    x, y = np.meshgrid(np.arange(32), np.arange(32))
    nearest = np.full(x.shape, np.inf)
    for stroke in STROKES:
        for (left, top), (right, bottom) in zip(stroke, stroke[1:]):
            dx, dy = right - left, bottom - top
            along = ((x - left) * dx + (y - top) * dy) / (dx**2 + dy**2)
            along = np.clip(along, 0, 1)
            away = np.hypot(x - left - along * dx, y - top - along * dy)
            nearest = np.minimum(nearest, away)
    return np.clip(2.2 - nearest, 0, 1)


def edge_kernels(count=6):
    """Return (count, 5, 5): kernels that rise in `count` directions."""
    v, u = np.meshgrid(np.arange(-2, 3), np.arange(-2, 3))
    weight = np.exp(-(u**2 + v**2) / 4)
    angles = 2 * np.pi * np.arange(count) / count
    return np.array([(np.cos(t) * v + np.sin(t) * u) * weight for t in angles])


def halve(maps):
    m, height, width = maps.shape
    return maps.reshape(m, height // 2, 2, width // 2, 2).max(axis=(2, 4))


def layer_values():
    """Return the maps of C1, S2, C3 and S4, each scaled to 0..1."""
    rng = np.random.default_rng(SEED)
    c1 = np.array([correlate2d(digit(), kernel, mode="valid") for kernel in edge_kernels()])
    c1 = np.maximum(c1, 0)
    s2 = halve(c1)
    kernels = rng.normal(size=(16, 6, 5, 5))
    c3 = [sum(correlate2d(a, k, mode="valid") for a, k in zip(s2, deep)) for deep in kernels]
    c3 = np.maximum(c3, 0)
    return [(maps / maps.max()) ** 0.8 for maps in (c1, s2, c3, halve(c3))]


def grid(ax, maps, left, size, wide, gap=4):
    """Draw maps as cards, `wide` of them in each row; return the right end."""
    rows = -(-len(maps) // wide)
    top = MIDDLE - (rows * (size + gap) - gap) / 2
    for m, values in enumerate(maps):
        x, y = left + m % wide * (size + gap), top + m // wide * (size + gap)
        ax.imshow(values, cmap=GLOW, extent=(x, x + size, y + size, y), vmin=0, vmax=1)
    return left + wide * (size + gap) - gap


def column(ax, values, left, width, height, wide=1):
    """Draw numbers as a column of cells, `wide` of them in each row."""
    top = MIDDLE - height / 2
    extent = (left, left + width, top + height, top)
    cells = np.reshape(values, (-1, wide))
    ax.imshow(cells, cmap=GLOW, extent=extent, vmin=0, vmax=1, zorder=10, aspect="auto")
    return left + width


def label(ax, x, name, size):
    ax.text(x, 322, name, ha="center", size=points(22), weight="bold", color=INK)
    ax.text(x, 350, size, ha="center", size=points(19), color=INK)


def arrow(ax, left, right):
    style = {"arrowstyle": "-|>", "color": VERMILLION, "linewidth": 2}
    ax.annotate("", (right, MIDDLE), (left, MIDDLE), arrowprops=style, zorder=1)


def main():
    options = arguments(__doc__, "lesson04.png")
    fig, ax = canvas(WIDTH, HEIGHT)
    c1, s2, c3, s4 = layer_values()
    rng = np.random.default_rng(SEED)
    x = 18
    end = grid(ax, digit()[None], x, 132, 1)
    label(ax, (x + end) / 2, "input", "32 x 32")
    plan = [(c1, 78, 2, "C1", "28 x 28 x 6"), (s2, 42, 2, "S2", "14 x 14 x 6"),
            (c3, 32, 4, "C3", "10 x 10 x 16"), (s4, 19, 4, "S4", "5 x 5 x 16")]  # fmt: skip
    for maps, size, wide, name, shape in plan:
        arrow(ax, end + 4, end + 29)
        x = end + 32
        end = grid(ax, maps, x, size, wide)
        label(ax, (x + end) / 2, name, shape)
    for name, count, height, wide in [("C5", 120, 240, 4), ("F6", 84, 168, 4)]:
        arrow(ax, end + 4, end + 29)
        x = end + 32
        end = column(ax, rng.random(count) ** 2, x, 32, height, wide)
        label(ax, (x + end) / 2, name, str(count))
    arrow(ax, end + 4, end + 29)
    x = end + 32
    p = np.full(10, 0.05)
    p[5] = 1
    end = column(ax, p, x, 24, 240)
    for number in range(10):
        y = MIDDLE - 120 + 24 * (number + 0.5)
        strong = {"weight": "bold", "color": VERMILLION} if number == 5 else {"color": INK}
        ax.text(end + 8, y, str(number), va="center", size=points(18), **strong)
    box = Rectangle((x, MIDDLE), 24, 24, fill=False, edgecolor=ORANGE, linewidth=3, zorder=11)
    ax.add_patch(box)
    label(ax, x + 22, "output", "10")
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="auto")
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
