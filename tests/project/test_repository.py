"""What stands in the repository, and what must not."""

import re
import subprocess
import zlib

import pytest

from tools import lessons

EXPECTED = """README.md requirements.txt requirements .gitattributes pyproject.toml Makefile course.py conftest.py
LICENSE LICENSE-TEXT CITATION.cff CONTRIBUTING.md binder notebooks helpers images tests tools
benchmarks .ci/run .github/workflows/ci.yml""".split()
TEXT = {".md", ".py", ".txt", ".toml", ".cff", ".yml", ".ipynb", ".mplstyle", ""}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=False, cwd=lessons.ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [lessons.ROOT / name for name in listed.stdout.split("\0") if name]


def texts():
    for path in tracked():
        if path.suffix in TEXT and path.is_file():
            yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_there(name):
    assert (lessons.ROOT / name).exists()


def test_no_data_set_is_committed():
    assert not [
        path for path in tracked() if path.suffix in {".npz", ".gz", ".npy", ".keras", ".h5"}
    ]


def test_a_clone_is_small():
    """The files and, compressed, git's own copy of them, as in the README's shallow clone."""
    contents = [path.read_bytes() for path in tracked() if path.is_file()]
    assert sum(len(content) + len(zlib.compress(content)) for content in contents) < 23e6


def test_no_package_index_is_named():
    hosts = re.compile(
        r"https?://(pypi\.org/simple|files\.pythonhosted|[\w.-]*(artifactory|nexus)[\w.-]*)"
    )
    assert not [path for path, text in texts() if hosts.search(text)]


def test_every_picture_has_its_origin_stated():
    sources = (lessons.ROOT / "images" / "SOURCES.md").read_text(encoding="utf-8")
    pictures = [
        path.name for path in tracked() if path.parent.name == "images" and path.suffix == ".png"
    ]
    assert pictures and not [name for name in pictures if name not in sources]
