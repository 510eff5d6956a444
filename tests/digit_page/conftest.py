"""Pages of a headless Chromium that notice every fault."""

import pytest

from helpers.digit_page import PAGE


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
