"""Give every cell of lessons 01 to 08 its place on the slides: python -m tools.slides.places [01 ...]

The places stand in the notebooks as `slideshow` metadata, which JupyterLab and nbconvert read:

    slide, subslide   begins a slide: at a heading of the second level, or within its section
    (nothing)         stands on the slide that has begun
    notes             what the speaker says: plain prose, captions, fine print
    skip              not for the hall: the setup cell, further reading

A slide is filled until the next cell would not fit, by the estimates below; the tests measure it.
Code is never left out, so that running the slides runs the lesson. Where the rule does not do,
EXCEPTIONS say better. After a change of a lesson's text: run this again.
"""

import base64
import math
import re
import struct
import sys
from typing import NamedTuple

from tools import lessons
from tools.clean import clean

MOST_SLIDES = 45
FILLED = 640  # of the 720 pixels of a slide's height
SMALL = 0.85  # the size of text on a slide whose cells cannot be parted
LINES = 24  # of code and of what it prints together; what it prints beyond them is cut short
FULL = FILLED / SMALL  # what such a slide holds
LEAST_SCALE = 0.8  # of a figure, beside its size in the lesson
TALL = 480  # a figure of so many pixels has its slide to itself: its code is folded away
FEW_WORDS = 25  # a paragraph of so many words stands on the slide whatever it says
KINDS = ("slide", "subslide", "-", "notes", "skip")
SAID = ("Questions learners ask", "On your own", "In practice")  # sections for the speaker only
SKIPPED = ("Further reading",)
# what is worth its place on a slide: formula, list, table, drawing, question, a word explained
SHOWN = re.compile(r"\$\$|^\s*([-|]|\d+\.)\s|```|<details|!\[|^\*\*|\?(\s|$)", re.MULTILINE)

# by lesson: the beginning of a cell and its place, or of a paragraph and "show" or "notes"
EXCEPTIONS = {
    "01_filter_a_poster": {r"$$\text{kernel}[0,0]\cdot": "notes"},  # wider than a slide
    "03_train_a_keras_mlp": {"Now a Keras layer with the same numbers": "notes"},  # too high
    "05_build_alexnet": {"On a picture of 28 pixels": "notes"},  # too high
}


class Place(NamedTuple):
    slide_type: str
    small: bool = False


class Size(NamedTuple):
    """What something takes of a slide's height: in text of the usual size, and in figures."""

    text: float
    figures: float


NOTHING = Size(0, 0)


def main():
    for lesson in chosen(sys.argv[1:]):
        notebook = lessons.read_notebook(lesson.path)
        lessons.write_notebook(clean(placed(notebook, lesson.name)), lesson.path)
        print(f"{lesson.name}: {len(slides(notebook))} slides")


def chosen(beginnings=()):
    """Return the lessons, without their deeper parts, that are named so."""
    return [lesson for lesson in lessons.chosen(beginnings) if not lesson.folder]


def placed(notebook, name):
    """Return the notebook with the place of every cell in its metadata."""
    for cell, place in zip(notebook.cells, places(notebook, name)):
        cell.metadata.pop("slideshow", None)
        if place.slide_type != "-":
            small = {"small": True} if place.small else {}
            cell.metadata["slideshow"] = {"slide_type": place.slide_type, **small}
    return notebook


