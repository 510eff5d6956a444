"""Digits on a rubber sheet: each turned, zoomed, shifted and bent a little, at random.

A net of 5 x 5 pins lies on the 28 x 28 pixels of a digit. Where a pin lies, there the new picture
of 24 x 24 pixels reads its grey. So the digit moves the other way than its pins: a net that lies
further right shows the digit further left.
"""

import numpy as np

PINS, SIDE = 5, 24
STILL = {"turn": 0, "zoom": 0, "shift": 0, "bend": 0}
# (24, 5): how much the place of each new pixel follows each pin. Between two pins it is even.
_SHARES = np.maximum(0, 1 - abs(np.linspace(0, PINS - 1, SIDE)[:, None] - np.arange(PINS))).astype(
    "float32"
)


def place_pins(n, rng, turn=0.15, zoom=0.1, shift=2.0, bend=0.9):
    """Return the places of n nets of pins on pictures of 28 x 28 pixels.

    Args:
        n: how many nets.
        rng: a NumPy random generator.
        turn: in radians; each net turns by at most so much, to either side.
        zoom: a share; height and width each grow or shrink by at most so much.
        shift: in pixels, at most, in either direction.
        bend: in pixels: the standard deviation of each pin's own move.

    Returns:
        float32 (2, n, 5, 5): the row and the column of each pin. With all at 0 the net lies flat
        on the middle 24 x 24 pixels.
    """
    grid = np.linspace(-(SIDE - 1) / 2, (SIDE - 1) / 2, PINS)
    tall, wide = rng.uniform(1 - zoom, 1 + zoom, (2, n, 1, 1))
    down, right = tall * grid[:, None], wide * grid
    angle = rng.uniform(-turn, turn, (n, 1, 1))
    rows = np.cos(angle) * down - np.sin(angle) * right
    columns = np.sin(angle) * down + np.cos(angle) * right
    middle = 13.5 + rng.uniform(-shift, shift, (2, n, 1, 1))
    pins = np.stack([rows, columns]) + middle + rng.normal(0, bend, (2, n, PINS, PINS))
    return pins.astype("float32")


def read(images, rows, columns):
    """Return the greys at places between pixels, weighted by nearness; outside, those of the rim.

    Args:
        images: (n, height, width), of any real dtype.
        rows, columns: float32 (n, ...), the places to read in each image.

    Returns:
        float32, of the shape of `rows`.
    """
    height, width = images.shape[1:]
    top = np.clip(rows.astype("int32"), 0, height - 2)
    left = np.clip(columns.astype("int32"), 0, width - 2)
    down, right = (np.clip(part, 0, 1).astype("float32") for part in (rows - top, columns - left))
    number = np.arange(len(images), dtype="int32").reshape(-1, *[1] * (rows.ndim - 1))
    first = (number * height + top) * width + left
    flat = np.ascontiguousarray(images, "float32").ravel()
    above = flat.take(first) * (1 - right) + flat.take(first + 1) * right
    first += width
    below = flat.take(first) * (1 - right) + flat.take(first + 1) * right
    return above * (1 - down) + below * down


def vary(images, rng, **sizes):
    """Return each image as it looks on a sheet of its own.

    Args:
        images: (n, 28, 28), of any real dtype.
        rng: a NumPy random generator.
        sizes: as for `place_pins`.

    Returns:
        float32 (n, 24, 24), in the range of the images.

    Raises:
        ValueError: images of another shape.
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"vary needs images (n, 28, 28); got shape {images.shape}.")
    rows, columns = _SHARES @ place_pins(len(images), rng, **sizes) @ _SHARES.T
    return read(images, rows, columns)
