"""Write a LiteRT file, and read digits with it, without start-up lines in the notebook."""

import os
import sys
import tempfile
from pathlib import Path

from helpers.quiet import without_chatter

_CREATED = "INFO: Created TensorFlow Lite"


def export_litert(model, path):
    """Write a LiteRT file of a Keras model, whatever the version of Keras.

    From version 3.13 on, `model.export(path, format="litert")` does the same.

    Returns:
        Path: the file.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False)
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    Path(path).write_bytes(content)
    return Path(path)


def litert_reader(path, batch):
    """Return a function that reads pictures (batch, height, width, 1), float32, with a LiteRT file.

    LiteRT wants to know the size of a batch before it starts: it sets its memory aside once.

    Args:
        path: the file.
        batch: how many pictures each call brings.

    Raises:
        ImportError: ai-edge-litert is not installed.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = _without_start_up_line(lambda: _started(Interpreter(str(path)), batch))
    inside = interpreter.get_input_details()[0]["index"]
    outside = interpreter.get_output_details()[0]["index"]

    def read(x):
        interpreter.set_tensor(inside, x)
        interpreter.invoke()
        return interpreter.get_tensor(outside)

    return read


def _started(interpreter, batch):
    first = interpreter.get_input_details()[0]
    interpreter.resize_tensor_input(first["index"], (batch, *first["shape"][1:]))
    interpreter.allocate_tensors()
    return interpreter


def _without_start_up_line(start):
    """Return start(); of what it writes to stderr, everything but LiteRT's greeting is shown."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            return start()
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            kept.seek(0)
            lines = without_chatter(kept.read().decode(errors="replace")).splitlines(True)
            sys.stderr.write("".join(line for line in lines if not line.startswith(_CREATED)))
