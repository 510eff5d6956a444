"""The canvas of lesson 06: what it answers to a drawing, and that a saved notebook holds none."""

import numpy as np
import pytest

from helpers import canvas


def read(drawing):
    if (drawing == 255).all():
        raise ValueError("no ink found")
    return np.full((28, 28), 0.5), np.eye(10)[7]


def test_a_drawing_is_answered():
    pixels = np.full(canvas.SIDE**2, 255)
    pixels[:50] = 0
    answer = canvas.answer_to(pixels.tolist(), read)
    assert answer["digit"] == 7 and len(answer["probabilities"]) == 10
    assert len(answer["picture"]) == 784


@pytest.mark.parametrize("pixels", [[], [1, 2, 3], [255] * canvas.SIDE**2])
def test_without_ink_there_is_no_answer(pixels):
    assert canvas.answer_to(pixels, read) == {}


def test_where_nobody_can_draw_a_sentence_is_printed(capsys):
    canvas.draw_a_digit(read)
    assert capsys.readouterr().out == canvas.SENTENCE + "\n"


def test_the_widget_follows_its_pixels():
    pytest.importorskip("anywidget")
    widget = canvas.make_canvas(read)
    widget.pixels = [0] * canvas.SIDE**2
    assert widget.answer["digit"] == 7
    widget.pixels = []
    assert widget.answer == {}
