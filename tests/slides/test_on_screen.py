"""Slides in a headless Chromium at 1280 x 720: nothing overflows, all can be read, and they run."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.conftest import missing
from tools import lessons
from tools.slides import decks, live, places

LESSONS = pytest.mark.parametrize("lesson", places.chosen(), ids=lambda lesson: lesson.name)
SCREEN = {"width": 1280, "height": 720}
LEAST_SCALE = 0.65  # of a figure, whose text is 15 pixels high in the lesson
LEAST_TYPE = 14

# What is too large or too small among the cells of a slide, its answers unfolded.
FAULTS = """
(cells) => {
  const faults = [];
  for (const cell of cells) {
    cell.querySelectorAll("details").forEach((answer) => { answer.open = true; });
  }
  const say = (what, element) =>
    faults.push(`${what}: ${(element.textContent || element.tagName).trim().slice(0, 60)}`);
  const seen = ".jp-RenderedMarkdown *, .cm-line, .highlight pre, .jp-OutputArea-output, img";
  for (const element of cells.flatMap((cell) => [...cell.querySelectorAll(seen)])) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || element.closest("aside, mjx-container, .lm-mod-hidden")) continue;
    if (box.bottom > innerHeight + 1) say(`ends at ${Math.round(box.bottom)}`, element);
    if (box.right > innerWidth + 1) say(`reaches ${Math.round(box.right)}`, element);
    if (element.tagName == "IMG" && element.closest(".jp-RenderedImage")) {
      const scale = Math.min(box.width / element.naturalWidth, box.height / element.naturalHeight);
      if (!(scale >= LEAST_SCALE)) say(`figure at ${scale.toFixed(2)}`, element);
    } else if (parseFloat(getComputedStyle(element).fontSize) < LEAST_TYPE) say("small", element);
  }
  for (const cell of cells) {
    cell.querySelectorAll("details").forEach((answer) => { answer.open = false; });
  }
  return faults;
}
""".replace("LEAST_SCALE", str(LEAST_SCALE)).replace("LEAST_TYPE", str(LEAST_TYPE))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder beside the pictures of the course, with every lesson ready for the stage."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(lessons.ROOT / "images", root / "images", ignore=lambda *_: ["make"])
    (root / "slides").mkdir()
    live.prepare(places.chosen(), root / "slides")
    return root / "slides"


@pytest.fixture(scope="module")
def scripts(folder):
    found = decks.fetched_scripts(folder)
    if any(address.startswith("http") for address in found.values()):
        missing("npm that brings reveal.js and MathJax")
    return found


@pytest.fixture(scope="module")
def jupyterlab(folder):
    """JupyterLab as make lecture starts it; give the address of its pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "PYTHONPATH": str(lessons.ROOT),
    }
    options = f"--no-browser --allow-root --port={port} --IdentityProvider.token=t".split()
    with open(folder / "log", "w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options]
        server = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api?token=t", timeout=5)
            break
        except OSError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.5)
    yield address
    server.terminate()
    server.wait(60)


@pytest.fixture
def open_page(browser):
    pages = []

    def opened(address, ready):
        pages.append(browser.new_page(viewport=SCREEN))
        pages[-1].set_default_timeout(120_000)
        pages[-1].goto(address)
        pages[-1].wait_for_selector(ready)
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


@LESSONS
def test_a_deck_fits_the_screen(lesson, folder, scripts, open_page):
    deck = decks.write_deck(lesson, folder, scripts)
    page = open_page(deck.as_uri(), ".page")
    faults = page.evaluate(
        """async () => {
          await window.shown;
          return Reveal.getSlides().map((slide) => {
            const { h, v } = Reveal.getIndices(slide);
            Reveal.slide(h, v);
            return (FAULTS)([...slide.querySelectorAll(".jp-Cell")]);
          });
        }""".replace("FAULTS", FAULTS)
    )
    assert 20 < len(faults) <= places.MOST_SLIDES
    assert {n: found for n, found in enumerate(faults, 1) if found} == {}


def test_a_key_unfolds_the_answers_and_the_speaker_has_notes(folder, scripts, open_page):
    lesson = places.chosen(["04"])[0]
    page = open_page(decks.write_deck(lesson, folder, scripts).as_uri(), ".page")
    page.evaluate("window.shown")
    page.evaluate(
        """() => { const { h, v } = Reveal.getIndices(
             Reveal.getSlides().find((slide) => slide.querySelector("details")));
           Reveal.slide(h, v); }"""
    )
    answer = page.locator("section.present details").first
    assert answer.get_attribute("open") is None
    page.keyboard.press("a")
    assert answer.get_attribute("open") is not None
    page.keyboard.press("a")
    answer.locator("summary").click()
    assert answer.get_attribute("open") is not None
    assert page.evaluate("document.querySelectorAll('aside.notes').length") > 20


@LESSONS
def test_a_lesson_fits_the_stage(lesson, folder, jupyterlab, open_page):
    """The cells of each slide are shown as jupyterlab-slideshow shows them, which takes long."""
    cells = json.loads((folder / lesson.path.name).read_text(encoding="utf-8"))["cells"]
    slides = []
    for index, cell in enumerate(cells):
        kind = cell["metadata"].get("slideshow", {}).get("slide_type")
        if kind == "slide":
            slides.append([])
        if kind != "skip":
            slides[-1].append(index)
    page = open_page(stage(jupyterlab, lesson), ".jp-Deck .jp-deck-mod-visible h1")
    page.wait_for_function(f"document.querySelectorAll('.jp-Deck .jp-Cell').length == {len(cells)}")
    page.wait_for_function("!document.querySelector('.jp-Deck .jp-Cell-Placeholder')")
    faults = page.evaluate(
        """(slides) => {
          const cells = [...document.querySelectorAll(".jp-Deck .jp-Cell")];
          return slides.map((slide) => {
            cells.forEach((cell, index) => {
              for (const shown of ["jp-deck-mod-visible", "jp-deck-mod-onscreen"])
                cell.classList.toggle(shown, slide.includes(index));
            });
            return (FAULTS)(slide.map((index) => cells[index]));
          });
        }""".replace("FAULTS", FAULTS),
        slides,
    )
    assert {n: found for n, found in enumerate(faults, 1) if found} == {}


def test_on_stage_space_goes_on_and_a_cell_runs(jupyterlab, open_page):
    lesson = places.chosen(["01"])[0]
    page = open_page(stage(jupyterlab, lesson), ".jp-Deck .jp-deck-mod-visible h1")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
    code = page.locator(".jp-Deck .jp-CodeCell.jp-deck-mod-visible")
    for _ in range(3):
        page.keyboard.press("Space")
        page.wait_for_timeout(300)
    assert code.count() == 1
    code.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("print(6 * 7)")
    page.keyboard.press("Control+Enter")
    code.locator(".jp-OutputArea-output", has_text="42").wait_for()


def stage(jupyterlab, lesson):
    return f"{jupyterlab}/lab/tree/slides/{lesson.path.name}?token=t&reset"
