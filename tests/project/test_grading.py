"""Exercises are exported for nbgrader, graded as they should be, and limited in time and memory."""

import re
import sys

import pytest

from tools import assignment, exercises, lessons
from tools.grading import nbgrader

SOLUTIONS = lessons.lessons("solutions")
SEED = 7
ON_LINUX = sys.platform == "linux"  # elsewhere nbgrader limits the time of a cell, nothing more


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda solution: solution.name)
def test_every_check_and_every_place_for_words_gets_its_share_of_the_minutes(solution):
    solutions = lessons.read_notebook(solution.path)
    notebook = assignment.to_grade(solutions, SEED)
    given = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
    assert len({one["grade_id"] for one in given}) == len(given)
    tests = [c for c in notebook.cells if exercises.CHECK in assignment.tags(c)]
    words = [c for c in notebook.cells if c.cell_type == "markdown" and assignment.has_solution(c)]
    assert sum(one["grade"] for one in given) == len(tests) + len(words) >= 4
    points = sum(one.get("points", 0) for one in given)
    assert points == pytest.approx(sum(lessons.exercise_minutes(solutions)), abs=len(given) / 2)
    for cell in tests:
        assert cell.metadata.nbgrader.locked
        assert cell.source.startswith("assert check.") and f", seed={SEED})" in cell.source
        compile(cell.source, cell.id, "exec")


def test_hidden_tests_draw_other_cases_at_each_export():
    solutions = lessons.read_notebook(SOLUTIONS[0].path)
    assert assignment.to_grade(solutions) != assignment.to_grade(solutions)


def test_a_lesson_without_exercises_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["assignment", "99", "--into", str(tmp_path)])
    with pytest.raises(SystemExit, match="Lesson 99 has no exercises"):
        assignment.main()


WRONG = {
    "by_hand": "by_hand = [[8, 11, 8], [2, 10, 7]]",
    "sizes": 'answers = {"valid": 27, "full": 36, "stride 2": 112, "padding": 3, "learned": 208}',
    "convolve_row": "def convolve_row(signal, kernel):\n    return signal[::-1]",
    "words": "Because.",
}
LOOP = "import time\nwhile True:\n    time.sleep(1)"
STUBBORN = f"""import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
{LOOP}"""
HOG = "hog = []\nwhile True:\n    hog.append(bytearray(10**8))" if ON_LINUX else WRONG["sizes"]
CHEAT = "by_hand = ...\ncheck.by_hand = lambda *answers: True"
SUBMISSIONS = {  # what differs from the right answers; None: an untouched cell
    "right": {},
    "partly": {"by_hand": CHEAT, "sizes": WRONG["sizes"]},
    "wrong": WRONG,
    "untouched": dict.fromkeys(WRONG),
    "greedy": {"sizes": HOG},
}
SCORES = {"right": 28, "partly": 8, "wrong": 0, "untouched": 0, "greedy": 18}
SAID = {
    "partly": "Not answered yet.",  # by the check that the cheat could not replace
    "wrong": "the kernel was not turned",
    "untouched": "Not answered yet.",
    "greedy": "MemoryError" if ON_LINUX else "Not yet",
    "endless": "CellTimeoutError",
}
IMPORTS = "import numpy as np\nfrom helpers.checks import filters as check"


def first_exercises():
    """Return three exercises of lesson 01 without figures, the third with a place for words."""
    notebook = lessons.read_notebook(lessons.chosen(["solutions/01"])[0].path)
    cells = notebook.cells
    words = next(c for c in cells if c.cell_type == "markdown" and assignment.has_solution(c))
    end = next(n for n, c in enumerate(cells) if c.source.startswith("## 4"))
    imports = next(c for c in cells if IMPORTS.split("\n")[-1] in c.source)
    imports.source = IMPORTS
    notebook.cells = [c for c in cells[:end] if "plt." not in c.source] + [words]
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with an assignment of three exercises."""
    course = tmp_path_factory.mktemp("grading")
    assignment.export(first_exercises(), "first", course)
    assert nbgrader(course, "generate_assignment", "first") == 0
    return course


def hand_in(course, student, differing):
    """Put a submission there: the right answers but for these."""
    release = lessons.read_notebook(course / "release" / "first" / "first.ipynb")
    right = {cell.id: cell.source for cell in first_exercises().cells}
    answered = [c for c in release.cells if c.metadata.get("nbgrader", {}).get("solution")]
    assert len(answered) == len(WRONG)
    for name, cell in zip(WRONG, answered):
        source = differing.get(name, right[cell.id])
        cell.source = cell.source if source is None else source
    folder = course / "submitted" / student / "first"
    folder.mkdir(parents=True)
    lessons.write_notebook(release, folder / "first.ipynb")


def autograde(course, *students, limit=None):
    """Grade these submissions, or all, with another limit in seconds; return the exit status."""
    config = course / "nbgrader_config.py"
    settings = config.read_text("utf-8")
    name, seconds = limit or ("CELL_SECONDS", 600)  # a busy machine may be slow
    config.write_text(
        re.sub(rf"^{name} = \d+", f"{name} = {seconds}", settings, flags=re.M), "utf-8"
    )
    try:
        return nbgrader(course, "autograde", "first", *(f"--student={one}" for one in students))
    finally:
        config.write_text(settings, "utf-8")


@pytest.fixture(scope="module")
def feedback(course):
    """Return {student: the page that says what was right}, once all submissions are graded."""
    for student, differing in SUBMISSIONS.items():
        hand_in(course, student, differing)
    assert autograde(course) == 0
    hand_in(course, "endless", {"convolve_row": LOOP})
    assert autograde(course, "endless", limit=("CELL_SECONDS", 10)) == 0
    assert nbgrader(course, "generate_feedback", "first") == 0
    pages = (course / "feedback").glob("*/first/first.html")
    return {page.parts[-3]: page.read_text("utf-8") for page in pages}


def test_students_see_the_checks_and_neither_solutions_nor_hidden_tests(course):
    release = (course / "release" / "first" / "first.ipynb").read_text("utf-8")
    assert "assert check.convolve_row(convolve_row)" in release
    for hidden in ("SOLUTION", "HIDDEN", "seed", "**Solution", "[[4, 11, 8]", "solutions/"):
        assert hidden not in release


def score(page):
    """Return (points, most points) as a page of feedback states them at its top."""
    return tuple(map(float, re.search(r"Score: ([\d.]+) / ([\d.]+)", page).groups()))


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_points_are_those_of_the_right_answers(feedback, student):
    assert score(feedback[student]) == (SCORES[student], 36)  # 8 for the words are given by hand


@pytest.mark.parametrize("student", SAID)
def test_feedback_says_what_was_wrong(feedback, student):
    assert SAID[student] in feedback[student]
    assert SAID[student] not in feedback["right"]


def test_an_endless_loop_is_ended_and_gets_no_points(feedback):
    assert score(feedback["endless"])[0] <= 20


@pytest.mark.skipif(not ON_LINUX, reason="the limit for a whole notebook needs Linux")
def test_a_submission_that_cannot_be_interrupted_is_ended_too(course):
    hand_in(course, "stubborn", {"by_hand": STUBBORN})
    assert autograde(course, "stubborn", limit=("NOTEBOOK_SECONDS", 3)) != 0
    assert not (course / "autograded" / "stubborn" / "first").exists()
