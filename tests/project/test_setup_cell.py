"""The setup cell, run as Colab runs it: TensorFlow and NumPy are there, the helpers are not."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import v4

from tools import lessons, stamp

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Colab is Linux")

LESSON = lessons.lessons("")[0]
NOWHERE = stamp.Release("https://nowhere.invalid/course", "v1")
OURS = re.compile(r"filters.to.frameworks", re.IGNORECASE)
REPORT = """
import importlib.metadata, json, helpers, numpy, tensorflow
helpers.from_lesson("01_filter_a_poster", "convolve")
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
    """The Release of a git repository in which the course stands as it is here."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("published") / "course"
    tag = stamp.release().tag
    for name in ("helpers", "images", "notebooks"):
        shutil.copytree(lessons.ROOT / name, folder / name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(lessons.ROOT / name, folder)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    all_of_it = ["commit", "-q", "-m", "All"]
    for command in (["init", "-q"], ["add", "-A"], all_of_it, ["tag", tag]):
        subprocess.check_call([*git, *command], cwd=folder)
    shutil.rmtree(folder / "helpers")  # what comes after the release is not what Colab gets
    subprocess.check_call([*git, "commit", "-q", "-a", "-m", "Without helpers"], cwd=folder)
    return stamp.Release(folder.as_uri(), tag)


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


def test_setup_cell_on_colab(bare_python, published, tmp_path):
    cell = stamp.setup_cell(LESSON, published)
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
    assert seen["tensorflow"] == version("tensorflow")
    site = next((bare_python.parent.parent / "lib").glob("python*/site-packages"))
    added = {path.name.split("-")[0].lower() for path in site.iterdir()}
    assert not added & {"numpy", "tensorflow", "keras", "pooch"}


def test_setup_cell_installs_nothing_with_its_dependencies():
    for lesson in lessons.lessons():
        installs = [w for w in stamp.setup_cell(lesson, NOWHERE).splitlines() if "pip" in w]
        assert len(installs) == 1 and "--no-deps" in installs[0]
        assert all(package in installs[0] for package in ("pooch", *lesson.colab))


def test_setup_cell_does_nothing_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("COLAB_RELEASE_TAG", raising=False)
    cell = stamp.setup_cell(LESSON, NOWHERE)
    assert run_in_notebook(sys.executable, [cell], tmp_path, {}) == ""


def test_setup_cell_on_colab_would_say_what_failed(tmp_path):
    """The counterpart of the test above: where the cell does run, it is heard."""
    cell = stamp.setup_cell(LESSON, NOWHERE)
    colab = {"COLAB_RELEASE_TAG": "release-colab"}
    assert "nowhere.invalid" in run_in_notebook(sys.executable, [cell], tmp_path, colab)
