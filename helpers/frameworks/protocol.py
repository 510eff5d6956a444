"""What is the same for every framework: data, batches, initial weights, rate. NumPy only.

LeNet with images of 28 x 28: a convolution with 6 kernels of 5 x 5 on the image padded by 2, tanh,
averages of 2 x 2; 16 kernels of 5 x 5, tanh, averages of 2 x 2; full layers of 120, 84 and 10, tanh
between them. SGD with a fixed rate, one epoch in one fixed order.
"""

import hashlib

import numpy as np

RATE = 0.1
BATCH = 128
SEED = 8

# Kernels as TensorFlow and Keras store them: height, width, inputs, outputs (HWIO) for a
# convolution, inputs times outputs for a full layer; row, column, map is the order of flattening.
SHAPES = {
    "conv1": (5, 5, 1, 6),
    "conv2": (5, 5, 6, 16),
    "dense1": (400, 120),
    "dense2": (120, 84),
    "dense3": (84, 10),
}


def initial_weights(seed=SEED):
    """Return {layer: (kernel, bias)} in float32: Glorot's uniform kernels, biases of zero."""
    rng = np.random.default_rng(seed)
    weights = {}
    for layer, shape in SHAPES.items():
        window = int(np.prod(shape[:-2]))
        limit = np.sqrt(6 / (window * shape[-2] + window * shape[-1]))
        kernel = rng.uniform(-limit, limit, shape).astype(np.float32)
        weights[layer] = (kernel, np.zeros(shape[-1], np.float32))
    return weights


def scaled(images):
    """Return uint8 images (n, 28, 28) as float32 from 0 to 1."""
    return images.astype(np.float32) / np.float32(255)


class Digits:
    """The digits, in the order of training.

    Args:
        x_train, y_train, x_test, y_test: uint8 arrays, (n, 28, 28) and (n,).
        seed: of the permutation.
    """

    def __init__(self, x_train, y_train, x_test, y_test, seed=SEED):
        self.x_train, self.y_train = np.asarray(x_train), np.asarray(y_train)
        self.x_test, self.y_test = np.asarray(x_test), np.asarray(y_test)
        self.order = np.random.default_rng(seed).permutation(len(self.x_train))
        self.steps = len(self.x_train) // BATCH  # the last, smaller batch is dropped

    def batch(self, step):
        """Return the batch of this step: float32 (128, 28, 28) and int64 (128,)."""
        chosen = self.order[step * BATCH : (step + 1) * BATCH]
        return scaled(self.x_train[chosen]), self.y_train[chosen].astype(np.int64)

    def digest(self):
        """Return 12 hex digits that tell one set of digits from another."""
        sha = hashlib.sha256()
        for part in (self.x_train, self.y_train, self.x_test, self.y_test):
            sha.update(np.ascontiguousarray(part, dtype=np.uint8).tobytes())
        return sha.hexdigest()[:12]

    def save(self, path):
        """Write all to an .npz file, in one fast uncompressed piece."""
        np.savez(
            path,
            x_train=self.x_train,
            y_train=self.y_train,
            x_test=self.x_test,
            y_test=self.y_test,
        )

    @classmethod
    def load(cls, path):
        with np.load(path) as data:
            return cls(data["x_train"], data["y_train"], data["x_test"], data["y_test"])
