"""A lesson made ready for the hall: of each cell what stands on its slide, the rest for the speaker."""

import copy
import re

import nbformat
from nbformat import v4

from tools.slides import places


def on_stage(notebook, name, link=lambda target: target):
    """Return a copy of a lesson in which every cell stands wholly on a slide or in the notes.

    Cells on a slide with small text say so, each of them. `link(target)` returns the address that a
    link within the course is to have.
    """
    exceptions, cells, section, small = places.EXCEPTIONS.get(name, {}), [], "", False

    def add(cell, kind):
        slideshow = {"slide_type": kind, **({"small": True} if small else {})}
        cells.append(cell)
        cell.metadata["slideshow"] = nbformat.from_dict(slideshow)

    for cell in copy.deepcopy(notebook.cells):
        kind = places.slide_type(cell)
        if kind in ("slide", "subslide"):
            small = cell.metadata.slideshow.get("small", False)
        if cell.cell_type == "markdown":
            cell.source = _linked(cell.source, link)
            section = (re.findall(r"^##? (.+)$", cell.source, re.MULTILINE) or [section])[-1]
        if kind in ("notes", "skip"):
            add(cell, kind)
            continue
        for page in places.pages(cell, exceptions):
            if kind == "subslide" and not page.startswith("#"):
                add(v4.new_markdown_cell(f"###### {section}"), kind)
                kind = "-"
            add(_code(cell) if cell.cell_type == "code" else v4.new_markdown_cell(page), kind)
            kind = "subslide"
        said = cell.cell_type == "markdown" and places.for_the_speaker(cell.source, exceptions)
        if said:
            add(v4.new_markdown_cell(said), "notes")
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def _code(cell):
    """Return a cell of code with its output in one piece, and folded away beside a tall figure."""
    cell.outputs = [nbformat.from_dict(output) for output in places.merged(cell.outputs)]
    for output in cell.outputs:
        if "text" in output:
            output.text = _cut_short(output.text, places.most_lines(cell))
        elif set(output.get("data", ())) == {"text/plain"}:
            text = output.data["text/plain"]
            output.data["text/plain"] = _cut_short(text, places.most_lines(cell))
    if places.is_tall(cell):
        cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def _cut_short(text, most):
    lines = text.splitlines()
    if len(lines) <= most:
        return text
    kept = most - 1
    return "\n".join([*lines[:kept], f"... and {len(lines) - kept} more lines"])


def _linked(text, link):
    def changed(found):
        label, target = found.groups()
        return found[0] if re.match(r"\w+:", target) else f"[{label}]({link(target)})"

    return re.sub(r"\[([^\]]*)\]\(([^)\s]+)\)", changed, text)
