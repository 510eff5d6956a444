"""TensorFlow's known start-up lines are left out; whatever else it says, and errors, are seen.

The TensorFlow here is a stand-in of two lines: what the real one prints changes with its version.
"""

import os
import subprocess
import sys

import pytest

from helpers import quiet
from tools import lessons

CHATTER = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795343320.138906    4641 port.cc:153] oneDNN custom operations are on.
2026-01-01 10:00:00.000000: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
E0000 00:00:1795343327.102857    4641 cuda_platform.cc:52] failed call to cuInit: INTERNAL
"""
REAL = """\
E0000 00:00:1795343327.102857    4641 executor.cc:1] out of memory
ImportError: libcudart.so.12: cannot open shared object file
"""
START = "from helpers import start_tensorflow_quietly; start_tensorflow_quietly()"


def test_known_lines_go_and_all_others_stay():
    assert quiet.without_chatter(CHATTER + REAL) == REAL


@pytest.fixture
def start(tmp_path):
    """Start a TensorFlow with these lines at its import and at its first tensor; return stderr."""

    def start(at_import="pass", at_first_tensor="pass", then=""):
        (tmp_path / "tensorflow.py").write_text(
            f"import os\n{at_import}\ndef zeros(n): {at_first_tensor}\n"
        )
        paths = os.pathsep.join([str(tmp_path), str(lessons.ROOT)])
        command = [sys.executable, "-c", f"{START}\n{then}"]
        environment = os.environ | {"PYTHONPATH": paths}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=tmp_path
        )
        return done.stderr

    return start


def write(text):
    return f"os.write(2, {text.encode()!r})"


@pytest.mark.parametrize("when", ["at_import", "at_first_tensor"])
def test_chatter_goes_and_errors_stay(start, when):
    assert start(**{when: write(CHATTER + REAL)}) == REAL


@pytest.mark.parametrize("when", ["at_import", "at_first_tensor"])
def test_an_exception_is_shown_with_what_was_written_before(start, when):
    shown = start(**{when: f"{write(REAL)}; raise RuntimeError('no tensor')"})
    assert shown.startswith(REAL) and shown.endswith("RuntimeError: no tensor\n")


def test_later_lines_are_not_filtered(start):
    assert start(then=f"import os; {write(CHATTER)}") == CHATTER


def test_the_log_level_of_the_environment_counts(start, monkeypatch):
    tell = "print(os.environ['TF_CPP_MIN_LOG_LEVEL'], file=__import__('sys').stderr)"
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    assert start(tell) == "2\n"
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    assert start(tell) == "0\n"


def test_tensorflow_does_not_import_jax_and_others_still_can(start, tmp_path):
    (tmp_path / "jax.py").write_text("x = 3")
    tries = "try:\n    import jax\nexcept ImportError:\n    jax = None"
    then = "import sys, tensorflow, jax; sys.stderr.write(f'{tensorflow.jax} {jax.x}')"
    assert start(at_import=tries, then=then) == "None 3"
