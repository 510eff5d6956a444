"""Measure the ratios of time that lessons 01 to 04 state in words: no lesson asserts them.

Run `python benchmarks/lesson_speed.py`. The code that is timed is the lessons' own, where a lesson
defines it. The two ways of each pair are timed in turn, and the shortest of several rounds counts.
The exit status is 1 where a claim does not hold: on a busy machine, run it again.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from scipy.signal import convolve2d
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import from_lesson, start_tensorflow_quietly  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="how often each way is timed")
    rounds = parser.parse_args().rounds
    start_tensorflow_quietly()
    holds = []
    for claim, least, ways in (
        ("01: two steps beside a kernel of 31 x 31", 2, separable()),
        ("02: 128 rows in one product beside one by one", 1.5, products()),
        ("03: batches of 32 beside single images", 2, batches()),
        ("04: windows beside the loop", 10, windows()),
    ):
        with threadpool_limits(limits=1):  # NumPy only: on few pictures a second core disturbs
            fast, slow = shortest(ways, rounds)
        holds.append(slow > least * fast)
        print(f"{claim}: {slow / fast:.1f} times as fast; claimed: {least}", flush=True)
    print("The claims hold." if all(holds) else "A claim does not hold: is the machine busy?")
    return 0 if all(holds) else 1


def shortest(ways, rounds):
    """Return the shortest seconds of each of some functions, called in turn."""
    return [min(times) for times in zip(*([timed(way) for way in ways] for _ in range(rounds)))]


def timed(way):
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def separable():
    """Deeper 01: a bell curve of 31 x 31 over a picture of 400 x 300, in two steps and at once."""
    picture = np.random.default_rng(1).random((400, 300))
    bell = np.exp(-(np.arange(-15, 16) ** 2) / 50)[:, np.newaxis]
    square = bell * bell.T
    return (
        lambda: convolve2d(convolve2d(picture, bell), bell.T),
        lambda: convolve2d(picture, square),
    )


def products():
    """Lesson 02: the first layer of 784-100-10 on 128 rows, at once and one by one."""
    rng = np.random.default_rng(2)
    x, W = rng.random((128, 784), "float32"), rng.random((784, 100), "float32")

    return lambda: x @ W, lambda: [x[i : i + 1] @ W for i in range(128)]


def batches():
    """Lesson 03: an epoch over 1,500 images in batches of 32 and of 1."""
    import keras

    (make_network,) = from_lesson("03_train_a_keras_mlp", "make_network")
    rng = np.random.default_rng(3)
    x, y = rng.random((1500, 784), "float32"), rng.integers(0, 10, 1500)
    network = make_network(seed=1)
    optimizer = keras.optimizers.SGD(learning_rate=0.01)
    network.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    network.fit(x[:64], y[:64], batch_size=32, verbose=0)  # builds its graph: not counted
    return (
        lambda: network.fit(x, y, batch_size=32, verbose=0),
        lambda: network.fit(x, y, batch_size=1, verbose=0),
    )


def windows():
    """Lesson 04: six kernels of 5 x 5 on eight pictures of 28 x 28."""
    (by_windows,) = from_lesson("deeper/04_lenet", "convolution")
    (by_loop,) = from_lesson("04_build_lenet", "convolution_by_loop")
    rng = np.random.default_rng(4)
    x, W, b = rng.normal(size=(8, 28, 28, 1)), rng.normal(size=(5, 5, 1, 6)), np.zeros(6)
    return lambda: by_windows(x, W, b), lambda: by_loop(x, W, b)


if __name__ == "__main__":
    sys.exit(main())
