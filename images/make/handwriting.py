"""Draw images/handwriting.png: a sheet of digits as if written by hand and photographed.

    python -m images.make.handwriting [--scale 2] [--out sheet.png]

Every stroke is a smooth curve through a few points, moved a little by chance. The pens, the ruled
paper, the table, the light and the camera are computed.
"""

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.interpolate import CubicSpline

from images.make.drawing import arguments

WIDTH, HEIGHT, FINE = 960, 720, 2  # the picture, and how much finer it is drawn
LINE = 66  # pixels from one line of the paper to the next
# What is written: line of the paper, left end, height of a digit, space for one, pen, digits.
WRITTEN = [
    (2, 150, 50, 66, "ball pen", "0123456789"),
    (4, 152, 52, 66, "pencil", "3141592653"),
    (6, 150, 50, 66, "red pen", "2718281828"),
    (8, 158, 86, 104, "felt pen", "60784"),
]
# Colour as the share of red, green and blue light that the ink takes away, width, grain.
PENS = {
    "ball pen": ((0.86, 0.76, 0.36), 3.4, 0.10),
    "pencil": ((0.56, 0.56, 0.54), 3.9, 0.45),
    "red pen": ((0.16, 0.78, 0.72), 4.0, 0.08),
    "felt pen": ((0.90, 0.88, 0.84), 10.5, 0.03),
}
# Strokes of each digit: points (x, y) in a box of height 1, y down. Some digits have two forms.
FORMS = {
    "0": ["37,3 14,14 4,46 12,84 33,98 55,82 62,48 52,14 34,2 24,8"],
    "1": ["8,30 20,20 34,2 / 34,2 32,40 30,98", "30,2 28,50 25,99"],
    "2": ["6,26 14,7 34,2 52,14 50,38 28,68 4,97 / 4,97 20,92 40,96 62,93",
          "5,24 18,5 40,4 52,22 40,50 18,80 8,95 18,99 20,88 8,90 / 8,94 30,92 60,98"],
    "3": ["6,14 22,2 44,5 52,20 42,38 20,46 / 20,46 46,48 58,66 50,90 26,99 4,88"],
    "4": ["32,3 20,30 4,64 / 4,64 30,62 62,60 / 46,38 45,66 42,99",
          "12,6 8,32 10,52 28,54 48,50 / 52,4 48,50 44,98"],
    "5": ["14,6 12,24 8,44 / 8,44 28,36 50,46 57,68 44,92 22,99 4,90 / 14,6 34,7 56,3"],
    "6": ["48,3 24,22 8,54 10,84 30,99 50,88 52,66 36,54 16,62 9,74"],
    "7": ["4,8 28,6 58,4 / 58,4 44,36 30,68 22,99", "4,9 30,5 58,5 / 58,5 42,40 26,99 / 22,50 38,48 54,46"],
    "8": ["50,14 32,2 14,12 18,32 40,50 54,72 44,94 24,98 8,84 16,62 40,42 52,22 48,10"],
    "9": ["52,22 38,4 16,8 8,28 18,46 38,46 52,26 / 53,18 50,50 46,76 40,99"],
}  # fmt: skip


def main():
    args = arguments(__doc__, "handwriting.png")
    fine = FINE * args.scale
    rng = np.random.default_rng(28)
    light = paper(rng, fine)
    for line, left, height, space, pen, digits in WRITTEN:
        colour, width, grain = PENS[pen]
        ink = written(rng, light.shape[:2], fine, line * LINE, left, height, space, width, digits)
        ink *= 1 - grain * np.abs(texture(rng, ink.shape, 0.8 * fine)).clip(0, 2)
        light *= 1 - ink.clip(0, 1)[..., None] * colour
    picture = photographed(rng, light, fine)
    size = round(WIDTH * args.scale), round(HEIGHT * args.scale)
    picture = Image.fromarray(np.uint8(255 * picture.clip(0, 1) + 0.5)).resize(size, Image.BOX)
    picture.save(args.out, optimize=True)
    print(f"{args.out.name}: {size[0]} x {size[1]} pixels")


def written(rng, shape, fine, baseline, left, height, space, width, digits):
    """Return how much ink is where, 0 to 1: a row of digits on one line of the paper."""
    ink = np.zeros(shape)
    slant, rise = rng.normal(-0.12, 0.03), 0.0
    for number, digit in enumerate(digits):
        forms = FORMS[digit]
        strokes = forms[rng.integers(len(forms))].split(" / ")
        size = height * rng.normal(1, 0.05)
        rise += rng.normal(0, 0.6)
        at = left + number * space + rng.normal(0, 0.04 * space), baseline - size - 4 + rise
        for stroke in strokes:
            points = np.array([p.split(",") for p in stroke.split()], float) / 100
            points += rng.normal(0, 0.011, points.shape) * (1 if len(strokes) < 3 else 0.7)
            points[:, 0] += slant * (points[:, 1] - 0.5)
            draw(rng, ink, (points * size + at) * fine, width * fine, 2.6 * fine)
    return ndimage.gaussian_filter(ink, 0.35 * fine)


