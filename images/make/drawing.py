"""What the picture scripts share: the colours, a canvas measured in pixels, and saving.

Coordinates are pixels of the committed picture, with y pointing down as in an image array.
"""

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from helpers import picture_path
from helpers.plots import COLOURS

IMAGES = Path(__file__).resolve().parent.parent
DPI = 100

BLUE, SKY = COLOURS["blue"], COLOURS["sky"]
ORANGE, VERMILLION = COLOURS["orange"], COLOURS["vermillion"]
PAPER, INK = "#f5f0e4", "#0d1b3e"  # the poster's


def canvas(width, height, background=PAPER):
    """Return (fig, ax) where one data unit is one pixel and (0, 0) is the top left corner."""
    fig = plt.figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=background)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    return fig, ax


def points(pixels):
    """Return a length in pixels as the points that line widths and font sizes are given in."""
    return pixels * 72 / DPI


def save(fig, path, scale=1):
    """Write `fig` as an opaque RGB PNG, `scale` times its size, with no date and no version."""
    fig.set_dpi(DPI * scale)
    fig.canvas.draw()
    rgb = np.asarray(fig.canvas.buffer_rgba())[..., :3]
    Image.fromarray(np.ascontiguousarray(rgb)).save(path, optimize=True)
    plt.close(fig)
    print(f"{Path(path).name}: {rgb.shape[1]} x {rgb.shape[0]} pixels")


def arguments(description, filename):
    """Read `--scale` and `--out`; the committed picture is the default for both."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--scale", type=float, default=1, help="4 gives a print of four times")
    parser.add_argument("--out", type=Path, default=IMAGES / filename)
    return parser.parse_args()


def inset(fig, x, y, width, height):
    """Return bare axes at this place of the picture, in pixels."""
    full_width, full_height = fig.get_size_inches() * DPI
    box = (x / full_width, 1 - (y + height) / full_height, width / full_width, height / full_height)
    ax = fig.add_axes(box)
    ax.set_axis_off()
    return ax


def poster():
    """Return the poster as float (800, 600, 3) in 0..1."""
    return plt.imread(picture_path("poster.png"))[..., :3]


def poster_in_grey():
    """Return the poster as float (800, 600), 0 black to 1 white."""
    return poster() @ np.array([0.299, 0.587, 0.114])


def arrow(ax, x, y, length=26):
    """Draw an arrow to the right that begins at (x, y)."""
    look = {"arrowstyle": "-|>", "color": INK, "lw": 2.5, "mutation_scale": 18}
    ax.annotate("", (x + length, y), (x, y), arrowprops=look)
