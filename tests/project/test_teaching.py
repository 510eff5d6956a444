"""The teacher's notes: each lesson is 90 minutes, and its times to run are those measured."""

import re

import pytest

from tools import lessons

NOTES = (lessons.NOTEBOOKS / "teaching.md").read_text(encoding="utf-8")
PARTS = ["On the board", "Run live", "What goes wrong, and what to ask", "Questions for the hall"]
LESSONS = pytest.mark.parametrize("lesson", lessons.lessons(""), ids=lambda lesson: lesson.name)


def notes_on(lesson):
    return re.search(rf"^## {lesson.name[:2]} .+?(?=^## )", NOTES, re.M | re.S)[0]


@LESSONS
def test_a_lesson_is_planned_for_90_minutes_in_steps_of_five_to_fifteen(lesson):
    steps = [int(n) for n in re.findall(r"^\| (\d+) \| .+ \| .+ \|$", notes_on(lesson), re.M)]
    assert sum(steps) == 90 == lessons.read_header(lessons.read_notebook(lesson.path)).minutes[2]
    assert min(steps) >= 5 and max(steps) <= 15


@LESSONS
def test_a_lesson_has_all_its_parts(lesson):
    notes = notes_on(lesson)
    assert re.findall(r"^\*\*(.+?)\.\*\*", notes, re.M) == [*PARTS, "Homework"]
    answered = re.findall(r"^- .+\? \*.+\*$", notes, re.M)
    assert len(answered) >= 4, "questions for the hall, with answers"


@LESSONS
def test_times_to_run_are_those_that_were_measured(lesson):
    measured = lessons.measured(lesson)
    times = [measured["seconds"], *(cell["seconds"] for cell in measured["slowest_cells"])]
    stated = [float(n) for n in re.findall(r"about ([\d.]+) s\b", notes_on(lesson))]
    assert len(stated) >= 2
    for seconds in stated:
        assert any(t / 1.3 < seconds < t * 1.3 for t in times), (
            f"{seconds} s: make bench says {times}"
        )


def test_no_other_times_are_promised():
    known = "".join(notes_on(lesson) for lesson in lessons.lessons(""))
    assert not re.findall(r"\d+ (?:s|seconds)\b", NOTES.replace(known, ""))