def slide_type(cell):
    """Return the place that a cell's metadata gives it."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def slides(notebook):
    """Return the cells of each slide."""
    found = []
    for cell in notebook.cells:
        if slide_type(cell) in ("slide", "subslide"):
            found.append([])
        if slide_type(cell) in ("slide", "subslide", "-"):
            found[-1].append(cell)
    return found


def places(notebook, name):
    """Return the Place of each cell: with small text on as few slides as the limit allows."""
    exceptions = EXCEPTIONS.get(name, {})
    further = sum(len(pages(cell, exceptions)) - 1 for cell in notebook.cells)
    for filled in range(FILLED, 820, 20):
        found = packed(notebook.cells, exceptions, filled)
        begun = sum(place.slide_type in ("slide", "subslide") for place in found)
        if begun + further <= MOST_SLIDES:
            break
    return made_small(notebook.cells, found, exceptions)


def packed(cells, exceptions, filled):
    """Return the Place of each cell on slides that are filled to this height."""
    kinds = list(kinds_by_rule(cells, exceptions))
    sizes = [
        NOTHING if kind in ("notes", "skip") else size(cell, exceptions)
        for cell, kind in zip(cells, kinds)
    ]
    found, taken = [], NOTHING
    for index, kind in enumerate(kinds):
        is_long = len(pages(cells[index], exceptions)) > 1
        if kind is None:
            begins = begins_section(cells[index])
            end = end_of_unit(cells, kinds, index, begins)
            unit = total([taken, *sizes[index:end]])
            if found and not is_long and unit.text + unit.figures <= filled and fits(unit):
                kind = "-"
            elif is_an_afterthought(cells[index:end], sizes[index:end]):
                kind = "notes"
            else:
                kind = "slide" if begins or not found else "subslide"
        if kind in ("slide", "subslide"):
            taken = NOTHING
        taken = total([taken, NOTHING if kind == "notes" else sizes[index]])
        found.append(Place(kind))
    return found


def is_an_afterthought(cells, sizes):
    """Whether these are a few last words of a section, for which no slide is begun."""
    few = total(sizes).text < 100 and not begins_section(cells[0])
    return few and all(cell.cell_type == "markdown" for cell in cells)


def fits(unit, scale=SMALL):
    return scale * unit.text + unit.figures <= FILLED + 18


def total(sizes):
    return Size(*map(sum, zip(*sizes)))


def kinds_by_rule(cells, exceptions):
    """Yield for each cell its place where that does not depend on the room there is, else None."""
    section, before_code = "", True
    for index, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            section = (re.findall(r"^## (.+)$", cell.source, re.MULTILINE) or [section])[-1]
        before_code = before_code and cell.cell_type == "markdown"
        named = said_of(cell.source, exceptions)
        if named in KINDS:
            yield named
        elif before_code:
            yield "-" if index else "slide"
        else:
            yield by_rule(cell, section, exceptions)


def begins_section(cell):
    return cell.cell_type == "markdown" and bool(re.match(r"##? ", cell.source))


def end_of_unit(cells, kinds, index, whole_section):
    """Return the index after the cells that belong together from this one on.

    Prose leads to the cell of code after it; a section shares a slide only as a whole.
    """
    end = index + 1
    while end < len(cells):
        if begins_section(cells[end]):
            break
        if not whole_section and kinds[end - 1] is None and cells[end - 1].cell_type == "code":
            break
        end += 1
    return end


def by_rule(cell, section, exceptions):
    """Return "notes" or "skip" where that is the place, else None."""
    if "setup" in cell.metadata.get("tags", []):
        return "skip"
    if cell.cell_type == "code":
        return None
    if section in SKIPPED:
        return "skip"
    return "notes" if section in SAID or not on_slide(cell.source, exceptions) else None


def made_small(cells, found, exceptions):
    """Return the places, with small text on slides that are too full for the usual."""
    starts = [i for i, place in enumerate(found) if place.slide_type in ("slide", "subslide")]
    for start, end in zip(starts, [*starts[1:], len(cells)]):
        here = [i for i in range(start, end) if found[i].slide_type not in ("notes", "skip")]
        is_long = any(len(pages(cells[i], exceptions)) > 1 for i in here)
        if is_long or not fits(total([size(cells[i], exceptions) for i in here]), scale=1):
            for i in here:
                found[i] = found[i]._replace(small=True)
    return found


def said_of(text, exceptions):
    """Return the place that the exceptions give to a paragraph or cell, or None."""
    return next((p for beginning, p in exceptions.items() if text.startswith(beginning)), None)


# ---- which of a cell's paragraphs stand on the slide


def on_slide(source, exceptions=()):
    """Return the paragraphs of a cell of prose that stand on its slide."""
    shown = parted(source, exceptions)[0]
    return "\n\n".join(shown)


def for_the_speaker(source, exceptions=()):
    """Return the paragraphs that do not."""
    return "\n\n".join(parted(source, exceptions)[1])


def parted(source, exceptions=()):
    """Return (paragraphs for the slide, paragraphs for the speaker)."""
    shown, said, after_heading = [], [], False
    for paragraph in paragraphs(source):
        named = said_of(paragraph, dict(exceptions))
        is_heading = paragraph.startswith("#")
        if named in ("show", "notes") and not is_heading:
            is_shown = named == "show"
        elif re.match(r"\*[^*\s]", paragraph):
            is_shown = False  # the line below a figure
        else:
            is_shown = is_heading or after_heading or is_worth_showing(paragraph)
        (shown if is_shown else said).append(paragraph)
        after_heading = is_heading
    return shown, said


def is_worth_showing(paragraph):
    if "](deeper/" in paragraph and "<details" not in paragraph:
        return False  # where to read on is said
    return bool(SHOWN.search(paragraph)) or len(paragraph.split()) <= FEW_WORDS


def pages(cell, exceptions=()):
    """Return the text of a cell of prose for one slide, or for several where it is too long."""
    if cell.cell_type == "code":
        return [cell.source]
    found, room = [], 0
    for part in broken(paragraphs(on_slide(cell.source, exceptions))):
        needed = height_of_paragraph(part)
        if needed > room:
            found.append([])
            room = FULL
        found[-1].append(part)
        room -= needed
    return ["\n\n".join(page) for page in found] or [""]


def broken(parts):
    """Yield the paragraphs, and the points of long lists one by one."""
    for part in parts:
        if re.match(r"([-*]|\d+\.) ", part) and height_of_paragraph(part) > FILLED / 2:
            yield from re.split(r"\n+(?=[-*] |\d+\. )", part)
        else:
            yield part


def paragraphs(source):
    """Return the paragraphs of Markdown; a list, listing, formula or folded answer is one."""
    source = re.sub(r"<!-- badges -->.*<!-- /badges -->", "", source, flags=re.DOTALL)
    found = []
    for part in source.split("\n\n"):
        before = found[-1] if found else ""
        inside = before.count("```") % 2 or before.count("<details") > before.count("</details")
        listed = re.match(r"\s*([-*]|\d+\.) ", before) and re.match(r"\s*([-*]|\d+\.) |  ", part)
        if found and (inside or listed):
            found[-1] += "\n\n" + part
        else:
            found.append(part)
    return [part for part in found if part.strip()]


# ---- how much of a slide a cell takes, in pixels


def size(cell, exceptions):
    """Return the Size of what of a cell stands on its slide, or on the last of its slides."""
    if cell.cell_type == "markdown":
        last_page = pages(cell, exceptions)[-1]
        return Size(sum(map(height_of_paragraph, paragraphs(last_page))), 0)
    drawn = sum(min(LEAST_SCALE * height_of_figure(o), FILLED) for o in cell.outputs)
    printed = sum(height_of_text(output, most_lines(cell)) for output in merged(cell.outputs))
    code = 0 if is_tall(cell) else 26 * len(cell.source.splitlines()) + 22
    return Size(code + printed, drawn)


def is_tall(cell):
    """Whether a cell draws a figure that needs a slide to itself."""
    figures = [height_of_figure(output) for output in cell.get("outputs", ())]
    beside_code = Size(26 * len(cell.source.splitlines()) + 22, LEAST_SCALE * sum(figures))
    return max(figures, default=0) > TALL or any(figures) and not fits(beside_code)


def height_of_paragraph(text):
    if text.startswith("#"):
        return 50
    height, inside_listing = 14, False
    for line in text.splitlines():
        if line.startswith("```"):
            inside_listing = not inside_listing
        elif inside_listing:
            height += 25
        elif line.startswith("!["):
            height += 200
        elif line.startswith("|"):
            height += 8 + 30 * math.ceil(len(line) / 110)
        elif line.startswith("$$"):
            height += 80
        elif line.strip():
            seen = re.sub(r"\]\([^)]*\)|<[^>]*>|\*\*", "", line)
            height += 33 * math.ceil(len(seen) / 96)
    return height


def merged(outputs):
    """Return the outputs with streams that follow each other as one."""
    found = []
    for output in outputs:
        if found and "text" in output and "text" in found[-1]:
            found[-1]["text"] += output["text"]
        else:
            found.append(dict(output))
    return found


def most_lines(cell):
    """Return how many lines of what a cell prints are shown."""
    return max(5, min(16, LINES - len(cell.source.splitlines())))


def height_of_text(output, most_lines):
    data = output.get("data", {})
    html = data.get("text/html", "")
    if "<pre" in html:  # listings side by side
        return 20 * max(part.count("\n") + 3 for part in html.split("</pre>")) + 20
    if "text/markdown" in data:
        return height_of_paragraph(data["text/markdown"])
    text = output.get("text") or data.get("text/plain", "")
    if height_of_figure(output) or not text:
        return 0
    return 24 * min(len(text.splitlines()), most_lines) + 10


def height_of_figure(output):
    """Return the height of a figure as large as the lesson shows it, or 0 of other output."""
    png = output.get("data", {}).get("image/png")
    if png is None:
        return 0
    width, height = struct.unpack(">II", base64.b64decode(png[:40])[16:24])
    return height * min(1, 1200 / width)


if __name__ == "__main__":
    main()
