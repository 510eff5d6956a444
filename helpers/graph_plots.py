"""A picture of a computation and its gradients, drawn on axes that the caller made.

Like those in plots.py, it shows nothing, seeds nothing and changes no global setting.
"""

from helpers import plots

ACROSS, HALF = 2.0, 0.95  # from value to value, and half the height between the two rows


def draw_chain(ax, names, values, operations, fmt="{:.4f}"):
    """Draw a chain of values: forward above, from left to right; gradients below, right to left.

    Args:
        names: what each value is called.
        values: PyTorch tensors of a few numbers each, with their gradients in `.grad`.
        operations: what leads from each value to the next: one text less than values.

    Returns:
        The list of Text: name and numbers of each value, then its gradient, value by value.

    Raises:
        ValueError: the numbers of names, values and operations do not go together, or a value has
            no gradient.
    """
    if not len(names) == len(values) == len(operations) + 1:
        raise ValueError(
            f"{len(names)} names, {len(values)} values and {len(operations)} operations do not go"
            " together: a chain has as many names as values, and one operation less."
        )
    texts = []
    frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": plots.COLOURS["blue"]}
    centre = {"ha": "center", "va": "center"}
    for place, (name, value) in enumerate(zip(names, values)):
        if value.grad is None:
            raise ValueError(f"{name} has no gradient: call retain_grad() before backward().")
        forward = "\n".join([name, *map(fmt.format, value.detach().ravel().tolist())])
        backward = "\n".join(map(fmt.replace(":", ":+").format, value.grad.ravel().tolist()))
        x, colour = ACROSS * place, plots.COLOURS["vermillion"]
        texts.append(ax.text(x, HALF, forward, bbox=frame, **centre))
        texts.append(ax.text(x, -HALF, backward, color=colour, **centre))
    for place, operation in enumerate(operations):
        middle = ACROSS * (place + 0.5)
        ax.text(middle, HALF + 0.75, operation, fontsize=10, **centre)
        _arrow(ax, middle, HALF, 0.3, plots.COLOURS["blue"])
        _arrow(ax, middle, -HALF, -0.3, plots.COLOURS["vermillion"])
    ax.text(-0.8 * ACROSS / 2, 0.1, "gradients:", color=plots.COLOURS["vermillion"], va="center")
    right = ACROSS * (len(values) - 1) + 0.8
    ax.set(xlim=(-0.9, right), ylim=(-HALF - 0.6, HALF + 1.15))
    ax.set_axis_off()
    return texts


def _arrow(ax, x, y, half, colour):
    look = {"arrowstyle": "->", "color": colour, "linewidth": 2}
    ax.annotate("", (x + half, y), (x - half, y), arrowprops=look)
