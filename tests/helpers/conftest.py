"""A small MNIST-shaped data set, and a local server that fails in every way that a network does."""

import io
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from helpers import mnist_file


class Server(ThreadingHTTPServer):
    """Serves `files` on 127.0.0.1, behaving as `behaviour` says (see Handler)."""

    daemon_threads = True

    def __init__(self, behaviour, files):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.files, self.paths = behaviour, files, []
        self.released = threading.Event()  # set at the end: nothing hangs any longer
        self.folder = f"http://127.0.0.1:{self.server_port}/data/"
        self.host = f"127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def stop(self):
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # clients that give up are what is tested


class Handler(BaseHTTPRequestHandler):
    """One method for each behaviour; `first_...` behave badly at the first request only."""

    def do_GET(self):
        server = self.server
        server.paths.append(self.path)
        content = server.files[self.path.rsplit("/", 1)[1]]
        behaviour = server.behaviour
        if behaviour.startswith("first_"):
            behaviour = behaviour.removeprefix("first_") if len(server.paths) == 1 else "good"
        getattr(self, behaviour)(content)

    def head(self, length, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def good(self, content):
        self.head(len(content))
        self.wfile.write(content)

    def paced(self, content):
        self.head(len(content))
        for start in range(0, len(content), len(content) // 8):
            self.wfile.write(content[start : start + len(content) // 8])
            time.sleep(0.02)

    def other(self, content):
        self.good(content[:-1] + bytes([content[-1] ^ 1]))

    def half(self, content):
        self.head(len(content))
        self.wfile.write(content[: len(content) // 2])

    def cut(self, content):
        self.good(content[: len(content) // 2])

    def forbidden(self, content):
        self.head(0, status=403)

    def busy(self, content):
        self.head(0, status=503)

    def page(self, content):
        self.good(b"<!DOCTYPE html><title>Log in to this network</title>")

    def silent(self, content):
        self.server.released.wait(60)

    def stalled(self, content):
        self.head(len(content))
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.server.released.wait(60)

    def drip(self, content):
        self.head(len(content))
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            if self.server.released.wait(0.02):
                return

    def trickle(self, content):
        self.head(len(content))
        for start in range(0, len(content), 1024):
            self.wfile.write(content[start : start + 1024])
            if self.server.released.wait(0.1):
                return

    def drip_head(self, content):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.released.wait(0.02):
            self.wfile.write(b"x")

    def log_message(self, *args):
        pass


@pytest.fixture
def serve():
    """serve(behaviour, files) starts a Server; all of them stop at the end of the test."""
    servers = []

    def start(behaviour, files):
        servers.append(Server(behaviour, files))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def arrays(monkeypatch):
    """The four arrays of an mnist.npz, by name, of a hundredth of its size: all goes a lot faster.

    While it is in use, the helpers expect these shapes.
    """
    rng = np.random.default_rng(0)
    small = {
        "x_train": rng.integers(0, 256, (600, 28, 28), np.uint8),
        "y_train": rng.integers(0, 10, 600, np.uint8),
        "x_test": rng.integers(0, 256, (100, 28, 28), np.uint8),
        "y_test": rng.integers(0, 10, 100, np.uint8),
    }
    for key, array in small.items():
        monkeypatch.setitem(mnist_file.SHAPES, key, array.shape)
    return small


@pytest.fixture
def npz(arrays):
    """The bytes of a packed npz file of `arrays`."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()
