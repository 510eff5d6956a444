"""The stand-in for MNIST: real handwriting that scikit-learn ships, enlarged and varied.

scikit-learn's 1,797 digits of 8x8 pixels are the test part of the Optical Recognition of
Handwritten Digits at the UCI Machine Learning Repository, by E. Alpaydin and C. Kaynak, 1998,
licence CC BY 4.0: https://doi.org/10.24432/C50P49
"""

import numpy as np

VERSION = 1  # part of the name of the cached file: raise it whenever the images change
SEED = 3  # not the luckiest of the splits: networks do a little better on it than on MNIST
TEST_SHARE = 1 / 4  # of the originals: more of them give more different mistakes
SIDE = 28  # pixels, height and width
ANGLE, SCALE, SHEAR, SHIFT = np.deg2rad(8), 0.08, 0.1, 1.0  # largest variations; shift in pixels
_CHUNK = 500  # images varied at a time: this many fit into a processor's cache


def make_standin(seed=SEED):
    """Make 60,000 training and 10,000 test images from scikit-learn's 1,797 digits.

    The originals are split first: no original gives both training and test images. Each then gives
    about 45 training or 22 test images, no two of them varied alike.

    Returns:
        (x_train, y_train), (x_test, y_test): uint8 (60000, 28, 28), (60000,), (10000, 28, 28) and
        (10000,); grey levels 0..255, labels 0..9, in random order.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(seed)
    digits = load_digits()
    labels = digits.target.astype(np.uint8)
    images = enlarge(digits.images)
    centres = centres_of_mass(images)
    data = []
    for originals, count in zip(split_originals(labels, rng), (60000, 10000)):
        chosen = rng.permutation(np.resize(rng.permutation(originals), count))
        data.append((vary(images, centres, chosen, rng), labels[chosen]))
    return tuple(data)


def split_originals(labels, rng):
    """Return the positions of the training and of the test originals, TEST_SHARE of each class."""
    test = np.zeros(len(labels), bool)
    for digit in range(10):
        places = np.flatnonzero(labels == digit)
        test[rng.permutation(places)[: round(TEST_SHARE * len(places))]] = True
    return np.flatnonzero(~test), np.flatnonzero(test)


def enlarge(images):
    """Enlarge (n, 8, 8) grey levels in 0..16 to float32 (n, 28, 28) in 0..255.

    As in MNIST, a digit fills about 20x20 pixels, its background is black, its strokes are white.
    """
    from scipy import ndimage

    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    size = (1, 2.4, 2.4)  # 10 pixels become 24: a digit of 8 becomes about 20
    large = ndimage.zoom(padded, size, order=3, mode="grid-constant", grid_mode=True) / 16
    grey = np.clip((large - 0.15) / 0.7, 0, 1)  # enlarging blurs: pull black and white apart
    return np.pad(255 * grey, ((0, 0), (2, 2), (2, 2))).astype(np.float32)


def centres_of_mass(images):
    """Return float32 (2, n): row and column of each image's centre of mass, in pixels."""
    places = np.arange(SIDE, dtype=np.float32)
    mass = images.sum(axis=(1, 2))
    return np.stack([images.sum(axis=2) @ places, images.sum(axis=1) @ places]) / mass


def vary(images, centres, chosen, rng):
    """Turn, scale, shear and shift the chosen images a little, each in its own random way.

    Args:
        images: float32 (n, 28, 28).
        centres: float32 (2, n), the point of each image that comes to the middle.
        chosen: int (m,), positions in `images`.
        rng: numpy.random.Generator.

    Returns:
        uint8 (m, 28, 28).
    """
    varied = np.empty((len(chosen), SIDE, SIDE), np.uint8)
    for start in range(0, len(chosen), _CHUNK):
        part = chosen[start : start + _CHUNK]
        matrices, shifts = random_maps(len(part), rng)
        middles = centres[:, part] + shifts
        varied[start : start + _CHUNK] = np.rint(sample(images, part, matrices, middles))
    return varied


def random_maps(count, rng):
    """Return float32 (2, 2, count) matrices, from result to image, and (2, count) shifts."""
    angle, scale, shear = (rng.uniform(-b, b, count) for b in (ANGLE, SCALE, SHEAR))
    cos, sin = np.cos(angle) / (1 + scale), np.sin(angle) / (1 + scale)
    matrices = np.array([[cos, cos * shear - sin], [sin, sin * shear + cos]], np.float32)
    return matrices, rng.uniform(-SHIFT, SHIFT, (2, count)).astype(np.float32)


def sample(images, chosen, matrices, middles):
    """Return float32 (m, 28, 28): the chosen images, bilinearly read at mapped places.

    A place outside an image gives the nearest pixel of its rim, which is black.
    """
    grid = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    down, right = grid[:, None], grid[None, :]
    rows, columns = (
        from_down[:, None, None] * down + from_right[:, None, None] * right + middle[:, None, None]
        for (from_down, from_right), middle in zip(matrices, middles)
    )
    top = np.clip(rows, 0, SIDE - 2).astype(np.int32)
    left = np.clip(columns, 0, SIDE - 2).astype(np.int32)
    rows = np.clip(rows - top, 0, 1)
    columns = np.clip(columns - left, 0, 1)
    pixels = images.reshape(-1)
    first = chosen.astype(np.int32)[:, None, None] * SIDE**2 + top * SIDE + left
    upper = pixels[first] * (1 - columns) + pixels[first + 1] * columns
    first += SIDE
    lower = pixels[first] * (1 - columns) + pixels[first + 1] * columns
    return upper * (1 - rows) + lower * rows
