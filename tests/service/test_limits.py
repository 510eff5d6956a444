"""What the service refuses: each time with the right status and a sentence."""

import http.client
import io
import json
import socket
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
from PIL import Image

from helpers.service.limits import Limits
from tests.service.conftest import as_file, one, serving, seven, wait_until

JSON = {"Content-Type": "application/json"}


def changed(place, value):
    rows = one().tolist()
    rows[place[0]][place[1]] = value
    return rows


def bomb(width=60_000, height=60_000):
    """Return a PNG of a few hundred bytes that says it has 3.6 thousand million pixels."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def refused(response, status, words):
    detail = response.json()["detail"]
    assert response.status_code == status, detail
    assert words in detail and detail[0].isupper() and detail[-1] == ".", detail


ARRAYS = [
    ("", 400, "not JSON"),
    ("{", 400, "not JSON"),
    ("[" * 50_000, 400, "not JSON"),
    ("[" + "9" * 5_000 + "]", 400, "not JSON"),
    (b"\xff\xfe\x00", 400, "not JSON"),
    ("null", 422, "28 rows"),
    ("[]", 422, "28 rows"),
    ({"pixels": one().tolist()}, 422, "28 rows"),
    (one()[:27].tolist(), 422, "28 rows"),
    (one()[:, :27].tolist(), 422, "28 rows"),
    (one().ravel().tolist(), 422, "28 rows"),
    (changed((3, 3), "1"), 422, "number"),
    (changed((3, 3), None), 422, "number"),
    (changed((3, 3), True), 422, "number"),
    (changed((3, 3), [1]), 422, "number"),
    (changed((3, 3), float("nan")), 422, "NaN"),
    (changed((3, 3), float("inf")), 422, "divide"),
    (changed((3, 3), -0.1), 422, "divide"),
    ((255 * one()).tolist(), 422, "divide"),
    (changed((3, 3), 10**400), 422, "divide"),
    (np.zeros((28, 28)).tolist(), 422, "blank"),
    (" " * 100_001, 413, "larger"),
]


@pytest.mark.parametrize(("body", "status", "words"), ARRAYS)
def test_arrays(service, body, status, words):
    body = body if isinstance(body, (str, bytes)) else json.dumps(body)
    refused(requests.post(service.url + "/predict", body, headers=JSON), status, words)


def cut(kind, share):
    content = as_file(seven(mode="RGB"), kind)
    return content[: int(share * len(content))]


FILES = [
    (b"", 422, "empty"),
    (b"hello", 415, "known kind"),
    (b"%PDF-1.7 ...", 415, "known kind"),
    (as_file(seven(), "TIFF"), 415, "known kind"),
    (cut("PNG", 0.6), 422, "broken"),
    (cut("JPEG", 0.6), 422, "broken"),
    (cut("WEBP", 0.6), 422, "broken"),
    (bomb(), 413, "pixels"),
    (bomb(5_001, 5_000), 413, "pixels"),
    (as_file(Image.new("L", (2, 2))), 422, "4x4"),
    (as_file(Image.new("L", (200, 200), 255)), 422, "blank"),
    (as_file(Image.new("RGBA", (200, 200), (0, 0, 0, 0))), 422, "blank"),
]


@pytest.mark.parametrize(("content", "status", "words"), FILES)
def test_files(service, content, status, words):
    refused(requests.post(service.url + "/predict", files={"image": content}), status, words)


def test_forms(service):
    url = service.url + "/predict"
    refused(requests.post(url, files={"picture": b"x"}), 422, "named image")
    refused(requests.post(url, files={"a": b"x", "image": b"x"}), 400, "form")
    form = {"Content-Type": "multipart/form-data"}
    refused(requests.post(url, b"x", headers=form), 400, "form")
    form["Content-Type"] += "; boundary=a"
    refused(requests.post(url, b"no form at all", headers=form), 400, "form")
    refused(requests.post(url, b"--a--", headers=form), 422, "named image")
    text = b'--a\r\nContent-Disposition: form-data; name="image"\r\n\r\nx\r\n--a--\r\n'
    refused(requests.post(url, text, headers=form), 422, "named image")


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "", "application/jsonx"])
def test_other_types(service, kind):
    response = requests.post(service.url + "/predict", b"[]", headers={"Content-Type": kind})
    refused(response, 415, "multipart/form-data")


def test_other_paths_and_methods(service):
    assert requests.get(service.url + "/nowhere").status_code == 404
    response = requests.get(service.url + "/predict")
    assert response.status_code == 405 and response.headers["Allow"] == "POST"


@pytest.mark.parametrize("size", [10_100_000, 30_000_000])
def test_a_long_file_is_refused(service, size):
    response = requests.post(service.url + "/predict", files={"image": bytes(size)})
    refused(response, 413, "10,000,000 bytes")


def in_chunks(url, size, count):
    """Send chunks without a Content-Length; return the status and how many were sent."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.putrequest("POST", "/predict")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    sent = 0
    try:
        while sent < count:
            connection.send(b"%x\r\n%s\r\n" % (size, b" " * size))
            sent += 1
        connection.send(b"0\r\n\r\n")
    except OSError:  # closed by the service, which has heard enough
        pass
    try:
        return connection.getresponse().status, sent
    except (OSError, http.client.HTTPException):
        return None, sent
    finally:
        connection.close()


