import re

import numpy as np
import pytest

from helpers.frameworks import bridges, caffe_format, layouts, protocol, registry
from tests.frameworks import numpy_lenet

WEIGHTS = layouts.convert(protocol.initial_weights(), **registry.frameworks()["caffe"].layout)


def fields(message):
    """Read a protocol-buffer message: [(field, content), ...]; a decoder written for the test."""
    found, at = [], 0

    def varint():
        nonlocal at
        number, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while at < len(message):
        key = varint()
        assert key & 7 == 2, "the course writes pieces of bytes only"
        length = varint()
        found.append((key >> 3, message[at : at + length]))
        at += length
    assert at == len(message)
    return found


def test_the_numbers_of_protocol_buffers_are_written_as_their_documentation_says():
    assert caffe_format.varint(1) == b"\x01"
    assert caffe_format.varint(150) == b"\x96\x01"
    assert caffe_format._bytes(2, b"testing") == b"\x12\x07testing"


def test_a_caffemodel_holds_every_array():
    name, *layers = fields(caffe_format.caffemodel(WEIGHTS))
    assert name == (1, b"LeNet") and {field for field, _ in layers} == {100}
    for (layer, arrays), (_, message) in zip(WEIGHTS.items(), layers):
        (_, title), (_, kind), *blobs = fields(message)
        assert title.decode() == layer
        assert kind.decode() == ("Convolution" if "conv" in layer else "InnerProduct")
        for array, (field, blob) in zip(arrays, blobs, strict=True):
            (shape_field, shape), (data_field, data) = fields(blob)
            assert (field, shape_field, data_field) == (7, 7, 5)
            assert np.array_equal(np.frombuffer(data, "<f4"), array.ravel())
            assert shape[0] == 10  # field 1, a piece of bytes: the sizes


def test_the_network_text_is_the_protocols_lenet():
    text = caffe_format.prototxt(128, training=True)
    assert text.count("{") == text.count("}")
    sizes = [int(number) for number in re.findall(r"num_output: (\d+)", text)]
    assert sizes == [shape[-1] for shape in protocol.SHAPES.values()]
    assert "SoftmaxWithLoss" in text and "SoftmaxWithLoss" not in caffe_format.prototxt(1)


def test_opencv_runs_caffes_files_and_agrees_with_numpy(digits):
    pytest.importorskip("cv2")
    images = protocol.scaled(digits.x_test)
    expected = numpy_lenet.logits(protocol.initial_weights(), images)
    assert np.abs(bridges.opencv_logits(WEIGHTS, images) - expected).max() < 1e-5
