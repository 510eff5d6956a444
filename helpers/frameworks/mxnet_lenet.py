"""LeNet in MXNet's Gluon: layers that run line by line, or compiled by `hybridize`."""

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn

from helpers.frameworks.protocol import RATE

TITLE = "MXNet"
NEEDS = ["mxnet"]
ENVIRONMENT = "legacy"
LAYOUT = {"conv": "OIHW", "dense": "out, in", "flatten": "CHW"}
ORDER = 5
EXPORTS = "ONNX, symbol + params"


# Definition
def define():
    network = nn.HybridSequential()
    network.add(
        nn.Conv2D(6, kernel_size=5, padding=2, activation="tanh", in_channels=1),
        nn.AvgPool2D(2),
        nn.Conv2D(16, kernel_size=5, activation="tanh", in_channels=6),
        nn.AvgPool2D(2),
        nn.Flatten(),
        nn.Dense(120, activation="tanh", in_units=400),
        nn.Dense(84, activation="tanh", in_units=120),
        nn.Dense(10, in_units=84),
    )
    return network


# Loss and training step
def make_step(network):
    network.hybridize()
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(network.collect_params(), "sgd", {"learning_rate": RATE})

    def train_step(images, labels):
        with autograd.record():
            losses = loss_of(network(mx.nd.array(images[:, None])), mx.nd.array(labels))
        losses.backward()  # of the sum: the trainer divides by the size of the batch
        trainer.step(len(images))
        return losses.mean().asscalar()

    return train_step


# For the comparison
def build(weights):
    network = define()
    network.initialize()
    with_weights = [layer for layer in network if hasattr(layer, "bias")]
    for layer, (kernel, bias) in zip(with_weights, weights.values()):
        layer.weight.set_data(mx.nd.array(kernel))
        layer.bias.set_data(mx.nd.array(bias))
    return network


def logits(network, images):
    return network(mx.nd.array(images[:, None])).asnumpy()


def save(network, path):
    network.save_parameters(f"{path}.params")
