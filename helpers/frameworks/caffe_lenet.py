"""LeNet in Caffe: the network is a text file, and a solver trains what the file says."""

import os
import tempfile
from pathlib import Path

import numpy as np

os.environ.setdefault("GLOG_minloglevel", "2")  # read when Caffe starts

import caffe  # noqa: E402

from helpers.frameworks import caffe_format  # noqa: E402
from helpers.frameworks.protocol import BATCH, RATE  # noqa: E402

TITLE = "Caffe"
NEEDS = ["caffe"]
ENVIRONMENT = "caffe"
LAYOUT = {"conv": "OIHW", "dense": "out, in", "flatten": "CHW"}
ORDER = 4
EXPORTS = "prototxt + caffemodel"
DEFINITION = "lenet.prototxt"


# Loss and training step
SOLVER = """
net: "{network}"
type: "SGD"
base_lr: {rate}
lr_policy: "fixed"
"""


def make_step(state):
    state["solver"] = caffe.SGDSolver(str(state["solver.prototxt"]))
    network = state["solver"].net
    network.copy_from(str(state["lenet.caffemodel"]))

    def train_step(images, labels):
        network.blobs["data"].data[...] = images[:, None]
        network.blobs["label"].data[...] = labels
        state["solver"].step(1)
        return float(network.blobs["loss"].data)

    return train_step


# For the comparison
def build(weights):
    caffe.set_mode_cpu()
    folder = Path(tempfile.mkdtemp(prefix="caffe"))
    names = ["train.prototxt", "test.prototxt", "solver.prototxt", "lenet.caffemodel"]
    state = {name: folder / name for name in names}
    solver = SOLVER.format(network=state["train.prototxt"], rate=RATE)
    state["train.prototxt"].write_text(caffe_format.prototxt(BATCH, training=True))
    state["test.prototxt"].write_text(caffe_format.prototxt(1))
    state["solver.prototxt"].write_text(solver)
    state["lenet.caffemodel"].write_bytes(caffe_format.caffemodel(weights))
    return state


def logits(state, images):
    if "test" not in state:
        paths = [str(state[name]) for name in ("test.prototxt", "lenet.caffemodel")]
        state["test"] = caffe.Net(paths[0], caffe.TEST, weights=paths[1])
    if "solver" in state:
        state["test"].share_with(state["solver"].net)
    network = state["test"]
    if network.blobs["data"].data.shape[0] != len(images):
        network.blobs["data"].reshape(len(images), 1, 28, 28)
        network.reshape()
    network.blobs["data"].data[...] = images[:, None]
    return np.array(network.forward()["dense3"])


def save(state, path):
    state["solver"].net.save(f"{path}.caffemodel")
