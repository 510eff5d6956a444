"""LiteRT files: written from Keras, read for any size of batch, and quietly."""

import os

import numpy as np
import pytest

from helpers import runtimes, start_tensorflow_quietly


@pytest.fixture(scope="module")
def model():
    start_tensorflow_quietly()
    import keras

    keras.utils.set_random_seed(0)
    layers = [keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 3, activation="relu")]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(4)])


@pytest.mark.parametrize("batch", [1, 5])
def test_it_computes_what_keras_computes(model, batch, tmp_path, capfd):
    path = runtimes.export_litert(model, tmp_path / "a.tflite")
    x = np.random.default_rng(0).normal(size=(batch, 8, 8, 1)).astype("float32")
    read = runtimes.litert_reader(path, batch)
    assert np.abs(read(x) - model.predict(x, verbose=0)).max() < 1e-5
    assert np.abs(read(-x) - model.predict(-x, verbose=0)).max() < 1e-5
    assert os.listdir(tmp_path) == ["a.tflite"]
    assert capfd.readouterr().out == ""


def test_only_the_greeting_is_kept_back(capfd):
    def start():
        os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\nA real fault.\n")
        return 7

    assert runtimes._without_start_up_line(start) == 7
    assert capfd.readouterr().err == "A real fault.\n"
