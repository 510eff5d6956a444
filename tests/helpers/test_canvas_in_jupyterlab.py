"""The canvas of lesson 06 as learners meet it: in JupyterLab, with a kernel, drawn on for real."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import nbformat
import pytest

from tools import lessons

CODE = """
import onnxruntime
from helpers import digit_network
from helpers.canvas import draw_a_digit
from helpers.photo import prepare_digit

session = onnxruntime.InferenceSession(digit_network.NETWORK, providers=["CPUExecutionProvider"])

def see_and_read(drawing):
    picture = prepare_digit(drawing)
    return picture, session.run(None, {"pictures": picture[None]})[0][0]

draw_a_digit(see_and_read)
"""
PATIENCE = 180  # seconds: a busy machine opens JupyterLab slowly
# points (x, y) of strokes, as shares of the canvas
SEVEN = [[(0.28, 0.22), (0.74, 0.2), (0.5, 0.55), (0.42, 0.86)]]
ONE = [[(0.52, 0.15), (0.5, 0.5), (0.49, 0.85)]]
FOUR = [[(0.35, 0.15), (0.25, 0.5), (0.72, 0.5)], [(0.66, 0.2), (0.62, 0.86)]]


@contextmanager
def jupyterlab(home):
    """Run JupyterLab in a folder, away from what the machine's user has set; yield its address."""
    places = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **places, "PYTHONPATH": str(lessons.ROOT)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"]
    with open(home / "log.txt", "wb") as log:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token="],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := list(home.glob("RUNTIME/jpserver-*.json"))):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail((home / "log.txt").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)
        yield json.loads(found[0].read_text(encoding="utf-8"))["url"]
    finally:
        server.terminate()  # it ends its kernels first
        server.wait(PATIENCE)


def run_first_cell(page):
    """Press Shift+Enter until the canvas stands there: while JupyterLab opens, a key can be lost."""
    from playwright.sync_api import TimeoutError as TookTooLong

    canvas = page.locator(".digit-canvas")
    for _ in range(PATIENCE // 10):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        with suppress(TookTooLong):
            return canvas.wait_for(timeout=10_000)
    return canvas.wait_for()


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A notebook whose only cell has been run: the canvas stands below it."""
    pytest.importorskip("jupyterlab")
    pytest.importorskip("anywidget")
    home = tmp_path_factory.mktemp("home")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)], metadata=kernel)
    nbformat.write(notebook, home / "draw.ipynb")
    with jupyterlab(home) as address:
        context = browser.new_context(has_touch=True, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        page.goto(address + "doc/tree/draw.ipynb")
        run_first_cell(page)
        yield page
        context.close()


@pytest.fixture
def blank(page):
    page.get_by_role("button", name="Clear").click()
    says(page, "Draw a digit.")
    return page


def paper(page):
    return page.get_by_role("img", name="Draw a digit here")


def says(page, sentence):
    page.locator(".digit-canvas p").get_by_text(sentence, exact=True).wait_for()


def shares(page):
    """Return how far each of the ten bars is filled, in percent."""
    return page.locator(".digit-canvas .fill").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.width))"
    )


def spread(page, strokes):
    """Return strokes in pixels of the page, with points in between."""
    box = paper(page).bounding_box()
    for points in strokes:
        between = [
            [a + (b - a) * n / 8 for a, b in zip(first, second)]
            for first, second in zip(points, points[1:])
            for n in range(9)
        ]
        yield [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in between]


def test_the_bars_follow_the_mouse_before_it_is_released(blank):
    (stroke,) = spread(blank, SEVEN)
    blank.mouse.move(*stroke[0])
    blank.mouse.down()
    for point in stroke[1:]:
        blank.mouse.move(*point)
    says(blank, "It reads 7.")
    bars = shares(blank)
    assert len(bars) == 10 and sum(bars) == pytest.approx(100, abs=0.1) and max(bars) == bars[7]
    assert blank.locator(".digit-canvas .best .name").all_inner_texts() == ["7"]
    blank.mouse.up()


def test_what_is_drawn_next_is_read_next_and_clear_empties_all(blank):
    with_mouse(blank, ONE)
    says(blank, "It reads 1.")
    blank.get_by_role("button", name="Clear").click()
    says(blank, "Draw a digit.")
    assert shares(blank) == [0] * 10 and seen(blank) == 0
    with_mouse(blank, FOUR)
    says(blank, "It reads 4.")
    assert 20 < seen(blank) < 300  # of 784 pixels
    paper(blank).press("Escape")
    says(blank, "Draw a digit.")


def with_mouse(page, strokes):
    for start, *others in spread(page, strokes):
        page.mouse.move(*start)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point)
        page.mouse.up()


def seen(page):
    """Return how many pixels of the small picture are not black."""
    return page.get_by_role("img", name="What the network sees").evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, 28, 28).data
            .filter((level, at) => at % 4 === 0 && level > 0).length"""
    )


def test_a_pen_draws(blank):
    wire = blank.context.new_cdp_session(blank)
    for stroke in spread(blank, FOUR):
        for n, (x, y) in enumerate([*stroke, stroke[-1]]):
            kind = (
                "mousePressed" if n == 0 else "mouseMoved" if n < len(stroke) else "mouseReleased"
            )
            pen = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            wire.send("Input.dispatchMouseEvent", {**pen, "pointerType": "pen", "force": 0.5})
    says(blank, "It reads 4.")


def test_a_finger_draws_and_a_second_one_does_not(blank):
    wire = blank.context.new_cdp_session(blank)

    def touch(kind, *fingers):
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(fingers)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    (stroke,) = spread(blank, ONE)
    box = paper(blank).bounding_box()
    elsewhere = box["x"] + 20, box["y"] + 20
    touch("touchStart", stroke[0])
    for point in stroke[1:]:
        touch("touchStart", point, elsewhere)
        touch("touchMove", point, elsewhere)
    touch("touchEnd")
    says(blank, "It reads 1.")
    corner = "canvas => canvas.getContext('2d').getImageData(20, 20, 1, 1).data[0]"
    assert paper(blank).evaluate(corner) == 255
    assert paper(blank).bounding_box() == box  # nothing was scrolled
