"""Write what is stated in one place to all the places that show it: python -m tools.stamp.

The public address comes from pyproject.toml, the minutes to run from benchmarks/lessons.json, the
table of lessons from the lessons' headers. A test holds all copies equal to what this writes.
"""

import math
import re
from urllib.parse import quote

from tools import lessons

README = lessons.ROOT / "README.md"
CITATION = lessons.ROOT / "CITATION.cff"
COLAB = "https://colab.research.google.com"
BINDER = "https://mybinder.org"

# On Colab only, the helpers are installed, and without dependencies, so that nothing of Colab's
# own TensorFlow and NumPy is touched. Everywhere else the cell does nothing.
SETUP_CELL = """\
import os

repository = "{address}"
if "COLAB_RELEASE_TAG" in os.environ:  # only on Google Colab: fetch the course's helpers
    %pip install --quiet --no-deps pooch git+{{repository}}"""


def main():
    address = public_address()
    for path in lessons.lesson_paths():
        notebook = lessons.read_notebook(path)
        lessons.write_notebook(stamped(notebook, path, address), path)
    for path, stamp in [(README, stamped_readme), (CITATION, stamped_citation)]:
        path.write_text(stamp(path.read_text(encoding="utf-8"), address), encoding="utf-8")
    print(f"Stamped {len(lessons.lesson_paths())} lessons, README and CITATION with {address}.")


def public_address():
    """Return the address of the public repository, as pyproject.toml states it."""
    text = (lessons.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.search(r'^Repository = "(.+?)/?"$', text, re.MULTILINE)[1]


def setup_cell(address):
    """Return the source of the setup cell that every lesson begins with."""
    return SETUP_CELL.format(address=address)


def badge_line(address, path=None):
    """Return the Markdown of the two badges, for one notebook or for the whole course.

    Raises:
        ValueError: the address is not that of a GitHub repository.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?", address)
    if not found:
        raise ValueError(
            f"Repository in pyproject.toml is {address!r}. Colab and Binder open the course from"
            " GitHub: expected https://github.com/OWNER/NAME."
        )
    repository = found[1]
    inside = f"/blob/main/notebooks/{path.name}" if path else ""
    opened = quote(f"lab/tree/notebooks/{path.name if path else ''}", safe="")
    return (
        f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({COLAB}/github/{repository}{inside})"
        f" [![Open in Binder]({BINDER}/badge_logo.svg)]"
        f"({BINDER}/v2/gh/{repository}/main?urlpath={opened})"
    )


def stamped(notebook, path, address):
    """Return the notebook with badges, minutes and setup cell as they must stand in it."""
    title = notebook.cells[0]
    title.source = between(title.source, "badges", badge_line(address, path))
    seconds = lessons.measured_seconds(path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "**Minutes.**" in cell.source and seconds:
            minutes = math.ceil(seconds / 60)
            cell.source = lessons.with_run_minutes(cell.source, minutes)
        if "setup" in cell.metadata.get("tags", []):
            cell.source = setup_cell(address)
    return notebook


def stamped_readme(text, address):
    text = between(text, "badges", badge_line(address))
    text = between(text, "clone", f"    git clone --depth 1 {address}")
    return between(text, "lessons", lesson_table())


def stamped_citation(text, address):
    return re.sub(
        r"^repository-code: .*$", f'repository-code: "{address}"', text, flags=re.MULTILINE
    )


def lesson_table():
    """Return the table of lessons in Markdown, from the lessons' own headers."""
    rows = ["| lesson | what you do | minutes | what is asserted |", "| --- | --- | --- | --- |"]
    for path in lessons.lesson_paths():
        header = lessons.read_header(lessons.read_notebook(path))
        read, run, teach = header.minutes
        link = f"[{path.name[:2]} {header.title}](notebooks/{path.name})"
        minutes = f"{read} to read, {run} to run, {teach} to teach"
        rows.append(f"| {link} | {header.do} | {minutes} | {header.worked} |")
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
