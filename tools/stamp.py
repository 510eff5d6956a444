"""Write what is stated in one place to all the places that show it: python -m tools.stamp.

The public address and the version come from pyproject.toml, what a lesson needs on Colab from
notebooks/lessons.toml, the minutes to run from benchmarks/lessons.json, those to read from the
count of words and code, and the table of lessons from the lessons' headers. A test holds all copies
equal to what this writes.
"""

import math
import re
from typing import NamedTuple
from urllib.parse import quote

from tools import lessons

README = lessons.ROOT / "README.md"
CITATION = lessons.ROOT / "CITATION.cff"
COLAB = "https://colab.research.google.com"
BINDER = "https://mybinder.org"

# On Colab only, the helpers of this release are installed, and without dependencies, so that
# nothing of Colab's own TensorFlow and NumPy is touched. Everywhere else the cell does nothing.
SETUP_CELL = """\
import os

helpers = "git+{address}@{tag}"
if "COLAB_RELEASE_TAG" in os.environ:  # only on Google Colab: fetch the course's helpers
    %pip install --quiet --no-deps {packages} {{helpers}}"""


class Release(NamedTuple):
    """Where the course stands in public: the address of its repository, and a tag in it."""

    address: str
    tag: str


def main():
    public = release()
    for lesson in lessons.lessons():
        notebook = lessons.read_notebook(lesson.path)
        lessons.write_notebook(stamped(notebook, lesson, public), lesson.path)
    for path, stamp in [(README, stamped_readme), (CITATION, stamped_citation)]:
        path.write_text(stamp(path.read_text(encoding="utf-8"), public), encoding="utf-8")
    count = len(lessons.lessons())
    print(f"Stamped {count} notebooks, README and CITATION with {public.address}, {public.tag}.")


def release():
    """Return the Release that pyproject.toml states."""
    text = (lessons.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    address = re.search(r'^Repository = "(.+?)/?"$', text, re.MULTILINE)[1]
    return Release(address, "v" + re.search(r'^version = "(.+)"$', text, re.MULTILINE)[1])


def setup_cell(lesson, public):
    """Return the source of the setup cell that a lesson begins with."""
    packages = " ".join(["pooch", *lesson.colab])
    return SETUP_CELL.format(packages=packages, **public._asdict())


def badge_line(public, lesson=None):
    """Return the Markdown of the two badges, for one notebook or for the whole course.

    Raises:
        ValueError: the address is not that of a GitHub repository.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?", public.address)
    if not found:
        raise ValueError(
            f"Repository in pyproject.toml is {public.address!r}. Colab and Binder open the course"
            " from GitHub: expected https://github.com/OWNER/NAME."
        )
    repository = found[1]
    notebook = f"notebooks/{lesson.name}.ipynb" if lesson else "notebooks/"
    inside = f"/blob/{public.tag}/{notebook}" if lesson else ""
    opened = quote(f"lab/tree/{notebook}", safe="")
    return (
        f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({COLAB}/github/{repository}{inside})"
        f" [![Open in Binder]({BINDER}/badge_logo.svg)]"
        f"({BINDER}/v2/gh/{repository}/{public.tag}?urlpath={opened})"
    )


def stamped(notebook, lesson, public):
    """Return the notebook with badges, minutes and setup cell as they must stand in it."""
    title = notebook.cells[0]
    title.source = between(title.source, "badges", badge_line(public, lesson))
    for cell in notebook.cells:
        if "setup" in cell.metadata.get("tags", []):
            cell.source = setup_cell(lesson, public)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "**Minutes.**" in cell.source:
            if lesson.has_exercises:
                cell.source = lessons.with_sum_of_minutes(cell.source, notebook)
            else:
                cell.source = lessons.with_minutes(cell.source, *minutes(notebook, lesson))
    return notebook


def minutes(notebook, lesson):
    """Return the minutes to read and to run that the header of a lesson states."""
    seconds = (lessons.measured(lesson) or {"seconds": lesson.seconds})["seconds"]
    return lessons.counted_minutes(notebook), math.ceil(seconds / 60)


def stamped_readme(text, public):
    text = between(text, "badges", badge_line(public))
    text = between(text, "clone", f"    git clone --depth 1 {public.address}")
    return between(text, "lessons", lesson_table())


def stamped_citation(text, public):
    for key, value in (("repository-code", public.address), ("version", public.tag[1:])):
        text = re.sub(rf"^{key}: .*$", f'{key}: "{value}"', text, flags=re.MULTILINE)
    return text


def lesson_table():
    """Return the table of lessons in Markdown, from the lessons' own headers."""
    rows = ["| lesson | what you do | minutes | what is asserted |", "| --- | --- | --- | --- |"]
    beside = {
        (lesson.folder, lesson.path.name[:2]): f"[{lesson.folder}](notebooks/{lesson.name}.ipynb)"
        for lesson in lessons.lessons()
    }
    for lesson in lessons.lessons(""):
        number = lesson.name[:2]
        header = lessons.read_header(lessons.read_notebook(lesson.path))
        read, run, teach = header.minutes
        link = f"[{number} {header.title}](notebooks/{lesson.name}.ipynb)"
        more = [beside[key] for key in (("deeper", number), ("exercises", number)) if key in beside]
        link += f" ({', '.join(more)})" if more else ""
        said = f"{read} to read, {run} to run, {teach} to teach"
        rows.append(f"| {link} | {header.do} | {said} | {header.worked} |")
    return "\n".join(rows)


def between(text, name, new):
    """Return the text with what stands between the two comments of this name replaced.

    The comments stand on lines of their own: Markdown on the line of a comment is not rendered.
    """
    pattern = rf"(<!-- {name} -->).*?(<!-- /{name} -->)"
    if not re.search(pattern, text, re.DOTALL):
        raise ValueError(f"The comments <!-- {name} --> and <!-- /{name} --> are missing.")
    return re.sub(
        pattern, lambda found: f"{found[1]}\n\n{new}\n\n{found[2]}", text, flags=re.DOTALL
    )


if __name__ == "__main__":
    main()
