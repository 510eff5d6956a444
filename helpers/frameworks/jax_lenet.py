"""LeNet in JAX with Optax: weights are data, the network is a pure function of them."""

import jax
import numpy as np
import optax
from jax import lax
from jax import numpy as jnp

from helpers.frameworks.protocol import RATE

TITLE = "JAX"
NEEDS = ["jax", "optax"]
LAYOUT = {"conv": "HWIO", "dense": "in, out", "flatten": "HWC"}
ORDER = 3
EXPORTS = "StableHLO"


# Definition
def convolve(x, kernel, bias, padding):
    axes = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(x, kernel, (1, 1), padding, dimension_numbers=axes) + bias


def average(x):
    window = (1, 2, 2, 1)
    return lax.reduce_window(x, 0.0, lax.add, window, window, "VALID") / 4


def network(weights, images):
    x = images[..., None]
    x = average(jnp.tanh(convolve(x, *weights["conv1"], padding="SAME")))
    x = average(jnp.tanh(convolve(x, *weights["conv2"], padding="VALID")))
    x = x.reshape(-1, 400)
    for layer in ["dense1", "dense2"]:
        kernel, bias = weights[layer]
        x = jnp.tanh(x @ kernel + bias)
    kernel, bias = weights["dense3"]
    return x @ kernel + bias


# Loss and training step
def loss_of(weights, images, labels):
    losses = optax.softmax_cross_entropy_with_integer_labels(network(weights, images), labels)
    return losses.mean()


def make_step(state):
    optimizer = optax.sgd(RATE)
    memory = optimizer.init(state["weights"])

    @jax.jit
    def update(weights, memory, images, labels):
        loss, gradients = jax.value_and_grad(loss_of)(weights, images, labels)
        changes, memory = optimizer.update(gradients, memory)
        return optax.apply_updates(weights, changes), memory, loss

    def train_step(images, labels):
        nonlocal memory
        state["weights"], memory, loss = update(state["weights"], memory, images, labels)
        return float(loss)

    return train_step


# For the comparison
def build(weights):
    return {"weights": jax.tree.map(jnp.asarray, weights)}


compiled = jax.jit(network)


def logits(state, images):
    return np.asarray(compiled(state["weights"], images))


def save(state, path):
    leaves = {
        f"{layer}_{i}": a for layer, pair in state["weights"].items() for i, a in enumerate(pair)
    }
    np.savez(f"{path}.npz", **leaves)
