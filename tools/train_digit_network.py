"""Train the small network that the service and the page use, and write its weights for both.

Run `python -m tools.train_digit_network`: some ten minutes on two cores. It trains lesson 04's
LeNet on MNIST, each epoch on freshly varied copies: people turn, slant, squeeze and thicken their
digits more than MNIST's writers did. `--plain` trains without variations, `--epochs 1` for a quick
look; `--dry` writes nothing.
"""

import argparse
import datetime
import sys

import numpy as np
from scipy import ndimage

from helpers import digit_network, from_lesson, start_tensorflow_quietly
from helpers.data import load_mnist
from helpers.standin import centres_of_mass, enlarge, sample
from tools.digit_network_files import write_network

SEED, EPOCHS, BATCH_SIZE, LEARNING_RATE = 6, 14, 128, 0.003
VALIDATION = 5_000  # the last of the training digits
ANGLE, SCALE, STRETCH, SHEAR, SHIFT = np.deg2rad(14), 0.14, 0.12, 0.25, 1.0  # largest variations
THICKER, THINNER = 0.35, 0.15  # shares of the digits
CHUNK = 500  # images varied at a time


def main():
    options = parsed_options()
    start_tensorflow_quietly()
    (images, labels), test = load_mnist()
    if list(labels[:5]) != [5, 0, 4, 1, 9]:
        return "The network is trained on MNIST, and this is the stand-in."
    x, y = images[:-VALIDATION], labels[:-VALIDATION]
    model = train(x, y, options.epochs, plain=options.plain)
    held_back = images[-VALIDATION:], labels[-VALIDATION:]
    looked_at = {"held back": held_back, "scikit-learn's digits": other_digits()}
    if not options.dry:  # the test digits are looked at for the network that is kept only
        looked_at = {"held back": held_back, "MNIST's test digits": test, **looked_at}
    measured = {name: accuracy(model, *data) for name, data in looked_at.items()}
    for name, share in measured.items():
        print(f"{name}: {share:.2%}")
    if options.dry:
        return 0
    write_network(model.get_weights(), about(options, measured))
    print(f"Written to {digit_network.FOLDER} and {digit_network.PAGE_WEIGHTS}.")
    return 0


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--plain", action="store_true", help="train on MNIST without variations")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    return parser.parse_args()


def about(options, measured):
    """Return what the README beside the weights says of their making."""
    variations = "without variations" if options.plain else "on freshly varied copies"
    return {
        "date": datetime.date.today().isoformat(),
        "how": f"{options.epochs} epochs {variations}, seed {SEED}",
        **{name: f"{share:.2%}" for name, share in measured.items()},
    }


def train(images, labels, epochs, *, plain=False):
    """Return lesson 04's LeNet, trained on uint8 (n, 28, 28) and their labels."""
    import keras

    make_lenet, compiled = from_lesson("04_build_lenet", "make_lenet", "compiled")
    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    steps = epochs * -(-len(images) // BATCH_SIZE)
    falling = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, decay_steps=steps)
    model = compiled(make_lenet(), falling)
    for epoch in range(epochs):
        print(f"Epoch {epoch + 1} of {epochs}", flush=True)
        x = images if plain else varied(images, rng)
        model.fit(x[..., None], labels, batch_size=BATCH_SIZE, verbose=2)
    return model


def accuracy(model, images, labels):
    """Return the share of uint8 (n, 28, 28) that the model reads rightly."""
    p = model.predict(images[..., None], batch_size=1000, verbose=0)
    return float(np.mean(p.argmax(axis=1) == labels))


def other_digits():
    """Return scikit-learn's 1,797 digits, by other writers, enlarged and centred as MNIST's."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = enlarge(digits.images)
    everyone = np.arange(len(images))
    same = np.repeat(np.eye(2, dtype=np.float32)[..., None], len(images), axis=2)
    centred = sample(images, everyone, same, centres_of_mass(images))
    return np.rint(centred).astype(np.uint8), digits.target


def varied(images, rng):
    """Return a varied copy of uint8 (n, 28, 28): shape, thickness of the pen, and darkness."""
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        part = slice(start, start + CHUNK)
        result[part] = vary_some(images[part].astype(np.float32), rng)
    return result


def vary_some(images, rng):
    """Return uint8 (n, 28, 28), varied from float32 of the same shape and range."""
    count = len(images)
    images = with_another_pen(images, rng)
    middles = centres_of_mass(images) + rng.uniform(-SHIFT, SHIFT, (2, count)).astype(np.float32)
    images = sample(images, np.arange(count), random_maps(count, rng), middles)
    darkness = rng.uniform(0.6, 1.4, (count, 1, 1)).astype(np.float32)
    return np.rint(255 * (images / 255) ** darkness).astype(np.uint8)


def with_another_pen(images, rng):
    """Return float32 (n, 28, 28) with some strokes thickened and some thinned, more or less."""
    draw, much = rng.random((len(images), 1, 1)), rng.random((len(images), 1, 1))
    cross = ndimage.generate_binary_structure(2, 1)[None]
    thick = ndimage.grey_dilation(images, footprint=cross)
    thin = ndimage.grey_erosion(images, footprint=cross[:, :2, :2])
    target = np.where(draw < THICKER, thick, np.where(draw > 1 - THINNER, thin, images))
    return (images + much * (target - images)).astype(np.float32)


def random_maps(count, rng):
    """Return float32 (2, 2, count): matrices that lead from the result back to the image."""
    bounds = (ANGLE, SCALE, STRETCH, SHEAR)
    angle, scale, stretch, shear = (rng.uniform(-b, b, count) for b in bounds)
    down, right = 1 / (1 + scale + stretch), 1 / (1 + scale - stretch)
    cos, sin = np.cos(angle), np.sin(angle)
    slant = cos * shear
    matrices = [[down * cos, right * -sin], [down * (sin + slant), right * cos]]
    return np.array(matrices, np.float32)


if __name__ == "__main__":
    sys.exit(main())
