"""What would distract in the lessons: data, pictures, plots, and a quiet start of TensorFlow.

No algorithm that the course teaches lives here; those stand in the notebooks.
"""

from helpers.pictures import picture_path
from helpers.quiet import start_tensorflow_quietly

__all__ = ["picture_path", "start_tensorflow_quietly"]
