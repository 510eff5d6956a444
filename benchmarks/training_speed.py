"""Measure what makes small convolutional networks train fast on a CPU, as ratios in one run.

    python -m benchmarks.training_speed [lenet] [alexnet]

Each variant of lesson 04's LeNet and of lesson 05's small AlexNet changes one thing. All variants
of a network are timed in turn, several rounds of them, after a first epoch that also compiles. What
is printed is the median over the rounds of a variant's time divided by the plain run's in the same
round: below 1 is faster. Beside the time on the clock stands that of the processors; on a machine
that does other work, believe the second.
"""

import statistics
import sys
import time
from types import FunctionType

import numpy as np

from helpers import from_lesson, start_tensorflow_quietly

start_tensorflow_quietly()
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

ROUNDS, BATCH, SEED = 3, 128, 1
lenet = from_lesson("04_build_lenet", "make_lenet")
alexnet = from_lesson("05_build_alexnet", "small_alexnet", "conv_block", "optimiser")


def with_block(conv_block):
    """Return the lesson's small_alexnet, made of other blocks."""
    original = alexnet.small_alexnet
    scope = original.__globals__ | {"conv_block": conv_block}
    return FunctionType(original.__code__, scope, argdefs=original.__defaults__)


def pooling_last(x, units, kernel, window=0, normalise=True):
    x = alexnet.conv_block(x, units, kernel, 0, normalise)
    return layers.MaxPooling2D(window, 2, padding="same")(x) if window else x


def separable(x, units, kernel, window=0, normalise=True):
    """The lesson's block, from the third layer on with a separable convolution."""
    if units < 64:
        return alexnet.conv_block(x, units, kernel, window, normalise)
    x = layers.SeparableConv2D(units, kernel, padding="same", use_bias=False)(x)
    if window:
        x = layers.MaxPooling2D(window, 2, padding="same")(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def prefetched(data, batch):
    return data.batch(batch).prefetch(2)


def shuffled(data, batch):
    return data.shuffle(len(data)).batch(batch).prefetch(2)


def cached(data, batch):
    return data.batch(batch).cache().prefetch(2)


COMMON = {
    "plain (batch 128)": {},
    **{f"batch {size}": {"batch": size} for size in (32, 64, 256, 512)},
    **{f"steps_per_execution={n}": {"steps_per_execution": n} for n in (4, 32)},
    "jit_compile=True (XLA)": {"jit_compile": True},
    "mixed_bfloat16": {"dtype": "mixed_bfloat16"},
    **{f"tf.data, {feed.__name__}": {"feed": feed} for feed in (prefetched, shuffled, cached)},
}
BLOCKS = {
    "pooling last in each block": {"make": with_block(pooling_last)},
    "no batch normalisation": {"make": lambda: alexnet.small_alexnet(normalise=False)},
    "separable convolutions": {"make": with_block(separable)},
}
NETWORKS = {  # what makes it, its optimiser, its images, its variants
    "lenet": (lenet.make_lenet, lambda: keras.optimizers.Adam(learning_rate=0.001),
              (12_000, 28, 28, 1), COMMON),
    "alexnet": (alexnet.small_alexnet, lambda: alexnet.optimiser(1000),
                (2_560, 24, 24, 1), COMMON | BLOCKS),
}  # fmt: skip


def epoch(make, optimiser, x, y, batch=BATCH, dtype="float32", feed=None, **options):
    """Return a function that trains for one epoch and returns its (clock, processor) seconds."""
    keras.utils.set_random_seed(SEED)
    keras.config.set_dtype_policy(dtype)
    model = make()
    keras.config.set_dtype_policy("float32")
    model.compile(optimiser(), "sparse_categorical_crossentropy", **options)
    given = {"x": x, "y": y, "batch_size": batch}
    if feed:
        data = feed(tf.data.Dataset.from_tensor_slices((x, y)), batch)
        given = {"x": data, "shuffle": False}  # Keras shuffles arrays only

    def train():
        clock, processor = time.perf_counter(), time.process_time()
        model.fit(**given, verbose=0)
        return time.perf_counter() - clock, time.process_time() - processor

    return train


def measure(name):
    """Print the table of one network."""
    make, optimiser, shape, variants = NETWORKS[name]
    rng = np.random.default_rng(SEED)  # what is in the images does not change the time
    x, y = rng.random(shape, dtype="float32"), rng.integers(0, 10, shape[0])
    epochs = {
        variant: epoch(**{"make": make, "optimiser": optimiser, "x": x, "y": y} | changes)
        for variant, changes in variants.items()
    }
    for train in epochs.values():
        train()
    rounds = [{variant: train() for variant, train in epochs.items()} for _ in range(ROUNDS)]
    base = next(iter(variants))
    print(f"\n{name + ', ' + format(len(x), ',') + ' images':28} clock  processor")
    for variant in variants:
        ratios = [[r[variant][kind] / r[base][kind] for r in rounds] for kind in (0, 1)]
        clock, processor = map(statistics.median, ratios)
        print(f"{variant:28} {clock:5.2f}  {processor:9.2f}")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or NETWORKS:
        measure(chosen)
