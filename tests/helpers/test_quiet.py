"""TensorFlow starts without chatter, and real errors are still seen."""

import subprocess
import sys

import pytest

from helpers import quiet

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


def test_known_lines_go_and_all_others_stay():
    assert quiet.without_chatter(CHATTER + REAL) == REAL


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)


def test_tensorflow_and_a_first_model_print_nothing():
    done = run(
        "from helpers import start_tensorflow_quietly; start_tensorflow_quietly(); import keras;"
        "keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).compile('sgd', 'mse');"
        "print('ready')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready\n", "")


def test_tensorflow_alone_would_print():
    assert quiet.without_chatter(run("import tensorflow").stderr) == ""
    assert run("import tensorflow").stderr


@pytest.mark.parametrize(
    "fault", ["raise RuntimeError('no tensor')", "import os; os.write(2, b'no tensor')"]
)
def test_what_goes_wrong_is_shown(tmp_path, fault):
    (tmp_path / "tensorflow.py").write_text(fault + "\ndef zeros(n): pass\n")
    done = run(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from helpers import start_tensorflow_quietly; start_tensorflow_quietly()"
    )
    assert "no tensor" in done.stderr


def test_stderr_works_again_afterwards():
    done = run(
        "from helpers import start_tensorflow_quietly; start_tensorflow_quietly();"
        "import os; os.write(2, b'still here')"
    )
    assert done.stderr == "still here"
