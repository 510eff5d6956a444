"""Pictures of a kernel's window for lesson 01: its products, and the places where it can stand."""

import numpy as np

from helpers import plots


def show_row(axes, panels, **look):
    """Draw one matrix with its numbers on each of the axes.

    Args:
        panels: dict of title to (rows, columns) matrix.
        look: what `plots.show_numbers` takes, the same for all.
    """
    for ax, (title, matrix) in zip(axes, panels.items(), strict=True):
        plots.show_numbers(ax, matrix, **look)
        ax.set_title(title)


def show_products(axes, window, numbers, name="turned kernel"):
    """Draw on three axes a window, the numbers that lie on it, and their products.

    Args:
        window, numbers: (rows, columns), the same shape.
        name: what the numbers are called in their title.
    """
    products = np.asarray(window) * numbers
    high = 1.2 * np.max(window)
    show_row(axes[:1], {"window": window}, vmin=-high / 2, vmax=high)
    plots.show_kernel(axes[1], numbers)
    plots.show_kernel(axes[2], products)
    axes[1].set_title(f"times {name}")
    axes[2].set_title(f"products, sum {products.sum():g}")


def show_places(ax, n, k, padding=0, stride=1):
    """Draw a picture of n x n pixels and all places of a k x k window.

    Invented pixels are grey. The first place has an orange frame, the last a blue one, and a dot
    marks the centre of each. The title says how many places there are.

    Returns:
        The number of places in one direction.
    """
    ground = np.pad(np.ones((n, n)), padding)
    plots.show_numbers(ax, ground, fmt="", vmin=-4, vmax=1)
    starts = np.arange(0, n + 2 * padding - k + 1, stride)
    plots.outline(ax, starts[0], starts[0], k, k)
    plots.outline(ax, starts[-1], starts[-1], k, k, plots.COLOURS["blue"])
    centres = starts + (k - 1) / 2
    ax.plot(*np.meshgrid(centres, centres), ".", color=plots.COLOURS["black"])
    ax.set_title(f"{len(starts)} x {len(starts)}")
    return len(starts)
