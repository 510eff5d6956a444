"""The setup cell, run as Colab runs it: TensorFlow and NumPy are there, the helpers are not."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import v4

from tools import lessons, stamp

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Colab is Linux")

OURS = re.compile(r"filters.to.frameworks", re.IGNORECASE)
REPORT = """
import importlib.metadata, json, helpers, numpy, tensorflow
print(json.dumps({"helpers": helpers.__file__, "poster": str(helpers.picture_path("poster.png")),
    "numpy": [numpy.__version__, numpy.__file__], "tensorflow": tensorflow.__version__}))
"""


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A Python that has all packages of this environment but the course's own helpers."""
    folder = tmp_path_factory.mktemp("bare")
    packages = folder / "packages"
    packages.mkdir()
    for package in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not OURS.search(package.name):
            (packages / package.name).symlink_to(package, target_is_directory=package.is_dir())
    venv.create(folder / "env", with_pip=True, symlinks=True)
    python = folder / "env" / "bin" / "python"
    site = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"], text=True
    )
    (Path(site.strip()) / "rest.pth").write_text(f"{packages}\n")
    return python


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A git repository with the course as it stands, and its address."""
    folder = tmp_path_factory.mktemp("published") / "course"
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=lessons.ROOT
    )
    for name in filter(None, listed.decode().split("\0")):
        if (lessons.ROOT / name).is_file() and not name.endswith(".ipynb"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(lessons.ROOT / name, folder / name)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.check_call([*git, *command], cwd=folder)
    return folder.as_uri()


def run_in_notebook(python, cells, folder, environment):
    """Run cells in a kernel of that Python, in that folder; return what the last one printed."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager._kernel_spec = KernelSpec(
        argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
    )
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
    client = NotebookClient(
        notebook, km=manager, timeout=300, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env={**os.environ, **environment})
    return "".join(output.text for output in notebook.cells[-1].outputs if "text" in output)


@pytest.mark.skipif(
    sys.platform == "win32", reason="Colab runs on Linux; this needs symbolic links"
)
def test_setup_cell_on_colab(bare_python, published, tmp_path):
    cell = stamp.setup_cell(published)
    # No build environment of its own: so that the test needs no network.
    colab = {"COLAB_RELEASE_TAG": "release-colab", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": ""}
    printed = run_in_notebook(bare_python, [cell, cell, REPORT], tmp_path, colab)
    seen = json.loads(printed.splitlines()[-1])
    installed = str(bare_python.parent.parent.resolve())
    assert str(Path(seen["helpers"]).resolve()).startswith(installed)
    assert str(Path(seen["poster"]).resolve()).startswith(installed)
    import numpy

    assert seen["numpy"][0] == numpy.__version__
    assert Path(seen["numpy"][1]).resolve() == Path(numpy.__file__).resolve()
    assert seen["tensorflow"] == _version("tensorflow")
    site = next((bare_python.parent.parent / "lib").glob("python*/site-packages"))
    added = {path.name.split("-")[0].lower() for path in site.iterdir()}
    assert not added & {"numpy", "tensorflow", "keras", "pooch"}


def test_setup_cell_does_nothing_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("COLAB_RELEASE_TAG", raising=False)
    cell = stamp.setup_cell("https://nowhere.invalid/course")
    assert run_in_notebook(sys.executable, [cell], tmp_path, {}) == ""


def test_setup_cell_on_colab_would_say_what_failed(tmp_path):
    """The counterpart of the test above: where the cell does run, it is heard."""
    cell = stamp.setup_cell("https://nowhere.invalid/course")
    colab = {"COLAB_RELEASE_TAG": "release-colab"}
    assert "nowhere.invalid" in run_in_notebook(sys.executable, [cell], tmp_path, colab)


def _version(package):
    from importlib.metadata import version

    return version(package)
