"""LeNet in Theano: a graph of symbols, differentiated as a formula, compiled to C++."""

import numpy as np
import theano
from theano import tensor as T
from theano.tensor import nnet
from theano.tensor.signal.pool import pool_2d

from helpers.frameworks.protocol import RATE, SHAPES

TITLE = "Theano"
NEEDS = ["Theano"]
ENVIRONMENT = "legacy"
LAYOUT = {"conv": "OIHW", "dense": "in, out", "flatten": "CHW"}
ORDER = 6
EXPORTS = "none: arrays only"


# Definition
def convolve(x, kernel, bias, border):
    x = nnet.conv2d(x, kernel, border_mode=border, filter_flip=False)  # the default turns it
    return T.tanh(x + bias.dimshuffle("x", 0, "x", "x"))


def average(x):
    return pool_2d(x, ws=(2, 2), ignore_border=True, mode="average_exc_pad")


def network(weights, images):
    x = images.dimshuffle(0, "x", 1, 2)
    x = average(convolve(x, *weights["conv1"], border="half"))
    x = average(convolve(x, *weights["conv2"], border="valid"))
    x = x.flatten(2)
    for layer in ["dense1", "dense2"]:
        kernel, bias = weights[layer]
        x = T.tanh(T.dot(x, kernel) + bias)
    kernel, bias = weights["dense3"]
    return T.dot(x, kernel) + bias


# Loss and training step
def make_step(weights):
    images, labels = T.tensor3("images", "float32"), T.lvector("labels")
    z = network(weights, images)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - T.log(T.exp(z).sum(axis=1, keepdims=True))
    loss = -log_p[T.arange(labels.shape[0]), labels].mean()
    variables = [variable for pair in weights.values() for variable in pair]
    slopes = T.grad(loss, variables)
    updates = [(v, v - np.float32(RATE) * slope) for v, slope in zip(variables, slopes)]
    update = theano.function([images, labels], loss, updates=updates)

    def train_step(images, labels):
        return float(update(images, labels))

    return train_step


# For the comparison
class Weights(dict):
    """Shared variables by layer; the compiled forward pass is kept beside them."""


def build(weights):
    assert list(weights) == list(SHAPES)
    shared = {layer: [theano.shared(a) for a in pair] for layer, pair in weights.items()}
    return Weights(shared)


def logits(weights, images):
    if not hasattr(weights, "compiled"):
        symbol = T.tensor3("images", "float32")
        weights.compiled = theano.function([symbol], network(weights, symbol))
    return weights.compiled(images)


def save(weights, path):
    arrays = {
        f"{layer}_{number}": variable.get_value()
        for layer, pair in weights.items()
        for number, variable in enumerate(pair)
    }
    np.savez(f"{path}.npz", **arrays)
