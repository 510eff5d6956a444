"""Pictures of small networks and of matrix products, drawn on axes that the caller made.

Like those in plots.py, they show nothing, seed nothing and change no global setting.
"""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from helpers import plots

RADIUS, ACROSS, DOWN = 0.42, 3.4, 2.2  # of a node, and from node to node, in data units
LABEL_AT = 0.30  # where on its way from left to right a connection carries its weight
_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


def draw_network(ax, columns, weights, above=None, below=None, highlight=(), fontsize=12):
    """Draw a small network: a column of nodes for each layer, and a weight on each connection.

    Args:
        columns: for each layer, the input first, the list of texts inside its nodes.
        weights: for each pair of neighbouring layers, the numbers or texts (units left, units
            right) on the connections; None leaves them bare.
        above, below: texts above and below the nodes, in the form of `columns`.
        highlight: the connections (layer, i, j) drawn thick and orange: from node i of that layer
            to node j of the next.

    Returns:
        The list of Circle, column by column.

    Raises:
        ValueError: the weights do not fit the columns.
    """
    sizes = [len(column) for column in columns]
    shapes = [np.shape(weight) for weight in weights if weight is not None]
    wanted = [pair for pair, w in zip(zip(sizes, sizes[1:]), weights) if w is not None]
    if len(weights) != len(sizes) - 1 or shapes != wanted:
        raise ValueError(f"Layers of {sizes} nodes do not go with weights of shapes {shapes}.")
    for layer, weight in enumerate(weights):
        for i, j in np.ndindex(sizes[layer], sizes[layer + 1]):
            text = "" if weight is None else _text(np.asarray(weight)[i, j])
            ends = _place(layer, i, sizes), _place(layer + 1, j, sizes)
            _connection(ax, *ends, text, (layer, i, j) in highlight, fontsize)
    circles = []
    for layer, i in ((layer, i) for layer, size in enumerate(sizes) for i in range(size)):
        x, y = _place(layer, i, sizes)
        circles.append(ax.add_patch(Circle((x, y), RADIUS, fc="white", ec="black", lw=2, zorder=3)))
        ax.text(x, y, columns[layer][i], ha="center", va="center", fontsize=fontsize, zorder=4)
        for texts, side, align in ((above, 1, "bottom"), (below, -1, "top")):
            if texts is not None:
                spot = (x, y + side * (RADIUS + 0.1))
                ax.text(*spot, texts[layer][i], ha="center", va=align, fontsize=fontsize, zorder=4)
    half = DOWN * (max(sizes) - 1) / 2 + RADIUS
    ax.set(xlim=(-1.2, ACROSS * (len(sizes) - 1) + 1.2), ylim=(-half - 0.7, half + 0.7))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return circles


def _place(layer, i, sizes):
    return ACROSS * layer, DOWN * ((sizes[layer] - 1) / 2 - i)


def _text(value):
    return value if isinstance(value, str) else f"{value:g}"


def _connection(ax, start, end, text, strong, fontsize):
    colour = plots.COLOURS["vermillion"] if strong else "#8A8A8A"
    ax.plot(*zip(start, end), "-", color=colour, linewidth=4 if strong else 1.5, zorder=1)
    if text:
        x, y = np.add(start, LABEL_AT * np.subtract(end, start))
        ax.text(x, y, text, ha="center", va="center", fontsize=fontsize, bbox=_BOX, zorder=2)


def draw_shapes(ax, parts, unit=0.5, fontsize=12):
    """Draw matrices as grids of cells in one row, with texts such as "=" between them.

    Args:
        parts: each either a text, or (name, rows, columns, colour).
        unit: side of a cell in data units.

    Returns:
        The list of Rectangle that frame the matrices.
    """
    x, tallest, frames = 0.0, max(p[1] for p in parts if not isinstance(p, str)) * unit, []
    for part in parts:
        if isinstance(part, str):
            ax.text(x + 0.35, 0, part, ha="center", va="center", fontsize=fontsize + 4)
            x += 0.7
            continue
        name, rows, columns, colour = part
        width, height = columns * unit, rows * unit
        grid = Rectangle((x, -height / 2), width, height, fc=colour, ec="black", lw=2, alpha=0.85)
        frames.append(ax.add_patch(grid))
        lines = {"color": "black", "linewidth": 0.6}
        ax.vlines(x + unit * np.arange(1, columns), -height / 2, height / 2, **lines)
        ax.hlines(-height / 2 + unit * np.arange(1, rows), x, x + width, **lines)
        middle = x + width / 2
        ax.text(middle, height / 2 + 0.12, name, ha="center", va="bottom", fontsize=fontsize)
        shape = f"({rows}, {columns})"
        ax.text(middle, -height / 2 - 0.12, shape, ha="center", va="top", fontsize=fontsize)
        x += width
    ax.set(xlim=(-0.4, x + 0.4), ylim=(-tallest / 2 - 0.65, tallest / 2 + 0.65))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return frames
