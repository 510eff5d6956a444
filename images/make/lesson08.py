"""Make the picture of lesson 08: one network, seven frameworks, one curve.

The grey levels on the left are initial weights of the lesson's protocol. The curve on the right is
the loss that the lesson's recorded run has stored, averaged over 25 steps; each framework draws
every seventh piece of it.

Run `python -m images.make.lesson08`.
"""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers.frameworks import protocol, runner
from helpers.plots import COLOURS
from images.make.drawing import INK, arguments, arrow, canvas, points, save

WIDTH, HEIGHT = 1000, 380
FRAMEWORKS = {
    "theano": ("Theano", "purple"),
    "caffe": ("Caffe", "orange"),
    "keras_tensorflow": ("Keras", "vermillion"),
    "mxnet": ("MXNet", "green"),
    "tensorflow": ("TensorFlow", "sky"),
    "pytorch": ("PyTorch", "blue"),
    "jax": ("JAX", "black"),
}
BOX_LEFT, BOX_WIDTH, BOX_HEIGHT, STEP = 340, 170, 38, 47
TOP = 32
SMOOTH, PIECE = 25, 5  # steps


def middle(row):
    """Return the y of the middle of a framework's box."""
    return TOP + STEP * row + BOX_HEIGHT / 2


def draw_weights(ax):
    """Draw the six kernels of the first layer, and say what all frameworks share."""
    kernels = protocol.initial_weights()["conv1"][0][:, :, 0].transpose(2, 0, 1)
    size, gap = 62, 8
    for m, kernel in enumerate(kernels):
        x, y = 40 + m % 3 * (size + gap), 92 + m // 3 * (size + gap)
        ax.imshow(kernel, cmap="gray", extent=(x, x + size, y + size, y))
    look = {"ha": "center", "color": INK, "fontsize": points(19)}
    ax.text(141, 66, "the same weights", **look)
    ax.text(141, 268, "the same 468 batches", **look)
    ax.text(141, 298, "the same rate 0.1", **look)


def draw_frameworks(ax):
    for row, (name, colour) in enumerate(FRAMEWORKS.values()):
        y = middle(row)
        place = (BOX_LEFT, y - BOX_HEIGHT / 2)
        ax.add_patch(
            FancyBboxPatch(
                place,
                BOX_WIDTH,
                BOX_HEIGHT,
                boxstyle="round,pad=0,rounding_size=8",
                facecolor="white",
                edgecolor=COLOURS[colour],
                linewidth=points(4),
            )
        )
        text = {"ha": "center", "va": "center", "color": INK, "fontsize": points(20)}
        ax.text(BOX_LEFT + BOX_WIDTH / 2, y, name, **text)
        line = {"color": COLOURS[colour], "lw": points(2.5)}
        ax.plot([268, BOX_LEFT], [190, y], **line)
        ax.plot([BOX_LEFT + BOX_WIDTH, 572], [y, 190], **line)


def draw_curve(ax, rows):
    """Draw the one curve, in pieces that take turns among the frameworks."""
    left, right, bottom, top = 640, 960, 320, 60
    ax.plot([left, left, right], [top - 10, bottom, bottom], color=INK, lw=points(2))
    for turn, (name, (_, colour)) in enumerate(FRAMEWORKS.items()):
        losses = np.convolve(rows[name]["losses"], np.ones(SMOOTH) / SMOOTH, mode="valid")
        x = left + 6 + np.arange(len(losses)) / len(losses) * (right - left - 6)
        y = bottom - losses / losses.max() * (bottom - top)
        for start in range(turn * PIECE, len(losses), PIECE * len(FRAMEWORKS)):
            piece = slice(start, start + PIECE + 1)
            ax.plot(x[piece], y[piece], color=COLOURS[colour], lw=points(7))
    look = {"color": INK, "fontsize": points(19)}
    ax.text(right, bottom + 34, "468 steps", ha="right", **look)
    ax.text(left + 60, top + 14, "the same loss", **look)


def main():
    given = arguments(__doc__.split("\n")[0], "lesson08.png")
    fig, ax = canvas(WIDTH, HEIGHT)
    draw_weights(ax)
    draw_frameworks(ax)
    arrow(ax, 582, 190, 40)
    draw_curve(ax, runner.read_recorded()["rows"])
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    save(fig, given.out, given.scale)


if __name__ == "__main__":
    main()
