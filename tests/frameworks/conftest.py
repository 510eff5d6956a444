import numpy as np
import pytest

from helpers.frameworks import protocol


@pytest.fixture(scope="session")
def digits():
    """Three batches of blurred noise with labels, and 300 test images: quick to train on."""
    rng = np.random.default_rng(3)

    def images(count):
        return rng.integers(0, 256, (count, 28, 28)).astype(np.uint8)

    def labels(count):
        return rng.integers(0, 10, count).astype(np.uint8)

    train = 3 * protocol.BATCH + 10
    return protocol.Digits(images(train), labels(train), images(300), labels(300))
