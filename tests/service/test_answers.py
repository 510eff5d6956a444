"""What the service answers when all is well."""

import re
import subprocess
import sys

import numpy as np
import pytest
import requests
from PIL import Image

from helpers.photo import prepare_digit
from helpers.service.app import PAGE, Reader
from tests.service.conftest import as_file, one, seven
from tools import lessons


def test_it_is_healthy(service):
    assert requests.get(service.url + "/health").json() == {"status": "ok"}


def test_a_prepared_picture_is_read(service):
    response = requests.post(service.url + "/predict", json=one().tolist())
    assert response.status_code == 200
    answer = response.json()
    assert answer["digit"] == 1 == np.argmax(answer["probabilities"])
    assert np.isclose(sum(answer["probabilities"]), 1, atol=1e-5)
    assert np.array_equal(answer["picture"], one())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_an_image_file_is_read(service, kind):
    image = seven(mode="RGB")
    files = {"image": ("7", as_file(image, kind), "application/octet-stream")}
    answer = requests.post(service.url + "/predict", files=files).json()
    assert answer["digit"] == 7
    if kind in ("PNG", "BMP"):  # nothing is lost in these
        expected = prepare_digit(image)
        assert np.allclose(answer["picture"], expected, atol=1e-6)
        assert np.allclose(answer["probabilities"], Reader().probabilities(expected), atol=1e-5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_an_image_is_read(service, mode):
    image = seven()
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        assert image.mode == mode
    else:
        image = image.convert(mode)
    content = as_file(image, "JPEG" if mode == "CMYK" else "PNG")
    answer = requests.post(service.url + "/predict", files={"image": content})
    assert answer.status_code == 200 and answer.json()["digit"] == 7, answer.text


def test_a_large_photograph_is_read(service):
    content = as_file(seven((3000, 4000), "RGB"), "JPEG")
    answer = requests.post(service.url + "/predict", files={"image": content})
    assert answer.status_code == 200 and answer.json()["digit"] == 7, answer.text


def test_a_photograph_lying_on_its_side_is_read(service):
    turned = seven((2400, 3000), "RGB").rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise to see it
    content = as_file(turned, "JPEG", exif=exif)
    answer = requests.post(service.url + "/predict", files={"image": content})
    assert answer.json()["digit"] == 7


def test_its_page_needs_no_network(service):
    response = requests.get(service.url + "/")
    assert response.url == service.url + "/docs" and response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not re.findall(r"(?:src|href)=\"(?!data:|openapi\.json)", response.text)
    assert "http" not in PAGE.read_text(encoding="utf-8")


def test_it_describes_itself(service):
    paths = requests.get(service.url + "/openapi.json").json()["paths"]
    assert set(paths) == {"/predict", "/health"}
    assert set(paths["/predict"]["post"]["responses"]) >= {"200", "413", "415", "422", "503"}


def test_neither_tensorflow_nor_keras_is_needed():
    code = """
import sys
for name in ("tensorflow", "keras", "torch", "jax", "onnx"):
    sys.modules[name] = None  # to import it is an error from now on
from helpers.service.app import Reader, make_app
import numpy as np
make_app()
assert Reader().probabilities(np.ones((28, 28), "float32")).shape == (10,)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=lessons.ROOT)
