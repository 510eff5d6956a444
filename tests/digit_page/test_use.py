"""The page as people use it: with mouse, finger and keyboard, on small and large screens."""

import http.server
import json
import re
import threading
from functools import partial

import pytest
from coloraide import Color

from helpers import digit_page
from helpers.digit_page import PAGE

AT_REST = 450  # milliseconds until the page has said what it reads
TEXT = PAGE.with_name("style.css").read_text(encoding="utf-8")


def ways_to_write():
    """Return for each digit the strokes in examples.js: lists of (x, y), 0 to 100."""
    text = PAGE.with_name("examples.js").read_text(encoding="utf-8")
    listed = re.search(r"const EXAMPLES = (\[.*?\n\]);", text, re.DOTALL)[1]
    return json.loads(re.sub(r",\s*\]", "]", listed))


def draw(page, strokes, size=1.0):
    """Draw strokes with the mouse, in the middle of the drawing area."""
    box = page.locator("#drawing").bounding_box()

    def place(x, y):
        shares = 0.5 + (x - 50) / 100 * size, 0.5 + (y - 50) / 100 * size
        return box["x"] + box["width"] * shares[0], box["y"] + box["height"] * shares[1]

    for start, *others in strokes:
        page.mouse.move(*place(*start))
        page.mouse.down()
        for point in others:
            page.mouse.move(*place(*point), steps=3)
        page.mouse.up()
    page.wait_for_timeout(AT_REST)


def said(page):
    return page.locator("#sentence").inner_text()


def test_digits_drawn_with_the_mouse_are_read(page):
    read = []
    for digit, strokes in enumerate(ways_to_write()):
        if digit:
            page.locator("#clear").click()
        draw(page, strokes, size=0.9)
        read.append(said(page))
    right = [str(digit) in sentence for digit, sentence in enumerate(read)]
    assert sum(right) >= 9, read
    assert page.locator("#bars .most").count() == 1


def test_a_small_digit_in_a_corner_is_read(page):
    corner = [[(x * 0.25 + 5, y * 0.25 + 5) for x, y in stroke] for stroke in ways_to_write()[2]]
    draw(page, corner)
    assert said(page) == "This is a 2."


def test_undo_and_clear(page):
    undo, clear = page.locator("#undo"), page.locator("#clear")
    assert undo.is_disabled() and clear.is_disabled()
    draw(page, ways_to_write()[4])
    undo.click()
    assert page.evaluate("strokes.length") == 1
    clear.click()
    page.wait_for_timeout(AT_REST)
    assert page.evaluate("strokes.length") == 0 and undo.is_disabled()
    assert said(page) == "Nothing is drawn yet."
    assert page.locator("#bars .share").all_inner_texts() == ["–"] * 10


def test_the_page_draws_one_itself(page):
    page.locator("#example").click()
    page.wait_for_timeout(AT_REST)
    assert re.fullmatch(r"This (is|may be) an? \d\.", said(page))


def test_an_example_is_written_bit_by_bit_where_motion_is_welcome(open_page):
    page = open_page(reduced_motion="no-preference")
    page.clock.install(time=0)
    page.clock.pause_at(1)  # from here on only run_for moves the clock, however busy the machine is
    counts = []
    page.evaluate("drawExample()")
    for _ in range(12):
        page.clock.run_for(100)
        counts.append(page.evaluate("strokes.flat().length"))
    assert counts == sorted(counts) and len(set(counts)) > 3
    page.evaluate("clear()")
    page.clock.run_for(100)
    assert page.evaluate("strokes.length") == 0


