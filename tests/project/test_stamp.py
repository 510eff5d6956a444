"""What is stated in one place and shown in many: address, badges, minutes, table of lessons."""

import nbformat
import pytest

from tools import lessons, stamp

OTHER = stamp.Release("https://github.com/ada/course", "v9.8.7")


def test_readme_is_stamped():
    text = stamp.README.read_text(encoding="utf-8")
    assert text == stamp.stamped_readme(text, stamp.release()), "make stamp"


def test_citation_is_stamped():
    text = stamp.CITATION.read_text(encoding="utf-8")
    assert text == stamp.stamped_citation(text, stamp.release()), "make stamp"


def test_address_stands_nowhere_else():
    address = stamp.release().address
    places = [*lessons.ROOT.glob("*"), *lessons.ROOT.glob("binder/*")]
    places += [
        path for name in ("helpers", "tools", "tests") for path in lessons.ROOT.glob(f"{name}/**/*")
    ]
    known = {"README.md", "pyproject.toml", "CITATION.cff"}
    for path in places:
        if path.is_file() and path.suffix in {".md", ".py", ".txt", ".toml", ".cff"}:
            assert path.name in known or address not in path.read_text(encoding="utf-8"), path


def test_another_release_reaches_readme_and_lessons():
    lesson = lessons.lessons("")[0]
    notebook = stamp.stamped(lessons.read_notebook(lesson.path), lesson, OTHER)
    badges = stamp.badge_line(OTHER, lesson)
    assert badges in notebook.cells[0].source
    assert f"ada/course/blob/v9.8.7/notebooks/{lesson.path.name}" in badges
    assert "ada/course/v9.8.7?" in badges and "main" not in badges
    setup = next(c.source for c in notebook.cells if "setup" in c.metadata.get("tags", []))
    assert "git+https://github.com/ada/course@v9.8.7" in setup
    text = stamp.stamped_readme(stamp.README.read_text(encoding="utf-8"), OTHER)
    assert stamp.badge_line(OTHER) in text and f"git clone --depth 1 {OTHER.address}\n" in text
    text = stamp.stamped_citation(stamp.CITATION.read_text(encoding="utf-8"), OTHER)
    assert f'repository-code: "{OTHER.address}"\n' in text and 'version: "9.8.7"\n' in text


@pytest.mark.parametrize(
    "address", ["https://example.org/ada/course", "course", OTHER.address + "/tree/x"]
)
def test_address_that_colab_cannot_open_is_refused(address):
    with pytest.raises(ValueError, match="OWNER/NAME"):
        stamp.badge_line(stamp.Release(address, "v1"))


def test_missing_marks_are_refused():
    with pytest.raises(ValueError, match="<!-- lessons -->"):
        stamp.between("no marks here", "lessons", "")


def test_stamping_twice_changes_nothing():
    text = "a <!-- badges -->old<!-- /badges --> b"
    once = stamp.between(text, "badges", "new")
    assert once == "a <!-- badges -->\n\nnew\n\n<!-- /badges --> b"
    assert stamp.between(once, "badges", "new") == once


def test_minutes_come_from_the_measurement_and_the_count(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "MEASURED", tmp_path / "lessons.json")
    lesson = lessons.lessons("")[0]
    lessons.MEASURED.write_text(f'{{"lessons": {{"{lesson.name}": {{"seconds": 421.0}}}}}}')
    notebook = lessons.read_notebook(lesson.path)
    read, run, _ = lessons.read_header(stamp.stamped(notebook, lesson, OTHER)).minutes
    assert run == 8 and read == lessons.counted_minutes(notebook)
    notebook.cells += [nbformat.v4.new_markdown_cell("word " * 150), nbformat.v4.new_code_cell("1")]
    more = lessons.read_header(stamp.stamped(notebook, lesson, OTHER)).minutes[0]
    assert more - read in (1, 2)
