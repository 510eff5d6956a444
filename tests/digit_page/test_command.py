"""`python -m helpers.digit_page` opens the page, or writes it as one file."""

import sys

import numpy as np

from helpers.digit_network import read_weights
from helpers.digit_page import PAGE, __main__, one_file, page_weights


def test_it_opens_the_page(monkeypatch):
    opened = []
    monkeypatch.setattr(sys, "argv", ["digit_page"])
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert __main__.main() == 0 and opened == [PAGE.as_uri()]


def test_without_a_browser_it_says_which_file_to_open(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["digit_page"])
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert __main__.main() == 0 and str(PAGE) in capsys.readouterr().out


def test_it_writes_one_file(monkeypatch, tmp_path, capsys):
    path = tmp_path / "digits.html"
    monkeypatch.setattr(sys, "argv", ["digit_page", "--save", str(path)])
    assert __main__.main() == 0
    text = path.read_text(encoding="utf-8")
    assert text == one_file() and "src=" not in text and 'href="style' not in text
    assert "DIGIT_WEIGHTS" in text and "lenetForward" in text


def test_it_is_packed_with_other_weights():
    weights = [np.full_like(w, 0.5) for w in read_weights()]
    text = one_file(weights)
    assert page_weights(weights) in text and page_weights(read_weights()) not in text
    assert page_weights(read_weights()) in one_file()
