"""The page's arithmetic: the same network as Keras's, and digits prepared as MNIST's are."""

import numpy as np
import onnx
import pytest

from helpers import digit_network, from_lesson
from helpers.data import load_mnist
from helpers.digit_page import PAGE

COUNT = 1000


@pytest.fixture(scope="module")
def digits():
    (_, _), (images, labels) = load_mnist()
    return images[:COUNT], labels[:COUNT]


@pytest.fixture(scope="module")
def of_keras(digits):
    (make_lenet,) = from_lesson("04_build_lenet", "make_lenet")
    model = make_lenet()
    model.set_weights(digit_network.read_weights())
    return model.predict(digits[0][..., None], batch_size=500, verbose=0)


def test_the_page_computes_what_keras_computes(page, digits, of_keras):
    read = "pictures => pictures.map(p => lenetForward(p, weights).probabilities)"
    pictures = np.round(digits[0] / 255, 9).tolist()
    of_page = []
    for start in range(0, COUNT, 250):
        of_page += page.evaluate(read, pictures[start : start + 250])
    assert np.abs(of_page - of_keras).max() < 1e-5
    assert np.array_equal(np.argmax(of_page, axis=1), of_keras.argmax(axis=1))


def test_the_service_computes_what_keras_computes(digits, of_keras):
    from helpers.service.app import Reader

    reader = Reader()
    pictures = (digits[0] / 255).astype("float32")
    of_service = np.array([reader.probabilities(picture) for picture in pictures])
    assert np.abs(of_service - of_keras).max() < 1e-5
    assert np.array_equal(of_service.argmax(axis=1), of_keras.argmax(axis=1))


def test_the_network_reads_well(digits, of_keras):
    assert np.mean(of_keras.argmax(axis=1) == digits[1]) > 0.95  # also on the stand-in


def test_the_page_has_the_weights_of_the_service(page):
    of_page = page.evaluate("weights")
    for ours, theirs in zip(digit_network.read_weights(), of_page):
        assert np.array_equal(ours, np.array(theirs, "float32"))


def test_what_the_command_writes_is_what_is_there():
    from helpers.digit_page import page_weights
    from tools.digit_network_files import onnx_model

    weights = digit_network.read_weights()
    assert page_weights(weights) == digit_network.PAGE_WEIGHTS.read_text(encoding="utf-8")
    assert onnx_model(weights).graph == onnx.load(digit_network.NETWORK).graph


def test_convolution_is_that_of_lesson_04(page):
    (convolution,) = from_lesson("deeper/04_lenet", "convolution")
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(7, 6, 3)), rng.normal(size=(3, 3, 3, 4)), rng.normal(size=4)
    for padding in (0, 1, 2):
        arguments = [x.tolist(), W.tolist(), b.tolist(), padding]
        of_page = page.evaluate("values => convolution(...values)", arguments)
        assert np.allclose(of_page, convolution(x[None], W, b, padding=padding)[0])


@pytest.mark.parametrize("scale", [0.08, 0.3, 1.0])
def test_a_drawn_digit_is_fitted_and_centred(page, scale):
    make = """([scale, digit]) => prepareDigit(exampleStrokes(digit, 280, () => 0.5).map(stroke =>
        stroke.map(p => ({x: 30 + p.x * scale, y: 5 + p.y * scale}))), 280)"""
    for digit in range(10):
        picture = np.array(page.evaluate(make, [scale, digit]))
        assert picture.shape == (28, 28) and picture.min() >= 0 and 0.9 < picture.max() <= 1
        rows, columns = np.nonzero(picture)
        extent = max(np.ptp(rows), np.ptp(columns)) + 1
        if scale > 0.1:
            assert 19 <= extent <= 22  # 20, and what is cut by the borders of pixels
        centre = [picture.sum(axis=axis) @ np.arange(28) / picture.sum() for axis in (1, 0)]
        assert np.abs(np.array(centre) - 13.5).max() <= 0.51


def test_its_size_does_not_change_what_is_read(page):
    make = """scale => prepareDigit(exampleStrokes(3, 280, () => 0.5).map(stroke =>
        stroke.map(p => ({x: p.x * scale, y: p.y * scale}))), 280)"""
    large, small = (np.array(page.evaluate(make, scale)) for scale in (1.0, 0.25))
    assert np.abs(large - small).max() < 0.05


def test_a_dot_stays_a_dot_and_nothing_is_nothing(page):
    dot = np.array(page.evaluate("prepareDigit([[{x: 50, y: 60}]], 280)"))
    assert 3 < dot.sum() < 8
    assert page.evaluate("prepareDigit([], 280)") is None


def test_the_photograph_of_a_drawing_is_prepared_alike(page):
    """What the page makes of strokes, and helpers.photo of a picture of them."""
    from io import BytesIO

    from PIL import Image

    from helpers.photo import prepare_digit

    same = []
    for digit in range(10):
        page.evaluate("digit => {strokes = exampleStrokes(digit, SIZE, () => 0.5); show();}", digit)
        shot = page.locator("#drawing").screenshot()
        with Image.open(BytesIO(shot)) as image:
            from_picture = prepare_digit(image.crop((20, 20, image.width - 20, image.height - 20)))
        from_strokes = np.array(page.evaluate("prepareDigit(strokes, SIZE)"))
        same.append(np.corrcoef(from_picture.ravel(), from_strokes.ravel())[0, 1])
    assert np.median(same) > 0.85 and min(same) > 0.5


def test_it_is_a_page_of_classic_scripts():
    text = PAGE.read_text(encoding="utf-8")
    code = "".join(p.read_text(encoding="utf-8") for p in PAGE.parent.glob("*.js"))
    assert "module" not in text and "http" not in text
    assert not any(word in code for word in ("fetch(", "import ", "XMLHttpRequest", "http"))
