"""From a photograph or a scan of a digit to the 28x28 grey levels that MNIST networks expect.

Each stage is a function of its own:

    grey = to_grey(image)          # float (height, width), 0 black to 1 white
    ink = even_out(grey)           # 0 where there is paper, larger where there is ink
    mask = threshold(ink)          # bool: what may be ink
    mask &= ~ruled_lines(mask)     # without the lines of the paper      (helpers/ruled_lines.py)
    digits = group_marks(mask)     # a mask for each digit               (helpers/marks.py)
    shape = outline_of(ink, mask)  # bool: one digit, cropped, its strokes as wide as MNIST's
    small = fit(shape)             # float (rows, columns), the longer side 20, its proportions kept
    digit = centre_by_mass(small)  # float (28, 28)
"""

import contextlib

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage
from skimage.morphology import skeletonize

from helpers.marks import group_marks, in_reading_order
from helpers.ruled_lines import ruled_lines

SMALLEST, LARGEST = 320, 1200  # pixels of the longer side, while we work on it
WINDOWS = 0.3, 0.15, 0.08, 0.04  # of the shorter side: wider than a stroke, narrower than a shadow
NO_INK = "no ink found: the picture looks like blank paper"
DETAIL = 5  # while its shape is worked on, a digit has 5 pixels for each of MNIST's
THINNEST, THICKEST = 2.3, 3.7  # strokes, in pixels of the 20x20 box; most of MNIST's lie between


def prepare_digit(image):
    """Return the digit in a picture as MNIST would show it.

    Args:
        image: a PIL image, or an array (height, width) or (height, width, 1, 3 or 4): grey levels,
            RGB or RGBA, of integers 0 to 255 or floats 0 to 1. Dark ink on light ground or light
            ink on dark ground. Of several digits, the one with the most ink is taken.

    Returns:
        float32 (28, 28), 0 ground to 1 ink. The digit fits into 20x20 and is centred by its mass.

    Raises:
        ValueError: it is no such picture, or there is no ink in it.
    """
    ink, digits = _ink_and_digits(image)
    return _prepared(ink, max(digits, key=lambda mask: ink[mask].sum()))


def find_digits(image):
    """Return all digits of a picture in reading order, each prepared as by `prepare_digit`.

    Digits that touch one another come out as one.

    Args:
        image: as for `prepare_digit`.

    Returns:
        (digits, boxes): float32 (n, 28, 28), and float (n, 4) with the top, left, bottom and right
        of each digit as shares of the picture's height and width.

    Raises:
        ValueError: as `prepare_digit`.
    """
    ink, digits = _ink_and_digits(image)
    digits = in_reading_order(digits)
    boxes = np.array([_box(mask) for mask in digits], dtype=float)
    boxes /= np.tile(ink.shape, 2)
    return np.stack([_prepared(ink, mask) for mask in digits]), boxes


def _ink_and_digits(image):
    grey = to_grey(image)
    dark = ground_is_dark(grey)
    found = []
    for window in WINDOWS:
        ink = even_out(grey, window, dark)
        mask = threshold(ink)
        digits = group_marks(mask & ~ruled_lines(mask))
        sharp = sharp_edges(grey, ink, digits, dark)
        found.append((sharp, ink, digits))
        if sharp > 0.7:
            break
    _, ink, digits = max(found, key=lambda one: one[0])
    if not digits:
        raise ValueError(NO_INK)
    return ink, digits


def _prepared(ink, mask):
    return centre_by_mass(fit(outline_of(ink, mask)))


def to_grey(image):
    """Return the grey levels of a picture, 0 black to 1 white, its longer side at most 1,200 pixels.

    For coloured ink the colour channel in which it stands out most is taken. A picture of less
    than 320 pixels is enlarged, up to four times.

    Returns:
        float32 (height, width).

    Raises:
        ValueError: it is no picture; see `prepare_digit`.
    """
    channels = _channels(image)
    height, width = channels[0].shape
    longer = max(height, width)
    size = min(max(longer, min(SMALLEST, 4 * longer)), LARGEST) / longer
    shape = max(round(width * size), 1), max(round(height * size), 1)
    how = Image.Resampling.BOX if size < 1 else Image.Resampling.BICUBIC
    if size != 1:
        channels = [np.asarray(Image.fromarray(c).resize(shape, how)) for c in channels]
    if len(channels) == 1:
        return channels[0].clip(0, 1)
    candidates = [np.tensordot([0.299, 0.587, 0.114], channels, 1).astype("float32"), *channels]
    contrasts = [_contrast(candidate) for candidate in candidates]
    best = int(np.argmax(contrasts))
    return candidates[best if contrasts[best] > 1.3 * contrasts[0] else 0].clip(0, 1)


