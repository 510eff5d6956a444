"""The requirements, the exact versions and the environment in use belong together."""

from importlib.metadata import version

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import lessons

PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def lines(name):
    text = (lessons.ROOT / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] not in "#-"]


REQUIRED = [Requirement(line) for line in lines("requirements.txt")]
PINNED = [Requirement(line) for line in lines("constraints.txt")]


def applies(pin, python):
    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    return pin.marker is None or Marker(str(pin.marker)).evaluate(environment)


def test_requirements_end_with_the_helpers():
    text = (lessons.ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert text.rstrip().endswith("\n-e .")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda requirement: requirement.name)
def test_every_requirement_has_one_exact_version_for_each_python(requirement, python):
    name = canonicalize_name(requirement.name)
    pins = [p for p in PINNED if canonicalize_name(p.name) == name and applies(p, python)]
    assert len(pins) == 1
    exact = next(iter(pins[0].specifier))
    assert exact.operator == "=="
    assert requirement.specifier.contains(exact.version), f"{requirement} but {pins[0]}"


@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda requirement: requirement.name)
def test_installed_versions_are_within_the_stated_ranges(requirement):
    assert requirement.specifier.contains(version(requirement.name), prereleases=True)


def test_pytorch_stays_out():
    assert not {"torch", "torchvision", "torchaudio"} & {r.name for r in REQUIRED + PINNED}
