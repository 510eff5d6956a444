"""Make lesson 06's picture: a photographed 5, its way to 28x28 pixels, and where a model goes.

The 5 is from images/handwriting.png; its stages are those of helpers/photo.py, and the bars are
the probabilities of the network in helpers/digit_network/. Run `python -m images.make.lesson06`.
"""

import numpy as np
import onnxruntime
from PIL import Image

from helpers import picture_path
from helpers.digit_network import NETWORK
from helpers.photo import even_out, prepare_digit, threshold, to_grey
from images.make.digit_reader import draw_bars, label
from images.make.drawing import INK, SKY, arguments, arrow, canvas, inset, save

WIDTH, HEIGHT = 1000, 380
BOX = 490, 80, 550, 160  # the 5 on the sheet: left, top, right, bottom
TOP, SIDE = 46, 180


def main():
    options = arguments(__doc__, "lesson06.png")
    photo = Image.open(picture_path("handwriting.png")).convert("RGB").crop(BOX)
    ink = even_out(to_grey(photo))
    digit = prepare_digit(photo)
    session = onnxruntime.InferenceSession(NETWORK, providers=["CPUExecutionProvider"])
    p = session.run(None, {session.get_inputs()[0].name: digit[None]})[0][0]
    fig, ax = canvas(WIDTH, HEIGHT)
    x = 30
    stages = [(np.asarray(photo), "photograph"), (1 - ink / ink.max(), "even light"),
              (~threshold(ink), "threshold"), (digit, "28 x 28 pixels")]  # fmt: skip
    for stage, name in stages:
        width = SIDE * stage.shape[1] / stage.shape[0]
        part = inset(fig, x, TOP, width, SIDE)
        part.imshow(stage, cmap="gray", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
        label(ax, x + width / 2, TOP + SIDE + 28, name)
        arrow(ax, x + width + 8, TOP + SIDE / 2, 24)
        x += width + 40
    heights = np.linspace(TOP + 8, TOP + SIDE - 8, 10)
    draw_bars(ax, p, heights, x + 2, 100, 12)
    label(ax, x + 62, TOP + SIDE + 28, "probabilities")
    ax.plot([30, WIDTH - 30], [312, 312], color=INK, lw=1, alpha=0.3)
    for number, name in enumerate(["a file", "ONNX, LiteRT", "a service", "a web page"]):
        ax.text(
            155 + 230 * number, 345, name, ha="center", va="center", fontsize=14, color=INK,
            bbox={"boxstyle": "round,pad=0.4", "facecolor": SKY, "alpha": 0.35, "edgecolor": "none"},
        )  # fmt: skip
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
