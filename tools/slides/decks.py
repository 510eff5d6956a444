"""Write a deck of slides for every lesson, or those named: python -m tools.slides.decks [04 ...]

All goes into the folder slides/, which can be carried on a stick: HTML with the speaker's notes (key
S; A unfolds the answers) and, where there is Chromium, a PDF for handing out.
"""

import argparse
import base64
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from nbconvert.exporters import SlidesExporter
from playwright.sync_api import sync_playwright

from tools import lessons, stamp
from tools.slides import places
from tools.slides.stage import on_stage

HERE = Path(__file__).resolve().parent
FOLDER = lessons.ROOT / "slides"
SCRIPTS = {"reveal.js": "5.2.1", "mathjax": "3.2.2"}
ADDRESS = "https://cdn.jsdelivr.net/npm/{}@{}"
BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable chrome".split()
TAKEN = ("package/dist/", "package/plugin/notes/", "package/es5/tex-svg.js", "package/LICENSE")


def main():
    options = argparse.ArgumentParser(prog="make slides", description="write decks of slides")
    options.add_argument("lesson", nargs="*", help="such as 04; without it, all")
    options.add_argument("--no-pdf", action="store_true", help="leave out the PDF for handing out")
    asked = options.parse_args()
    try:
        chosen = places.chosen(asked.lesson)
    except ValueError as error:
        sys.exit(str(error))
    FOLDER.mkdir(exist_ok=True)
    scripts = fetched_scripts(FOLDER)
    written = [write_deck(lesson, FOLDER, scripts) for lesson in chosen]
    for deck in written:
        print(deck.relative_to(lessons.ROOT))
    if not asked.no_pdf:
        print_decks(written)


def print_decks(decks):
    """Print each deck as a PDF beside it, every answer unfolded."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        print("There is no Chromium here (on Debian: apt install chromium): no PDF was printed.")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for deck in decks:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(deck.as_uri() + "?print-pdf")
            page.evaluate("window.shown")
            page.wait_for_selector(".pdf-page")
            pdf = deck.with_suffix(".pdf")
            page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
            page.close()
            print(pdf.relative_to(lessons.ROOT))
        browser.close()


def write_deck(lesson, folder, scripts):
    """Write the deck of a lesson into a folder; return its path."""
    notebook = lessons.read_notebook(lesson.path)
    public = stamp.release()

    def link(target):
        if target.endswith(".png"):
            png = base64.b64encode((lesson.path.parent / target).read_bytes()).decode()
            return f"data:image/png;base64,{png}"
        if target.startswith("#"):
            return "#/" + target[1:]  # as reveal.js names a slide by a heading on it
        path = (Path("notebooks") / target).as_posix()
        return f"{public.address}/blob/{public.tag}/{os.path.normpath(path)}"

    ready = on_stage(notebook, lesson.name, link)
    title = lessons.read_header(notebook).title
    exporter = SlidesExporter(
        template_name="template",
        extra_template_basedirs=[str(HERE)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    deck = {"title": title, "css": (HERE / "slides.css").read_text(encoding="utf-8"), **scripts}
    resources = {"metadata": {"path": str(lesson.path.parent), "name": title}, "deck": deck}
    html, _ = exporter.from_notebook_node(ready, resources=resources)
    path = Path(folder) / f"{lesson.path.stem}.html"
    path.write_text(html, encoding="utf-8")
    return path


def fetched_scripts(folder):
    """Put reveal.js and MathJax into the folder; return where each is: there, or in the network."""
    found = {}
    for name, version in SCRIPTS.items():
        key = name.split(".")[0]
        place = Path(folder) / f"{name}-{version}"
        if place.is_dir() or fetch(f"{name}@{version}", place):
            found[key] = place.name
        else:
            found[key] = ADDRESS.format(name, version)
            print(f"npm did not bring {name}: the decks load it from {found[key]}.")
    return found


def fetch(package, place):
    """Unpack a package of npm into a folder; return whether it could be had."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        packed = subprocess.run(
            [npm, "pack", "--silent", package], cwd=folder, check=False, capture_output=True
        )
        archives = list(Path(folder).glob("*.tgz"))
        if packed.returncode or not archives:
            return False
        unpacked = Path(folder) / "unpacked"
        with tarfile.open(fileobj=io.BytesIO(archives[0].read_bytes())) as archive:
            for member in archive.getmembers():
                if member.isfile() and member.name.startswith(TAKEN) and ".." not in member.name:
                    file = unpacked / member.name.removeprefix("package/")
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(archive.extractfile(member).read())
        unpacked.rename(place)
    return True


if __name__ == "__main__":
    main()
