"""The list of notebooks, and for each of them: is it there, can it be read, can it run here."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from helpers.lesson_code import UnreadableNotebook
from tools import lessons, packages

NAMED = pytest.mark.parametrize("lesson", lessons.lessons(), ids=lambda lesson: lesson.name)


def test_every_notebook_is_listed():
    there = {path for path in lessons.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_" not in str(path)}
    assert there == {lesson.path for lesson in lessons.lessons()}


@NAMED
def test_notebook_can_be_read(lesson):
    """Other tests that meet a notebook which is none are skipped, so that this one says it."""
    try:
        nbformat.validate(lessons.read_notebook(lesson.path))
    except UnreadableNotebook as error:
        pytest.fail(str(error))


@NAMED
def test_notebook_can_run_here(lesson):
    """In CI every notebook must run; elsewhere the sentence says what this one waits for."""
    reason = packages.why_not(lesson)
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert not reason


def test_an_unknown_key_is_refused():
    with pytest.raises(ValueError, match=r"01_draw: unknown key second\."):
        lessons._lesson("01_draw", {"second": 3})


def test_a_folder_has_its_own_budget():
    assert lessons._lesson("deeper/01_dots", {}).seconds == 240
    assert lessons._lesson("01_draw", {}).seconds == 120
    assert lessons._lesson("01_draw", {"seconds": 180}).seconds == 180


def test_notebooks_are_chosen_by_the_beginning_of_their_name():
    names = [lesson.name for lesson in lessons.chosen(["01", "02_b"])]
    assert names == ["01_filter_a_poster", "02_build_a_network"]
    assert lessons.chosen([]) == lessons.lessons()
    with pytest.raises(ValueError, match="like this: 99"):
        lessons.chosen(["99"])


def test_what_a_lesson_waits_for_is_said(monkeypatch):
    lesson = lessons._lesson("07_draw", {"needs": ["frameworks"]})
    monkeypatch.setattr(packages, "missing", lambda group: ["torch", "jax"])
    said = "07_draw waits for torch, jax (requirements/frameworks.txt): make frameworks"
    assert packages.why_not(lesson).startswith(said)
    assert packages.why_not(lesson._replace(needs=())) == ""


def test_a_package_of_another_version_is_missing(monkeypatch):
    monkeypatch.setattr(packages, "version", lambda name: "0.0.1")
    assert "numpy" in packages.missing("")


MERGED = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("text", "fault"), [(MERGED, "conflict markers"), ('{"cells": [', "is no notebook")]
)
def test_a_notebook_that_is_none_is_said(tmp_path, text, fault):
    (tmp_path / "01_draw.ipynb").write_text(text)
    with pytest.raises(UnreadableNotebook, match=f"01_draw.ipynb .*{fault}"):
        lessons.read_notebook(tmp_path / "01_draw.ipynb")


def test_outputs_are_counted_by_how_they_are_compared():
    text = v4.new_output("stream", text="1")
    drawn = v4.new_output("display_data", {"image/png": "", "text/plain": "<Figure>"})
    cells = [v4.new_code_cell("", outputs=outputs) for outputs in ([text], [drawn], [text, drawn])]
    cells += [v4.new_code_cell(""), v4.new_code_cell("", metadata={"tags": [lessons.IGNORED]})]
    counts = lessons.compared(v4.new_notebook(cells=cells))
    assert counts == {"text": 2, "picture": 1, "ignored": 1, "nothing": 1}


def test_the_digest_changes_with_code_and_not_with_prose_or_setup():
    setup = v4.new_code_cell("%pip install a", metadata={"tags": ["setup"]})
    prose, code = v4.new_markdown_cell("Draw"), v4.new_code_cell("draw()")
    before = lessons.code_digest(v4.new_notebook(cells=[setup, prose, code]))
    setup.source, prose.source = "%pip install b", "Drew"
    assert lessons.code_digest(v4.new_notebook(cells=[setup, prose, code])) == before
    code.source = "draw(); ax.clear()"
    assert lessons.code_digest(v4.new_notebook(cells=[setup, prose, code])) != before


# ---- how notebooks are run as tests: tools/notebook_tests.py


@pytest.fixture
def pytest_on(tmp_path):
    """Run pytest as the course does on notebooks of these code cells; return what it printed."""

    def run(*sources, files=()):
        for name, text in dict(files).items():
            (tmp_path / name).write_text(text)
        cells = [v4.new_code_cell(s, execution_count=n) for n, s in enumerate(sources, 1)]
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / "draw.ipynb")
        command = [sys.executable, "-m", "pytest", "-p", "tools.notebook_tests", "--nbval"]
        command += ["--nbval-current-env", "--nbval-cell-timeout=900", "-p", "no:cacheprovider"]
        command += ["--rootdir", str(tmp_path), "-c", os.devnull, "-rs", str(tmp_path)]
        env = {**os.environ, "PYTHONPATH": str(lessons.ROOT)}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
        return done.stdout + done.stderr

    return run


def test_a_kernel_that_dies_is_said_at_once_and_once(pytest_on):
    printed = pytest_on("import os", "os.kill(os.getpid(), 9)", "1", "2")
    assert "The kernel died. Is there too little memory?" in printed
    assert "1 failed, 1 passed, 2 skipped" in printed


def test_an_error_is_one_failure_and_a_failed_claim_stops_nothing(pytest_on):
    printed = pytest_on("x = 1", "assert x == 2", "y = x.shape", "y", "x")
    assert "2 failed, 1 passed, 2 skipped" in printed
    assert "An earlier cell failed." in printed


def test_a_test_that_meets_a_notebook_which_is_none_is_skipped(pytest_on, tmp_path_factory):
    broken = tmp_path_factory.mktemp("elsewhere") / "03_draw.ipynb"
    broken.write_text(MERGED)
    takes = f"from helpers import from_lesson\n{{}}from_lesson({str(broken)!r}, 'f')"
    at_once, later = takes.format(""), takes.format("def test_it():\n    ")
    printed = pytest_on("x = 1", files={"test_at_once.py": at_once, "test_later.py": later})
    assert printed.count("03_draw.ipynb is no notebook") == 2, printed
    assert "1 passed, 2 skipped" in printed


def test_too_much_memory_is_one_failure(pytest_on):
    less = {"conftest.py": "from tools import lessons\nlessons.MEMORY_MB = 300\n"}
    printed = pytest_on("kept = bytearray(400_000_000)", "del kept", "x = 1", files=less)
    assert "its budget is 300 MB" in printed
    assert "1 failed, 2 passed" in printed, printed
