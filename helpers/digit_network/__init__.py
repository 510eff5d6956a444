"""The trained network behind the service and the page: where its files are, and its weights.

It is lesson 04's LeNet; README.md beside this file says how its weights were made. The service
reads the ONNX file, the page the same numbers as JavaScript.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
NETWORK = FOLDER / "digit_network.onnx"
PAGE_WEIGHTS = FOLDER.parent / "digit_page" / "weights.js"
LAYERS = ("C1", "C3", "C5", "F6", "output")


def read_weights(path=NETWORK):
    """Return the weights as Keras orders them: the list that `set_weights` of lesson 04 takes.

    Returns:
        float32 arrays W, b of each of LAYERS in turn: (5, 5, 1, 6), (6,), (5, 5, 6, 16), (16,),
        (400, 120), (120,), (120, 84), (84,), (84, 10), (10,).
    """
    import numpy as np
    import onnx
    from onnx import numpy_helper

    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    weights = [stored[f"{layer}.{part}"] for layer in LAYERS for part in "Wb"]
    return [
        np.ascontiguousarray(w.transpose(2, 3, 1, 0)) if w.ndim == 4 else w.copy() for w in weights
    ]
