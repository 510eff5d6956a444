"""What would distract in the lessons: data, pictures, plots, and a quiet start of TensorFlow.

No algorithm that the course teaches lives here; those stand in the notebooks.
"""

import os

# from version 1.29 on, onnxruntime tells its makers of its use, unless this is set before its import
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from helpers.lesson_code import from_lesson
from helpers.pictures import picture_path
from helpers.quiet import start_tensorflow_quietly

__all__ = ["from_lesson", "picture_path", "start_tensorflow_quietly"]
