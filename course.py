"""The commands of the course: python course.py lab | test | check | ... (help lists them).

Each one first makes the environment that it needs in .venv, or renews it where requirements
changed. This file uses the standard library only and no new syntax, so that an old Python can read
it and say what is missing.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
OLDEST, NEWEST = (3, 10), (3, 13)
LEGACY_PYTHONS = ((3, 11), (3, 10))
CONSTRAINTS = "requirements/constraints.txt"
EXACT_IN_THEMSELVES = ("legacy", "more")
PYTORCH = "torch==2.13.0"
PYTORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
IN_PARALLEL = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadscope"]
FIRST_LESSON = "notebooks/01_filter_a_poster.ipynb"


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name not in COMMANDS:
        sys.exit(f"There is no command {name!r}. There are: {', '.join(COMMANDS)}.")
    os.chdir(ROOT)
    return COMMANDS[name](sys.argv[2:])


def lab(options):
    """open JupyterLab at the first lesson"""
    environment = Environment()
    environment.make("requirements")
    environment.try_to_make("frameworks")
    environment.run(["-m", "tools.packages"])  # says which lessons wait for what
    return open_lab(environment, ["--LabApp.default_url=/lab/tree/" + FIRST_LESSON] + options)


def lecture(options):
    """open a lesson as slides whose cells run, in JupyterLab; ARGS=04"""
    environment = Environment()
    environment.make("requirements", "teaching")
    environment.try_to_make("frameworks")
    status = environment.run(["-m", "tools.slides.live"] + options)
    if status != 0:
        return status
    os.environ["JUPYTER_CONFIG_DIR"] = os.path.join(ROOT, "slides", ".jupyter")
    return open_lab(environment, [])


def slides(options):
    """write decks of slides, HTML and PDF, into the folder slides/; ARGS=04: one lesson"""
    environment = Environment()
    environment.make("requirements", "teaching")
    return environment.run(["-m", "tools.slides.decks"] + options)


def open_lab(environment, options):
    command = ["-m", "jupyterlab"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if not has_display():
        print("There is no display here: open the address below in a browser on this machine.")
        command.append("--no-browser")
    return environment.run(command + options)


def frameworks(options):
    """install what lessons 07 and 08 need, if make lab could not"""
    Environment().make("requirements", "frameworks")
    print("Lessons 07 and 08 have what they need.")
    return 0


def legacy(options):
    """make the second environment of lesson 08, with MXNet and Theano"""
    make_legacy_environment()
    print("MXNet and Theano are ready in .venv-legacy.")
    return 0


def caffe(options):
    """fetch Caffe for lesson 08: packages of Debian 11, unpacked into the folder .caffe"""
    environment = Environment()
    environment.make("requirements")
    return environment.run(["-m", "tools.caffe"] + options)


def more(options):
    """install PaddlePaddle too, one more row of lesson 08: 0.9 GB"""
    Environment().make("requirements", "frameworks", "more")
    print("PaddlePaddle is ready.")
    return 0


def serve(options):
    """start the digit service: an HTTP address on this machine that reads pictures of digits"""
    environment = Environment()
    environment.make("requirements")
    return environment.run(["-m", "helpers.service"] + options)


def page(options):
    """open the page on which one draws a digit and a network reads it"""
    environment = Environment()
    environment.make("requirements")
    return environment.run(["-m", "helpers.digit_page"] + options)


def test(options):
    """run every lesson and every test"""
    return full_environment().run(["-m", "pytest", *IN_PARALLEL, *options])


def check(options):
    """run every test but the lessons: under two minutes"""
    return full_environment().run(["-m", "pytest", *IN_PARALLEL, "tests", *options])


def run(options):
    """execute every notebook in place and refresh its outputs; ARGS=03 or ARGS=deeper/03: one"""
    return full_environment().run(["-m", "tools.run_lessons"] + options)


def bench(options):
    """measure time and memory of every notebook (or of those named), and the lessons' ratios"""
    environment = full_environment()
    names = ["measure_lessons"] + ([] if options else speed_tables())
    return max([environment.run(["-m", "benchmarks." + name] + options) for name in names])


def speed_tables():
    """Return the names of the scripts that measure how fast a lesson's code is beside others'."""
    files = os.listdir(os.path.join(ROOT, "benchmarks"))
    return sorted(name[:-3] for name in files if name.endswith("_speed.py"))


def exercises(options):
    """cut the exercises out of the solutions in notebooks/solutions/; ARGS=03: of one lesson"""
    return full_environment().run(["-m", "tools.exercises"] + options)


def assignment(options):
    """export a lesson's exercises for grading with nbgrader, into the folder grading; ARGS=02"""
    return full_environment().run(["-m", "tools.assignment"] + options)


