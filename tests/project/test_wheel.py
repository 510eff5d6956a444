"""What is installed where only the package is: helpers, pictures and notebooks, no scripts."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from tools import lessons

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of the files in a wheel that is built from a copy, as a build leaves traces."""
    copy = tmp_path_factory.mktemp("course")
    for name in ("helpers", "images", "notebooks"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(lessons.ROOT / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(lessons.ROOT / name, copy)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, "dist"], check=False, cwd=copy, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    (path,) = (copy / "dist").iterdir()
    return set(zipfile.ZipFile(path).namelist())


def test_pictures_travel_without_the_scripts_that_draw_them(wheel):
    pictures = {f"helpers/images/{path.name}" for path in (lessons.ROOT / "images").glob("*.png")}
    assert pictures and {name for name in wheel if "images/" in name} == pictures


def test_all_helpers_travel(wheel):
    files = (lessons.ROOT / "helpers").rglob("*")
    helpers = {path.relative_to(lessons.ROOT).as_posix() for path in files if path.is_file()}
    assert {name for name in helpers if "__pycache__" not in name} <= wheel


def test_notebooks_travel_for_from_lesson(wheel):
    notebooks = {f"helpers/notebooks/{lesson.name}.ipynb" for lesson in lessons.lessons()}
    assert notebooks == {name for name in wheel if name.endswith(".ipynb")}
