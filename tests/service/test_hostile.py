"""What nobody would send on purpose, made by schemathesis and by hypothesis."""

import http.client
import json
import subprocess
import sys
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from helpers.service.limits import Limits, Refusal
from helpers.service.pictures import FORMATS, picture_from_file, picture_from_json
from tests.service.conftest import as_file, seven

ANY = list(HealthCheck)
PIXELS = 200_000


def test_it_keeps_to_its_own_description(service, tmp_path):
    """All checks but one: random bytes keep to the description of a file, and are no image."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", service.url + "/openapi.json"]
    command += "--max-examples 15 --request-timeout 60 --generation-deterministic".split()
    command += "--phases coverage,fuzzing --exclude-checks positive_data_acceptance".split()
    done = subprocess.run([*command, "--no-color"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 2" in done.stdout


pixels = st.floats(0, 1, allow_subnormal=False)
pictures = st.lists(pixels, min_size=28, max_size=28).flatmap(
    lambda row: st.permutations(row).map(lambda other: [row, other] * 14)
)


@given(pictures)
@settings(max_examples=60, deadline=None, suppress_health_check=ANY)
def test_every_picture_with_ink_is_taken(rows):
    body = json.dumps(rows)
    if not any(map(any, rows)):
        with pytest.raises(Refusal, match="blank"):
            picture_from_json(body)
        return
    picture = picture_from_json(body)
    assert picture.shape == (28, 28) and picture.dtype == np.float32
    assert np.allclose(picture, rows)


def taken_or_refused(content):
    """Return the picture, or None where it was refused in the proper way."""
    try:
        picture = picture_from_file(content, PIXELS)
    except Refusal as refusal:
        assert refusal.status in (413, 415, 422) and refusal.sentence.endswith(".")
        return None
    assert picture.shape == (28, 28) and np.isfinite(picture).all()
    assert picture.min() >= 0 and 0 < picture.max() <= 1
    return picture


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM"]))
@settings(max_examples=80, deadline=None, suppress_health_check=ANY)
def test_bytes(content, start):
    taken_or_refused(start + content)


WHOLE = {kind: as_file(seven((60, 80), "RGB"), kind) for kind in FORMATS}


@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0.2, 1),
)
@settings(max_examples=80, deadline=None, suppress_health_check=ANY)
def test_damaged_images(kind, damages, share):
    content = bytearray(WHOLE[kind])
    for place, value in damages:
        content[int(place * len(content))] = value
    taken_or_refused(bytes(content[: int(share * len(content))]))


@given(
    st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(0, 2**32 - 1),
    st.integers(1, 255),
)
@settings(max_examples=50, deadline=None, suppress_health_check=ANY)
def test_noise_of_any_mode_and_size(mode, size, seed, strength):
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, strength, (*size, 4), dtype=np.uint8)
    taken_or_refused(as_file(Image.fromarray(noise, "RGBA").convert(mode)))


@pytest.mark.parametrize("size", [(1, 90_000), (90_000, 1), (4, 20_000), (2_500, 5)])
def test_very_long_images(size):
    taken_or_refused(as_file(Image.new("L", size, 255)))
    taken_or_refused(as_file(seven(size)))


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\r\n", b"--a--\r\n"]), st.binary(max_size=40)
)
@settings(max_examples=40, deadline=None, suppress_health_check=ANY)
def test_forms(service, content, end, name):
    head = b'--a\r\nContent-Disposition: form-data; name="image"; filename="' + name + b'"\r\n\r\n'
    for body in (content + end, head + content + b"\r\n--a" + end):
        kind = {"Content-Type": "multipart/form-data; boundary=a"}
        response = requests.post(service.url + "/predict", body, headers=kind)
        assert response.status_code in (200, 400, 415, 422) and "detail" in response.json()


@given(st.binary(min_size=1, max_size=100))
@settings(max_examples=20, deadline=None, suppress_health_check=ANY)
def test_what_is_no_http(service, content):
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.connect()
    connection.sock.sendall(content + b"\r\n\r\n")
    connection.sock.settimeout(0.01)
    connection.close()
    assert requests.get(service.url + "/health").status_code == 200


def test_the_limits_are_those_that_are_documented():
    assert Limits() == Limits(10_000_000, 100_000, 25_000_000, 10.0, 10.0, 32, 2)
