"""course.py and the Makefile: set-up, advice, and what each command starts."""

import ast
import importlib.util
import subprocess
import sys

import pytest

from tools import lessons

GROUPS = ("frameworks", "teaching", "dev")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """course.py as a module whose environments would be in an empty folder; nothing is started."""
    spec = importlib.util.spec_from_file_location("course", lessons.ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv("COURSE_UNPINNED", raising=False)
    monkeypatch.setenv("COURSE_ANY_PYTHON", "1")
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    for name in ("requirements", ".venv", ".venv-legacy"):
        (tmp_path / name).mkdir()
    for name in ("requirements.txt", "pyproject.toml", module.CONSTRAINTS):
        (tmp_path / name).write_text(name)
    for name in ("frameworks", "teaching", "dev", "legacy", "more"):
        (tmp_path / f"requirements/{name}.txt").write_text(name)
    module.started = []
    module.statuses = {}

    def call(command, **options):
        module.started.append([str(word) for word in command])
        return next((s for word, s in module.statuses.items() if word in command), 0)

    monkeypatch.setattr(module.subprocess, "call", call)
    monkeypatch.setattr(module.sys, "platform", "linux")
    return module


def started(course, word):
    return [command for command in course.started if word in command]


def forget(course):
    course.started.clear()


def test_an_old_python_can_read_it():
    source = (lessons.ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def test_environment_is_made_once(course):
    course.full_environment()
    for name in ("requirements.txt", *(f"requirements/{g}.txt" for g in GROUPS)):
        assert [c for c in started(course, name) if course.CONSTRAINTS in c]
    forget(course)
    course.full_environment()
    assert not started(course, "install") and not started(course, "venv")


@pytest.mark.parametrize(
    ("name", "renewed"),
    [
        ("requirements.txt", {"requirements.txt"}),
        ("requirements/dev.txt", {"requirements/dev.txt"}),
        (
            "requirements/constraints.txt",
            {"requirements.txt", *(f"requirements/{group}.txt" for group in GROUPS)},
        ),
        ("pyproject.toml", set()),
    ],
)
def test_what_changed_is_renewed(course, tmp_path, name, renewed):
    course.full_environment()
    forget(course)
    (tmp_path / name).write_text("something else")
    course.full_environment()
    assert {c[c.index("-r") + 1] for c in started(course, "-r")} == renewed
    offline = [c for c in started(course, "install") if "--no-index" in c]
    assert bool(offline) == (name == "pyproject.toml")


def test_environment_that_does_not_start_is_made_anew(course, monkeypatch):
    monkeypatch.setattr(course, "works", lambda python: False)
    course.Environment().make("requirements")
    assert "--clear" in started(course, "venv")[0]


def test_a_named_python_of_another_version_makes_the_environment_anew(course, monkeypatch):
    course.Environment().make("requirements")
    monkeypatch.setattr(course.subprocess, "check_output", lambda command: b"3 9\n")
    forget(course)
    course.Environment().make("requirements")
    assert not started(course, "venv")
    monkeypatch.delenv("COURSE_ANY_PYTHON")
    course.Environment().make("requirements")
    assert started(course, "venv")


def test_unpinned_upgrades_every_time(course, monkeypatch):
    monkeypatch.setenv("COURSE_UNPINNED", "1")
    for _ in range(2):
        forget(course)
        course.Environment().make("requirements")
        command = started(course, "-r")[0]
        assert command[-3:] == ["--upgrade", "--upgrade-strategy", "eager"]
        assert course.CONSTRAINTS not in command


def test_failed_installation_is_said_and_tried_again(course):
    course.statuses["requirements.txt"] = 1
    with pytest.raises(SystemExit, match="could not all be installed"):
        course.Environment().make("requirements")
    course.statuses.clear()
    forget(course)
    course.Environment().make("requirements")
    assert started(course, "install")


def test_pytorch_comes_from_its_cpu_index_and_else_from_the_ordinary_one(course):
    course.full_environment()
    torch = started(course, course.PYTORCH)
    assert len(torch) == 1 and course.PYTORCH_CPU_INDEX in torch[0] and "--timeout" in torch[0]
    forget(course)
    course.statuses[course.PYTORCH_CPU_INDEX] = 1
    course.Environment().install("frameworks")
    assert [course.PYTORCH_CPU_INDEX in c for c in started(course, course.PYTORCH)] == [True, False]


def test_the_pinned_pytorch_is_the_one_of_the_requirements(course):
    text = (lessons.ROOT / "requirements" / "frameworks.txt").read_text(encoding="utf-8")
    assert f"\n{course.PYTORCH}\n" in text


def test_lab_opens_without_the_frameworks_and_says_how_to_get_them(course, monkeypatch, capsys):
    monkeypatch.setattr(course, "has_display", lambda: True)
    course.statuses["requirements/frameworks.txt"] = 1
    assert course.lab([]) == 0
    assert started(course, "jupyterlab") and started(course, "tools.packages")
    assert "make frameworks" in capsys.readouterr().out
    forget(course)
    course.lab([])
    assert not started(course, "install"), "what failed is not tried at every start"
    course.statuses.clear()
    course.frameworks([])
    assert started(course, "requirements/frameworks.txt")


def test_tests_need_everything(course):
    course.statuses["requirements/frameworks.txt"] = 1
    with pytest.raises(SystemExit, match="could not all be installed"):
        course.test([])
    assert not started(course, "pytest")


def test_missing_venv_is_said(course, monkeypatch):
    monkeypatch.setattr(course, "works", lambda python: False)
    course.statuses["venv"] = 1
    with pytest.raises(SystemExit, match="python3-venv"):
        course.Environment().make("requirements")


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
    assert course.other_python("3.99") is None


def test_intel_macs_get_their_own_sentence(course, monkeypatch):
    monkeypatch.setattr(course.sys, "platform", "darwin")
    monkeypatch.setattr(course.platform, "machine", lambda: "x86_64")
    with pytest.raises(SystemExit, match="no current TensorFlow"):
        course.Environment().make("requirements")
    monkeypatch.setattr(course.platform, "machine", lambda: "arm64")
    course.Environment().make("requirements")


def test_legacy_environment_is_made_once(course, monkeypatch):
    monkeypatch.setattr(course.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(course.shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(course, "find_legacy_python", lambda: "python3.10")
    course.legacy([])
    assert started(course, "requirements/legacy.txt")
    assert not started(course, course.CONSTRAINTS)
    forget(course)
    course.legacy([])
    assert not started(course, "install")


def test_paddlepaddle_comes_on_request_and_without_the_exact_versions_of_the_rest(course):
    course.full_environment()
    forget(course)
    course.more([])
    assert [c[-2:] for c in started(course, "-r")] == [["-r", "requirements/more.txt"]]


def test_legacy_environment_says_what_is_missing(course, monkeypatch):
    monkeypatch.setattr(course.platform, "machine", lambda: "arm64")
    with pytest.raises(SystemExit, match="Linux on x86_64 only"):
        course.legacy([])
    monkeypatch.setattr(course.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(course.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"g\+\+"):
        course.legacy([])
    monkeypatch.setattr(course.shutil, "which", lambda name: name)
    monkeypatch.setattr(course.sys, "version_info", (3, 13, 0))
    monkeypatch.setattr(course, "other_python", lambda version: None)
    with pytest.raises(SystemExit, match=r"Python 3\.10 or 3\.11"):
        course.legacy([])


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


def test_check_leaves_the_notebooks_out(course):
    course.check([])
    course.test([])
    check, test = started(course, "pytest")
    assert "tests" in check and "tests" not in test


@pytest.mark.parametrize("name", ["test", "bench", "run"])
def test_a_process_killed_by_a_signal_is_no_success(course, monkeypatch, name):
    monkeypatch.setattr(course, "speed_tables", lambda: ["some_speed"])
    course.statuses.update(
        {"pytest": -9, "benchmarks.measure_lessons": -9, "tools.run_lessons": -9}
    )
    assert course.COMMANDS[name]([]) == 137


def test_bench_runs_every_speed_table(course, monkeypatch):
    monkeypatch.setattr(course, "ROOT", str(lessons.ROOT))
    monkeypatch.setattr(course, "full_environment", lambda: Started(course))
    course.bench([])
    modules = [command[1].removeprefix("benchmarks.") for command in course.started]
    tables = {path.stem for path in (lessons.ROOT / "benchmarks").glob("*_speed.py")}
    assert modules[0] == "measure_lessons" and set(modules[1:]) == tables


class Started:
    """In place of an environment: notes what is run."""

    def __init__(self, course):
        self.course = course

    def run(self, arguments):
        self.course.started.append(arguments)
        return 0


def test_bench_of_one_lesson_measures_that_lesson_only(course, monkeypatch):
    monkeypatch.setattr(course, "full_environment", lambda: Started(course))
    course.bench(["01"])
    assert course.started == [["-m", "benchmarks.measure_lessons", "01"]]


def test_a_lecture_opens_with_the_configuration_of_its_slides(course, monkeypatch):
    monkeypatch.setattr(course, "has_display", lambda: True)
    monkeypatch.delenv("JUPYTER_CONFIG_DIR", raising=False)
    assert course.lecture(["04"]) == 0
    prepared, opened = started(course, "tools.slides.live")[0], course.started[-1]
    assert prepared[-1] == "04" and "jupyterlab" in opened and "04" not in opened
    assert course.os.environ["JUPYTER_CONFIG_DIR"].endswith("slides/.jupyter")


def test_a_lecture_without_a_lesson_does_not_open(course):
    course.statuses["tools.slides.live"] = 1
    assert course.lecture([]) == 1
    assert not started(course, "jupyterlab")


def test_slides_need_no_frameworks(course):
    course.slides(["04"])
    assert course.started[-1][-2:] == ["tools.slides.decks", "04"]
    assert not started(course, "requirements/frameworks.txt")


def test_unknown_command_is_said():
    command = [sys.executable, str(lessons.ROOT / "course.py"), "lap"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "no command 'lap'" in done.stderr and "lab" in done.stderr


def test_makefile_has_every_command(course):
    makefile = (lessons.ROOT / "Makefile").read_text(encoding="utf-8")
    listed = makefile.split("COMMANDS = ")[1].splitlines()[0].split()
    assert sorted(listed) == sorted(course.COMMANDS)
