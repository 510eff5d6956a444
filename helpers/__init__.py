"""What would distract in the lessons: data, pictures, plots, and a quiet start of TensorFlow.

No algorithm that the course teaches lives here; those stand in the notebooks.
"""

from helpers.lesson_code import from_lesson
from helpers.pictures import picture_path
from helpers.quiet import start_tensorflow_quietly

__all__ = ["from_lesson", "picture_path", "start_tensorflow_quietly"]
