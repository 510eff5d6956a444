"""from_lesson() takes what is named out of a notebook, and runs nothing else of it."""

import ast
import inspect

import pytest
from nbformat import v4, write

from helpers import from_lesson
from helpers.lesson_code import python_source
from tests.planted import planted

CELLS = [
    "%pip install something",
    "import math\nimport a_package_that_is_not_there\nfrom math import pi as half_turn",
    "SIDE = 3\nlow, (high, *rest) = 1, (2, 4)\nraise RuntimeError('a cell was run')",
    "!ls\ndef area(r):\n    return half_turn * square(r)\n\n\nraise RuntimeError('a cell was run')",
    "def square(x):\n    return x * x",
    "class Circle:\n    def rim(self, r):\n        return math.tau * r",
    "def square(x):\n    return float(x * x)",
    "%%writefile notes.py\ndef written():\n    pass",
    "%time area(3)\nLENGTHS = {'side': SIDE}\nLENGTHS['rest'] = raise_an_error()",
    "this is not Python",
    "import functools\n\n\n@functools.lru_cache\ndef kept(x):\n    return LENGTHS['side'] * x",
    "computed = len('four')\n\n\ndef needs_computed():\n    return computed",
    "def shadowed(square):\n    return square",
]


@pytest.fixture
def path(tmp_path):
    cells = [v4.new_code_cell(source) for source in CELLS] + [v4.new_markdown_cell("def no():")]
    cells[0].metadata["tags"] = ["setup"]
    write(v4.new_notebook(cells=cells), tmp_path / "lesson.ipynb")
    return tmp_path / "lesson.ipynb"


def test_takes_functions_classes_and_constants(path):
    lesson = from_lesson(path, "area", "Circle", "SIDE", "high", "rest")
    assert lesson.area(2) == pytest.approx(12.566, abs=0.001)
    assert lesson.Circle().rim(1) == pytest.approx(6.283, abs=0.001)
    assert (lesson.SIDE, lesson.high, lesson.rest) == (3, 2, [4])
    area, circle = from_lesson(path, "area", "Circle")
    assert area(2) == lesson.area(2) and circle.__name__ == "Circle"


def test_of_two_definitions_the_last_counts(path):
    assert isinstance(from_lesson(path, "square").square(2), float)


def test_what_a_definition_uses_comes_along(path):
    assert from_lesson(path, "kept").kept(2) == 6
    assert "square" not in from_lesson(path, "shadowed").shadowed.__globals__


def test_a_computed_constant_comes_only_by_name(path):
    alone = from_lesson(path, "needs_computed").needs_computed
    with pytest.raises(NameError):
        alone()
    assert from_lesson(path, "needs_computed", "computed").needs_computed() == 4


def test_setting_an_item_is_no_definition(path):
    assert from_lesson(path, "LENGTHS").LENGTHS == {"side": 3}


@pytest.mark.parametrize("name", ["written", "Python"])
def test_a_magic_cell_and_a_broken_one_define_nothing(path, name):
    with pytest.raises(LookupError, match=name):
        from_lesson(path, name)


def test_names_what_is_missing(path):
    with pytest.raises(LookupError, match=r"lesson\.ipynb does not define no, nothing\.$"):
        from_lesson(path, "nothing", "square", "no")


def test_a_lesson_is_found_by_its_name_and_shows_its_source():
    convolve = from_lesson("01_filter_a_poster", "convolve").convolve
    assert inspect.getsource(convolve).startswith("def convolve(")


def test_names_a_notebook_that_is_missing():
    with pytest.raises(FileNotFoundError, match=r"'99_none'.*02_build_a_network"):
        from_lesson("99_none", "f")


def test_planted_changes_one_piece_of_one_definition(path):
    assert planted(path, "area", "x * x", "2 * x", place="square")(5) == pytest.approx(31.416, 1e-3)
    with pytest.raises(AssertionError, match="not in area"):
        planted(path, "area", "x * x", "2 * x")


@pytest.mark.parametrize(
    "source",
    ["%time f()", "!ls", "files = !ls -l", "f?", "if x:\n    %pip install {x}", "  x = 1\n  y = 2"],
)
def test_magics_become_python(source):
    assert ast.parse(python_source(source)).body


@pytest.mark.parametrize("source", ["%%writefile x.py\nx = 1", "\n\n%%bash\nls -l", "%%html\n<b>"])
def test_a_cell_magic_has_no_statements(source):
    assert ast.parse(python_source(source)).body == []


def test_other_code_stays_as_it_is():
    source = "def f(x):\n    return x % 2\n\n\nassert f(3) != 0\n"
    assert python_source(source) == source
