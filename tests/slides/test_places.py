"""Every cell of a lesson has its place on the slides, and a lesson is not too many of them."""

import copy

import pytest
from nbformat import v4

from tools import lessons
from tools.clean import clean
from tools.slides import places
from tools.slides.stage import on_stage

LESSONS = pytest.mark.parametrize("lesson", places.chosen(), ids=lambda lesson: lesson.name)


@LESSONS
def test_the_places_are_those_of_the_rule(lesson):
    """Where this fails, the lesson has changed: python -m tools.slides.places"""
    notebook = lessons.read_notebook(lesson.path)
    again = places.placed(copy.deepcopy(notebook), lesson.name)
    assert [c.metadata for c in again.cells] == [c.metadata for c in notebook.cells]
    assert clean(notebook) == notebook
    assert lessons.code_digest(again) == lessons.executed_digest(notebook)


@LESSONS
def test_a_lesson_is_not_too_many_slides(lesson):
    notebook = on_stage(lessons.read_notebook(lesson.path), lesson.name)
    assert 20 < len(places.slides(notebook)) <= places.MOST_SLIDES
    assert places.slide_type(notebook.cells[0]) == "slide"


@LESSONS
def test_nothing_of_a_lesson_is_lost(lesson):
    """All code but the setup cell stands on a slide; all prose on one or in the notes."""
    notebook = lessons.read_notebook(lesson.path)
    staged = on_stage(notebook, lesson.name)
    code = [c.source for cells in places.slides(staged) for c in cells if c.cell_type == "code"]
    assert code == [c.source for c in lessons.code_cells(notebook)[1:]]

    def words(book):
        prose = [c.source for c in book.cells if c.cell_type == "markdown"]
        kept = [places.paragraphs(text) for text in prose if not text.startswith("######")]
        return sorted(word for parts in kept for part in parts for word in part.split())

    assert words(staged) == words(notebook)


@LESSONS
def test_every_exception_is_used(lesson):
    cells = lessons.read_notebook(lesson.path).cells
    texts = [c.source for c in cells] + [p for c in cells for p in places.paragraphs(c.source)]
    for beginning in places.EXCEPTIONS.get(lesson.name, {}):
        assert any(text.startswith(beginning) for text in texts), beginning


PROSE = """## Turn

First words of a section, which are shown however long they are, since the heading needs them here.

Plain prose of more words than a few is for the speaker, because a hall that reads does not listen,
and a hall that listens does not read.

Which way?

<details><summary>Answer</summary>

Left.

- by one

</details>

*The line below a figure.*"""


def test_a_slide_shows_the_question_and_its_folded_answer_and_the_speaker_says_the_rest():
    shown, said = places.parted(PROSE)
    assert [text[:5] for text in shown] == ["## Tu", "First", "Which", "<deta"]
    assert shown[-1].endswith("</details>")
    assert [text.split()[0] for text in said] == ["Plain", "*The"]


def test_a_cell_of_prose_and_its_code_stay_together():
    cells = [v4.new_markdown_cell("# Draw")]
    for number in range(9):
        cells += [v4.new_markdown_cell(f"Line {number}:"), v4.new_code_cell("draw()\n" * 8)]
    notebook = places.placed(v4.new_notebook(cells=cells), "00_draw")
    assert len(places.slides(notebook)) > 2
    for cell in lessons.code_cells(notebook):
        assert places.slide_type(cell) == "-"


def test_a_list_longer_than_a_slide_goes_on_on_the_next():
    points = "\n".join(f"{n}. " + "word " * 60 for n in range(1, 9))
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Draw\n\n" + points)])
    staged = on_stage(places.placed(notebook, "00_draw"), "00_draw")
    assert [len(cells) for cells in places.slides(staged)] == [1, 2]


def test_what_is_printed_at_length_is_cut_short():
    printed = v4.new_output("stream", text="line\n" * 40)
    code = v4.new_code_cell("run()", outputs=[printed])
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Draw"), code])
    text = on_stage(places.placed(notebook, "00_draw"), "00_draw").cells[-1].outputs[0].text
    assert text.splitlines()[-1] == "... and 25 more lines"
