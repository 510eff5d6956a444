"""What is stated in one place and shown in many: address, badges, minutes, table of lessons."""

import pytest

from tools import lessons, stamp

ADDRESS = "https://github.com/ada/course"


def test_readme_is_stamped():
    text = stamp.README.read_text(encoding="utf-8")
    assert text == stamp.stamped_readme(text, stamp.public_address()), "make badges"


def test_citation_is_stamped():
    text = stamp.CITATION.read_text(encoding="utf-8")
    assert text == stamp.stamped_citation(text, stamp.public_address()), "make badges"


def test_every_lesson_is_stamped():
    for path in lessons.lesson_paths():
        notebook = lessons.read_notebook(path)
        stamped = stamp.stamped(lessons.read_notebook(path), path, stamp.public_address())
        assert notebook == stamped, f"{path.name}: make badges"


def test_address_stands_nowhere_else():
    address = stamp.public_address()
    places = [*lessons.ROOT.glob("*"), *lessons.ROOT.glob("binder/*")]
    places += [
        path for name in ("helpers", "tools", "tests") for path in lessons.ROOT.glob(f"{name}/**/*")
    ]
    known = {"README.md", "pyproject.toml", "CITATION.cff"}
    for path in places:
        if path.is_file() and path.suffix in {".md", ".py", ".txt", ".toml", ".cff"}:
            assert path.name in known or address not in path.read_text(encoding="utf-8"), path


def test_another_address_reaches_readme_and_lessons():
    path = lessons.lesson_paths()[0]
    notebook = stamp.stamped(lessons.read_notebook(path), path, ADDRESS)
    badges = stamp.badge_line(ADDRESS, path)
    assert badges in notebook.cells[0].source
    assert f"ada/course/blob/main/notebooks/{path.name}" in badges
    assert any(cell.source == stamp.setup_cell(ADDRESS) for cell in notebook.cells)
    text = stamp.stamped_readme(stamp.README.read_text(encoding="utf-8"), ADDRESS)
    assert stamp.badge_line(ADDRESS) in text and f"git clone --depth 1 {ADDRESS}\n" in text
    text = stamp.stamped_citation(stamp.CITATION.read_text(encoding="utf-8"), ADDRESS)
    assert f'repository-code: "{ADDRESS}"\n' in text and stamp.public_address() not in text


@pytest.mark.parametrize(
    "address", ["https://example.org/ada/course", "course", ADDRESS + "/tree/x"]
)
def test_address_that_colab_cannot_open_is_refused(address):
    with pytest.raises(ValueError, match="OWNER/NAME"):
        stamp.badge_line(address)


def test_missing_marks_are_refused():
    with pytest.raises(ValueError, match="<!-- lessons -->"):
        stamp.between("no marks here", "lessons", "")


def test_stamping_twice_changes_nothing():
    text = "a <!-- badges -->old<!-- /badges --> b"
    once = stamp.between(text, "badges", "new")
    assert once == "a <!-- badges -->\n\nnew\n\n<!-- /badges --> b"
    assert stamp.between(once, "badges", "new") == once


def test_minutes_come_from_the_measurement(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "MEASURED", tmp_path / "lessons.json")
    path = lessons.lesson_paths()[0]
    lessons.MEASURED.write_text(f'{{"lessons": {{"{path.stem}": {{"seconds": 421.0}}}}}}')
    notebook = stamp.stamped(lessons.read_notebook(path), path, ADDRESS)
    assert lessons.read_header(notebook).minutes[1] == 8
