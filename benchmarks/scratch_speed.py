"""Measure an epoch of lesson 02's network beside Keras `fit` and the bare matrix products.

Run `python benchmarks/scratch_speed.py`. The three are timed in turn in one process, and the
shortest of several rounds counts; once with NumPy on one core, once with NumPy on all. The code
that is timed is that of lesson 02 and its deeper part. The exit status is 1 where the claims (less
than Keras's time, at most twice the floor) hold with neither.
"""

import argparse
import os
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import from_lesson, start_tensorflow_quietly  # noqa: E402
from helpers.data import load_mnist  # noqa: E402

LESSON = "deeper/02_networks"
NAMES = ["lesson", "as_rows", "one_hot", "keras_twin", "epoch_seconds"]
MOST_OF_KERAS, MOST_OF_FLOOR = 1.0, 2.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each epoch is timed")
    options = parser.parse_args()
    start_tensorflow_quietly()
    lesson = from_lesson(LESSON, *NAMES)
    (images, labels), _ = load_mnist()
    x, y = lesson.as_rows(images), lesson.one_hot(labels)
    print(f"One epoch of 784-256-10: {len(x)} images, batches of 128, momentum.")
    holds = []
    for cores in (1, os.cpu_count()):
        with threadpool_limits(limits=cores):
            times = lesson.epoch_seconds(x, y, options.rounds)
        print(f"\nNumPy on {cores} of {os.cpu_count()} cores:")
        holds.append(report(times))
    print("\nThe claims hold." if any(holds) else "\nA claim does not hold: is the machine busy?")
    return 0 if any(holds) else 1


def report(times):
    """Print the table of {"floor": s, "ours": s, "Keras": s}; return whether the claims hold."""
    for name, duration in times.items():
        floors, kerases = duration / times["floor"], duration / times["Keras"]
        print(f"{name:6} {duration:6.3f} s {floors:7.2f} x floor {kerases:7.2f} x Keras")
    return times["ours"] <= min(MOST_OF_KERAS * times["Keras"], MOST_OF_FLOOR * times["floor"])


if __name__ == "__main__":
    sys.exit(main())