def test_a_digit_is_drawn_with_the_keyboard_alone(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "drawing"
    press = page.keyboard.press
    for key in ["ArrowUp"] * 8 + ["Space"] + ["ArrowDown"] * 16 + ["Space"]:
        press(key)
    page.wait_for_timeout(AT_REST)
    assert said(page) == "This is a 1."
    press("Backspace")
    assert page.evaluate("strokes.length") == 0
    press("Space")
    page.keyboard.down("ArrowLeft")  # two arrows together lead slantwise
    press("ArrowUp")
    page.keyboard.up("ArrowLeft")
    first, last = page.evaluate("[strokes[0][0], strokes[0].at(-1)]")
    assert last["x"] < first["x"] and last["y"] < first["y"]
    press("Delete")
    assert page.evaluate("strokes.length") == 0


def test_the_focus_is_seen_and_nothing_holds_it(page):
    order = []
    draw(page, ways_to_write()[1])
    page.locator("h1").click()
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px"
    assert order == ["drawing", "undo", "clear", "example"]


def test_a_finger_draws_and_does_not_scroll(open_page):
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    box = page.locator("#drawing").bounding_box()
    wire = page.context.new_cdp_session(page)
    x, y, step = box["x"] + box["width"] / 2, box["y"] + 0.1 * box["height"], box["height"] / 25

    def touch(kind, points):
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [{"x": x, "y": y}])
    for n in range(20):
        touch("touchMove", [{"x": x, "y": y + n * step}, {"x": 20, "y": 20}])
    touch("touchEnd", [])
    page.wait_for_timeout(AT_REST)
    assert said(page) == "This is a 1."
    assert page.evaluate("scrollY") == 0 and page.evaluate("strokes.length") == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("button").all():
        box = button.bounding_box()
        assert box["height"] >= 44 and box["x"] + box["width"] <= width


def test_a_screen_reader_is_told(page):
    status = page.get_by_role("status")
    assert status.inner_text() == "Nothing is drawn yet."
    assert status.get_attribute("aria-live") == "polite"
    assert page.get_by_role("application", name="Drawing area").count() == 1
    assert page.get_by_role("list", name="Probability of each digit").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    described = page.locator("#drawing").get_attribute("aria-describedby")
    assert "Space" in page.locator(f"#{described}").inner_text()


def palettes():
    """Return the colours of style.css, light and dark: dicts of name to colour."""
    light, dark = re.findall(r":root \{(.*?)\}", TEXT, re.DOTALL)[:2]
    named = [dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in (light, dark)]
    assert len(named[0]) > 10 and set(named[1]) <= set(named[0])
    return {"light": named[0], "dark": {**named[0], **named[1]}}


@pytest.mark.parametrize("palette", palettes().values(), ids=palettes())
def test_contrast(palette):
    def contrast(a, b):
        return Color(palette[a]).contrast(palette[b], method="wcag21")

    for ground in ("ground", "card"):
        assert contrast("text", ground) > 7
        assert contrast("quiet", ground) > 4.5 and contrast("winner", ground) > 4.5
        assert contrast("edge", ground) > 3 and contrast("accent", ground) > 4.5
    assert contrast("ink", "card") > 7
    assert contrast("accent", "grid") > 3 and contrast("winner", "grid") > 3
    assert contrast("map-high", "map-low") > 4.5


def test_dark_where_dark_is_wanted(open_page):
    page = open_page(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 27)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 243, 236)"


def test_no_motion_where_none_is_wanted(page):
    duration = "getComputedStyle(document.querySelector('.bar')).transitionDuration"
    assert page.evaluate(duration) == "0s"


def test_from_a_file_it_asks_for_its_own_files_only(open_page):
    draw(open_page(), ways_to_write()[7])
    own = {path.as_uri() for path in PAGE.parent.iterdir()}
    assert open_page.requests and {url for url in open_page.requests if "data:" not in url} <= own


def test_from_a_web_server(open_page):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = partial(Quiet, directory=str(PAGE.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        page = open_page(address)
        draw(page, ways_to_write()[7])
        assert said(page) == "This is a 7."
        assert all(url.startswith((address, "data:")) for url in open_page.requests)
        server.shutdown()


def test_as_one_file(open_page, tmp_path):
    path = tmp_path / "digits.html"
    path.write_text(digit_page.one_file(), encoding="utf-8")
    page = open_page(path.as_uri())
    draw(page, ways_to_write()[3])
    assert said(page) == "This is a 3."
    assert {url for url in open_page.requests if "data:" not in url} == {path.as_uri()}
