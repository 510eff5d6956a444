"""What a code cell is as Python: magics become calls, cell magics become nothing."""

import ast

import pytest
from nbformat import v4

from tools.cell_code import python_source


@pytest.mark.parametrize(
    "source",
    ["%time f()", "!ls", "files = !ls -l", "f?", "if x:\n    %pip install {x}", "  x = 1\n  y = 2"],
)
def test_magics_become_python(source):
    assert ast.parse(python_source(v4.new_code_cell(source))).body


@pytest.mark.parametrize("source", ["%%writefile x.py\nx = 1", "\n\n%%bash\nls -l", "%%html\n<b>"])
def test_a_cell_magic_has_no_statements(source):
    assert ast.parse(python_source(v4.new_code_cell(source))).body == []


def test_other_code_stays_as_it_is():
    source = "def f(x):\n    return x % 2\n\n\nassert f(3) != 0\n"
    assert python_source(v4.new_code_cell(source)) == source
