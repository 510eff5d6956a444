"""The service's process: it starts, and leaves nothing behind however it or its starter ends."""

import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest
import requests

from helpers.service import RunningService
from helpers.service.__main__ import listen
from tests.service.conftest import wait_until
from tools import lessons

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
