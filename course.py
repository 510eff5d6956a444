"""The commands of the course: python course.py lab | test | run | bench | badges | help.

Each one first makes the environment in .venv where there is none, or where requirements changed.
This file uses the standard library only and no new syntax, so that an old Python can read it and
say what is missing.
"""

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(
    VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
)
STAMP = os.path.join(VENV, "course-environment.txt")
OLDEST, NEWEST = (3, 10), (3, 13)
IN_PARALLEL = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadscope"]
FIRST_LESSON = "notebooks/01_filter_a_poster.ipynb"


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name not in COMMANDS:
        sys.exit(f"There is no command {name!r}. There are: {', '.join(COMMANDS)}.")
    if name == "help":
        return show_help()
    os.chdir(ROOT)
    make_environment()
    return COMMANDS[name](sys.argv[2:])


def lab(options):
    """open JupyterLab at the first lesson"""
    command = ["-m", "jupyterlab", "--LabApp.default_url=/lab/tree/" + FIRST_LESSON]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if not has_display():
        print("There is no display here: open the address below in a browser on this machine.")
        command.append("--no-browser")
    return in_environment(command + options)


def test(options):
    """run every lesson and every test"""
    return in_environment(["-m", "pytest", *IN_PARALLEL, *options])


def run(options):
    """execute every lesson in place and refresh its outputs"""
    return in_environment(["-m", "tools.run_lessons"] + options)


def bench(options):
    """measure time and memory of every lesson (or of those numbered), and the lessons' ratios"""
    names = ["measure_lessons"] + ([] if options else speed_tables())
    return max([in_environment(["-m", "benchmarks." + name] + options) for name in names])


def speed_tables():
    """Return the names of the scripts that measure how fast a lesson's code is beside others'."""
    files = os.listdir(os.path.join(ROOT, "benchmarks"))
    return sorted(name[:-3] for name in files if name.endswith("_speed.py"))


def badges(options):
    """write the public address, the minutes and the table of lessons where they belong"""
    return in_environment(["-m", "tools.stamp"] + options)


def show_help():
    """show this list"""
    for name, command in COMMANDS.items():
        print(f"make {name:<7} {command.__doc__}")


COMMANDS = {
    "lab": lab,
    "test": test,
    "run": run,
    "bench": bench,
    "badges": badges,
    "help": show_help,
}


def in_environment(arguments):
    """Run the environment's Python with these arguments; return its exit status."""
    try:
        return subprocess.call([VENV_PYTHON] + arguments)
    except KeyboardInterrupt:
        return 130


def has_display():
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_environment():
    """Make or renew .venv, unless that was done already for the same requirements."""
    wanted = fingerprint()
    if read(STAMP) == wanted and works(VENV_PYTHON):
        return
    if not works(VENV_PYTHON):
        step([find_python(), "-m", "venv", "--clear", VENV], VENV_HELP)
    print("Installing what the course needs into .venv: some minutes, about 2.5 GB.", flush=True)
    pip = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    step(pip + what_to_install(), PIP_HELP)
    quieten_jupyterlab()
    with open(STAMP, "w") as file:
        file.write(wanted)


def works(python):
    """Whether this Python starts, is of a supported version and has pip."""
    check = f"import pip, sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        return subprocess.call([python, "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def what_to_install():
    if os.environ.get("COURSE_UNPINNED"):
        return ["-r", "requirements.txt"]
    return ["-r", "requirements.txt", "-c", "constraints.txt"]


def fingerprint():
    """A digest of all that the environment depends on."""
    digest = hashlib.sha256(VENV.encode())
    digest.update(os.environ.get("COURSE_UNPINNED", "").encode())
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        digest.update(read(os.path.join(ROOT, name)).encode())
    return digest.hexdigest()


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def find_python():
    """Return the path of a Python that the course runs on: this one, or the newest there is."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return getattr(sys, "_base_executable", sys.executable)  # never the one inside .venv
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = other_python(f"3.{minor}")
        if path:
            return path
    name_it = "py -3.12 course.py lab" if os.name == "nt" else "make lab PYTHON=python3.12"
    sys.exit(PYTHON_HELP.format(*sys.version_info[:2], name_it))


def other_python(version):
    """Return the path of an installed Python of this version, or None."""
    command = ["py", f"-{version}"] if os.name == "nt" else [f"python{version}"]
    try:
        shown = subprocess.check_output(
            command + ["-c", "import sys; print(sys.executable)"], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return shown.decode().strip()


def step(command, advice):
    if subprocess.call(command) != 0:
        sys.exit("\n" + advice)


def quieten_jupyterlab():
    """Switch off JupyterLab's pop-up that asks for news, in this environment only."""
    folder = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    os.makedirs(folder, exist_ok=True)
    plugin = "@jupyterlab/apputils-extension:notification"
    with open(os.path.join(folder, "overrides.json"), "w") as file:
        json.dump({plugin: {"fetchNews": "false", "checkForUpdates": False}}, file)


PYTHON_HELP = """This is Python {}.{}; the course needs Python 3.10, 3.11, 3.12 or 3.13.
Install one of them beside yours: from python.org on Windows and macOS, or with your system's
package manager (Debian and Ubuntu: sudo apt install python3 python3-venv). Then name it, as in
    {}"""

VENV_HELP = """Python could not make an environment in the folder .venv (its reason stands above).
If the module venv or ensurepip is missing, on Debian and Ubuntu this brings it:
    sudo apt install python3-venv
If the disk is full, make room: the environment needs about 2.5 GB. Then give the command again."""

PIP_HELP = """The packages could not all be installed (pip's reason stands above).
The usual causes: no network just now, a proxy that pip does not know (set HTTPS_PROXY), or a full
disk (the environment needs about 2.5 GB). Then give the command again; nothing is lost."""


if __name__ == "__main__":
    sys.exit(main())
