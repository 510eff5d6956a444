"""A canvas in the notebook: draw a digit, and ten bars follow: for lesson 06."""

from pathlib import Path

import numpy as np

from helpers.kernel_explorer import someone_can_type

SENTENCE = "The canvas appears here when you run this cell yourself."
SIDE = 112  # pixels of the picture that the canvas sends


def draw_a_digit(read):
    """Show a canvas for mouse, finger or pen, and what the network reads on it.

    Where nobody can draw (a test, a page without a kernel) or where anywidget is missing, one
    sentence is printed instead, so that a saved notebook holds no dead widget.

    Args:
        read: a function of one picture (112, 112), uint8, black on white, that returns
            (picture (28, 28), probabilities (10,)). It may raise ValueError where there is no ink.
    """
    if not someone_can_type():
        print(SENTENCE)
        return
    try:
        canvas = make_canvas(read)
    except ImportError:
        print(SENTENCE, "It needs the package anywidget.")
        return
    from IPython.display import display

    display(canvas)


def make_canvas(read):
    """Return the widget; see `draw_a_digit`.

    Raises:
        ImportError: anywidget is not installed.
    """
    import anywidget
    import traitlets

    class DigitCanvas(anywidget.AnyWidget):
        _esm = Path(__file__).with_name("canvas.js")
        _css = Path(__file__).with_name("canvas.css")
        pixels = traitlets.List().tag(sync=True)  # 112 * 112 grey levels, or none
        answer = traitlets.Dict().tag(sync=True)  # what `answer_to` returns

    canvas = DigitCanvas()
    canvas.observe(
        lambda change: setattr(canvas, "answer", answer_to(change["new"], read)), "pixels"
    )
    return canvas


def answer_to(pixels, read):
    """Return what the canvas shows: digit, probabilities, picture; empty where there is no ink."""
    if len(pixels) != SIDE * SIDE:
        return {}
    try:
        picture, p = read(np.array(pixels, np.uint8).reshape(SIDE, SIDE))
    except ValueError:
        return {}
    return {
        "digit": int(np.argmax(p)),
        "probabilities": np.asarray(p, float).tolist(),
        "picture": np.asarray(picture, float).ravel().tolist(),
    }
