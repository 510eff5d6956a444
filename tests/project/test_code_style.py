"""ruff's rules and format hold for all code, the notebooks' included."""

import subprocess
import sys

import pytest

from tools import lessons


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
    done = subprocess.run(ruff, check=False, cwd=lessons.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
