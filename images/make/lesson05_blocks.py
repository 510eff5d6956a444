"""Make the picture of two blocks for lesson 05: inception (3a) of GoogLeNet, and ResNet's block.

The numbers of the inception block are those of the published table: what goes in is 192 maps.

Run `python -m images.make.lesson05_blocks`.
"""

from matplotlib.patches import FancyBboxPatch

from images.make.drawing import INK, ORANGE, SKY, VERMILLION, arguments, canvas, points, save

WIDTH, HEIGHT = 1000, 500
BOX = (132, 50)  # width and height of a box
WHITE, SHORTCUT = "#ffffff", VERMILLION
# x and y of the middle of each box, its text, its colour
INCEPTION = {
    "in": (300, 60, "input\n192 maps", WHITE),
    "1": (75, 320, "1 x 1\n64 kernels", SKY),
    "3 before": (225, 190, "1 x 1\n96 kernels", ORANGE),
    "3": (225, 320, "3 x 3\n128 kernels", SKY),
    "5 before": (375, 190, "1 x 1\n16 kernels", ORANGE),
    "5": (375, 320, "5 x 5\n32 kernels", SKY),
    "p before": (525, 190, "pooling 3 x 3\nstride 1", WHITE),
    "p": (525, 320, "1 x 1\n32 kernels", SKY),
    "out": (300, 450, "side by side\n256 maps", WHITE),
}
ARROWS = [("1", "out")]  # and the one from the input to 1, which goes round a corner
for branch in ("3", "5", "p"):
    ARROWS += [("in", f"{branch} before"), (f"{branch} before", branch), (branch, "out")]
RESIDUAL = {
    "x": (800, 60, "input x", WHITE),
    "one": (800, 155, "3 x 3, ReLU", SKY),
    "two": (800, 250, "3 x 3", SKY),
    "add": (800, 345, "F(x) + x", WHITE),
    "relu": (800, 440, "ReLU", WHITE),
}


def draw_boxes(ax, boxes):
    width, height = BOX
    for x, y, text, colour in boxes.values():
        corner = (x - width / 2, y - height / 2)
        shape = FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=8",
                               facecolor=colour, edgecolor=INK, linewidth=1.5, zorder=3)  # fmt: skip
        ax.add_patch(shape)
        ax.text(x, y, text, ha="center", va="center", fontsize=points(16), color=INK, zorder=4)


def connect(ax, boxes, start, end):
    (x0, y0, *_), (x1, y1, *_) = boxes[start], boxes[end]
    half = BOX[1] / 2
    look = {"arrowstyle": "-|>", "color": INK, "lw": 1.8, "mutation_scale": 16}
    ax.annotate("", (x1, y1 - half), (x0, y0 + half), arrowprops=look, zorder=2)


def draw_corner(ax):
    """Draw the arrow from the input to the branch that has one layer only."""
    (x0, y0, *_), (x1, y1, *_) = INCEPTION["in"], INCEPTION["1"]
    ax.plot([x0 - BOX[0] / 2, x1, x1], [y0, y0, y0 + 20], color=INK, lw=1.8)
    look = {"arrowstyle": "-|>", "color": INK, "lw": 1.8, "mutation_scale": 16}
    ax.annotate("", (x1, y1 - BOX[1] / 2), (x1, y0 + 18), arrowprops=look)


def draw_shortcut(ax):
    """Draw the line round the two convolutions, which adds what goes in."""
    right, half = 940, BOX[0] / 2
    look = {"color": SHORTCUT, "lw": 3.5, "zorder": 2}
    (x, top, *_), (_, bottom, *_) = RESIDUAL["x"], RESIDUAL["add"]
    ax.plot([x + half, right, right], [top, top, bottom], **look)
    ax.annotate("", (x + half, bottom), (right + 1, bottom),
                arrowprops={"arrowstyle": "-|>", "mutation_scale": 20, **look})  # fmt: skip
    ax.text(right + 10, (top + bottom) / 2, "shortcut: x itself", rotation=90, ha="left",
            va="center", fontsize=points(16), color=SHORTCUT)  # fmt: skip
    ax.plot([724, 708, 708, 724], [130, 130, 275, 275], color=INK, lw=1.8)
    ax.text(698, 202, "F(x)", ha="right", va="center", fontsize=points(19), color=INK)


def main():
    options = arguments(__doc__, "lesson05_blocks.png")
    fig, ax = canvas(WIDTH, HEIGHT, background="#ffffff")
    for boxes in (INCEPTION, RESIDUAL):
        draw_boxes(ax, boxes)
    for start, end in ARROWS:
        connect(ax, INCEPTION, start, end)
    for start, end in zip(RESIDUAL, list(RESIDUAL)[1:]):
        connect(ax, RESIDUAL, start, end)
    draw_corner(ax)
    draw_shortcut(ax)
    ax.text(300, 16, "inception block", ha="center", va="center", fontsize=points(20), color=INK)
    ax.text(800, 16, "residual block", ha="center", va="center", fontsize=points(20), color=INK)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
