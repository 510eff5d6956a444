"""Which lessons cannot run here for want of packages: python -m tools.packages prints them."""

import re
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement

from tools import lessons

COMMANDS = {
    "frameworks": "make frameworks",
    "legacy": "make legacy",
    "dev": "make test",
    "teaching": "make test",
}


def required(group):
    """Return the requirements of a group that apply here, as packaging's Requirement.

    Args:
        group: a file in requirements/ without .txt, or "" for requirements.txt.
    """
    name = f"requirements/{group}.txt" if group else "requirements.txt"
    lines = re.split(r"\s*(?:#.*)?\n", (lessons.ROOT / name).read_text(encoding="utf-8"))
    found = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def missing(group):
    """Return the names of a group's packages that are not here, or not in the stated versions."""
    return [one.name for one in required(group) if not _is_here(one)]


def _is_here(requirement):
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False


def why_not(lesson):
    """Return a sentence that says what the lesson waits for, or "" where it can run."""
    for group in lesson.needs:
        absent = missing(group)
        if absent:
            return (
                f"{lesson.name} waits for {', '.join(absent)} (requirements/{group}.txt):"
                f" {COMMANDS[group]} installs what it needs."
            )
    return ""


def main():
    for lesson in lessons.lessons():
        reason = why_not(lesson)
        if reason:
            print(reason)


if __name__ == "__main__":
    main()
