"""The lesson notebooks as the other tools see them: paths, header, a clean form, shares."""

import base64
import json
import re
from pathlib import Path
from typing import NamedTuple

import nbformat

from tools.pictures import small_png

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "benchmarks" / "lessons.json"
IGNORED = "nbval-ignore-output"
_MINUTES = r"(\d+) to read, (\d+) to run on a two-core laptop, (\d+) to teach"


class Header(NamedTuple):
    """What a lesson says of itself before its first line of code."""

    title: str
    do: str
    learn: str
    need: str
    minutes: tuple  # to read, to run, to teach
    worked: str


def lesson_paths():
    """Return the paths of the lessons in order."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def read_notebook(path):
    return nbformat.read(path, as_version=4)


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


def with_run_minutes(text, minutes):
    """Return a header's text with the minutes to run replaced."""
    read, _, teach = re.search(_MINUTES, text).groups()
    new = f"{read} to read, {minutes} to run on a two-core laptop, {teach} to teach"
    return re.sub(_MINUTES, new, text)


def measured(path):
    """Return what benchmarks.measure_lessons wrote of a lesson, or None if it was never measured."""
    if not MEASURED.exists():
        return None
    return json.loads(MEASURED.read_text(encoding="utf-8"))["lessons"].get(Path(path).stem)


def measured_seconds(path):
    """Return the seconds that a lesson took when it was last measured, or None."""
    return (measured(path) or {}).get("seconds")


def clean(notebook):
    """Return a copy as it is committed: no timing, widgets or machine's metadata, small figures."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_widget(output)]
            for output in cell.outputs:
                _shrink_picture(output)
    return notebook


def _shrink_picture(output):
    if "image/png" in output.get("data", {}):
        png = small_png(base64.b64decode(output.data["image/png"]))
        output.data["image/png"] = base64.b64encode(png).decode()


def _is_widget(output):
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})


def ignored_share(notebooks):
    """Return (cells whose output is not compared, all code cells) of these notebooks."""
    cells = [cell for notebook in notebooks for cell in code_cells(notebook)]
    return sum(IGNORED in cell.metadata.get("tags", []) for cell in cells), len(cells)
