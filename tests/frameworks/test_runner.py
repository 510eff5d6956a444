"""Frameworks that are toys: what is started, named, ended, recorded; no real one is needed."""

import json
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from helpers.frameworks import __main__ as command_line
from helpers.frameworks import record, registry, runner

TOY = '''"""A toy: the ten sums of a picture's pixels."""

import numpy as np

TITLE = "Toy"
NEEDS = ["numpy"]
LAYOUT = {"conv": "OIHW", "dense": "out, in", "flatten": "CHW"}


# Definition
def answer(network, images):
    return images.reshape(len(images), -1) @ network["kernel"]


# Loss and training step
def make_step(network):
    def train_step(images, labels):
        # smaller at every step
        network["kernel"] *= 0.5
        return float(np.abs(network["kernel"]).sum())

    return train_step


# For the comparison
def build(weights):
    assert weights["conv1"][0].shape == (6, 1, 5, 5)
    return {"kernel": np.ones((784, 10), np.float32)}


def logits(network, images):
    return answer(network, images)


def save(network, path):
    np.save(f"{path}.npy", network["kernel"])
'''


@pytest.fixture
def toy(tmp_path):
    """Return a function that writes a toy framework, changed as told, and finds it."""

    def write(name="toy", *changes):
        source = TOY
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        (tmp_path / f"{name}_lenet.py").write_text(source)
        return registry.frameworks(tmp_path)[name]

    return write


def test_a_framework_is_added_by_adding_one_file(toy, digits):
    said = []
    row = runner.run(toy(), digits, say=said.append)
    assert row["title"] == "Toy" and row["source"] == "live" and row["versions"]["numpy"]
    assert row["losses"] == [3920, 1960, 980]
    assert row["final"].shape == (300, 10) and row["classes"].shape == (300,)
    assert row["lines"] == {"Definition": 2, "Loss and training step": 5}
    assert said[0] == "Toy: starts" and said[-1] == "Toy: step 3 of 3: loss 980.00000"


def test_only_as_many_steps_as_wanted(toy, digits):
    assert len(runner.run(toy(), digits, steps=2)["losses"]) == 2


def test_threads_are_set_before_the_framework_is_imported(toy, digits):
    show = (
        "import numpy as np",
        "import os\nimport numpy as np\nTHREADS = os.environ['OMP_NUM_THREADS']",
    )
    tell = ('return float(np.abs(network["kernel"]).sum())', "return float(THREADS)")
    row = runner.run(toy("toy", show, tell), digits, threads=2, steps=1)
    assert row["losses"] == [2.0] and row["threads"] == 2


def test_a_crash_is_a_clear_sentence(toy, digits):
    broken = toy(
        "toy", ("return float(np", "raise ValueError('out of luck')\n        return float(np")
    )
    with pytest.raises(runner.FrameworkFailed, match="Toy crashed .exit status 1.: no row.*luck"):
        runner.run(broken, digits)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_segmentation_fault_is_a_clear_sentence(toy, digits):
    change = ("return float(np", "import os; os.kill(os.getpid(), 11)\n        return float(np")
    with pytest.raises(runner.FrameworkFailed, match="Toy crashed .signal 11.: no row"):
        runner.run(toy("toy", change), digits)


def test_what_takes_too_long_is_ended(toy, digits):
    slow = toy("toy", ("return float(np", "import time; time.sleep(60)\n        return float(np"))
    with pytest.raises(runner.FrameworkFailed, match="Toy was ended after 3 seconds: no row"):
        runner.run(slow, digits, limit=3)


@pytest.mark.skipif(sys.platform == "win32", reason="no process is adopted there")
def test_a_process_ends_with_the_one_that_started_it(toy, digits, tmp_path):
    pid = tmp_path / "pid"
    change = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    toy("toy", ("return float(np", change + "\n        return float(np"))
    digits.save(tmp_path / "digits.npz")
    command = (
        "from pathlib import Path; from helpers.frameworks import registry, runner\n"
        f"toy = registry.frameworks(Path({str(tmp_path)!r}))['toy']\n"
        f"runner.run(toy, {str(tmp_path / 'digits.npz')!r})"
    )
    parent = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.DEVNULL)
    wait_until(lambda: pid.exists() and pid.read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not psutil.pid_exists(int(pid.read_text())))


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def test_answers_that_are_no_numbers_are_a_failure(toy, digits):
    broken = toy(
        "toy", ("return answer(network, images)", "return answer(network, images) / 0 * 0")
    )
    with pytest.raises(runner.FrameworkFailed, match="not finite"):
        runner.run(broken, digits)


