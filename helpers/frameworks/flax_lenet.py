"""LeNet in Flax NNX: modules on top of JAX."""

import jax
import numpy as np
import optax
from flax import nnx

from helpers.frameworks.protocol import RATE

TITLE = "Flax NNX on JAX"
NEEDS = ["flax", "jax", "optax"]
LAYOUT = {"conv": "HWIO", "dense": "in, out", "flatten": "HWC"}
ORDER = 3.5
EXPORTS = "StableHLO"


# Definition
class LeNet(nnx.Module):
    def __init__(self, rngs):
        self.conv1 = nnx.Conv(1, 6, (5, 5), padding="SAME", rngs=rngs)
        self.conv2 = nnx.Conv(6, 16, (5, 5), padding="VALID", rngs=rngs)
        self.dense1 = nnx.Linear(400, 120, rngs=rngs)
        self.dense2 = nnx.Linear(120, 84, rngs=rngs)
        self.dense3 = nnx.Linear(84, 10, rngs=rngs)

    def __call__(self, images):
        x = images[..., None]
        x = nnx.avg_pool(nnx.tanh(self.conv1(x)), (2, 2), (2, 2))
        x = nnx.avg_pool(nnx.tanh(self.conv2(x)), (2, 2), (2, 2))
        x = nnx.tanh(self.dense1(x.reshape(-1, 400)))
        return self.dense3(nnx.tanh(self.dense2(x)))


# Loss and training step
def loss_of(network, images, labels):
    losses = optax.softmax_cross_entropy_with_integer_labels(network(images), labels)
    return losses.mean()


@nnx.jit
def update(network, optimizer, images, labels):
    loss, gradients = nnx.value_and_grad(loss_of)(network, images, labels)
    optimizer.update(network, gradients)
    return loss


def make_step(network):
    optimizer = nnx.Optimizer(network, optax.sgd(RATE), wrt=nnx.Param)

    def train_step(images, labels):
        return float(update(network, optimizer, images, labels))

    return train_step


# For the comparison
def build(weights):
    network = LeNet(nnx.Rngs(0))
    for layer, (kernel, bias) in weights.items():
        getattr(network, layer).kernel[...] = kernel
        getattr(network, layer).bias[...] = bias
    return network


compiled = nnx.jit(lambda network, images: network(images))


def logits(network, images):
    return np.asarray(compiled(network, images))


def save(network, path):
    leaves = jax.tree.leaves(nnx.state(network, nnx.Param))
    np.savez(f"{path}.npz", *leaves)
