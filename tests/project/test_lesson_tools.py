"""Executing, measuring and writing lessons: make run, make bench."""

import base64
import io
import sys

import nbformat
import numpy as np
import pytest
from nbformat import v4
from PIL import Image

from benchmarks import measure_lessons
from tools import lessons, run_lessons
from tools.clean import clean
from tools.small_png import small_png


@pytest.fixture
def write(tmp_path):
    """Write a notebook of these code cells, never run, and return its path."""

    def write_cells(*sources, name="01_draw_a_dot.ipynb"):
        cells = [v4.new_markdown_cell("# Draw"), *map(v4.new_code_cell, sources)]
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / name)
        return tmp_path / name

    return write_cells


def listed(monkeypatch, *paths):
    """Let the course consist of these notebooks."""
    made = [lessons._lesson(path.stem, {})._replace(path=path) for path in paths]
    monkeypatch.setattr(lessons, "lessons", lambda: made)
    return made


def test_run_writes_outputs_in_their_committed_form(write):
    path = write("2 + 3", "", "print('dot')")
    assert run_lessons.run(path) is None
    notebook = lessons.read_notebook(path)
    assert [cell.execution_count for cell in lessons.code_cells(notebook)] == [1, 2]
    assert notebook.cells[1].outputs[0].data["text/plain"] == "5"
    assert notebook == clean(notebook)
    assert lessons.executed_digest(notebook) == lessons.code_digest(notebook)


def test_a_failing_cell_is_named_and_the_file_left_alone(write):
    path = write("1", "numbers = []\nnumbers[3]", "2")
    before = path.read_bytes()
    failure = run_lessons.run(path)
    for part in ("01_draw_a_dot.ipynb", "cell 3", "numbers = []", "IndexError"):
        assert part in failure
    assert path.read_bytes() == before


def test_a_dying_kernel_is_said(write):
    failure = run_lessons.run(write("import os\nos._exit(1)"))
    assert "cell 2" in failure and "DeadKernelError" in failure


def test_make_run_goes_on_after_a_failure_and_ends_with_it(write, monkeypatch, capsys):
    paths = [write("1 / 0"), write("1", name="02_draw_a_line.ipynb")]
    listed(monkeypatch, *paths)
    monkeypatch.setattr(sys, "argv", ["run_lessons"])
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        run_lessons.main()
    assert "02_draw_a_line.ipynb: all 2 cells done" in capsys.readouterr().out


def test_a_number_that_no_lesson_has_is_said(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["run_lessons", "99"])
    with pytest.raises(SystemExit, match="like this: 99"):
        run_lessons.main()


def test_a_crash_while_writing_leaves_the_old_notebook(write, monkeypatch):
    path = write("1")
    before = path.read_bytes()

    def half_written(notebook, target):
        target.write_text("{")
        raise OSError("No space left on device")

    monkeypatch.setattr(lessons.nbformat, "write", half_written)
    with pytest.raises(OSError, match="No space"):
        lessons.write_notebook(v4.new_notebook(), path)
    assert path.read_bytes() == before


def test_widgets_and_timing_are_cleaned_away():
    widget = v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}})
    cell = v4.new_code_cell(
        "slider",
        outputs=[widget],
        metadata={"execution": {}, "tags": ["setup"], "slideshow": {"slide_type": "skip"}},
    )
    notebook = v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    cleaned = clean(notebook)
    assert "widgets" not in cleaned.metadata
    assert cleaned.cells[0].outputs == [] and set(cleaned.cells[0].metadata) == {
        "tags",
        "slideshow",
    }
    assert notebook.cells[0].outputs, "the notebook that was given must not change"


def drawn(pixels):
    return v4.new_output("display_data", {"image/png": base64.b64encode(png(pixels)).decode()})


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def opaque(red_green_blue):
    return np.dstack([red_green_blue, np.full(red_green_blue.shape[:2], 255, "uint8")])


@pytest.fixture
def noise():
    return np.random.default_rng(3).integers(0, 256, (60, 80, 3), "uint8")


def test_a_figure_of_few_colours_gets_small_and_stays_exact(noise):
    few = opaque(noise // 128 * 200)
    small = small_png(png(few))
    assert len(small) < 0.8 * len(png(few))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(small)).convert("RGBA")), few)


def test_a_figure_of_many_colours_keeps_them(noise):
    small = small_png(png(opaque(noise)))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(small))), noise)


def test_what_is_small_or_not_opaque_is_left_as_it_is(noise):
    transparent = opaque(noise)
    transparent[0, 0, 3] = 0
    for given in (
        png(transparent),
        small_png(png(opaque(noise))),
        small_png(png(opaque(noise // 128))),
    ):
        assert small_png(given) == given


def test_cleaning_shrinks_the_figures(noise):
    notebook = v4.new_notebook(cells=[v4.new_code_cell("draw()", outputs=[drawn(opaque(noise))])])
    cleaned = clean(notebook)
    shown = base64.b64decode(cleaned.cells[0].outputs[0].data["image/png"])
    assert shown == small_png(png(opaque(noise))) and clean(cleaned) == cleaned


def test_measuring_sees_time_and_memory(write, monkeypatch, tmp_path):
    child = "import time; kept = bytearray(200_000_000); time.sleep(2)"
    here = "kept = bytearray(200_000_000)"
    run = f"subprocess.run([sys.executable, '-c', {child!r}])"
    path = write("1", f"import subprocess, sys\n{here}\n{run}")
    (lesson,) = listed(monkeypatch, path)
    monkeypatch.setattr(lessons, "MEASURED", tmp_path / "lessons.json")
    monkeypatch.setattr(sys, "argv", ["measure_lessons"])
    measure_lessons.main()
    measured = lessons.measured(lesson)
    assert measured["seconds"] >= 2 and measured["peak_memory_mb"] > 400
    slowest = measured["slowest_cells"][0]
    assert (slowest["cell"], slowest["code"]) == (3, "import subprocess, sys")


@pytest.mark.parametrize("field", ["What you'll do.", "Minutes.", "You know it worked when"])
def test_header_names_what_it_lacks(field):
    header = "# Draw a dot\n\n**What you'll do.** A.\n\n**What you'll learn.** B.\n\n"
    header += "**What you'll need.** C.\n\n"
    header += "**Minutes.** 1 to read, 2 to run on a two-core laptop, 3 to teach.\n\n"
    header += "**You know it worked when** D."
    cells = [v4.new_markdown_cell(header), v4.new_code_cell("1")]
    assert lessons.read_header(v4.new_notebook(cells=cells)).minutes == (1, 2, 3)
    cells[0].source = header.replace(f"**{field}**", "")
    with pytest.raises(ValueError, match=field[:7]):
        lessons.read_header(v4.new_notebook(cells=cells))
