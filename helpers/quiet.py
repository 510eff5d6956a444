"""One place that keeps TensorFlow's start-up chatter out of the notebooks."""

import os
import re
import sys
import tempfile
from contextlib import contextmanager

# TensorFlow's C++ code writes these lines to file descriptor 2 before Python can set a log level.
# They differ from machine to machine and say nothing that a learner can act on.
_CHATTER = re.compile(
    r"^(WARNING: All log messages before absl::InitializeLog\(\)"
    r"|[IW]\d{4} [\d:.]+ +\d+ \S+\.cc:\d+\]"
    r"|\d{4}-\d\d-\d\d [\d:.]+: [IW] \S+\.cc:\d+\]"
    r"|To enable the following instructions:"
    r"|.*failed call to cuInit:"
    r"|.*Unable to register cu(FFT|DNN|BLAS) factory)"
)


def without_chatter(text):
    """Return the lines of `text` that are not TensorFlow's known start-up lines."""
    return "".join(line for line in text.splitlines(True) if not _CHATTER.match(line))


# TensorFlow and Keras import these where they find them, for converters and wrappers that no lesson
# uses: 200 MB of memory.
UNUSED_BY_TENSORFLOW = ("jax", "cv2", "sklearn")


@contextmanager
def without(packages):
    """Make Python believe that those of these packages that were not imported yet are missing."""
    hidden = [package for package in packages if package not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]


def start_tensorflow_quietly():
    """Import TensorFlow and wake its devices, showing errors but no start-up chatter.

    Call it before `import keras`. Whatever TensorFlow writes to stderr meanwhile is kept, and all
    of it but the known start-up lines is written to stderr afterwards, also if the import fails.
    From then on TensorFlow reports errors only, unless TF_CPP_MIN_LOG_LEVEL says otherwise.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            with without(UNUSED_BY_TENSORFLOW):
                import tensorflow
            tensorflow.zeros(1)  # the first tensor is what looks for GPUs
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
            kept.seek(0)
            sys.stderr.write(without_chatter(kept.read().decode(errors="replace")))
