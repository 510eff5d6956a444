"""The kernel explorer shows what the kernel does, and stays silent where nobody can type."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.signal import convolve2d

from helpers import kernel_explorer

PRESETS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "Sobel x": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
}


@pytest.fixture
def image():
    return np.random.default_rng(0).random((20, 30))


def parts(panel):
    """Return choice, the nine fields, the note and the shown picture as uint8."""
    controls, picture = panel.children
    choice, grid, note = controls.children
    shown = np.asarray(Image.open(io.BytesIO(picture.value)))
    return choice, grid.children, note.value, shown


def as_bytes(grey):
    return np.round(grey * 255).astype(np.uint8)


def test_starts_with_the_first_preset(image):
    choice, fields, note, shown = parts(kernel_explorer.make_panel(image, PRESETS))
    assert choice.value == "identity"
    assert [field.value for field in fields] == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert "Sum 1" in note
    np.testing.assert_array_equal(shown, as_bytes(image))


def test_a_preset_fills_the_fields_and_zero_is_grey(image):
    panel = kernel_explorer.make_panel(image, PRESETS)
    panel.children[0].children[0].value = "Sobel x"
    _, fields, note, shown = parts(panel)
    assert [field.value for field in fields] == [1, 0, -1, 2, 0, -2, 1, 0, -1]
    assert "mid-grey means zero" in note
    result = convolve2d(image, PRESETS["Sobel x"], mode="same", boundary="symm")
    np.testing.assert_array_equal(shown, as_bytes(0.5 + result / 8))


def test_a_number_changes_the_picture_at_once(image):
    panel = kernel_explorer.make_panel(image, PRESETS)
    panel.children[0].children[1].children[4].value = 0.5
    _, _, note, shown = parts(panel)
    assert "0.5" in note
    np.testing.assert_array_equal(shown, as_bytes(image / 2))


def test_a_preset_draws_the_picture_once(image):
    panel = kernel_explorer.make_panel(image, PRESETS)
    drawn = []
    panel.children[1].observe(drawn.append, "value")
    panel.children[0].children[0].value = "Sobel x"
    assert len(drawn) == 1


def test_going_back_to_a_preset_undoes_a_change(image):
    panel = kernel_explorer.make_panel(image, PRESETS)
    choice, fields, _, before = parts(panel)
    choice.value = "Sobel x"
    fields[0].value = 7
    choice.value = "identity"
    np.testing.assert_array_equal(parts(panel)[3], before)


def test_too_bright_and_too_dark_are_cut_off():
    image = np.array([[0.0, 0.4, 0.9]])
    grey, _ = kernel_explorer.to_grey(image * 2, np.array([[2.0]]))
    assert grey.tolist() == [[0, 0.8, 1]]
    grey, _ = kernel_explorer.to_grey(image * -1, np.array([[-1.0]]))
    assert grey.max() == 0


def test_a_kernel_of_zeros_is_black():
    grey, note = kernel_explorer.to_grey(np.zeros((2, 2)), np.zeros((3, 3)))
    assert not grey.any() and "Sum 0" in note


@pytest.mark.parametrize("shape", [(4,), (4, 4, 3)])
def test_wrong_picture_is_refused(shape):
    with pytest.raises(ValueError, match="grey picture"):
        kernel_explorer.make_panel(np.zeros(shape), PRESETS)


def test_wrong_preset_is_refused(image):
    with pytest.raises(ValueError, match="'large' has shape"):
        kernel_explorer.make_panel(image, {"large": np.ones((5, 5))})


def test_one_sentence_where_nobody_can_type(image, capsys):
    kernel_explorer.explore(image, PRESETS)
    assert capsys.readouterr().out == kernel_explorer.SENTENCE + "\n"


@pytest.mark.parametrize("allowed", [True, False])
def test_asks_the_kernel_whether_someone_can_type(monkeypatch, allowed):
    shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=allowed))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert kernel_explorer.someone_can_type() is allowed


def test_shows_the_panel_to_a_person(monkeypatch, image, capsys):
    displayed = []
    monkeypatch.setattr(kernel_explorer, "someone_can_type", lambda: True)
    monkeypatch.setattr("IPython.display.display", displayed.append)
    kernel_explorer.explore(image, PRESETS)
    assert len(displayed) == 1 and not capsys.readouterr().out


def test_says_so_where_ipywidgets_is_missing(monkeypatch, image, capsys):
    def missing(*_):
        raise ImportError

    monkeypatch.setattr(kernel_explorer, "someone_can_type", lambda: True)
    monkeypatch.setattr(kernel_explorer, "make_panel", missing)
    kernel_explorer.explore(image, PRESETS)
    assert "ipywidgets" in capsys.readouterr().out
