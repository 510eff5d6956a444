"""Networks that leave their framework: run a Caffe network in OpenCV, an ONNX file in its runtime."""

import tempfile
from pathlib import Path

import numpy as np

from helpers.frameworks import caffe_format

BATCH = 250


def opencv_logits(weights, images):
    """Write Caffe's two files for these weights, run them in OpenCV, return logits (n, 10).

    Args:
        weights: {layer: (kernel, bias)} in Caffe's layout.
        images: float32 (n, 28, 28); n a multiple of 250, or less than 250.
    """
    import cv2

    batch = min(BATCH, len(images))
    with tempfile.TemporaryDirectory() as folder:
        prototxt, caffemodel = Path(folder) / "lenet.prototxt", Path(folder) / "lenet.caffemodel"
        prototxt.write_text(caffe_format.prototxt(batch))
        caffemodel.write_bytes(caffe_format.caffemodel(weights))
        network = cv2.dnn.readNetFromCaffe(str(prototxt), str(caffemodel))
    found = []
    for start in range(0, len(images), batch):
        network.setInput(images[start : start + batch, None])
        found.append(network.forward().copy())
    return np.concatenate(found)


def onnx_logits(content, images):
    """Return the logits (n, 10) of an ONNX file's content for float32 images (n, 28, 28)."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)  # errors only
    session = onnxruntime.InferenceSession(bytes(content), providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()[0]
    images = images[..., None] if len(wanted.shape) == 4 else images  # Keras: a channel axis
    pieces = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    return np.concatenate([session.run(None, {wanted.name: piece})[0] for piece in pieces])
