"""LeNet in Keras 3: one program, three backends."""

import keras
from keras import layers

from helpers.frameworks.protocol import RATE

TITLE = "Keras"
NEEDS = ["keras"]
VARIANTS = {
    "keras_tensorflow": {
        "title": "Keras on TensorFlow",
        "needs": ["keras", "tensorflow"],
        "environ": {"KERAS_BACKEND": "tensorflow"},
    },
    "keras_jax": {
        "title": "Keras on JAX",
        "needs": ["keras", "jax"],
        "environ": {"KERAS_BACKEND": "jax"},
    },
    "keras_torch": {
        "title": "Keras on PyTorch",
        "needs": ["keras", "torch"],
        "environ": {"KERAS_BACKEND": "torch"},
    },
}
LAYOUT = {"conv": "HWIO", "dense": "in, out", "flatten": "HWC"}
ORDER = 2
EXPORTS = ".keras, SavedModel, LiteRT, ONNX"


# Definition
def define():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh", name="conv1"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh", name="conv2"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh", name="dense1"),
            layers.Dense(84, activation="tanh", name="dense2"),
            layers.Dense(10, name="dense3"),
        ]
    )


# Loss and training step
def make_step(network):
    network.compile(
        optimizer=keras.optimizers.SGD(learning_rate=RATE),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )

    def train_step(images, labels):
        network.reset_metrics()  # else it returns the mean of all losses so far
        return float(network.train_on_batch(images[..., None], labels))

    return train_step


# To ONNX
def to_onnx(network, path):
    network.export(path, format="onnx", verbose=False)


# For the comparison
def build(weights):
    keras.config.disable_interactive_logging()
    network = define()
    for layer, arrays in weights.items():
        network.get_layer(layer).set_weights(arrays)
    return network


def logits(network, images):
    return network.predict_on_batch(images[..., None])


def save(network, path):
    network.save_weights(f"{path}.weights.h5")
