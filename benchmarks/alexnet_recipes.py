"""Compare recipes for lesson 05's small AlexNet on its validation digits; the test set stays closed.

    python -m benchmarks.alexnet_recipes [RECIPE ...] [--seeds 1 2]

Each run trains on 54,000 digits for seven epochs, three to five minutes on two cores, and is written
to alexnet_recipes.json at once: how many of the 6,000 validation digits it misreads. The lesson
takes the recipe with the fewest mistakes, and quotes what stands in that file.
"""

import argparse
import json
from pathlib import Path

from helpers import from_lesson, start_tensorflow_quietly
from helpers.data import load_mnist

start_tensorflow_quietly()
import keras  # noqa: E402

RESULTS = Path(__file__).with_suffix(".json")
EPOCHS, FIT = 7, 54_000
RECIPES = {  # what each changes
    "plain": {},
    "batches of 256": {"batch_size": 256, "peak": 0.25},
    "no dropout": {"dropout": 0},
    "no dropout, half the sheet": {"dropout": 0, "sheet": {"shift": 1.0, "bend": 0.7}},
}
lesson = from_lesson("05_build_alexnet", "small_alexnet", "VariedDigits", "optimiser", "prepare")


def mistakes(seed, batch_size=128, peak=0.15, dropout=0.3, sheet=None):
    """Train one network; return how many validation digits it misreads."""
    (x, y), _ = load_mnist()
    one_hot = keras.utils.to_categorical(y, 10)
    keras.utils.set_random_seed(seed)
    digits = lesson.VariedDigits(x[:FIT], one_hot[:FIT], batch_size, seed, **(sheet or {}))
    model = lesson.small_alexnet(dropout=dropout)
    model.compile(lesson.optimiser(EPOCHS * len(digits), peak), "categorical_crossentropy")
    model.fit(digits, epochs=EPOCHS, verbose=2)
    read = model.predict(lesson.prepare(x[FIT:, 2:26, 2:26]), batch_size=100, verbose=0)
    return int((read.argmax(axis=1) != y[FIT:]).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=", ".join(RECIPES))
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    options = parser.parse_args()
    for name in options.recipes or RECIPES:
        for seed in options.seeds:
            found = mistakes(seed, **RECIPES[name])
            results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            results.setdefault(name, {})[str(seed)] = found
            RESULTS.write_text(json.dumps(results, indent=1) + "\n")
            print(f"{name}, seed {seed}: {found} of the 6,000 misread", flush=True)


if __name__ == "__main__":
    main()
