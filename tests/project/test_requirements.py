"""The requirements, the exact versions, the environment in use and the imports belong together."""

import ast
import sys
from importlib.metadata import distribution

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import lessons, packages

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
GROUPS = ("", "frameworks", "teaching", "dev")


def lines(name):
    text = (lessons.ROOT / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] not in "#-"]


REQUIRED = [Requirement(line) for line in lines("requirements.txt")]
REQUIRED += [Requirement(r) for g in GROUPS[1:] for r in lines(f"requirements/{g}.txt")]
PINNED = [Requirement(line) for line in lines("requirements/constraints.txt")]


def applies(requirement, python):
    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    marker = requirement.marker
    return marker is None or Marker(str(marker)).evaluate(environment)


def test_requirements_end_with_the_helpers():
    text = (lessons.ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert text.rstrip().endswith("\n-e .")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda requirement: requirement.name)
def test_every_requirement_has_one_exact_version_for_each_python(requirement, python):
    name = canonicalize_name(requirement.name)
    if not applies(requirement, python):
        return
    pins = [p for p in PINNED if canonicalize_name(p.name) == name and applies(p, python)]
    assert len(pins) == 1
    exact = next(iter(pins[0].specifier))
    assert exact.operator == "=="
    assert requirement.specifier.contains(exact.version), f"{requirement} but {pins[0]}"


@pytest.mark.parametrize("group", GROUPS)
def test_installed_versions_are_within_the_stated_ranges(group):
    assert not packages.missing(group)


def test_learners_install_no_pytorch_and_no_test_tools_with_lessons_01_to_06():
    names = {r.name for r in packages.required("")}
    assert not names & {"torch", "jax", "ruff", "pytest", "hypothesis", "coloraide", "nbval"}


def imported(sources):
    """Return the top-level modules that these Python sources import, the standard ones left out."""
    names = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


def declared(*groups):
    """Return the modules that the packages of these groups bring."""
    files = [distribution(r.name).files for group in groups for r in packages.required(group)]
    return {file.parts[0].partition(".")[0] for listed in files for file in listed or ()}


OWN = {"helpers", "images", "tools", "tests", "benchmarks"}
OWN |= {"tomllib", "tomli"}  # before Python 3.11 the second stands for the first


@pytest.mark.parametrize("lesson", lessons.lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_imports_only_what_its_requirements_bring(lesson):
    sources = [source for _, source in lessons.statements(lessons.read_notebook(lesson.path))]
    assert imported(sources) - OWN <= declared("", *lesson.needs)


@pytest.mark.parametrize(
    ("folder", "groups"),
    [("tools", ("", "teaching", "dev")), ("benchmarks", ("", "dev")), ("tests", GROUPS)],
)
def test_imports_are_declared(folder, groups):
    sources = [p.read_text(encoding="utf-8") for p in (lessons.ROOT / folder).rglob("*.py")]
    own = {path.stem for path in (lessons.ROOT / folder).rglob("*.py")} | OWN
    assert imported(sources) - own <= declared(*groups)


def test_imports_of_the_helpers_are_declared():
    """But for the frameworks of lesson 08, each of which says in its file what it needs."""
    files = (lessons.ROOT / "helpers").rglob("*.py")
    sources = [p.read_text(encoding="utf-8") for p in files if p.parent.name != "frameworks"]
    assert imported(sources) - OWN - {"torch"} <= declared("")
