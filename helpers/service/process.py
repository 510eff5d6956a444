"""The service in a process of its own, for a notebook or a test."""

import contextlib
import http.client
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

_ROOT = Path(__file__).parents[2]
_MODULE = "helpers.service"
_PATIENCE = 10.0  # seconds for a clean stop, before the process is ended


class RunningService:
    """The service, running in a process of its own on a free port of this machine.

        with RunningService() as service:
            requests.post(service.url + "/predict", json=picture.tolist())

    In a notebook whose cells use it one after the other, `service = RunningService().start()` and
    `service.stop()` do the same. The process also ends by itself when the one that started it does,
    however that ends: it waits for the end of a pipe that only a living process keeps open.

    Attributes:
        url: such as "http://127.0.0.1:40321", or None while it does not run.
        pid: number of the process, or None.
    """

    def __init__(self, network=None, *, seconds=120.0):
        """Note what to start.

        Args:
            network: the ONNX file of another network than the course's.
            seconds: how long the service may take until it answers.
        """
        self.url, self._seconds, self._process = None, seconds, None
        self._options = ["--port", "0", "--stop-with-stdin"]
        if network is not None:
            self._options += ["--network", str(network)]

    @property
    def pid(self):
        return self._process and self._process.pid

    def start(self):
        """Start the process, wait until it is healthy, and return this object.

        Raises:
            RuntimeError: it ended, or did not answer in time; the message holds what it wrote.
        """
        if self._process:
            return self
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": _python_path()},
            start_new_session=True,  # interrupting a notebook's cell does not reach it
        )
        try:
            self.url = self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        """Stop the process, and wait until it has ended. Without one, do nothing."""
        process, self._process, self.url = self._process, None, None
        if process is None:
            return
        with contextlib.suppress(OSError):  # it may have ended already
            process.stdin.close()
        for end in (lambda: None, process.terminate, process.kill):
            end()
            try:
                process.wait(_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                continue
        self._listener.join(_PATIENCE)
        process.stdout.close()
        self._errors.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _wait(self):
        """Return the address that the process says, once it answers there."""
        lines = queue.Queue()
        self._listener = threading.Thread(target=_listen, args=[self._process, lines], daemon=True)
        self._listener.start()
        deadline = time.monotonic() + self._seconds
        try:
            line = lines.get(timeout=self._seconds)
        except queue.Empty:
            line = ""
        url = line.strip().rpartition(" ")[2]
        while url and self._process.poll() is None and time.monotonic() < deadline:
            if _is_healthy(url):
                return url
            time.sleep(0.05)
        self._errors.seek(0)
        written = self._errors.read().decode(errors="replace").strip()[-2000:]
        raise RuntimeError(f"The service did not start. {written}")


def _listen(process, lines):
    """Hand on what the process prints, and an empty line at its end."""
    for line in process.stdout:
        lines.put(line.decode(errors="replace"))
    lines.put("")


def _is_healthy(url):
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _python_path():
    """Return PYTHONPATH with this copy of the helpers first."""
    return os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