def _contrast(grey):
    """Return how far the strongest pixels stand out from those around them."""
    step = max(1, max(grey.shape) // 300)
    small = ndimage.uniform_filter(grey, min(step, 3))[::step, ::step]
    low, high = np.percentile(small - ndimage.uniform_filter(small, 31), [0.5, 99.5])
    return max(-low, high)


def _channels(image):
    """Return a picture as a list of one or three float32 arrays, 0 to 1."""
    if isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.size > LARGEST**2:
        with contextlib.suppress(TypeError):  # of a shape that is refused below
            image = Image.fromarray(image)
    if isinstance(image, Image.Image):
        image = _array(image)
    try:
        array = np.asarray(image)
        levels = array.astype("float32")
    except (TypeError, ValueError):
        raise ValueError("a picture is an array of numbers or a PIL image") from None
    if levels.ndim not in (2, 3) or levels.ndim == 3 and levels.shape[2] not in (1, 3, 4):
        raise ValueError(
            f"a picture has shape (height, width) or (height, width, 1, 3 or 4); got {array.shape}"
        )
    if min(levels.shape[:2]) < 4:
        raise ValueError(f"a picture has at least 4x4 pixels; got {array.shape}")
    if not np.isfinite(levels).all():
        raise ValueError("the picture holds NaN or infinite values")
    top = {np.uint8: 255, np.uint16: 65535}.get(array.dtype.type) or (
        255 if levels.max() > 1 else 1
    )
    if levels.min() < 0 or levels.max() > top:
        raise ValueError("grey levels lie between 0 and 1, or between 0 and 255")
    levels = np.atleast_3d(levels / np.float32(top))
    if levels.shape[2] == 4:
        levels = _on_paper(levels[..., :3], levels[..., 3:])
    return [np.ascontiguousarray(channel) for channel in np.moveaxis(levels, 2, 0)]


def _array(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in ("L", "RGB", "RGBA") and max(image.size) >= 2 * LARGEST:
        image = image.reduce(max(image.size) // LARGEST)
    if image.mode in ("I", "F", "L", "RGB", "RGBA") or image.mode.startswith("I;16"):
        return np.asarray(image)
    if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return np.asarray(image.convert("RGBA"))
    return np.asarray(image.convert("L" if image.mode == "1" else "RGB"))


def _on_paper(colours, alpha):
    """Lay a picture with transparency on white paper, or on black if what it shows is light."""
    shown = (colours * alpha).sum() / max(3 * alpha.sum(), 1e-6)
    ground = 0.0 if shown > 0.5 and alpha.mean() < 0.5 else 1.0
    return colours * alpha + ground * (1 - alpha)


def even_out(grey, window=WINDOWS[0], dark=None):
    """Return how much ink is at each pixel, whatever the light and the colour of the ground.

    A closing (the largest grey level around each pixel, then the smallest of those) fills what is
    dark and narrow, which is ink, and keeps what is dark and wide, which is shadow or table.

    Args:
        grey: float (height, width), 0 to 1.
        window: how wide "wide" is, as a share of the picture's shorter side.
        dark: whether the ground is darker than the ink; None looks, by `ground_is_dark`.

    Returns:
        float32 (height, width): the share of the light that the ink takes away, 0 to 1.
    """
    light = not (ground_is_dark(grey) if dark is None else dark)
    grey = ndimage.gaussian_filter(np.asarray(grey, "float32"), 0.7)
    grey = grey if light else 1 - grey
    window = max(3, round(window * min(grey.shape)))
    ground = closing(grey, window)
    ink = (ground - grey) / (np.maximum(ground, 0.1) if light else 1)
    return np.clip(ink - np.median(ink[::3, ::3]), 0, 1)


def closing(picture, side):
    """Return the smallest of the largest values around each pixel: what is dark and narrow goes.

    This is `scipy.ndimage.grey_closing` with a square and the border's pixels repeated, but the
    time hardly grows with the square.
    """
    return -largest_around(-largest_around(picture, side, turned=True), side)


def largest_around(picture, side, turned=False):
    """Return the largest value in the square around each pixel; `turned` by half a turn."""
    before = (side - 1) // 2 if turned else side // 2
    picture = np.pad(picture, (before, side - 1 - before), mode="edge")
    width = 1
    while width < side:  # the largest of `width` pixels in a row, then of up to twice as many
        step = min(width, side - width)
        picture = np.maximum(picture[step:], picture[:-step])
        picture = np.maximum(picture[:, step:], picture[:, :-step])
        width += step
    return picture


def ground_is_dark(grey):
    """Whether the writing is lighter than what it is written on.

    Strokes are narrower than what they enclose. A closing fills what is dark and narrower than its
    window, an opening what is light and narrower; the sums of what they change say how much narrow
    dark and narrow light there is. Narrow windows count more, and cubes let ink outweigh texture.
    """
    step = -(-max(grey.shape) // 300)
    small = ndimage.gaussian_filter(grey, step / 3)[::step, ::step]
    lighter = 0.0
    for share in (0.02, 0.04, 0.08, 0.16, 0.32):
        side = max(3, round(share * min(small.shape)))
        dark = closing(small, side) - small
        light = small + closing(-small, side)  # an opening is the closing of the negative
        lighter += float((light * light * light - dark * dark * dark).sum()) / side**2
    return lighter > 0


def threshold(ink):
    """Return where there may be ink: bool (height, width).

    Raises:
        ValueError: there is none.
    """
    smooth = ndimage.uniform_filter(ink, 3)
    count = max(10, round(0.0002 * ink.size))
    strongest = np.partition(smooth.ravel(), -count)[-count]
    some = smooth[::3, ::3]
    noise = np.median(np.abs(some - np.median(some)))
    if strongest < max(0.05, 8 * noise):
        raise ValueError(NO_INK)
    return ink > min(max(0.25 * strongest, 6 * noise), 0.5 * strongest)


def sharp_edges(grey, ink, digits, dark):
    """Return which share of the edges of these masks are edges of ink: a shadow's are soft.

    At the edge of a stroke the grey level falls by the whole strength of the ink within a few
    pixels, at the edge of a shadow by a small part of it.
    """
    mask = np.any(digits, axis=0) if digits else np.zeros(ink.shape, bool)
    rim = mask & ~ndimage.binary_erosion(mask, border_value=1)
    if not rim.any():
        return 0.0
    smooth = ndimage.gaussian_filter(grey, 1)
    lightest = largest_around(smooth, 9)
    fall = lightest + largest_around(-smooth, 9)
    if not dark:
        fall /= np.maximum(lightest, 0.1)
    fall -= np.median(fall[::4, ::4])
    return float(np.mean(fall[rim] > 0.4 * np.percentile(ink[mask], 75)))


def outline_of(ink, mask):
    """Return the shape of one digit: bool, cropped, its longer side 100 pixels and some border.

    Strokes much thinner or thicker than MNIST's are widened or narrowed.

    Args:
        ink: float (height, width), as from `even_out`.
        mask: bool (height, width), where this digit is.
    """
    top, left, bottom, right = _box(mask)
    near = ndimage.binary_dilation(mask[top:bottom, left:right], iterations=1)
    ink = np.where(near, ink[top:bottom, left:right], 0)
    level = np.percentile(ink[near], 80)
    size = 20 * DETAIL / max(ink.shape)
    ink = np.pad(ink, 2)
    shape = [round(side * size) for side in ink.shape]
    large = Image.fromarray(ink.astype("float32")).resize(shape[::-1], Image.Resampling.BICUBIC)
    large = ndimage.gaussian_filter(np.asarray(large), 1.0)
    return _with_usual_strokes(np.pad(large > 0.45 * level, 2 * DETAIL))


def _with_usual_strokes(shape):
    width = stroke_width(shape) / DETAIL
    if width < THINNEST:
        reach = (THINNEST - width) / 2 * DETAIL
        return ndimage.distance_transform_edt(~shape) <= reach
    if width > THICKEST:
        reach = (width - THICKEST) / 2 * DETAIL
        return ndimage.distance_transform_edt(shape) > reach
    return shape


def stroke_width(shape):
    """Return the width of the strokes in pixels: twice the way from their middle to their edge."""
    return 2 * np.median(ndimage.distance_transform_edt(shape)[skeletonize(shape)])


def fit(shape, side=20):
    """Return a picture scaled so that what is in it just fits into a square; proportions are kept.

    Args:
        shape: bool or float (height, width).

    Returns:
        float32 (rows, columns), the longer of them `side`. Each pixel is the mean of those it covers.
    """
    top, left, bottom, right = _box(shape > 0)
    shape = Image.fromarray(np.asarray(shape[top:bottom, left:right], "float32"))
    scale = side / max(shape.size)
    size = [max(1, round(s * scale)) for s in shape.size]
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(shape.resize(size, how)).clip(0, 1)


def centre_by_mass(small, side=28):
    """Return a picture laid into a larger black square, its centre of mass at the square's centre.

    Args:
        small: float (rows, columns), at most 20x20, with some ink.

    Returns:
        float32 (28, 28).
    """
    rows, columns = ndimage.center_of_mass(small)
    top = round((side - 1) / 2 - rows)
    left = round((side - 1) / 2 - columns)
    top = min(max(top, 0), side - small.shape[0])
    left = min(max(left, 0), side - small.shape[1])
    digit = np.zeros((side, side), "float32")
    digit[top : top + small.shape[0], left : left + small.shape[1]] = small
    return digit


def _box(mask):
    """Return (top, left, bottom, right) of what is true."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
