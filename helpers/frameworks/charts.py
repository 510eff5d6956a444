"""The pictures of lesson 08, drawn on axes that the caller made."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MultipleLocator

from helpers.plots import COLOURS

MAPS = [("white", "1234"), (COLOURS["sky"], "5678")]  # two maps of 2 x 2


def draw_flattening(ax):
    """Draw two maps of 2 x 2 pixels, and the two orders in which they become one row."""
    for m, (colour, numbers) in enumerate(MAPS):
        for p, number in enumerate(numbers):
            _box(ax, 0.6 + 3.2 * m + p % 2, 4.2 - p // 2, number, colour)
        ax.text(1.6 + 3.2 * m, 5.4, f"map {m + 1}", ha="center")
    orders = {
        "pixel by pixel (HWC): TensorFlow, Keras, JAX": "15263748",
        "map by map (CHW): PyTorch, MXNet, Theano, Caffe": "12345678",
    }
    for row, (label, numbers) in enumerate(orders.items()):
        for place, number in enumerate(numbers):
            colour = MAPS[number not in MAPS[0][1]][0]
            _box(ax, 8 + place, 4.2 - 2.6 * row, number, colour)
        ax.text(8, 5.4 - 2.6 * row, label)
    ax.annotate("", (7.7, 4), (6.2, 4), arrowprops={"arrowstyle": "-|>", "lw": 2})
    ax.set(xlim=(0, 17.6), ylim=(1.2, 6.1), aspect="equal")
    ax.set_axis_off()


def _box(ax, x, y, text, colour):
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, edgecolor="black"))
    ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=13)


def draw_axes_of_kernels(ax, layouts):
    """Draw the axes of C3's kernels, (5, 5, 6, 16), in the order that each layout stores them.

    Args:
        layouts: {order such as "HWIO": who uses it}.
    """
    sizes = {"H": ("rows", 5), "W": ("columns", 5), "I": ("maps in", 6), "O": ("maps out", 16)}
    colours = dict(zip("HWIO", [COLOURS["sky"], "white", COLOURS["orange"], "#DDDDDD"]))
    for row, (order, users) in enumerate(layouts.items()):
        for place, axis in enumerate(order):
            label, size = sizes[axis]
            x, y = 2.6 * place, -1.5 * row
            ax.add_patch(Rectangle((x, y), 2.6, 1, facecolor=colours[axis], edgecolor="black"))
            ax.text(x + 1.3, y + 0.5, f"{size} {label}", ha="center", va="center")
        ax.text(-0.2, -1.5 * row + 0.5, order, ha="right", va="center", weight="bold")
        ax.text(10.6, -1.5 * row + 0.5, users, va="center")
    ax.set(xlim=(-1.6, 18), ylim=(-1.5 * len(layouts) + 1.3, 1.2))
    ax.set_axis_off()


def draw_agreement(ax, distances, limit):
    """Draw how far each row is from the reference, on a scale of powers of ten.

    Args:
        distances: {title: {"first logits": number, "last logits": number}}; a mistake made on
            purpose is a row as any other.
        limit: the largest distance that counts as agreement.
    """
    looks = [("o", COLOURS["blue"]), ("D", COLOURS["vermillion"])]
    floor = 1e-8  # below what float32 can tell
    for row, title in enumerate(distances):
        ax.axhline(row, color="#DDDDDD", lw=1, zorder=0)
        for (label, distance), (marker, colour) in zip(distances[title].items(), looks):
            place = max(distance, floor)
            ax.plot(place, row, marker, color=colour, ms=9, label=label if row == 0 else None)
    ax.axvline(limit, color="black", ls="--", lw=1.5)
    ax.text(limit * 1.3, len(distances) - 0.35, "limit", va="bottom")
    ax.set(xscale="log", xlim=(floor / 2, 10), xlabel="largest distance from the reference")
    ax.set_yticks(range(len(distances)), list(distances))
    ax.set_ylim(len(distances) - 0.4, -0.6)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def draw_ratios(ax, rows, fastest):
    """Draw the median step of each row as a multiple of the fastest, quartiles as whiskers.

    Args:
        rows: those to draw.
        fastest: {"live": seconds, "recorded": seconds}, the fastest median of each run, so that a
            recorded time is compared with its own machine's.
    """
    for place, row in enumerate(rows):
        low, middle, high = np.array(row["step_s"]) / fastest[row["source"]]
        recorded = row["source"] == "recorded"
        ax.barh(
            place,
            middle,
            color="white" if recorded else COLOURS["sky"],
            edgecolor="black",
            hatch="///" if recorded else None,
        )
        ax.plot([low, high], [place, place], color="black", ls="-", lw=2)
        ax.text(max(high, middle) + 0.06, place, f"{middle:.1f}", va="center")
    ax.set_yticks(range(len(rows)), [row["title"] for row in rows])
    ax.invert_yaxis()
    ax.set_xlabel("time of a step, as a multiple of the fastest")


def draw_timeline(ax, history, until):
    """Draw the life of each framework as a bar.

    Args:
        history: {title: (first year, last year or None, [(year, what happened), ...])}; None for
            a framework that is developed to this day. Years may be fractions.
        until: the year where the bars of those end.
    """
    for row, (born, died, events) in enumerate(history.values()):
        alive = died is None
        ax.barh(
            row,
            (until if alive else died) - born,
            left=born,
            height=0.34,
            color=COLOURS["sky"] if alive else "#BBBBBB",
            edgecolor="black",
            hatch=None if alive else "///",
        )
        for year, label in events:
            ax.plot(year, row, "o", color="black", ms=7)
            if year == died:  # behind the bar, where no other label stands
                ax.text(year + 0.25, row, label, ha="left", va="center", fontsize=11)
            else:
                ax.text(year, row - 0.26, label, ha="left", va="bottom", fontsize=11)
    ax.set_yticks(range(len(history)), list(history))
    ax.set_ylim(len(history) - 0.5, -0.9)
    ax.set_xlim(min(born for born, _, _ in history.values()) - 0.5, until + 1.5)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    ax.xaxis.set_major_locator(MultipleLocator(2))
