"""Which frameworks there are, what each needs, and the parts of its file. Nothing is imported.

A framework is a file `NAME_lenet.py` in this folder. Its constants say what it is:

    TITLE        its name in tables and figures
    NEEDS        the packages whose versions and sizes are reported
    LAYOUT       the memory order of its weights, for `layouts.convert`
    ENVIRONMENT  "course" (if nothing is said), "more", "legacy" or "caffe"
    ORDER        its place in the tables
    EXPORTS      the forms in which a trained network leaves it
    VARIANTS     where one file gives several rows: {name: {title, needs, environ}}
    DEFINITION   the file that defines the network, where it is not this one

Its comments `# Definition`, `# Loss and training step`, `# For the comparison` and, where it can,
`# To ONNX` cut it in parts.
"""

import ast
import importlib.util
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent
COURSE = FOLDER.parent.parent
SUFFIX = "_lenet.py"
PARTS = ["Definition", "Loss and training step", "For the comparison", "To ONNX"]
_SCRIPTS = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")

INSTALL = {
    "course": "make frameworks",
    "more": "make more",
    "legacy": "make legacy",
    "caffe": "make caffe",
}


class Framework(NamedTuple):
    """One row of the comparison."""

    name: str
    title: str
    family: str  # the title of the file, which may give several rows
    needs: list
    layout: dict
    environment: str
    environ: dict
    order: int
    exports: str
    path: Path
    definition: Path

    @property
    def module(self):
        return self.path.stem

    @property
    def install(self):
        """The command that installs it."""
        return INSTALL[self.environment]

    @property
    def python(self):
        """The path of the Python that runs it."""
        return python_of(self.environment)


def frameworks(folder=FOLDER):
    """Return {name: Framework} in the order of the tables."""
    found = [row for path in folder.glob("*" + SUFFIX) for row in _read(path)]
    return {row.name: row for row in sorted(found, key=lambda row: (row.order, row.title))}


def _read(path):
    said = constants(path.read_text(encoding="utf-8"))
    name = path.name[: -len(SUFFIX)]
    variants = said.get("VARIANTS") or {name: {"title": said["TITLE"], "needs": said["NEEDS"]}}
    for name, variant in variants.items():
        yield Framework(
            name=name,
            title=variant["title"],
            family=said["TITLE"],
            needs=variant["needs"],
            layout=said["LAYOUT"],
            environment=said.get("ENVIRONMENT", "course"),
            environ=variant.get("environ", {}),
            order=said.get("ORDER", 99),
            exports=said.get("EXPORTS", "not said"),
            path=path,
            definition=path.with_name(said.get("DEFINITION", path.name)),
        )


def constants(source):
    """Return {name: value} of the constants in capitals that a module sets to plain values."""
    values = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").isupper():
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return values


def part(framework, name):
    """Return the text of one part of a framework's file, without the comment that names it."""
    if name == "Definition" and framework.definition != framework.path:
        return framework.definition.read_text(encoding="utf-8").strip("\n")
    after = framework.path.read_text(encoding="utf-8").split(f"\n# {name}\n")[1]
    for other in PARTS:
        after = after.split(f"\n# {other}\n")[0]
    return after.strip("\n")


def lines_of(framework, name):
    """Return how many lines of a part hold code."""
    lines = [line.strip() for line in part(framework, name).splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def python_of(environment):
    """Return the path of an environment's Python; it need not be there."""
    if environment == "legacy":
        return COURSE.joinpath(".venv-legacy", *_SCRIPTS)
    if environment == "caffe":
        return COURSE / ".caffe" / "python"
    return Path(sys.executable)


def missing(framework):
    """Return the packages that a framework lacks here; all of them where its Python is missing."""
    if framework.python == Path(sys.executable):
        return [name for name in framework.needs if not is_installed(name)]
    if not framework.python.exists():
        return framework.needs
    code = (
        "import sys; from helpers.frameworks.registry import is_installed\n"
        "print(*[name for name in sys.argv[1:] if not is_installed(name)])"
    )
    done = subprocess.run(
        [str(framework.python), "-c", code, *framework.needs],
        env={**os.environ, "PYTHONPATH": str(COURSE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return done.stdout.split() if done.returncode == 0 else framework.needs


def is_installed(package):
    """Whether this Python has a package; it is not imported."""
    try:
        metadata.version(package)
        return True
    except metadata.PackageNotFoundError:
        return importlib.util.find_spec(package) is not None
