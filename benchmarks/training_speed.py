"""Measure what makes lesson 05's small network train fast on a CPU, as ratios in one run.

    python -m benchmarks.training_speed

Each variant changes one thing. All are timed in turn, several rounds of them, and what is printed
is the median over the rounds of the variant's time divided by the plain run's in the same round:
below 1 is faster. Both the time on the clock and the time of the processors are given; on a machine
that does other work, believe the second.
"""

import statistics
import time

import numpy as np

from helpers import from_lesson as definitions
from helpers import start_tensorflow_quietly

start_tensorflow_quietly()
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

ROUNDS, IMAGES, BATCH = 3, 2560, 128
NAMES = ("small_alexnet", "conv_block", "learning_rate", "optimiser")
lesson = definitions("05_build_alexnet", *NAMES)


def compiled(model, **options):
    model.compile(lesson.optimiser(1000), "sparse_categorical_crossentropy", **options)
    return model


def in_bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        return compiled(lesson.small_alexnet())
    finally:
        keras.config.set_dtype_policy("float32")


def pooling_last(**changes):
    """The network with each pooling at the end of its block instead of before normalisation."""
    block = definitions("05_build_alexnet", *NAMES)

    def conv_block(x, units, kernel, window=0, normalise=True, activation="relu"):
        x = lesson.conv_block(x, units, kernel, 0, normalise, activation)
        return keras.layers.MaxPooling2D(window, 2, padding="same")(x) if window else x

    block.small_alexnet.__globals__["conv_block"] = conv_block
    return block.small_alexnet(**changes)


def separable():
    """The network with separable convolutions after the first two."""
    block = definitions("05_build_alexnet", *NAMES)

    def conv_block(x, units, kernel, window=0, normalise=True, activation="relu"):
        if units < 64:
            return lesson.conv_block(x, units, kernel, window, normalise, activation)
        x = keras.layers.SeparableConv2D(units, kernel, padding="same", use_bias=False)(x)
        if window:
            x = keras.layers.MaxPooling2D(window, 2, padding="same")(x)
        return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))

    block.small_alexnet.__globals__["conv_block"] = conv_block
    return block.small_alexnet()


def pipeline(x, y, batch):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(batch).prefetch(2)


def plain(x, y, batch):
    return x, y, batch


VARIANTS = {
    "plain (batch 128)": (lambda: compiled(lesson.small_alexnet()), BATCH, plain),
    "batch 32": (lambda: compiled(lesson.small_alexnet()), 32, plain),
    "batch 256 (the lesson's)": (lambda: compiled(lesson.small_alexnet()), 256, plain),
    "batch 512": (lambda: compiled(lesson.small_alexnet()), 512, plain),
    "steps_per_execution=10": (
        lambda: compiled(lesson.small_alexnet(), steps_per_execution=10), BATCH, plain
    ),
    "jit_compile=True (XLA)": (
        lambda: compiled(lesson.small_alexnet(), jit_compile=True), BATCH, plain
    ),
    "mixed_bfloat16": (in_bfloat16, BATCH, plain),
    "tf.data with prefetch": (lambda: compiled(lesson.small_alexnet()), BATCH, pipeline),
    "pooling last in each block": (lambda: compiled(pooling_last()), BATCH, plain),
    "no batch normalisation": (
        lambda: compiled(lesson.small_alexnet(normalise=False)), BATCH, plain
    ),
    "separable convolutions": (lambda: compiled(separable()), BATCH, plain),
}  # fmt: skip


def seconds(model, batch, feed, x, y):
    """Return (clock, processor) seconds of one epoch."""
    data = feed(x, y, batch)
    data = data if isinstance(data, tuple) else (data,)
    clock, processor = time.perf_counter(), time.process_time()
    model.fit(*data, epochs=1, verbose=0)
    return time.perf_counter() - clock, time.process_time() - processor


def main():
    rng = np.random.default_rng(1)
    x = rng.random((IMAGES, 24, 24, 1), dtype="float32")
    y = rng.integers(0, 10, IMAGES)
    runs = {name: (build(), batch, feed) for name, (build, batch, feed) in VARIANTS.items()}
    for model, batch, feed in runs.values():
        seconds(model, batch, feed, x[: 2 * batch], y[: 2 * batch])  # the first one also compiles
        seconds(model, batch, feed, x[:IMAGES], y[:IMAGES])
    rounds = [{name: seconds(*run, x, y) for name, run in runs.items()} for _ in range(ROUNDS)]
    base = next(iter(VARIANTS))
    print(f"{'':28} clock  processor")
    for name in VARIANTS:
        ratios = [[r[name][kind] / r[base][kind] for r in rounds] for kind in (0, 1)]
        clock, processor = map(statistics.median, ratios)
        print(f"{name:28} {clock:5.2f}  {processor:9.2f}")


if __name__ == "__main__":
    main()
