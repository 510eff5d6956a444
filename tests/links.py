"""Links between the project's own files, and the headings that they lead to."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools import lessons

FENCED = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1`*~* *$", re.M | re.S)
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.S)
LINK = re.compile(
    r"\]\(\s*<?([^\s)>]+)>?(?:\s+[\"'(][^)]*)?\)"  # [text](target "title"), ![alt](target)
    r"|^ {0,3}\[[^\]^]+\]:\s*<?([^\s>]+)"  # [name]: target
    r"|<(?:a|img)\b[^>]*?\b(?:href|src)=[\"']([^\"']+)",
    re.M | re.I,
)
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$|<h[1-6]\b[^>]*>(.+?)</h[1-6]>", re.M)
NAMED = re.compile(r"<\w+\b[^>]*?\b(?:id|name)=[\"']([^\"']+)")


def broken(markdown, path):
    """Yield each link in a text that leads nowhere.

    Args:
        markdown: the text; of a notebook, that of all its Markdown cells.
        path: the file it stands in. Links are relative to its folder, and need that only.
    """
    for found in LINK.finditer(CODE.sub("", FENCED.sub("", markdown))):
        target = next(filter(None, found.groups()))
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = path.parent / unquote(parts.path) if parts.path else path
        if parts.path and not file.exists():
            yield target
        elif parts.fragment:
            text = text_of(file) if parts.path else markdown
            if unquote(parts.fragment) not in anchors(text, file.suffix == ".md"):
                yield target


def text_of(path):
    """Return the Markdown of a notebook or of a text file; none of a folder or a picture."""
    if path.suffix == ".ipynb":
        cells = lessons.read_notebook(path).cells
        return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return path.read_text(encoding="utf-8") if path.suffix == ".md" else ""


def anchors(markdown, on_github=False):
    """Return what can stand behind the # of a link to this text.

    JupyterLab's anchor is the heading as it is shown, with hyphens for spaces; of notebooks GitHub
    makes the same. Of other files GitHub makes one in lower case, without punctuation.
    """
    markdown = FENCED.sub("", markdown)
    titles = [_shown(heading or html) for heading, html in HEADING.findall(markdown)]
    found = {title.replace(" ", "-") for title in titles} | set(NAMED.findall(markdown))
    if on_github:
        forms = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
        for place, form in enumerate(forms):
            before = forms[:place].count(form)
            found.add(f"{form}-{before}" if before else form)
    return found


def documents(root):
    """Return the Markdown files below a folder, but for hidden folders and what builds leave."""
    left_out = ("build", "node_modules")
    folders, found = [Path(root)], []
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name not in left_out and not path.name.startswith("."):
                folders.append(path)
            elif path.suffix == ".md":
                found.append(path)
    return found


def _shown(heading):
    """Return the text of a heading without its marks."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]+>", r"\1", heading)
    return re.sub(r"`|\*+|(?<!\w)_+|_+(?!\w)|\\(?=[^\w\s])", "", heading).strip()
