"""The service in a process of its own, and in a thread of this one with other limits."""

import io
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
import uvicorn
from PIL import Image, ImageDraw

from helpers.service import RunningService
from helpers.service.__main__ import listen
from helpers.service.app import make_app


@pytest.fixture(scope="session")
def service():
    with RunningService() as service:
        yield service


@contextmanager
def serving(limits, reader=None):
    """Serve with these limits; yield the address."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(make_app(limits, reader), log_level="critical"))
    thread = threading.Thread(target=server.run, args=[[listening]], daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listening.close()
    assert not thread.is_alive()


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def one():
    """Return a picture of a 1, as the network expects it."""
    picture = np.zeros((28, 28))
    picture[5:23, 13:15] = 1
    return picture


def seven(size=(160, 200), mode="L"):
    """Return a picture of a 7, dark on light."""
    width, height = size
    image = Image.new(mode, size, "white")
    points = [(0.25 * width, 0.2 * height), (0.75 * width, 0.2 * height), (width / 2, 0.8 * height)]
    ImageDraw.Draw(image).line(points, fill="black", width=max(1, width // 16))
    return image


def as_file(image, kind="PNG", **settings):
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()