def test_chunks_without_a_length_are_counted(service):
    assert in_chunks(service.url, 1000, 50)[0] == 400  # blanks are no JSON
    assert in_chunks(service.url, 1000, 150)[0] == 413
    status, sent = in_chunks(service.url, 100_000, 5_000)
    assert status in (413, None) and sent < 5_000
    assert requests.get(service.url + "/health").status_code == 200


def test_a_slow_body_is_refused():
    with serving(Limits(body_seconds=0.5)) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=60) as client:
            client.sendall(
                b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n["
            )
            answer = client.makefile("rb").read()
        assert b" 408 " in answer.splitlines()[0] and b"did not arrive" in answer


class SlowReader:
    """Reads only when it is told to."""

    def __init__(self):
        self.told, self.begun = threading.Event(), 0

    def probabilities(self, picture):
        self.begun += 1
        assert self.told.wait(60)
        return np.eye(10, dtype=np.float32)[0]


def ask(url):
    return requests.post(url + "/predict", json=one().tolist())


def test_when_all_places_are_taken_it_says_busy_and_stays_healthy():
    reader = SlowReader()
    limits = Limits(requests=3, threads=1, work_seconds=60)
    with serving(limits, reader) as url, ThreadPoolExecutor(6) as clients:
        asked = [clients.submit(ask, url) for _ in range(6)]
        wait_until(lambda: sum(answer.done() for answer in asked) == 3)
        assert requests.get(url + "/health").status_code == 200
        reader.told.set()
        answers = [answer.result() for answer in asked]
        assert sorted(answer.status_code for answer in answers) == [200] * 3 + [503] * 3
        for answer in answers:
            if answer.status_code == 503:
                refused(answer, 503, "busy")
                assert answer.headers["Retry-After"] == "1"
        assert ask(url).status_code == 200


def test_what_takes_too_long_is_given_up_and_keeps_its_place_until_it_is_done():
    reader = SlowReader()
    with serving(Limits(requests=1, threads=1, work_seconds=0.3), reader) as url:
        refused(ask(url), 503, "No answer within 0.3 seconds")
        refused(ask(url), 503, "busy")
        assert reader.begun == 1
        reader.told.set()
        wait_until(lambda: ask(url).status_code == 200)


def test_a_client_that_goes_away_leaves_no_trace():
    with serving(Limits(requests=1)) as url:
        address = urlsplit(url)
        for _ in range(5):
            with socket.create_connection((address.hostname, address.port)) as client:
                client.sendall(
                    b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    b"Content-Length: 100\r\n\r\n["
                )
        wait_until(lambda: ask(url).status_code == 200)


def test_the_bomb_is_small():
    assert len(bomb()) < 300 and Image.open(io.BytesIO(bomb(10, 10))).size == (10, 10)
