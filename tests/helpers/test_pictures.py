"""The course's pictures are found, and a wrong name is answered with those there are."""

import matplotlib.pyplot as plt
import pytest

from helpers import picture_path, pictures


def test_poster_is_a_colour_picture():
    assert plt.imread(picture_path("poster.png")).shape[2] in (3, 4)


def test_unknown_picture_is_answered_with_the_known_ones():
    with pytest.raises(FileNotFoundError, match=r"no picture 'postr.png'.*poster.png"):
        picture_path("postr.png")


def test_pictures_inside_the_package_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_FOLDERS", (tmp_path / "gone", tmp_path))
    (tmp_path / "dot.png").touch()
    assert picture_path("dot.png") == tmp_path / "dot.png"
