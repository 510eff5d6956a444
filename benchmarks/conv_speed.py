"""Measure what makes a small convolutional network train fast on two cores, as ratios of one run.

Run `python benchmarks/conv_speed.py`; it takes a few minutes. Each row trains lesson 04's LeNet
for one epoch on the same digits; the first epoch of each, which also compiles, is not counted.
Processor time is given beside wall time, as it suffers less from what else the machine does.
"""

import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import start_tensorflow_quietly  # noqa: E402

start_tensorflow_quietly()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

from helpers import from_lesson as definitions  # noqa: E402

COUNT, ROUNDS, SEED = 12_000, 2, 0


def digits():
    """Return random pictures and labels: what is in them does not change the time."""
    rng = np.random.default_rng(SEED)
    pictures = rng.random((COUNT, 28, 28, 1), dtype=np.float32)
    return pictures, rng.integers(10, size=COUNT)


def measure(make, batch_size=128, dtype="float32", pipeline=None, **options):
    """Return (wall seconds, processor seconds) of one epoch after the first."""
    x, y = digits()
    keras.utils.set_random_seed(SEED)
    keras.config.set_dtype_policy(dtype)
    model = make()
    keras.config.set_dtype_policy("float32")
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", **options)
    given = {"x": x, "y": y, "batch_size": batch_size}
    if pipeline:
        given = {"x": pipeline(tf.data.Dataset.from_tensor_slices((x, y)), batch_size)}
        given["shuffle"] = False  # the pipeline does it
    model.fit(**given, verbose=0)
    wall, cpu = perf_counter(), process_time()
    model.fit(**given, verbose=0)
    return perf_counter() - wall, process_time() - cpu


def shuffled(data, batch_size):
    return data.shuffle(COUNT).batch(batch_size).prefetch(2)


def cached(data, batch_size):
    return data.batch(batch_size).cache().prefetch(2)


CASES = {
    "batch 128, plain": {},
    "batch 32": {"batch_size": 32},
    "batch 64": {"batch_size": 64},
    "batch 256": {"batch_size": 256},
    "batch 512": {"batch_size": 512},
    "steps_per_execution 4": {"steps_per_execution": 4},
    "steps_per_execution 32": {"steps_per_execution": 32},
    "mixed_bfloat16": {"dtype": "mixed_bfloat16"},
    "tf.data, shuffled": {"pipeline": shuffled},
    "tf.data, batches cached": {"pipeline": cached},
    "XLA (jit_compile=True)": {"jit_compile": True},
}


def main():
    make = definitions("04_build_lenet", "make_lenet").make_lenet
    measure(make)  # the first of all pays for starting TensorFlow's threads
    times = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name, options in CASES.items():
            times[name].append(measure(make, **options))
    best = {name: np.min(rounds, axis=0) for name, rounds in times.items()}
    wall, cpu = best["batch 128, plain"]
    print(f"{'one epoch of LeNet':26}{'wall':>8}{'processor':>12}   as a share of plain")
    for name, (w, c) in best.items():
        print(f"{name:26}{w / wall:8.2f}{c / cpu:12.2f}")
    print(f"plain: {wall:.2f} s wall, {cpu:.2f} s processor for {COUNT:,} digits")


if __name__ == "__main__":
    main()