def grade(options):
    """run nbgrader in the folder grading; ARGS="autograde 02_networks", ARGS="export", ..."""
    return full_environment().run(["-m", "tools.grading"] + options)


def stamp(options):
    """write address, version, minutes and the table of lessons where they belong"""
    return full_environment().run(["-m", "tools.stamp"] + options)


def show_help(options=()):
    """show this list"""
    for name, command in COMMANDS.items():
        print(f"make {name:<10} {command.__doc__}")
    return 0


COMMANDS = {
    "lab": lab,
    "lecture": lecture,
    "slides": slides,
    "test": test,
    "check": check,
    "serve": serve,
    "page": page,
    "frameworks": frameworks,
    "legacy": legacy,
    "caffe": caffe,
    "more": more,
    "run": run,
    "bench": bench,
    "exercises": exercises,
    "assignment": assignment,
    "grade": grade,
    "stamp": stamp,
    "help": show_help,
}


class Environment:
    """A folder with a Python of its own, and what was installed into it for which requirements."""

    def __init__(self, folder=".venv", python=None):
        self.folder = os.path.join(ROOT, folder)
        place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = os.path.join(self.folder, *place)
        self.state = os.path.join(self.folder, "course-environment.json")
        self.base_python = python

    def make(self, *groups):
        """Make the environment, and install these groups of requirements where they changed.

        "requirements" is requirements.txt, any other group a file in requirements/.
        """
        self.make_folder()
        for group in groups:
            if os.environ.get("COURSE_UNPINNED") or self.done().get(group) != fingerprint(group):
                if not self.done():
                    print("Installing into .venv: some minutes, about 2.5 GB.", flush=True)
                self.install(group)
                self.note(group, fingerprint(group))
        if "requirements" in groups and self.done().get("course") != fingerprint("course"):
            step(self.pip("--no-deps", "--no-build-isolation", "--no-index", "-e", "."), PIP_HELP)
            self.note("course", fingerprint("course"))
        quieten_jupyterlab(self.folder)

    def try_to_make(self, group):
        """`make`, but once only: where it fails, the course goes on without."""
        tried = "tried " + fingerprint(group)
        if self.done().get(group) == tried:
            return
        try:
            self.make(group)
        except SystemExit:
            self.note(group, tried)
            print(TRY_AGAIN_HELP)

    def make_folder(self):
        if works(self.python) and not self.is_of_another_python():
            return
        python = self.base_python or find_python()
        step([python, "-m", "venv", "--clear", self.folder], VENV_HELP)

    def is_of_another_python(self):
        """Whether somebody has named a Python of another version than this environment's."""
        if os.environ.get("COURSE_ANY_PYTHON") or self.base_python or not is_supported():
            return False
        mine = subprocess.check_output([self.python, "-c", PRINT_VERSION]).decode().split()
        if [str(number) for number in sys.version_info[:2]] == mine:
            return False
        print(
            "Making .venv anew with Python {}.{} (it had {}.{}).".format(
                *sys.version_info[:2], *mine
            ),
            flush=True,
        )
        return True

    def install(self, group):
        if group == "requirements":
            refuse_intel_macs()
        if group == "frameworks":
            self.install_pytorch()
        step(self.pip(*requirements(group)), PIP_HELP)

    def install_pytorch(self):
        """Install PyTorch; on Linux as the build for the CPU, which is ten times smaller."""
        if sys.platform.startswith("linux"):
            hurry = ["--timeout", "5", "--retries", "0", "--no-deps"]
            if call(self.pip(PYTORCH, "--index-url", PYTORCH_CPU_INDEX, *hurry)) == 0:
                return
            print("PyTorch's own index was not reached: taking the larger build.", flush=True)
        step(self.pip(PYTORCH, "-c", CONSTRAINTS), PIP_HELP)

    def pip(self, *what):
        return [self.python, "-m", "pip", "install", "--disable-pip-version-check", *what]

    def run(self, arguments):
        """Run the environment's Python with these arguments; return its exit status."""
        return call([self.python] + arguments)

    def done(self):
        """Return the fingerprint of each group that was installed."""
        try:
            return json.loads(read(self.state))
        except ValueError:
            return {}

    def note(self, group, value):
        state = {**self.done(), group: value}
        if group == "requirements":
            state["course"] = fingerprint("course")  # it has just been installed too
        with open(self.state, "w") as file:
            json.dump(state, file)


def full_environment():
    """Return the environment with everything that tests and tools need."""
    environment = Environment()
    environment.make("requirements", "frameworks", "teaching", "dev")
    return environment


def requirements(group):
    """Return pip's arguments that install a group."""
    if group in EXACT_IN_THEMSELVES:
        return ["-r", file_of(group)]
    if os.environ.get("COURSE_UNPINNED"):
        return ["-r", file_of(group), "--upgrade", "--upgrade-strategy", "eager"]
    return ["-r", file_of(group), "-c", CONSTRAINTS]


