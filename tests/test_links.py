"""Links inside the project lead somewhere, and links that do not are seen."""

import pytest
from nbformat import v4, write

from tests import links
from tools import lessons


@pytest.mark.parametrize("path", links.documents(lessons.ROOT), ids=lambda path: path.name)
def test_links_of_a_document_lead_somewhere(path):
    assert list(links.broken(links.text_of(path), path)) == []


GLOSSARY = """# Glossary

## The `uint8` trap, and *why*

### Twice
### Twice

    # indented code

```
# a comment in code
```

<a id="here"></a>"""


@pytest.fixture
def path(tmp_path):
    """A notebook beside glossary.md, which is called "a b.md" too, a picture and a folder."""
    (tmp_path / "glossary.md").write_text(GLOSSARY)
    (tmp_path / "a b.md").write_text(GLOSSARY)
    (tmp_path / "dot.png").touch()
    (tmp_path / "deeper").mkdir()
    cells = [v4.new_markdown_cell("# Draw"), v4.new_code_cell("# Not a heading")]
    write(v4.new_notebook(cells=cells), tmp_path / "01.ipynb")
    return tmp_path / "02.ipynb"


OWN = "# Draw it: two dots\n\n"
LEADING = [
    "[a](glossary.md)",
    "[a](glossary.md#the-uint8-trap-and-why)",
    "[a](glossary.md#The-uint8-trap,-and-why)",
    "[a](glossary.md#twice-1)",
    "[a](glossary.md#here)",
    "[a](a%20b.md#glossary)",
    '[a](<glossary.md> "with a title")',
    "[a]: glossary.md",
    "![a dot](dot.png)",
    '<img src="dot.png">',
    "[a](deeper/)",
    "[a](deeper/../01.ipynb#Draw)",
    "[a](#Draw-it:-two-dots)",
    "[![a dot](dot.png)](glossary.md)",
    "[a](https://example.org/gone#there) and [b](mailto:ada@example.org)",
    "in code, `a[1](x)` and\n\n```\n[a](gone.md)\n```\n",
]
BROKEN = [
    "[a](gone.md)",
    "[a](glossary.md#gone)",
    "[a](glossary.md#twice-2)",
    "[a](glossary.md#a-comment-in-code)",
    "[a]: gone.md",
    "![a dot](gone.png)",
    "<a href='gone.md'>a</a>",
    "[a](01.ipynb#draw)",
    "[a](01.ipynb#Not-a-heading)",
    "[a](dot.png#Draw)",
    "[a](#Draw)",
    "[a](#draw-it-two-dots)",
    "`code` and [a](gone.md) and `code`",
    "```\ncode\n```\n\n[a](gone.md)\n\n```\ncode\n```",
    "[![a dot](dot.png)](gone.md)",
]


@pytest.mark.parametrize("link", LEADING)
def test_a_link_that_leads_somewhere(path, link):
    assert list(links.broken(OWN + link, path)) == []


@pytest.mark.parametrize("link", BROKEN)
def test_a_link_that_leads_nowhere(path, link):
    assert len(list(links.broken(OWN + link, path))) == 1


def test_documents_are_found_but_not_those_of_the_environment(path):
    for folder in (".venv", "build"):
        (path.parent / folder).mkdir()
        (path.parent / folder / "README.md").touch()
    (path.parent / "deeper" / "more.md").touch()
    assert [p.name for p in links.documents(path.parent)] == ["a b.md", "glossary.md", "more.md"]
