"""The exercises are what is left of the solutions, and say so at every check."""

import copy
import re

import pytest
from nbformat import v4, writes

from tools import exercises, lessons

SOLUTIONS = lessons.lessons("solutions")
NAMED = pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda solution: solution.name)
CALL = re.compile(r"\bcheck\.\w+\(")


def checks(lesson):
    """Yield the cells that check an answer, with what they print."""
    for cell in lessons.code_cells(lessons.read_notebook(lesson.path)):
        if CALL.search(cell.source):
            yield cell, "".join(o.text for o in cell.outputs if o.output_type == "stream")


def test_there_is_an_exercise_for_each_solution():
    assert SOLUTIONS
    made = [exercises.exercise_of(solution) for solution in SOLUTIONS]
    assert made == lessons.lessons("exercises")
    for exercise, solution in zip(made, SOLUTIONS):
        assert (exercise.needs, exercise.colab) == (solution.needs, solution.colab)


@NAMED
def test_exercise_is_cut_from_its_solution(solution):
    exercise = exercises.exercise_of(solution)
    made = exercises.cut(lessons.read_notebook(solution.path), exercise)
    made = exercises.with_outputs(made, lessons.read_notebook(exercise.path))
    assert writes(made) + "\n" == exercise.path.read_text("utf-8"), "make exercises"


@NAMED
def test_every_check_says_right_in_the_solution_and_not_answered_in_the_exercise(solution):
    exercise = exercises.exercise_of(solution)
    found = list(checks(solution)), list(checks(exercise))
    assert len(found[0]) == len(found[1]) >= 4
    for cell, printed in found[0]:
        assert printed.startswith("Right"), cell.source
        assert cell.metadata.get("tags") and exercises.CHECK in cell.metadata.tags
    for cell, printed in found[1]:
        assert printed == "Not answered yet.\n", cell.source


@NAMED
def test_each_exercise_leads_to_its_solution_and_shows_nothing_of_it(solution):
    exercise = lessons.read_notebook(exercises.exercise_of(solution).path)
    linked = [cell for cell in exercise.cells if cell.source.startswith("[Solution](")]
    assert len(linked) == len(lessons.exercise_minutes(exercise))
    assert "SOLUTION" not in writes(exercise) and "**Solution" not in writes(exercise)
    assert not [cell for cell in exercise.cells if "solution" in cell.metadata.get("tags", [])]


@NAMED
def test_each_check_of_a_lesson_is_used(solution):
    source = writes(lessons.read_notebook(solution.path))
    module = re.search(r"from helpers\.checks import (\w+) as check", source)[1]
    text = (lessons.ROOT / "helpers" / "checks" / f"{module}.py").read_text(encoding="utf-8")
    made = re.findall(r"^@check\ndef (\w+)", text, re.MULTILINE)
    assert made and set(made) == {name[6:-1] for name in CALL.findall(source)}


# ---- the cutting itself

VALUE = "dots = ...\n### BEGIN SOLUTION\ndots = 3\n### END SOLUTION"
FUNCTION = (
    "def draw(dots):\n    ### BEGIN SOLUTION\n    return dots\n    ### END SOLUTION\n\n\ndraw"
)
WORDS = "Why?\n\n<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->\nGood."


@pytest.mark.parametrize(
    ("source", "is_code", "left"),
    [
        (VALUE, True, "dots = ..."),
        (FUNCTION, True, "def draw(dots):\n    ...\n\n\ndraw"),
        (f"{VALUE}\n{VALUE}", True, "dots = ...\ndots = ..."),
        (WORDS, False, f"Why?\n\n{exercises.INVITATION}\nGood."),
        ("draw()", True, "draw()"),
    ],
)
def test_a_solution_is_cut_out_of_a_cell(source, is_code, left):
    assert exercises.without_solutions(source, is_code) == left


@pytest.fixture
def solutions():
    cells = [
        v4.new_markdown_cell("# Solutions: dots\n<!-- badges --><!-- /badges -->"),
        v4.new_markdown_cell("Only here", metadata={"tags": ["solution"]}),
        v4.new_markdown_cell("## 1 Draw dots\n\n*15 minutes.*"),
        v4.new_code_cell(VALUE, execution_count=1, outputs=[v4.new_output("stream", text="3")]),
        v4.new_markdown_cell("**Solution.** Three.", metadata={"tags": ["solution"]}),
    ]
    return v4.new_notebook(cells=cells, metadata={"course": {"executed_code": "a"}})


def test_cells_are_cut_and_linked(solutions):
    before = copy.deepcopy(solutions)
    exercise = lessons._lesson("exercises/01_dots", {})
    made = exercises.cut(solutions, exercise)
    sources = [cell.source for cell in made.cells]
    assert sources[0].startswith("# Exercises: dots\n") and "exercises/01_dots.ipynb" in sources[0]
    assert sources[1:3] == ["## 1 Draw dots\n\n*15 minutes.*", "dots = ..."]
    assert sources[3] == "[Solution](../solutions/01_dots.ipynb#1-Draw-dots)"
    assert not made.cells[2].outputs and "course" not in made.metadata
    assert solutions == before


def test_a_solution_without_end_is_not_left_in_sight():
    with pytest.raises(ValueError, match="BEGIN SOLUTION without END SOLUTION"):
        exercises.without_solutions("dots = ...\n### BEGIN SOLUTION\ndots = 3", True)
