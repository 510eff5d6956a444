"""Write a trained LeNet's weights as the service and as the page read them, and say how made."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

from helpers.digit_network import FOLDER, LAYERS, NETWORK, PAGE_WEIGHTS
from helpers.digit_page import page_weights

OPSET, IR_VERSION = 17, 8  # old enough for every onnxruntime that the course allows

README = """# The trained network

Lesson 04's LeNet, trained once by `python -m tools.train_digit_network` for the service
(`helpers/service/`) and for the page (`helpers/digit_page/`). Its 61,706 weights stand in two
files, which that command writes from the same numbers:

- `digit_network.onnx`, read by the service. Input `pictures`: float32 (n, 28, 28), background 0,
  ink 1. Output `probabilities`: float32 (n, 10).
- `../digit_page/weights.js`, read by the page: float32, little-endian, base64.

| | |
| --- | --- |
| Trained on | MNIST's first 55,000 training images, by Y. LeCun, C. Cortes and C. J. C. Burges, \
licence CC BY-SA 3.0 |
{rows}

The variations are a slant, a turn, a squeeze, a small shift, another thickness of the pen and
another darkness, drawn anew for every image in every epoch. scikit-learn's digits are those that
its `load_digits` returns, written by other people, enlarged to 20x20 pixels and centred; the
network never learned from them, but they decided for the variations: trained without them for 8
epochs, it read 99.26% of the images held back, and 94.44% of scikit-learn's digits.

Licence of the weights: CC BY-SA 3.0, as MNIST's.
"""
NAMES = {
    "date": "Made on",
    "how": "How",
    "held back": "Accuracy on MNIST's last 5,000 training images",
    "MNIST's test digits": "Accuracy on MNIST's 10,000 test images",
    "scikit-learn's digits": "Accuracy on scikit-learn's 1,797 digits",
}


def write_network(weights, about):
    """Write the ONNX file, the page's file and the README.

    Args:
        weights: the ten arrays of lesson 04's LeNet, as `get_weights` returns them.
        about: dict of what the README's table says; its keys are those of NAMES.
    """
    save(onnx_model(weights), NETWORK)
    PAGE_WEIGHTS.parent.mkdir(exist_ok=True)
    PAGE_WEIGHTS.write_text(page_weights(weights), encoding="utf-8")
    rows = "\n".join(f"| {NAMES[key]} | {text} |" for key, text in about.items())
    (FOLDER / "README.md").write_text(README.format(rows=rows), encoding="utf-8")


def onnx_model(weights):
    """Return the network as an ONNX model: float32 pictures (n, 28, 28) in, (n, 10) out."""
    named = dict(zip([f"{layer}.{part}" for layer in LAYERS for part in "Wb"], weights))
    tensors = [numpy_helper.from_array(onnx_order(w), name) for name, w in named.items()]
    tensors.append(numpy_helper.from_array(np.array([0, 1, 28, 28]), "one channel"))
    graph = helper.make_graph(
        list(nodes()),
        "LeNet",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
        tensors,
    )
    imports = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=imports, producer_name="filters-to-frameworks")
    model.ir_version = IR_VERSION
    checker.check_model(model, full_check=True)
    return model


def nodes():
    """Yield the network's steps. ONNX keeps channels before rows, Keras after columns."""
    value = "pictures"

    def step(kind, name, *more, **settings):
        nonlocal value
        inputs, value = [value, *more], name
        return helper.make_node(kind, inputs, [name], name=name, **settings)

    yield step("Reshape", "input", "one channel")
    for layer, pool, padding in [("C1", "S2", 2), ("C3", "S4", 0)]:
        yield step("Conv", f"{layer} z", f"{layer}.W", f"{layer}.b", pads=[padding] * 4)
        yield step("Relu", layer)
        yield step("MaxPool", pool, kernel_shape=[2, 2], strides=[2, 2])
    yield step("Transpose", "rows, columns, maps", perm=[0, 2, 3, 1])
    yield step("Flatten", "flatten")
    for layer in ("C5", "F6"):
        yield step("Gemm", f"{layer} z", f"{layer}.W", f"{layer}.b")
        yield step("Relu", layer)
    yield step("Gemm", "output z", "output.W", "output.b")
    yield step("Softmax", "probabilities", axis=1)


def onnx_order(array):
    """Return kernels (rows, columns, channels, maps) as (maps, channels, rows, columns)."""
    return np.ascontiguousarray(array.transpose(3, 2, 0, 1)) if array.ndim == 4 else array
