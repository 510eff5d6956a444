"""Lessons say in a sentence what to do where a package is missing."""

import subprocess
import sys

import pytest

from helpers.lesson_code import lesson_path
from helpers.needs import MissingPackage, require
from tools import lessons

LESSONS = ["07_train_in_pytorch", "deeper/07_pytorch"]


def test_what_is_there_passes():
    require("numpy", "matplotlib")


def test_what_is_missing_is_named():
    with pytest.raises(MissingPackage, match="^no_such and nor_this are not installed"):
        require("numpy", "no_such", "nor_this")


def test_a_notebook_shows_the_sentence_and_no_traceback():
    assert MissingPackage("one sentence")._render_traceback_() == ["one sentence"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_lesson_says_what_to_do_without_pytorch(lesson):
    notebook = lessons.read_notebook(lesson_path(lesson))
    code = "import sys\nsys.modules['torch'] = None  # as if it were not installed\n"
    code += "\n".join(source for _, source in lessons.statements(notebook))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    last = run.stderr.strip().splitlines()[-1]
    assert run.returncode == 1 and run.stdout == ""
    assert "MissingPackage: PyTorch is not installed" in last and "`make lab`" in last
