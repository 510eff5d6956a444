"""Make the picture of lesson 02: a digit runs forward through a network, gradients run back.

The digit is drawn here by a few strokes; it is not from MNIST. The network is not a trained one:
how dark a node is, and how long a bar, shows only what such numbers look like.
"""

import numpy as np
from drawing import BLUE, INK, PAPER, SKY, VERMILLION, arguments, canvas, points, save
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

WIDTH, HEIGHT = 1200, 520
PIXEL, LEFT, TOP = 9, 56, 120
SIDE = 28 * PIXEL
HIDDEN_X, OUTPUT_X, BAR_X = 590, 880, 950
ANSWER = 3
SEED = 8


def three():
    """Return a 28x28 picture of a 3, ink 0..1, from two arcs."""
    turn = np.linspace(0, 1, 200)[:, None]
    upper = np.radians(-160 + 250 * turn)
    lower = np.radians(-90 + 250 * turn)
    path = np.vstack(
        [
            np.hstack([13.5 + 4.6 * np.cos(upper), 9.3 + 4.1 * np.sin(upper)]),
            np.hstack([13.2 + 5.4 * np.cos(lower), 18.2 + 4.8 * np.sin(lower)]),
        ]
    )
    rows, columns = np.mgrid[:28, :28]
    away = np.hypot(columns[..., None] - path[:, 0], rows[..., None] - path[:, 1]).min(axis=-1)
    return np.clip(1.9 - away, 0, 1)


def column(count, pitch):
    """Return the y of `count` nodes, centred on the digit."""
    return TOP + SIDE / 2 + pitch * (np.arange(count) - (count - 1) / 2)


def draw_digit(ax, digit):
    """Draw the pixels, with paper showing between them."""
    for (row, col), ink in np.ndenumerate(digit):
        shade = (1 - ink) * np.array([1, 1, 1]) + ink * np.array([0.05, 0.11, 0.24])
        corner = LEFT + col * PIXEL, TOP + row * PIXEL
        ax.add_patch(Rectangle(corner, PIXEL - 1, PIXEL - 1, facecolor=shade, linewidth=0))


def draw_connections(ax, digit, hidden, output, active, rng):
    """Draw what runs from each row of pixels to the hidden nodes, and on to the outputs."""
    edge = LEFT + SIDE + 6
    for row, ink in enumerate(digit.mean(axis=1)):
        y = TOP + (row + 0.5) * PIXEL
        for node, strength in zip(hidden, active):
            look = {"color": BLUE, "linewidth": 0.7, "alpha": 0.05 + 0.5 * ink * strength}
            ax.plot([edge, HIDDEN_X], [y, node], **look)
    for node, strength in zip(hidden, active):
        for number, end in enumerate(output):
            right = number == ANSWER and strength > 0.4
            look = {"color": VERMILLION if right else BLUE, "linewidth": 2.2 if right else 0.9}
            alpha = 0.9 if right else 0.10 + 0.25 * strength * rng.random()
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
            190 * chance,
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
    rng = np.random.default_rng(SEED)
    fig, ax = canvas(WIDTH, HEIGHT)
    hidden, output = column(11, 29), column(10, 31)
    active = np.array([0.1, 0.8, 0, 0.3, 0.95, 0.05, 0, 0.6, 0.15, 0.75, 0])
    chances = np.clip(rng.normal(0.03, 0.03, len(output)), 0.012, 1)
    chances[ANSWER] = 0.93
    digit = three()
    draw_digit(ax, digit)
    draw_connections(ax, digit, hidden, output, active, rng)
    draw_nodes(ax, hidden, output, active, chances)
    draw_arrow(ax, LEFT, BAR_X + 190, 68, "forward: numbers", BLUE, "-")
    draw_arrow(ax, BAR_X + 190, LEFT, 486, "backward: gradients", VERMILLION, (0, (5, 3)))
    fig.set_facecolor(PAPER)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
