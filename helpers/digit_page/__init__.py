"""A page that reads digits: open index.html in a browser; `python -m helpers.digit_page` does it."""

import re
from pathlib import Path

PAGE = Path(__file__).with_name("index.html")


def one_file():
    """Return the page with its styles, scripts and weights inside: one file to give away."""
    text = PAGE.read_text(encoding="utf-8")

    def styles(match):
        return f"<style>\n{_content(match[1])}</style>"

    def script(match):
        return f"<script>\n{_content(match[1])}</script>"

    text = re.sub(r'<link rel="stylesheet" href="([\w.]+)">', styles, text)
    return re.sub(r'<script src="([\w.]+)"></script>', script, text)


def _content(name):
    return PAGE.with_name(name).read_text(encoding="utf-8")