def test_one_failure_does_not_hide_the_others(toy, digits):
    bad = toy("bad", ('"Toy"', '"Bad"'), ("return float(np", "1 / 0\n        return float(np"))
    rows, failures = runner.run_all(digits, wanted={"bad": bad, "toy": toy()}, say=list)
    assert list(rows) == ["toy"]
    assert len(failures) == 1 and failures[0].startswith("Bad crashed")


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    path = tmp_path / "recorded.json"
    row = {"title": "Lost", "losses": [1.0], "versions": {"lost": "0.1"}}
    known = {"date": "2026-11-25", "machine": "a machine, 2 cores", "digits": "abc"}
    path.write_text(json.dumps({**known, "rows": {"lost": row}}))
    monkeypatch.setattr(runner, "read_recorded", lambda: json.loads(path.read_text()))


def test_what_is_not_installed_is_named_and_its_row_is_recorded(toy, digits, recorded):
    lost = toy("lost", ('"Toy"', '"Lost"'), ('["numpy"]', '["no-such-package"]'))
    said = []
    rows, failures = runner.run_all(digits, wanted={"lost": lost}, say=said.append)
    assert rows["lost"]["source"] == "recorded" and not failures
    assert "Lost is not installed here (no-such-package missing)" in said[0]
    assert "make frameworks" in said[0]
    assert "recorded: a machine, 2 cores, 2026-11-25" in said[0]


def test_what_is_neither_installed_nor_recorded_is_named(toy, digits, recorded):
    odd = toy("odd", ('["numpy"]', '["no-such-package"]'))
    said = []
    rows, failures = runner.run_all(digits, wanted={"odd": odd}, say=said.append)
    assert not rows and not failures and "no recorded row" in said[0]


@pytest.mark.parametrize(
    ("environment", "command"), [("legacy", "make legacy"), ("caffe", "make caffe")]
)
def test_an_environment_that_was_not_made_is_named(
    environment, command, toy, monkeypatch, tmp_path
):
    monkeypatch.setattr(registry, "COURSE", tmp_path)
    framework = toy("old", ("LAYOUT", f'ENVIRONMENT = "{environment}"\nLAYOUT'))
    assert registry.missing(framework) == ["numpy"] and framework.install == command


def test_a_recorded_run_keeps_numbers_and_differences_but_no_paths(toy, digits, tmp_path):
    row = runner.run(toy(), digits, say=list)
    runs = {1: {"pytorch": row, "toy": row}, 2: {"pytorch": row, "toy": row}}
    record.write(record.recorded(runs, digits, "2026-11-25", "a machine"), tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text()
    read = runner.read_recorded(tmp_path / "r.json")
    assert read["rows"]["toy"]["from_pytorch"] == {"initial": 0.0, "final": 0.0}
    assert np.shape(read["rows"]["toy"]["final"]) == (10, 10)
    assert set(read["rows"]["toy"]["step_s_by_threads"]) == {"1", "2"}
    assert read["digits"] == digits.digest() and str(tmp_path) not in text


def test_every_framework_of_the_course_is_described():
    known = registry.frameworks()
    assert {"tensorflow", "keras_tensorflow", "keras_jax", "keras_torch", "pytorch", "jax"} <= set(
        known
    )
    assert {"mxnet", "theano", "caffe", "paddle"} <= set(known)
    for framework in known.values():
        for name in registry.PARTS[:3]:
            assert registry.part(framework, name), (framework.name, name)


def test_the_command_line_lists_them_and_names_a_wrong_one(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["frameworks"])
    assert command_line.main() is None
    assert "pytorch" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["frameworks", "cntk"])
    assert command_line.main().startswith("There is no framework cntk. There are: pytorch")
