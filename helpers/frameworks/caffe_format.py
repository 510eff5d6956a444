"""Write Caffe's two files, the network (prototxt) and its weights (caffemodel). NumPy only.

A caffemodel is a protocol-buffer message. Four facts are enough to write one: a field is its
number and a wire type (0 a whole number, 2 a piece of bytes with its length before it), numbers
are stored seven bits a byte, and arrays of float32 are stored as they lie in memory. The numbers
of the fields that LeNet needs stand below.
"""

from pathlib import Path

import numpy as np

NET_NAME, NET_LAYER = 1, 100
LAYER_NAME, LAYER_TYPE, LAYER_BLOBS = 1, 2, 7
BLOB_DATA, BLOB_SHAPE, SHAPE_DIM = 5, 7, 1

LAYERS = Path(__file__).with_name("lenet.prototxt").read_text()

LOSS = (
    'layer { name: "loss" type: "SoftmaxWithLoss" bottom: "dense3" bottom: "label" top: "loss" }\n'
)

TYPES = {"conv": "Convolution", "dense": "InnerProduct"}


def prototxt(batch, training=False):
    """Return the text of the network for batches of this size, with its loss if for training."""
    inputs = _input("data", (batch, 1, 28, 28))
    if training:
        return 'name: "LeNet"\n' + inputs + _input("label", (batch,)) + LAYERS + LOSS
    return 'name: "LeNet"\n' + inputs + LAYERS


def caffemodel(weights):
    """Return the bytes of a caffemodel.

    Args:
        weights: {layer: (kernel, bias)}, kernels in the order OIHW, full layers out times in.
    """
    message = _bytes(NET_NAME, b"LeNet")
    for name, arrays in weights.items():
        layer = _bytes(LAYER_NAME, name.encode())
        layer += _bytes(LAYER_TYPE, TYPES[name.rstrip("0123456789")].encode())
        layer += b"".join(_bytes(LAYER_BLOBS, _blob(array)) for array in arrays)
        message += _bytes(NET_LAYER, layer)
    return message


def _blob(array):
    shape = b"".join(varint(size) for size in array.shape)
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return _bytes(BLOB_SHAPE, _bytes(SHAPE_DIM, shape)) + _bytes(BLOB_DATA, data)


def _bytes(field, content):
    """Return one field that holds a piece of bytes."""
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(number):
    """Return a whole number in groups of seven bits, lowest first; the top bit says "more"."""
    groups = bytearray()
    while number >= 128:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes(groups + bytes([number]))


def _input(name, shape):
    sizes = " ".join(f"dim: {size}" for size in shape)
    return f'layer {{ name: "{name}" type: "Input" top: "{name}" input_param {{ shape {{ {sizes} }} }} }}\n'
