"""Cut the exercises out of their solutions: python -m tools.exercises [01 ...].

notebooks/solutions/ is the one source. In a solution,

- what stands between a line with BEGIN SOLUTION and one with END SOLUTION is cut out: a function's
  body becomes `...`, a place for words (in comments, <!-- BEGIN SOLUTION -->) an invitation to
  write; lines that are not indented just go, since a blank such as `answer = ...` stands above;
- a cell tagged `solution` is left out; one that begins with **Solution.** becomes a link to its
  exercise in the notebook of solutions;
- a cell tagged `check` calls the check of an exercise.

The marks are those of nbgrader. The exercises are then executed as they are handed out.
"""

import copy
import re
import sys

from nbformat.v4 import new_markdown_cell, writes

from tools import lessons, run_lessons, stamp
from tools.clean import clean

SOLUTION, CHECK = "solution", "check"
REGION = re.compile(r"^([ \t]*)[^\n]*BEGIN SOLUTION.*?END SOLUTION[^\n]*(\n|\Z)", re.M | re.S)
INVITATION = "*Write your answer here (double-click).*"


def main():
    try:
        solutions = lessons.chosen([f"solutions/{number}" for number in sys.argv[1:] or [""]])
    except ValueError as error:
        sys.exit(str(error))
    for solution in solutions:
        exercise = exercise_of(solution)
        made = cut(lessons.read_notebook(solution.path), exercise)
        if exercise.path.exists() and is_current(exercise, made):
            print(f"{exercise.name} is current.")
            continue
        lessons.write_notebook(made, exercise.path)
        failure = run_lessons.run(exercise.path)
        if failure:
            sys.exit(f"{failure}\nThe exercise as it is handed out does not run to its end.")


def exercise_of(solution):
    """Return the Lesson that is made from a solution."""
    name = solution.name.replace("solutions/", "exercises/")
    return next(lesson for lesson in lessons.lessons("exercises") if lesson.name == name)


def cut(solutions, exercise):
    """Return the notebook of exercises, not executed, that a notebook of solutions holds."""
    notebook = copy.deepcopy(solutions)
    heading, cells = "", []
    for cell in notebook.cells:
        found = lessons.EXERCISE_HEADING.search(cell.source)
        heading = f"{found[1]} {found[2]}" if found else heading
        if SOLUTION in cell.metadata.get("tags", []):
            if cell.source.startswith("**Solution.**"):
                cells.append(new_markdown_cell(link_to(heading, exercise), id=cell.id))
            continue
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.source = without_solutions(cell.source, cell.cell_type == "code")
        cells.append(cell)
    cells[0].source = cells[0].source.replace("# Solutions", "# Exercises", 1)
    notebook.cells = cells
    notebook.metadata.pop("course", None)
    return stamp.stamped(clean(notebook), exercise, stamp.release())


def link_to(heading, exercise):
    return f"[Solution](../solutions/{exercise.path.name}#{heading.replace(' ', '-')})"


def without_solutions(source, is_code):
    """Return a cell's source without its solutions.

    Raises:
        ValueError: a solution has no end or no beginning.
    """

    def blank(found):
        if not is_code:
            return INVITATION + found[2]
        return f"{found[1]}...{found[2]}" if found[1] else ""

    left = REGION.sub(blank, source).rstrip("\n")
    if "BEGIN SOLUTION" in left or "END SOLUTION" in left:
        raise ValueError(f"BEGIN SOLUTION without END SOLUTION, or the other way round:\n{source}")
    return left


def is_current(exercise, made):
    """Whether the file of an exercise is what was made anew, with the outputs that it has."""
    old = lessons.read_notebook(exercise.path)
    ran = lessons.executed_digest(old) == lessons.code_digest(made)
    return ran and writes(with_outputs(made, old)) + "\n" == exercise.path.read_text("utf-8")


def with_outputs(made, executed):
    """Return the notebook that was made with the outputs of the executed one."""
    made = copy.deepcopy(made)
    made.metadata["course"] = executed.metadata["course"]
    outputs = {cell.id: cell for cell in lessons.code_cells(executed)}
    for cell in lessons.code_cells(made):
        if cell.id in outputs:
            cell.outputs = outputs[cell.id].outputs
            cell.execution_count = outputs[cell.id].execution_count
    return made


if __name__ == "__main__":
    main()
