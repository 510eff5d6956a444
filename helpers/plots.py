"""Pictures of images, matrices and kernels, drawn on axes that the caller made.

None of them shows a figure, seeds anything, or changes a global setting. Their style is
`plt.style.use(plots.STYLE)`.
"""

from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

STYLE = str(Path(__file__).with_name("course.mplstyle"))

# Okabe and Ito, "Color Universal Design", 2008: https://jfly.uni-koeln.de/color/
COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "orange": "#E69F00",
    "black": "#000000",
}


def show_images(axes, images, titles=None, cmap="gray", vmin=None, vmax=None):
    """Draw one image on each of the axes; axes left over are emptied.

    Args:
        axes: an array or list of Axes, any shape.
        images: sequence of (height, width) or (height, width, 3) arrays.
        titles: None, or one title for each image.
        vmin, vmax: grey levels of black and white, the same for all images. By default 0 and 255
            for uint8, and the smallest and largest value of all the images otherwise.

    Returns:
        A list of AxesImage.

    Raises:
        ValueError: more images than axes, an image of a wrong shape, or a wrong number of titles.
    """
    axes = list(np.ravel(axes))
    images = [np.asarray(image) for image in images]
    titles = [""] * len(images) if titles is None else list(titles)
    if len(images) > len(axes):
        raise ValueError(f"{len(images)} images do not fit on {len(axes)} axes.")
    if len(titles) != len(images):
        raise ValueError(f"{len(titles)} titles were given for {len(images)} images.")
    for number, image in enumerate(images):
        if not (image.ndim == 2 or image.ndim == 3 and image.shape[2] in (3, 4)) or not image.size:
            raise ValueError(
                f"images[{number}] has shape {image.shape}; expected (height, width) or"
                " (height, width, 3)."
            )
    vmin, vmax = _grey_range(images, vmin, vmax)
    for ax in axes:
        ax.set_axis_off()
    for ax, title in zip(axes, titles):
        ax.set_title(str(title))
    return [ax.imshow(im, cmap=cmap, vmin=vmin, vmax=vmax) for ax, im in zip(axes, images)]


def _grey_range(images, vmin, vmax):
    if images and all(image.dtype == np.uint8 for image in images):
        low, high = 0, 255
    else:
        low = min((image.min() for image in images), default=0)
        high = max((image.max() for image in images), default=1)
    return (low if vmin is None else vmin), (high if vmax is None else vmax)


def show_numbers(ax, matrix, fmt="{:g}", cmap="gray", vmin=None, vmax=None, fontsize=12):
    """Draw a matrix as a heat map with each number written in its cell.

    Args:
        matrix: (rows, columns), of any real dtype.
        fmt: how a number is written, as for `str.format`.

    Returns:
        The AxesImage. Cell (i, j) has its centre at x = j, y = i.

    Raises:
        ValueError: the matrix is not two-dimensional, or is empty.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(f"show_numbers draws a matrix (rows, columns); got shape {matrix.shape}.")
    drawn = ax.imshow(matrix, cmap=cmap, vmin=vmin, vmax=vmax)
    for (i, j), value in np.ndenumerate(matrix):
        background = to_rgb(drawn.cmap(drawn.norm(float(value))))
        ink = "black" if np.dot(background, (0.299, 0.587, 0.114)) > 0.5 else "white"
        ax.text(j, i, fmt.format(value), ha="center", va="center", color=ink, fontsize=fontsize)
    ax.set(xticks=[], yticks=[])
    ax.set_xticks(np.arange(0.5, matrix.shape[1] - 1), minor=True)
    ax.set_yticks(np.arange(0.5, matrix.shape[0] - 1), minor=True)
    ax.grid(which="minor", color="#888888", linewidth=0.8)
    ax.tick_params(which="minor", length=0)
    for spine in ax.spines.values():
        spine.set(visible=True, color="#888888")
    return drawn


def show_kernel(ax, kernel, fmt="{:g}", fontsize=12):
    """Draw a kernel with its numbers: blue below zero, white at zero, red above, symmetric.

    Args:
        kernel: (rows, columns).

    Returns:
        The AxesImage.
    """
    limit = 1.4 * (np.abs(np.asarray(kernel, dtype=float)).max(initial=0) or 1)
    return show_numbers(ax, kernel, fmt, "RdBu_r", -limit, limit, fontsize)


def outline(ax, row, column, height, width, colour=COLOURS["orange"]):
    """Draw a frame around the pixels [row, row + height) x [column, column + width).

    Returns:
        The Rectangle.
    """
    corner = (column - 0.5, row - 0.5)
    look = {"edgecolor": colour, "linewidth": 4, "zorder": 3, "clip_on": False}
    frame = Rectangle(corner, width, height, fill=False, **look)
    return ax.add_patch(frame)
