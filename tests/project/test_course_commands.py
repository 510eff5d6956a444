"""course.py and the Makefile: set-up, advice, and what each command starts."""

import ast
import importlib.util
import subprocess
import sys

import pytest

from tools import lessons


@pytest.fixture
def course(tmp_path, monkeypatch):
    """course.py as a module whose environment would be in an empty folder; nothing is started."""
    spec = importlib.util.spec_from_file_location("course", lessons.ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(module, "VENV_PYTHON", str(tmp_path / "venv" / "python"))
    monkeypatch.setattr(module, "STAMP", str(tmp_path / "venv" / "stamp"))
    (tmp_path / "venv").mkdir()
    module.started = []
    module.statuses = {}

    def call(command, **options):
        module.started.append(list(command))
        return next((s for word, s in module.statuses.items() if word in command), 0)

    monkeypatch.setattr(module.subprocess, "call", call)
    return module


def started(course, word):
    return [command for command in course.started if word in command]


def test_an_old_python_can_read_it():
    source = (lessons.ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def test_environment_is_made_once(course):
    course.make_environment()
    assert started(course, "install")
    course.started.clear()
    course.make_environment()
    assert not started(course, "install") and not started(course, "venv")


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt", "pyproject.toml"])
def test_environment_is_renewed_when_a_requirement_changes(course, name, monkeypatch):
    course.make_environment()
    course.started.clear()
    read = course.read
    monkeypatch.setattr(course, "read", lambda path: read(path) + "#" * path.endswith(name))
    course.make_environment()
    assert started(course, "install")


def test_environment_that_does_not_start_is_made_anew(course, monkeypatch):
    course.make_environment()
    monkeypatch.setattr(course, "works", lambda python: False)
    course.started.clear()
    course.make_environment()
    assert "--clear" in started(course, "venv")[0]


def test_failed_installation_is_said_and_tried_again(course):
    course.statuses["install"] = 1
    with pytest.raises(SystemExit, match="could not all be installed"):
        course.make_environment()
    course.statuses.clear()
    course.started.clear()
    course.make_environment()
    assert started(course, "install")


def test_missing_venv_is_said(course, monkeypatch):
    monkeypatch.setattr(course, "works", lambda python: False)
    course.statuses["venv"] = 1
    with pytest.raises(SystemExit, match="python3-venv"):
        course.make_environment()


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_unsupported_python_is_said(course, monkeypatch, version):
    monkeypatch.setattr(course.sys, "version_info", (*version, 0))
    monkeypatch.setattr(course, "other_python", lambda version: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.10, 3\.11, 3\.12 or 3\.13"):
        course.find_python()


def test_unsupported_python_finds_a_supported_one(course, monkeypatch):
    monkeypatch.setattr(course.sys, "version_info", (3, 14, 0))
    installed = {"3.11": "python-of-3.11", "3.12": "python-of-3.12"}
    monkeypatch.setattr(course, "other_python", installed.get)
    assert course.find_python() == "python-of-3.12"


def test_other_python_is_found_only_where_it_starts(course):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert course.other_python("3.99") is None
    assert course.other_python(version) is None or course.works(course.other_python(version))


def test_lab_prints_the_address_where_there_is_no_display(course, monkeypatch, capsys):
    monkeypatch.setattr(course, "has_display", lambda: False)
    course.lab([])
    assert "--no-browser" in course.started[-1]
    assert "open the address below" in capsys.readouterr().out


def test_lab_keeps_its_token_and_stays_on_this_machine(course, monkeypatch):
    monkeypatch.setattr(course, "has_display", lambda: True)
    course.lab([])
    command = " ".join(course.started[-1][1:])
    assert "--no-browser" not in command
    assert not any(word in command for word in ("token", "--ip", "password"))
    assert course.FIRST_LESSON in command
    assert (lessons.ROOT / course.FIRST_LESSON).is_file()


def test_bench_runs_every_speed_table(course):
    course.bench([])
    modules = [command[2].removeprefix("benchmarks.") for command in course.started]
    scripts = {path.stem for path in (lessons.ROOT / "benchmarks").glob("*.py")}
    assert set(modules) == scripts and modules[0] == "measure_lessons"


def test_bench_of_one_lesson_measures_that_lesson_only(course):
    course.bench(["01"])
    assert [command[2:] for command in course.started] == [["benchmarks.measure_lessons", "01"]]


def test_unknown_command_is_said():
    command = [sys.executable, str(lessons.ROOT / "course.py"), "lap"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "no command 'lap'" in done.stderr and "lab" in done.stderr


def test_makefile_has_every_command(course):
    makefile = (lessons.ROOT / "Makefile").read_text(encoding="utf-8")
    listed = makefile.split("COMMANDS = ")[1].splitlines()[0].split()
    assert sorted(listed) == sorted(course.COMMANDS)