def draw(rng, ink, points, width, shake):
    """Draw one stroke: a smooth curve whose width follows the pressure of the hand."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    way = np.linspace(0, along[-1], int(along[-1] * 1.5))
    x, y = CubicSpline(along, points)(way).T
    tremble = ndimage.gaussian_filter1d(rng.normal(size=(3, len(way))), 12, axis=1, mode="reflect")
    x, y = x + tremble[0] * shake, y + tremble[1] * shake
    lift = np.minimum(1, 0.72 + np.minimum(way, way[::-1]) / (2.5 * width))
    radius = 0.5 * width * lift * (1 + 0.4 * tremble[2])
    for cx, cy, r in zip(x, y, radius):
        reach = int(r) + 2
        top, side = max(int(cy) - reach, 0), max(int(cx) - reach, 0)
        part = ink[top : int(cy) + reach + 1, side : int(cx) + reach + 1]
        v, u = np.mgrid[: part.shape[0], : part.shape[1]]
        part[:] = np.maximum(part, np.clip(r + 0.5 - np.hypot(u + side - cx, v + top - cy), 0, 1))


def texture(rng, shape, size):
    """Return smooth noise of mean 0 and spread 1 whose grains are about `size` pixels wide."""
    coarse = max(1, int(size / 2))
    noise = rng.normal(size=[side // coarse + 2 for side in shape])
    noise = ndimage.zoom(ndimage.gaussian_filter(noise, size / coarse / 2), coarse, order=1)
    return noise[: shape[0], : shape[1]] / noise.std()


def paper(rng, fine):
    """Return a blank ruled sheet: the share of red, green and blue light it gives back."""
    height, width = round(HEIGHT * fine), round(WIDTH * fine)
    light = np.ones((height, width, 3)) * (0.97, 0.955, 0.92)
    fibres = texture(rng, (height, width), 3 * fine) + texture(rng, (height, width), 40 * fine)
    light *= 1 + 0.005 * fibres[..., None]
    y, x = np.mgrid[:height, :width] / fine
    off = np.abs((y + LINE / 2) % LINE - LINE / 2)
    light *= 1 - np.clip(1.1 - off, 0, 1)[..., None] * (0.32, 0.2, 0.1)
    return light * (1 - np.clip(1.2 - np.abs(x - 108), 0, 1)[..., None] * (0.05, 0.38, 0.34))


def photographed(rng, light, fine):
    """Return the sheet on a table, tilted, in the light of a window, under a camera."""
    height, width = light.shape[:2]
    y, x = np.mgrid[:height, :width] / fine
    turn, lean = np.deg2rad(3.2), 0.00010
    u, v = x - 0.51 * WIDTH, y - 0.52 * HEIGHT
    far = 1 + lean * v - lean * 0.7 * u
    sheet_x = (np.cos(turn) * u + np.sin(turn) * v) * far * 1.07 + WIDTH / 2
    sheet_y = (np.cos(turn) * v - np.sin(turn) * u) * far * 1.07 + HEIGHT / 2
    sheet_y += 3 * np.sin(sheet_x / WIDTH * 3)  # the paper is not quite flat
    at = sheet_y * fine, sheet_x * fine
    inside = np.minimum.reduce([sheet_x, WIDTH - sheet_x, sheet_y, HEIGHT - sheet_y])
    edge = np.clip(inside + 0.5, 0, 1)[..., None]
    seen = [
        ndimage.map_coordinates(c, at, order=1, mode="nearest") for c in np.moveaxis(light, 2, 0)
    ]
    grain = np.sin(y / 5 + 0.8 * texture(rng, y.shape, 60 * fine) + 0.02 * x)
    wood = (0.40, 0.27, 0.17) * (1 + 0.10 * grain[..., None])
    beneath = 1 - 0.55 * np.exp(-np.maximum(-inside, 0) / 10)[..., None]  # the sheet's own shadow
    picture = edge * np.stack(seen, axis=-1) + (1 - edge) * wood * beneath
    window = 1.02 - 0.42 * x / WIDTH - 0.16 * y / HEIGHT
    hand = 1 / (1 + np.exp(-(x + 0.55 * y - 1010 - 30 * np.sin(y / 90)) / 26))
    frame = 1 / (1 + np.exp(-(np.abs(y - 0.9 * x + 190) - 26) / 9))
    shade = window * (1 - 0.36 * hand) * (0.86 + 0.14 * frame)
    picture *= shade[..., None] * (1.02, 1.0, 0.99)
    return ndimage.gaussian_filter(picture, (0.5 * fine, 0.5 * fine, 0)) + rng.normal(
        0, 0.012, picture.shape
    )


if __name__ == "__main__":
    main()
