"""From what a client sends to the picture that the network expects: float32 (28, 28) in [0, 1]."""

import io
import json

import numpy as np
from PIL import Image

from helpers.photo import prepare_digit
from helpers.service.limits import Refusal

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
MOST_SIDE = 2_000  # pixels; a larger image is reduced first
_KINDS = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"


def picture_from_json(body):
    """Return the picture that a JSON text of 28 rows of 28 numbers from 0 to 1 gives.

    Raises:
        Refusal: 400 for no JSON, 422 for another shape, other values, or no ink at all.
    """
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Refusal(400, f"The body is not JSON: {_in_short(fault)}.") from None
    if not _is_list_of_28(rows) or not all(map(_is_list_of_28, rows)):
        raise Refusal(422, "The picture must be a list of 28 rows of 28 numbers.")
    numbers = [number for row in rows for number in row]
    if not all(type(number) in (int, float) for number in numbers):
        raise Refusal(422, "Every pixel must be a number.")
    if any(number != number for number in numbers):
        raise Refusal(422, "A pixel is NaN: every pixel must be a number from 0 to 1.")
    if not all(0 <= number <= 1 for number in numbers):
        sentence = "Every pixel must be from 0 (paper) to 1 (ink): divide grey levels by 255."
        raise Refusal(422, sentence)
    if not any(numbers):
        raise Refusal(422, "The picture is blank: every pixel is 0.")
    return np.array(rows, np.float32)


def picture_from_file(content, most_pixels):
    """Return the picture of the digit in an image file.

    Args:
        content: bytes of the file.
        most_pixels: an image with more is refused before it is decoded.

    Raises:
        Refusal: 413 for too many pixels, 415 for no image of a known kind, 422 for a broken or an
            empty one.
    """
    if not content:
        raise Refusal(422, "The file is empty.")
    image = _decoded(content, most_pixels)
    try:
        return prepare_digit(image)
    except ValueError as fault:
        raise Refusal(422, f"The image cannot be used: {_in_short(fault)}.") from None


def _decoded(content, most_pixels):
    """Return the image of a file, at most MOST_SIDE pixels wide and high."""
    too_many = f"More than the {most_pixels:,} pixels that are accepted"
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        width, height = image.size
        if width * height > most_pixels:
            raise Refusal(413, f"{too_many}: the image is {width} x {height}.")
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))  # a JPEG can be decoded smaller right away
        image.load()
        if image.mode in ("1", "P", "PA"):  # their pixels cannot be averaged
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        if max(image.size) > MOST_SIDE:
            image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BOX)
        return image
    except Refusal:
        raise
    except Image.DecompressionBombError:
        raise Refusal(413, f"{too_many}.") from None
    except Image.UnidentifiedImageError:
        raise Refusal(415, f"The file is not an image of a known kind: {_KINDS}.") from None
    except Exception as fault:  # broken files make the decoders raise nearly anything
        raise Refusal(422, f"The image is broken: {_in_short(fault)}.") from None


def _is_list_of_28(value):
    return isinstance(value, list) and len(value) == 28


def _in_short(fault):
    """Return the first line of an exception's message, cut, without a full stop."""
    lines = str(fault).splitlines() or [type(fault).__name__]
    return lines[0][:120].rstrip(".")
