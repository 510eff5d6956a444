"""Every lesson keeps every rule, and every rule is able to fail."""

import json

import nbformat
import pytest
from nbformat import v4

from tests import lesson_rules
from tools import lessons, stamp

RULES = {rule.__name__: rule for rule in lesson_rules.RULES}
LESSONS = {path.stem: path for path in lessons.lesson_paths()}


def test_there_are_lessons_and_rules():
    assert LESSONS
    assert len(RULES) >= 20


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_keeps_rule(lesson, rule):
    notebook = lessons.read_notebook(LESSONS[lesson])
    complaints = list(RULES[rule](notebook, LESSONS[lesson]))
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebook_is_valid(lesson):
    nbformat.validate(lessons.read_notebook(LESSONS[lesson]))


# A lesson that keeps every rule, and for each rule what breaks it.

HEADER = """**What you'll do.** You draw a dot.

**What you'll learn.** How a dot is drawn.

**What you'll need.** Nothing.

**Minutes.** 1 to read, 2 to run on a two-core laptop, 3 to teach.

**You know it worked when** there is a dot.

![A dot of one pixel in the middle of a white page](../images/dot.png)"""


MEASURED = {"seconds": 61.0, "slowest_cells": [{"cell": 5, "seconds": 60.0, "code": "draw()"}]}


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The place of a lesson that was measured at 61 s, with its picture beside it."""
    monkeypatch.setattr(lessons, "MEASURED", tmp_path / "lessons.json")
    lessons.MEASURED.write_text(json.dumps({"lessons": {"01_draw_a_dot": MEASURED}}))
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "dot.png").touch()
    (tmp_path / "notebooks").mkdir()
    return tmp_path / "notebooks" / "01_draw_a_dot.ipynb"


ONE_PIXEL = (  # a white PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)


@pytest.fixture
def good(path):
    address = stamp.public_address()
    drawn = v4.new_output("display_data", {"image/png": ONE_PIXEL})
    cells = [
        v4.new_markdown_cell(
            f"# Draw a dot\n\n<!-- badges -->{stamp.badge_line(address, path)}<!-- /badges -->"
        ),
        v4.new_markdown_cell(HEADER),
        code(stamp.setup_cell(address), 1, tags=["setup"]),
        v4.new_markdown_cell("## A dot\n\nWe draw."),
        code("draw()", 2, outputs=[drawn]),
        v4.new_markdown_cell("*A dot.*"),
        v4.new_markdown_cell("## Check yourself\n\nIs it there?"),
        code("print(dot)\nassert dot", 3, [printed("dot")], [lessons.IGNORED]),
        v4.new_markdown_cell(
            "## On your own\n\n## In practice\n\n## Further reading\n\n[Symbols](glossary.md)"
        ),
    ]
    return lessons.clean(v4.new_notebook(cells=cells))


def code(source, count, outputs=(), tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    outputs = list(outputs)
    return v4.new_code_cell(source, execution_count=count, outputs=outputs, metadata=metadata)


def printed(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def set_source(cell, source):
    def change(notebook):
        notebook.cells[cell].source = source

    return change


def replace(cell, old, new):
    def change(notebook):
        assert old in notebook.cells[cell].source
        notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new)

    return change


def add_output(output):
    return lambda notebook: notebook.cells[4].outputs.append(output)


def remove(cell):
    return lambda notebook: notebook.cells.pop(cell)


def both(first, second):
    return lambda notebook: (first(notebook), second(notebook))


SEVEN_LINES = "\n".join(["draw()"] * 7)
BREAKS = [
    ("title_starts_with_the_verb_of_the_file", replace(0, "# Draw", "# On drawing")),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "**What you'll need.**", "Needs:")),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "2 to run", "two to run")),
    (
        "header_is_complete_and_ends_with_a_picture",
        replace(1, "A dot of one pixel in the middle of a white page", "A dot"),
    ),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "there is a dot.", "a dot")),
    ("minutes_to_run_are_the_measured_ones", replace(1, "2 to run", "1 to run")),
    ("minutes_to_run_are_the_measured_ones", lambda notebook: lessons.MEASURED.unlink()),
    ("what_was_measured_is_still_there", set_source(4, "draw_a_circle()")),
    ("stamps_are_current", replace(0, "colab.research", "example")),
    ("stamps_are_current", replace(2, "--no-deps", "")),
    ("stamps_are_current", lambda notebook: notebook.cells[2].metadata.pop("tags")),
    (
        "sections_close_in_order",
        replace(8, "## In practice\n\n", ""),
    ),
    ("sections_close_in_order", replace(6, "## Check yourself", "## Questions learners ask")),
    ("further_reading_leads_to_the_glossary", replace(8, "glossary.md", "README.md")),
    ("cells_are_short", set_source(4, "\n".join(["draw()"] * 21))),
    ("cells_are_short", both(set_source(4, SEVEN_LINES), set_source(7, SEVEN_LINES))),
    ("prose_stands_before_each_code_cell", remove(3)),
    ("prose_stands_before_each_code_cell", set_source(6, "*A dot.*")),
    ("figures_have_captions", remove(5)),
    ("figures_have_captions", set_source(5, "**A dot.**")),
    ("images_in_prose_have_alt_text", set_source(3, "![](../images/dot.png)")),
    ("images_in_prose_have_alt_text", set_source(3, "![A dot on a page](../images/gone.png)")),
    ("code_ran_in_order_from_a_fresh_start", lambda nb: nb.cells[4].update(execution_count=7)),
    ("nothing_failed_or_warned", add_output(printed("careful", "stderr"))),
    (
        "nothing_failed_or_warned",
        add_output(v4.new_output("error", ename="E", evalue="", traceback=[])),
    ),
    ("outputs_are_plain_text", add_output(printed("10%\r20%"))),
    ("outputs_are_plain_text", add_output(printed("\x1b[31mred"))),
    ("no_machine_shows", add_output(printed("saved to /home/ada/dot.png"))),
    ("no_machine_shows", set_source(4, 'open("/tmp/dot.png")')),
    ("no_machine_shows", add_output(printed("saved to C:\\Users\\ada"))),
    ("notebook_is_clean", lambda notebook: notebook.metadata.update(widgets={})),
    ("notebook_is_clean", lambda notebook: notebook.cells[4].metadata.update(execution={})),
    ("notebook_is_small", add_output(printed("x" * 2_000_000))),
    ("optimizers_state_their_learning_rate", set_source(4, "keras.optimizers.Adam(beta_1=0.8)")),
    ("optimizers_state_their_learning_rate", set_source(4, 'model.compile("adam", "mse")')),
    ("optimizers_state_their_learning_rate", set_source(4, 'model.compile(loss="mse")')),
    ("randomness_is_seeded", set_source(4, "rng = np.random.default_rng()")),
    ("keras_is_imported_by_its_own_name", set_source(4, "from tensorflow.keras import layers")),
    ("packages_are_installed_in_the_setup_cell_only", set_source(4, "!pip install keras")),
    ("packages_are_installed_in_the_setup_cell_only", set_source(4, "%pip install keras")),
    ("ignored_outputs_are_few_and_checked", set_source(7, "print(dot)")),
    ("ignored_outputs_are_few_and_checked", lambda nb: nb.cells[7].outputs.clear()),
    (
        "ignored_outputs_are_few_and_checked",
        lambda nb: nb.cells[4].metadata.update(tags=[lessons.IGNORED]),
    ),
]


@pytest.mark.parametrize("rule", RULES)
def test_rule_accepts_a_good_lesson(rule, good, path):
    assert list(RULES[rule](good, path)) == []


@pytest.mark.parametrize("case", range(len(BREAKS)))
def test_rule_sees_what_breaks_it(case, good, path):
    rule, break_it = BREAKS[case]
    break_it(good)
    assert list(RULES[rule](good, path))


def test_every_rule_is_broken_once():
    assert {rule for rule, _ in BREAKS} == set(RULES)
