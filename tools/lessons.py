"""What a lesson is. Everything that walks over the notebooks asks this module."""

import hashlib
import json
import math
import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat

from helpers.lesson_code import UnreadableNotebook, python_source

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
MEASURED = ROOT / "benchmarks" / "lessons.json"
IGNORED = "nbval-ignore-output"
KEYS = {"needs", "colab", "seconds", "memory_mb", "minutes"}
SECONDS = {"": 120, "deeper": 240}  # by folder below notebooks/
EXERCISES = {"exercises", "solutions"}
MEMORY_MB, MINUTES = 1200, 90
EXERCISE_HEADING = re.compile(r"\A## (\d+) (.+)\n\n\*(\d+) minutes\b", re.MULTILINE)
_MINUTES = r"(\d+) to read, (\d+) to run on a two-core laptop, (\d+) to teach"


class Lesson(NamedTuple):
    """One notebook of the course. Budgets are in seconds, MB and counted minutes."""

    name: str  # its path below notebooks/, without .ipynb
    path: Path
    needs: tuple
    colab: tuple
    seconds: int
    memory_mb: int
    minutes: int

    @property
    def folder(self):
        """The folder below notebooks/ that it is in: "" for a lesson, or such as "deeper"."""
        return self.name.rpartition("/")[0]

    @property
    def has_exercises(self):
        """Whether it consists of exercises, as they are handed out or with their solutions."""
        return self.folder in EXERCISES


class Header(NamedTuple):
    """What a lesson says of itself before its first line of code."""

    title: str
    do: str
    learn: str
    need: str
    minutes: tuple  # to read, to run, to teach
    worked: str


def lessons(folder=None):
    """Return the notebooks of the course in order, those of one folder or all.

    Raises:
        ValueError: notebooks/lessons.toml has an unknown key; the message names it.
    """
    listed = tomllib.loads((NOTEBOOKS / "lessons.toml").read_text(encoding="utf-8"))
    every = [_lesson(name, said) for name, said in listed.items()]
    return [lesson for lesson in every if folder is None or lesson.folder == folder]


def _lesson(name, said):
    unknown = set(said) - KEYS
    if unknown:
        raise ValueError(f"lessons.toml, {name}: unknown key {', '.join(sorted(unknown))}.")
    folder = name.rpartition("/")[0]
    return Lesson(
        name,
        NOTEBOOKS / f"{name}.ipynb",
        tuple(said.get("needs", ())),
        tuple(said.get("colab", ())),
        said.get("seconds", SECONDS.get(folder, SECONDS[""])),
        said.get("memory_mb", MEMORY_MB),
        said.get("minutes", math.inf if folder else MINUTES),
    )


def chosen(beginnings):
    """Return the notebooks whose name begins with one of these, or all where there are none.

    Raises:
        ValueError: none begins so.
    """
    found = [lesson for lesson in lessons() if lesson.name.startswith(tuple(beginnings) or "")]
    if not found:
        asked = ", ".join(beginnings)
        raise ValueError(f"No notebook is named like this: {asked}. Give it as 01 or deeper/03.")
    return found


def read_notebook(path):
    """Return the notebook.

    Raises:
        UnreadableNotebook: the file is no notebook; the message names it and the fault.
    """
    name, text = Path(path).name, Path(path).read_text(encoding="utf-8")
    if re.search(r"^(<{7} |>{7} |={7}$)", text, re.MULTILINE):
        raise UnreadableNotebook(f"{name} holds the conflict markers of an unfinished merge.")
    try:
        return nbformat.reads(text, as_version=4)
    except Exception as error:
        fault = str(error).split("\n")[0][:100]
        raise UnreadableNotebook(f"{name} is no notebook: {fault}") from None


