"""What tests of several folders use: axes to draw on, and a headless Chromium."""

import os
import shutil
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pytest

# Beside TensorFlow, importing Triton crashes; PyTorch's compiler needs it, the lessons do not.
sys.modules.setdefault("triton", None)

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
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)
