"""Code and tables for a notebook: code from the files themselves, tables in Markdown."""

from html import escape

from helpers.frameworks import registry

# Notebooks have styles of their own for all that stands in a table or in <pre>.
_ROW = "display: flex; flex-wrap: wrap; gap: 1em 2.5em"
_PRE = (
    "text-align: left; white-space: pre; font-family: monospace; font-size: 88%; line-height: 1.35"
)


class Html:
    """Something to show: HTML in a notebook, and a line of text elsewhere."""

    def __init__(self, html, text):
        self.html, self.text = html, text

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def code(part, *names):
    """Return one part of the files of these frameworks, side by side where there is room."""
    known = registry.frameworks()
    chosen = [known[name] for name in names]
    blocks = "".join(
        f'<div><b>{escape(one.family)}</b><pre style="{_PRE}">'
        f"{escape(registry.part(one, part))}</pre></div>"
        for one in chosen
    )
    html = f'<div style="{_ROW}">{blocks}</div>'
    return Html(html, f"{part}: {' | '.join(one.family for one in chosen)}")


class Table:
    """A table in Markdown: `Table(["name", "loss"], [["a", "0.5"], ...])`."""

    def __init__(self, heads, rows):
        self.heads, self.rows = list(heads), [list(map(str, row)) for row in rows]

    def _repr_markdown_(self):
        lines = [self.heads, ["---"] + ["---:"] * (len(self.heads) - 1), *self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def __repr__(self):
        widths = [max(map(len, column)) for column in zip(self.heads, *self.rows)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in [self.heads, *self.rows]
        ]
        return "\n".join(lines)


def name_of(row):
    """Return a row's name in a table; a recorded one is marked."""
    return row["title"] + (" (recorded)" if row["source"] == "recorded" else "")


def times(number):
    """Return a ratio as text: 1.0, 2.4, 12."""
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"
