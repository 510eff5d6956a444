"""LeNet in TensorFlow, without Keras: variables, a tape, a compiled function."""

import tensorflow as tf

from helpers.frameworks.protocol import RATE, SHAPES

TITLE = "TensorFlow"
NEEDS = ["tensorflow"]
LAYOUT = {"conv": "HWIO", "dense": "in, out", "flatten": "HWC"}
ORDER = 1
EXPORTS = "SavedModel, LiteRT"


# Definition
class LeNet(tf.Module):
    def __init__(self):
        super().__init__()
        for layer, shape in SHAPES.items():
            pair = [tf.Variable(tf.zeros(shape)), tf.Variable(tf.zeros(shape[-1]))]
            setattr(self, layer, pair)

    def __call__(self, images):
        x = images[..., tf.newaxis]
        for (kernel, bias), padding in [(self.conv1, "SAME"), (self.conv2, "VALID")]:
            x = tf.tanh(tf.nn.conv2d(x, kernel, strides=1, padding=padding) + bias)
            x = tf.nn.avg_pool2d(x, ksize=2, strides=2, padding="VALID")
        x = tf.reshape(x, (-1, 400))
        for kernel, bias in [self.dense1, self.dense2]:
            x = tf.tanh(x @ kernel + bias)
        kernel, bias = self.dense3
        return x @ kernel + bias


# Loss and training step
def make_step(network):
    @tf.function
    def update(images, labels):
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, network(images))
            loss = tf.reduce_mean(losses)
        variables = network.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(RATE * gradient)
        return loss

    def train_step(images, labels):
        return float(update(tf.constant(images), tf.constant(labels)))

    return train_step


# For the comparison
def build(weights):
    network = LeNet()
    for layer, arrays in weights.items():
        for variable, array in zip(getattr(network, layer), arrays):
            variable.assign(array)
    return network


def logits(network, images):
    if not hasattr(network, "compiled"):
        network.compiled = tf.function(network.__call__, reduce_retracing=True)
    return network.compiled(tf.constant(images)).numpy()


def save(network, path):
    tf.train.Checkpoint(network=network).write(str(path))
