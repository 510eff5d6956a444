"""definitions() takes what is named out of a notebook, and runs nothing else of it."""

import pytest
from nbformat import v4, write

from tests.notebook_code import definitions

CELLS = [
    "%pip install something",
    "import math\nimport a_package_that_is_not_there\nfrom math import pi as half_turn",
    "SIDE = 3\nlow, high = 1, 2\nraise RuntimeError('a cell was run')",
    "!ls\ndef area(r):\n    return half_turn * square(r)\n\n\nraise RuntimeError('a cell was run')",
    "def square(x):\n    return x * x",
    "class Circle:\n    def rim(self, r):\n        return math.tau * r",
    "def square(x):\n    return float(x * x)",
]


@pytest.fixture
def path(tmp_path):
    cells = [v4.new_code_cell(source) for source in CELLS] + [v4.new_markdown_cell("def no():")]
    cells[0].metadata["tags"] = ["setup"]
    write(v4.new_notebook(cells=cells), tmp_path / "lesson.ipynb")
    return tmp_path / "lesson.ipynb"


def test_takes_functions_classes_and_constants(path):
    lesson = definitions(path, "area", "square", "Circle", "SIDE", "high")
    assert lesson.area(2) == pytest.approx(12.566, abs=0.001)
    assert lesson.Circle().rim(1) == pytest.approx(6.283, abs=0.001)
    assert (lesson.SIDE, lesson.high) == (3, 2)
    assert not hasattr(lesson, "low")


def test_of_two_definitions_the_last_counts(path):
    assert isinstance(definitions(path, "square").square(2), float)


def test_names_what_is_missing(path):
    with pytest.raises(LookupError, match=r"lesson\.ipynb does not define no, nothing\.$"):
        definitions(path, "nothing", "square", "no")


def test_a_lesson_is_found_by_its_name():
    assert definitions("01_filter_a_poster", "convolve").convolve.__doc__


def test_names_a_notebook_that_is_missing():
    with pytest.raises(FileNotFoundError, match="99_none"):
        definitions("99_none", "f")
