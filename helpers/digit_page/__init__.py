"""A page that reads digits: open index.html in a browser; `python -m helpers.digit_page` does it."""

import base64
import re
from pathlib import Path

PAGE = Path(__file__).with_name("index.html")


def one_file(weights=None):
    """Return the page with its styles, scripts and weights inside: one file to give away.

    Args:
        weights: those of another LeNet of the same layers, as `model.get_weights()` returns them;
            None for the network that came with the page.
    """
    text = PAGE.read_text(encoding="utf-8")

    def styles(match):
        return f"<style>\n{_content(match[1])}</style>"

    def script(match):
        ours = weights is not None and match[1] == "weights.js"
        return f"<script>\n{page_weights(weights) if ours else _content(match[1])}</script>"

    text = re.sub(r'<link rel="stylesheet" href="([\w.]+)">', styles, text)
    return re.sub(r'<script src="([\w.]+)"></script>', script, text)


def page_weights(weights):
    """Return a script that defines DIGIT_WEIGHTS: shapes and numbers in Keras's order."""
    numbers = b"".join(w.astype("<f4").tobytes() for w in weights)
    shapes = ", ".join(str(list(w.shape)) for w in weights)
    return (
        "// Written by python -m tools.train_digit_network; see helpers/digit_network/README.md.\n"
        "// W and b of C1, C3, C5, F6 and output: float32, little-endian, one after the other.\n"
        f"const DIGIT_WEIGHTS = {{\n  shapes: [{shapes}],\n"
        f'  base64: "{base64.b64encode(numbers).decode()}",\n}};\n'
    )


def _content(name):
    return PAGE.with_name(name).read_text(encoding="utf-8")
