"""Make the figures in a lesson's outputs small, without a difference that one could see."""

import io

import numpy as np
from PIL import Image

COLOURS = 256
MAX_MEAN_ERROR = 0.05  # in grey levels of 255, over all pixels and channels


def small_png(png):
    """Return the bytes of a PNG as a smaller one, or unchanged.

    What matplotlib draws is RGBA. It becomes a picture of at most 256 colours where those are
    enough, and otherwise loses only its alpha channel. Any other PNG, and one that is not opaque,
    is returned as it is; so what this returns stays as it is too.
    """
    image = Image.open(io.BytesIO(png))
    if image.mode != "RGBA" or image.getextrema()[3] != (255, 255):
        return png
    exact = image.convert("RGB")
    reduced = exact.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    error = np.abs(np.asarray(reduced.convert("RGB"), int) - np.asarray(exact, int)).mean()
    file = io.BytesIO()
    (reduced if error <= MAX_MEAN_ERROR else exact).save(file, "PNG", optimize=True)
    return file.getvalue()
