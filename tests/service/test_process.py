"""The service's process: it starts, and leaves nothing behind however it or its starter ends."""

import os
import signal
import socket
import subprocess
import sys

import numpy as np
import onnx
import psutil
import pytest
import requests
from nbclient.exceptions import CellExecutionError
from nbformat import v4
from onnx import numpy_helper

from helpers.digit_network import NETWORK
from helpers.service import RunningService
from helpers.service.__main__ import listen
from tests.service.conftest import one, wait_until
from tools import lessons
from tools.execute import client

STARTER = """
import os, sys, time
from helpers.service import RunningService
from helpers.service.__main__ import listen
service = RunningService().start()
print(service.pid, service.url, flush=True)
sys.stdin.readline()
{end}
"""
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_it_stops_and_gives_its_port_back():
    with pytest.raises(ZeroDivisionError), RunningService() as service:
        process, url = psutil.Process(service.pid), service.url
        assert service.start() is service and service.pid == process.pid
        assert requests.get(url + "/health").ok
        addresses = {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"}
        assert addresses == {"127.0.0.1"}
        raise ZeroDivisionError  # what uses it fails
    assert not process.is_running() and service.url is None and service.pid is None
    with pytest.raises(requests.ConnectionError):
        requests.get(url + "/health")
    service.stop()  # once more does no harm


def started_elsewhere(end):
    """Start a process that starts the service, and ends so; return it, and the service's."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(end=end)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=lessons.ROOT,
        text=True,
        start_new_session=True,
    )
    pid, url = starter.stdout.readline().split()
    return starter, psutil.Process(int(pid)), url


@pytest.mark.parametrize("end", ["os._exit(3)", "1 / 0"])
def test_it_ends_with_the_process_that_started_it(end):
    starter, service, _ = started_elsewhere(end)
    with starter:
        starter.communicate("\n")
    wait_until(lambda: not service.is_running())


@needs_posix
def test_it_ends_when_a_kernel_is_killed_and_not_when_a_cell_is_interrupted():
    starter, service, _ = started_elsewhere("")
    with starter:
        assert os.getpgid(service.pid) != os.getpgid(starter.pid)  # interrupts go to the group
        os.killpg(starter.pid, signal.SIGKILL)
    wait_until(lambda: not service.is_running())


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(number):
    command = [sys.executable, "-m", "helpers.service", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=lessons.ROOT, **pipes) as process:
        url = process.stdout.readline().split()[-1]
        wait_until(lambda: answers(url))
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -number) and not errors


def answers(url):
    try:
        return requests.get(url + "/health").ok
    except requests.ConnectionError:
        return False


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "helpers.service", "--port", port]
        done = subprocess.run(command, cwd=lessons.ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith(f"Cannot listen on port {port}")
    assert len(done.stderr.splitlines()) == 1


def test_a_service_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr("helpers.service.process._MODULE", "helpers.no_such_module")
    service = RunningService()
    with pytest.raises(RuntimeError, match="No module named helpers.no_such_module"):
        service.start()
    assert service.pid is None


def test_small_answers_are_sent_at_once():
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP  # asyncio sets TCP_NODELAY for these only


def test_it_runs_another_network(tmp_path):
    """One whose input has a channel, as Keras exports it; it answers 4 to all."""
    network = onnx.load(NETWORK)
    shape = network.graph.input[0].type.tensor_type.shape
    shape.dim.add().dim_value = 1
    (bias,) = [t for t in network.graph.initializer if t.name == "output.b"]
    bias.CopyFrom(numpy_helper.from_array(np.eye(10, dtype="float32")[4] * 1000, "output.b"))
    onnx.save(network, tmp_path / "always_4.onnx")
    with RunningService(tmp_path / "always_4.onnx") as service:
        answer = requests.post(service.url + "/predict", json=one().tolist()).json()
    assert answer["digit"] == 4 and answer["probabilities"][4] > 0.99


def test_a_notebook_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    """Lesson 06's folder and service, and then an error: no file, no process, no port is left."""
    notebook = lessons.read_notebook(lessons.NOTEBOOKS / "06_use_the_model.ipynb")
    lesson = "\n".join(cell.source for cell in lessons.code_cells(notebook))
    assert "folder = tempfile.TemporaryDirectory()" in lesson
    assert "with RunningService(" in lesson  # and no other way of starting it
    assert lesson.count("RunningService(") == 1
    (tmp_path / "files").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "files"))
    monkeypatch.setenv("PYTHONPATH", str(lessons.ROOT))
    code = f"""
import tempfile
from pathlib import Path
from helpers.service import RunningService
folder = tempfile.TemporaryDirectory()
(Path(folder.name) / "lenet.onnx").write_bytes(b"x")
with RunningService() as service:
    Path({str(tmp_path / "said")!r}).write_text(f"{{service.pid}} {{service.url}}")
    1 / 0
"""
    failing = v4.new_notebook(cells=[v4.new_code_cell(code)])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        client(failing, tmp_path).execute()
    pid, url = (tmp_path / "said").read_text().split()
    wait_until(lambda: not psutil.pid_exists(int(pid)))
    assert not answers(url)
    wait_until(lambda: not list((tmp_path / "files").iterdir()))