def file_of(group):
    return "requirements.txt" if group == "requirements" else f"requirements/{group}.txt"


def fingerprint(group):
    """Return a digest of all that an installed group depends on; "course" is the course itself."""
    digest = hashlib.sha256((ROOT + os.environ.get("COURSE_UNPINNED", "")).encode())
    for name in ["pyproject.toml"] if group == "course" else [file_of(group), CONSTRAINTS]:
        digest.update(read(os.path.join(ROOT, name)).encode())
    return digest.hexdigest()[:32]


def make_legacy_environment():
    """Make .venv-legacy, unless that was done already for the same requirements."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        sys.exit(LEGACY_SYSTEM_HELP)
    if shutil.which("g++") is None:
        sys.exit(LEGACY_COMPILER_HELP)
    environment = Environment(".venv-legacy", python=find_legacy_python())
    environment.make_folder()
    if environment.done().get("legacy") != fingerprint("legacy"):
        step(environment.pip(*requirements("legacy")), PIP_HELP)
        environment.note("legacy", fingerprint("legacy"))


def find_legacy_python():
    """Return the path of a Python 3.11 or 3.10."""
    if sys.version_info[:2] in LEGACY_PYTHONS:
        return getattr(sys, "_base_executable", sys.executable)
    for version in LEGACY_PYTHONS:
        path = other_python("{}.{}".format(*version))
        if path:
            return path
    sys.exit(LEGACY_PYTHON_HELP)


def works(python):
    """Whether this Python starts, is of a supported version and has pip."""
    check = f"import pip, sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        return subprocess.call([python, "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def is_supported():
    return OLDEST <= sys.version_info[:2] <= NEWEST


def find_python():
    """Return the path of a Python that the course runs on: this one, or the newest there is."""
    if is_supported():
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


def refuse_intel_macs():
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        sys.exit(INTEL_MAC_HELP)


def call(command):
    """Run a command; return its exit status, as a shell gives it where a signal ended it."""
    try:
        status = subprocess.call(command)
    except KeyboardInterrupt:
        return 130
    return 128 - status if status < 0 else status


def step(command, advice):
    if call(command) != 0:
        sys.exit("\n" + advice)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def has_display():
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def quieten_jupyterlab(environment):
    """Switch off JupyterLab's pop-up that asks for news, in this environment only."""
    folder = os.path.join(environment, "share", "jupyter", "lab", "settings")
    os.makedirs(folder, exist_ok=True)
    plugin = "@jupyterlab/apputils-extension:notification"
    with open(os.path.join(folder, "overrides.json"), "w") as file:
        json.dump({plugin: {"fetchNews": "false", "checkForUpdates": False}}, file)


PRINT_VERSION = "import sys; print(*sys.version_info[:2])"

PYTHON_HELP = """This is Python {}.{}; the course needs Python 3.10, 3.11, 3.12 or 3.13.
Install one of them beside yours: from python.org on Windows and macOS, or with your system's
package manager (Debian and Ubuntu: sudo apt install python3 python3-venv). Then name it, as in
    {}"""

VENV_HELP = """Python could not make an environment in the folder .venv (its reason stands above).
If the module venv or ensurepip is missing, on Debian and Ubuntu this brings it:
    sudo apt install python3-venv
If the disk is full, make room: the environment needs about 4 GB. Then give the command again."""

PIP_HELP = """The packages could not all be installed (pip's reason stands above).
The usual causes: no network just now, a proxy that pip does not know (set HTTPS_PROXY), or a full
disk (the environment needs about 4 GB). Then give the command again; nothing is lost."""

TRY_AGAIN_HELP = """
PyTorch and the other frameworks could not be installed (pip's reason stands above). Everything
else works, and JupyterLab opens. When there is a network and 2 GB of disk: make frameworks"""

INTEL_MAC_HELP = """This Python runs on an Intel processor under macOS (or as if on one), for which
there is no current TensorFlow: since version 2.17 it is built for Apple's own processors only.
On a Mac with an Apple processor, install the Python for arm64 from python.org. On an Intel Mac,
open the course in Colab or Binder (the badges in README.md), or run it in a Linux container."""

LEGACY_SYSTEM_HELP = """MXNet 1.9.1 exists for Linux on x86_64 only. Elsewhere lesson 08 shows the
recorded rows of MXNet and Theano, marked as recorded."""

LEGACY_COMPILER_HELP = """Theano compiles what it computes and needs g++, which is not here.
On Debian and Ubuntu: sudo apt install g++. Then give the command again."""

LEGACY_PYTHON_HELP = """MXNet 1.9.1 and Theano 1.0.5 need Python 3.10 or 3.11 beside yours, as
python3.11 or python3.10. Install one of them, then give the command again."""


if __name__ == "__main__":
    sys.exit(main())
