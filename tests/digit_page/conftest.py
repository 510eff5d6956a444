"""A headless Chromium for the tests of the page, and pages of it that notice every fault."""

import os
import shutil

import pytest

from helpers.digit_page import PAGE

BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable chrome".split()
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()


def missing(what):
    """Skip on a learner's machine; in CI what is missing is a fault."""
    if os.environ.get("CI"):
        pytest.fail(f"there is no {what}", pytrace=False)
    pytest.skip(f"there is no {what}")


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("Chromium (on Debian: apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens the page; at the end no page may have met a fault."""
    contexts, faults, requests = [], [], []

    def opened(address=None, **settings):
        context = browser.new_context(**settings)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address or PAGE.as_uri())
        return page

    opened.requests = requests
    yield opened
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def page(open_page):
    return open_page(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
