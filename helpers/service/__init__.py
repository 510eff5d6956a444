"""A small service that reads digits: `python -m helpers.service`, or `RunningService` in a notebook.

It needs FastAPI, uvicorn and onnxruntime, and neither TensorFlow nor Keras.
"""

from helpers.service.process import RunningService

__all__ = ["RunningService"]