def write_notebook(notebook, path):
    """Write a notebook in one step: a crash in the middle leaves the old file as it was."""
    unfinished = Path(path).with_suffix(".part")
    nbformat.write(notebook, unfinished)
    unfinished.replace(path)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read_header(notebook):
    """Return the Header of a lesson.

    Raises:
        ValueError: a part is missing; the message names it.
    """
    text = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            break
        text.append(cell.source)
    text = "\n\n".join(text)

    def part(what, pattern):
        found = re.search(pattern, text, re.MULTILINE)
        if not found:
            raise ValueError(f"the header of the lesson lacks {what}")
        return found

    def sentence(what):
        return " ".join(part(f"**{what}**", rf"^\*\*{re.escape(what)}\*\* ((?:.+\n?)+)")[1].split())

    minutes = part("**Minutes.** in its fixed form", rf"^\*\*Minutes\.\*\* {_MINUTES}")
    return Header(
        title=part("a title", r"\A# (.+)")[1],
        do=sentence("What you'll do."),
        learn=sentence("What you'll learn."),
        need=sentence("What you'll need."),
        minutes=tuple(map(int, minutes.groups())),
        worked=sentence("You know it worked when"),
    )


def with_minutes(text, read, run):
    """Return a header's text with the minutes to read and to run replaced."""
    teach = re.search(_MINUTES, text)[3]
    new = f"{read} to read, {run} to run on a two-core laptop, {teach} to teach"
    return re.sub(_MINUTES, new, text)


def with_sum_of_minutes(text, notebook):
    """Return a header's text with the minutes that all exercises take together."""
    return re.sub(
        r"(\*\*Minutes\.\*\*) \d+ in all", rf"\1 {sum(exercise_minutes(notebook))} in all", text
    )


def exercise_minutes(notebook):
    """Return the minutes that stand below the headings of the exercises, in order."""
    headings = [EXERCISE_HEADING.search(cell.source) for cell in notebook.cells]
    return [int(found[3]) for found in headings if found]


def counted_minutes(notebook):
    """Return how long a lesson is: words of prose / 100 + lines of code / 6, rounded up."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines()]
    words = sum(len(source.split()) for source in prose)
    return math.ceil(words / 100 + sum(bool(line.strip()) for line in lines) / 6)


def measured(lesson):
    """Return what benchmarks.measure_lessons wrote of a lesson, or None if it was never measured."""
    if not MEASURED.exists():
        return None
    return json.loads(MEASURED.read_text(encoding="utf-8"))["lessons"].get(lesson.name)


def code_digest(notebook):
    """Return a digest of all code but that of the setup cell."""
    code = [c.source for c in code_cells(notebook) if "setup" not in c.metadata.get("tags", [])]
    return hashlib.sha256("\n\0".join(code).encode()).hexdigest()[:16]


def executed_digest(notebook):
    """Return the digest of the code that the outputs came from, or None if it is not known."""
    return notebook.metadata.get("course", {}).get("executed_code")


def statements(notebook):
    """Yield (number of the code cell, its code as plain Python), the setup cell left out."""
    for number, cell in enumerate(code_cells(notebook), 1):
        if "setup" not in cell.metadata.get("tags", []):
            yield number, python_source(cell.source)


def ignored_share(notebooks):
    """Return (cells whose output is not compared, all code cells) of these notebooks."""
    cells = [cell for notebook in notebooks for cell in code_cells(notebook)]
    return sum(IGNORED in cell.metadata.get("tags", []) for cell in cells), len(cells)


def compared(notebook):
    """Return how many code cells are compared as text, draw, are ignored, and print nothing."""
    counts = {"text": 0, "picture": 0, "ignored": 0, "nothing": 0}
    for cell in code_cells(notebook):
        drawn = ["image/png" in output.get("data", {}) for output in cell.outputs]
        if IGNORED in cell.metadata.get("tags", []):
            counts["ignored"] += 1
        elif not drawn:
            counts["nothing"] += 1
        else:
            counts["picture" if all(drawn) else "text"] += 1
    return counts
