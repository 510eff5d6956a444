"""Pictures of convolution layers, drawn on axes that the caller made.

Like those in plots.py, they show nothing, seed nothing and change no global setting.
"""

import numpy as np

from helpers import plots


def show_layer(axes, x, W, b, z, at=(0, 0)):
    """Draw a small convolution layer: one row of axes for each kernel.

    A row shows each channel of the picture beside the kernel's slice for it, then the map. The
    window and its result at one position are framed.

    Args:
        axes: (kernels, 2 channels + 1) Axes.
        x: the picture (height, width, channels). W: (k, k, channels, kernels). b: (kernels,).
        z: the maps (rows, columns, kernels).
        at: row and column of the framed position.

    Raises:
        ValueError: the axes do not fit.
    """
    axes, channels, (k, kernels) = np.asarray(axes), x.shape[2], W.shape[1::2]
    if axes.shape != (kernels, 2 * channels + 1):
        raise ValueError(f"{kernels} kernels on {channels} channels do not fit {axes.shape} axes.")
    for m, row in enumerate(axes):
        for c in range(channels):
            plots.show_numbers(row[2 * c], x[:, :, c], vmin=-x.max(), vmax=x.max())
            plots.outline(row[2 * c], *at, k, k)
            row[2 * c].set_title(f"channel {c}")
            plots.show_kernel(row[2 * c + 1], W[:, :, c, m])
            row[2 * c + 1].set_title(f"kernel {m}, slice {c}")
        plots.show_kernel(row[-1], z[:, :, m])
        plots.outline(row[-1], *at, 1, 1)
        row[-1].set_title(f"map {m}, bias {b[m]:g}")


def show_positions(ax, n, k, stride=1, before=0, after=0):
    """Draw a row of n pixels, its padding, and the window at each of its positions.

    Args:
        before, after: pixels of padding at the two ends.

    Returns:
        The list of the windows' starts, counted from the first pixel; the padding is negative.
    """
    cells = np.pad(np.ones(n), (before, after))[None]
    left, right = -before - 0.5, n - 0.5 + after
    ax.imshow(cells, vmin=-2, vmax=1, extent=(left, right, -0.5, 0.5))
    ax.vlines(np.arange(left, right + 1), -0.5, 0.5, color="black", linewidth=1)
    ax.hlines([-0.5, 0.5], left, right, color="black", linewidth=1)
    for pixel in range(-before, n + after):
        ax.text(pixel, 0, str(pixel), ha="center", va="center")
    starts = list(range(-before, n + after - k + 1, stride))
    for number, start in enumerate(starts):
        height = -0.9 - 0.55 * number
        ax.hlines(height, start - 0.4, start + k - 0.6, lw=6, color=plots.COLOURS["blue"])
        ax.text(start + k - 0.3, height, f"starts at {start}", va="center")
    ax.set(xlim=(left - 0.1, right + 3), ylim=(-0.9 - 0.55 * len(starts), 0.6))
    ax.set_axis_off()
    return starts


def show_signs(ax, kernel, limit):
    """Draw a kernel in colours, its larger numbers marked + or -.

    Args:
        kernel: (rows, columns).
        limit: the size of a number that gets the full colour.

    Returns:
        The AxesImage.
    """
    drawn = ax.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
    ax.set(xticks=[], yticks=[])
    for (i, j), number in np.ndenumerate(kernel):
        if abs(number) > limit / 3:
            ink = "white" if abs(number) > 0.6 * limit else "black"
            sign = "+" if number > 0 else "-"
            ax.text(j, i, sign, ha="center", va="center", color=ink, fontsize=16)
    return drawn


def strip(maps, gap=1):
    """Return maps (rows, columns, m) side by side: (rows, m * (columns + gap)), gaps are nan."""
    framed = np.pad(maps.astype(float), [(0, 0), (0, gap), (0, 0)], constant_values=np.nan)
    return framed.transpose(0, 2, 1).reshape(len(maps), -1)


def show_layers(axes, values):
    """Draw what the layers of a network make of one picture, one row of axes for each layer.

    The maps of a layer stand side by side; a vector becomes one row of cells. In each layer black
    is 0 or less and white its largest number.

    Args:
        axes: as many Axes as values.
        values: dict from name to (rows, columns, maps) or (units,), the picture first.
    """
    for ax, (name, value) in zip(axes, values.items(), strict=True):
        flat = np.ndim(value) == 1
        image = value[None] if flat else strip(value) if value.shape[2] > 1 else value[:, :, 0]
        ax.imshow(image, vmin=0, aspect="auto" if flat else "equal")
        size = " x ".join(map(str, value.shape))
        ax.set_ylabel(f"{name}\n{size}", rotation=0, ha="right", va="center")
        last = ax is axes[-1]
        ax.set(xticks=range(len(value)) if last and flat else [], yticks=[])
        ax.spines[:].set_visible(False)


def show_receptive_fields(ax, layers):
    """Draw, for one row of pixels, which numbers of each layer the unit at the top is made from.

    Args:
        layers: (name, k, stride) for each layer, from the input up.

    Returns:
        The number of pixels that the unit at the top sees, and of each layer below it.
    """
    seen = [1]
    for _, k, stride in reversed(layers):
        seen.append((seen[-1] - 1) * stride + k)
    seen.reverse()  # numbers used of the input, then of each layer
    step, middles, names = 1, [np.arange(seen[0]) - (seen[0] - 1) / 2], ["input"]
    for (name, k, stride), count in zip(layers, seen[1:]):
        first = middles[-1][0] + step * (k - 1) / 2
        step *= stride
        middles.append(first + step * np.arange(count))
        names.append(name)
    for level, (below, above, (_, k, stride)) in enumerate(zip(middles, middles[1:], layers)):
        for i, x in enumerate(above):
            used = below[i * stride], below[i * stride + k - 1]
            lines = {"color": "#888888", "linewidth": 0.8, "linestyle": "-", "zorder": 1}
            for end in used:
                ax.plot([x, end], [level + 1, level], **lines)
        used = below[0], below[k - 1]
        ax.fill([above[0], *used], [level + 1, level, level], color=plots.COLOURS["orange"])
    for level, (places, name) in enumerate(zip(middles, names)):
        ax.plot(places, [level] * len(places), "s", color=plots.COLOURS["blue"], zorder=2)
        ax.text(-seen[0] / 2 - 1, level, name, ha="right", va="center")
        ax.text(seen[0] / 2 + 1, level, str(len(places)), ha="left", va="center")
    ax.set(xlim=(-seen[0] / 2 - 4, seen[0] / 2 + 3), ylim=(-0.4, len(layers) + 0.4))
    ax.set_axis_off()
    return seen


def show_runs(ax, groups, label="validation digits misread"):
    """Draw every run of an experiment as a dot, and the mean of each group as a line.

    Args:
        groups: dict from name to the shares, one for each seed.

    Returns:
        The means, in the order of the groups.
    """
    means = [float(np.mean(values)) for values in groups.values()]
    for place, (values, mean) in enumerate(zip(groups.values(), means)):
        ax.plot([place] * len(values), values, "o", color=plots.COLOURS["blue"], zorder=3)
        ax.hlines(mean, place - 0.25, place + 0.25, color=plots.COLOURS["vermillion"])
        ax.text(place + 0.3, mean, f"{mean:.1%}", va="center")
    ax.set_xticks(range(len(groups)), list(groups))
    ax.set(xlim=(-0.5, len(groups) - 0.2), ylim=(0, None), ylabel=label)
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    ax.grid(axis="y")
    return means
