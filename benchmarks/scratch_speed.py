"""Measure an epoch of lesson 02's network beside Keras `fit` and the bare matrix products.

Run `python benchmarks/scratch_speed.py`. All three are timed in turn in one process, and the
shortest of several rounds counts. The code that is timed is the lesson's own. The exit status is
1 where the lesson's claims (at most half of Keras's time, at most twice the floor) do not hold.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import start_tensorflow_quietly  # noqa: E402
from helpers.data import load_mnist  # noqa: E402

LESSON = "02_build_a_network"
NAMES = """identity sigmoid relu softmax ACTIVATIONS SLOPES mse cross_entropy LOSSES output_dz
forward backward SimpleNetwork BatchNetwork MomentumNetwork checked check_choices Network one_hot
as_rows keras_twin bare_products seconds epoch_seconds""".split()
MOST_OF_KERAS, MOST_OF_FLOOR = 0.5, 2.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each epoch is timed")
    options = parser.parse_args()
    start_tensorflow_quietly()
    from tests.notebook_code import definitions

    lesson = definitions(LESSON, *NAMES)
    (images, labels), _ = load_mnist()
    x, y = lesson.as_rows(images), lesson.one_hot(labels)
    times = lesson.epoch_seconds(x, y, options.rounds)
    print(
        f"one epoch of 784-256-10, {len(x)} images, batches of 128, SGD with momentum, NumPy"
        f" {np.__version__}"
    )
    for name, duration in times.items():
        print(
            f"{name:6} {duration:6.3f} s   {duration / times['floor']:5.2f} x floor"
            f"   {duration / times['Keras']:5.2f} x Keras"
        )
    fast = (
        times["ours"] <= MOST_OF_KERAS * times["Keras"]
        and times["ours"] <= MOST_OF_FLOOR * times["floor"]
    )
    print("both claims hold" if fast else "a claim does not hold: is the machine busy?")
    return 0 if fast else 1


if __name__ == "__main__":
    sys.exit(main())
