"""Export the exercises of a lesson for nbgrader: python -m tools.assignment 02 [--into FOLDER].

The source is the notebook in notebooks/solutions/. In FOLDER, which is nbgrader's course folder
(grading/ unless you say otherwise), source/ gets the notebook with its solutions and hidden tests,
for the teacher only, and release/ what students receive, made by nbgrader.

- A cell with a solution becomes one to be answered.
- A cell that calls a check becomes a test. Students see its check; a hidden test repeats it on
  other random cases, by checks that were loaded anew.
- A place for words is graded by hand.

The minutes of an exercise are its points, shared by its tests.
"""

import argparse
import copy
import random
import re
import shutil
import sys
import textwrap
from pathlib import Path

from tools import exercises, lessons, stamp
from tools.clean import clean
from tools.grading import COURSE, nbgrader

CONFIGURATION = Path(__file__).with_name("nbgrader_config.py")
CALL = re.compile(r"\b(check\.(\w+))\((.*)\)")
BADGES = re.compile(r"<!-- badges -->.*?<!-- /badges -->\n*", re.DOTALL)  # they lead to solutions
HIDDEN_TESTS = """\
### BEGIN HIDDEN TESTS
import importlib
assert importlib.reload(check).{name}({answers}, seed={seed})
### END HIDDEN TESTS"""


def main():
    parser = argparse.ArgumentParser(prog="make assignment", description=__doc__.split("\n")[0])
    parser.add_argument("number", help="the number of the lesson, such as 02")
    parser.add_argument("--into", type=Path, default=COURSE, metavar="FOLDER")
    asked = parser.parse_args()
    try:
        (solution,) = lessons.chosen([f"solutions/{asked.number}"])
    except ValueError:
        sys.exit(f"Lesson {asked.number} has no exercises. Give its number as in 02.")
    name = solution.path.stem
    export(lessons.read_notebook(solution.path), name, asked.into)
    if nbgrader(asked.into, "generate_assignment", name, "--force") != 0:
        sys.exit(f"nbgrader could not make release/{name} (its reason stands above).")
    print(f"For the students: {asked.into / 'release' / name / name}.ipynb")


def export(solutions, name, course):
    """Write a notebook of solutions into nbgrader's course folder, as the source of an assignment.

    The settings in nbgrader_config.py are left as they are, if they are there.
    """
    folder = course / "source" / name
    folder.mkdir(parents=True, exist_ok=True)
    lessons.write_notebook(to_grade(solutions), folder / f"{name}.ipynb")
    if not (course / CONFIGURATION.name).exists():
        shutil.copy(CONFIGURATION, course)


def to_grade(solutions, seed=None):
    """Return a notebook of solutions in nbgrader's form.

    Args:
        seed: of the hidden tests; a random one, if None.
    """
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    notebook = clean(copy.deepcopy(solutions))
    notebook.cells = [c for c in notebook.cells if exercises.SOLUTION not in tags(c)]
    title = notebook.cells[0]
    title.source = BADGES.sub("", title.source).replace("# Solutions", "# Exercises", 1)
    notebook.metadata.pop("course", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = cell.source.replace("](../", f"]({public_folder()}/")
    for minutes, cells in in_exercises(notebook.cells):
        graded = [cell for cell in cells if is_graded(cell)]
        for cell in cells:
            if is_graded(cell):
                mark(cell, points=max(1, round(minutes / len(graded))))
            elif has_solution(cell):
                mark(cell)
        for cell in filter(is_test, graded):
            cell.source = with_hidden_tests(cell.source, seed)
    return notebook


def public_folder():
    """Return the public address of notebooks/, for links that leave this folder."""
    public = stamp.release()
    return f"{public.address}/blob/{public.tag}/notebooks"


def in_exercises(cells):
    """Yield (minutes, cells) for each exercise."""
    headings = [lessons.EXERCISE_HEADING.search(cell.source) for cell in cells]
    starts = [place for place, heading in enumerate(headings) if heading]
    for start, end in zip(starts, [*starts[1:], len(cells)]):
        yield int(headings[start][3]), cells[start:end]


def tags(cell):
    return cell.metadata.get("tags", [])


def is_test(cell):
    return exercises.CHECK in tags(cell) and bool(CALL.search(cell.source))


def has_solution(cell):
    return bool(exercises.REGION.search(cell.source))


def is_graded(cell):
    return is_test(cell) or (cell.cell_type == "markdown" and has_solution(cell))


def mark(cell, points=None):
    """Write nbgrader's metadata into a cell."""
    call = CALL.search(cell.source) if is_test(cell) else None
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": f"{call[2]}-{cell.id}" if call else f"answer-{cell.id}",
        "grade": points is not None,
        "solution": has_solution(cell),
        "locked": call is not None,
        "task": False,
        **({} if points is None else {"points": points}),
    }


def with_hidden_tests(source, seed):
    """Return a test cell that stops where an answer is wrong, and then tries other cases.

    What the cell does with a right answer, behind `if check.name(answer):`, stands after the tests.
    """
    first, _, rest = source.partition("\n")
    first, _, condition = first.partition(" and ")  # of what follows, and not of the tests
    rest = f"if {condition}\n{rest}" if condition else textwrap.dedent(rest)
    _, name, answers = CALL.search(first).groups()
    hidden = HIDDEN_TESTS.format(name=name, answers=answers, seed=seed)
    tests = f"assert check.{name}({answers})\n{hidden}"
    return f"{tests}\n{rest}".rstrip("\n")


if __name__ == "__main__":
    main()
