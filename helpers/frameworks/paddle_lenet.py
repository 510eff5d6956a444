"""LeNet in PaddlePaddle: much like PyTorch, with full layers stored inputs times outputs."""

import paddle
from paddle import nn

from helpers.frameworks.protocol import RATE

TITLE = "PaddlePaddle"
NEEDS = ["paddlepaddle"]
ENVIRONMENT = "more"
LAYOUT = {"conv": "OIHW", "dense": "in, out", "flatten": "CHW"}
ORDER = 7
EXPORTS = "inference model, ONNX"


# Definition
class LeNet(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2D(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2D(6, 16, kernel_size=5)
        self.pool = nn.AvgPool2D(2, 2)
        self.dense1 = nn.Linear(400, 120)
        self.dense2 = nn.Linear(120, 84)
        self.dense3 = nn.Linear(84, 10)

    def forward(self, images):
        x = self.pool(paddle.tanh(self.conv1(images.unsqueeze(1))))
        x = self.pool(paddle.tanh(self.conv2(x)))
        x = paddle.tanh(self.dense1(x.flatten(1)))
        x = paddle.tanh(self.dense2(x))
        return self.dense3(x)


# Loss and training step
def make_step(network):
    loss_of = nn.CrossEntropyLoss()
    optimizer = paddle.optimizer.SGD(RATE, parameters=network.parameters())

    def train_step(images, labels):
        loss = loss_of(network(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        return float(loss)

    return train_step


# For the comparison
def build(weights):
    network = LeNet()
    for layer, (kernel, bias) in weights.items():
        getattr(network, layer).weight.set_value(kernel)
        getattr(network, layer).bias.set_value(bias)
    return network


def logits(network, images):
    with paddle.no_grad():
        return network(paddle.to_tensor(images)).numpy()


def save(network, path):
    paddle.save(network.state_dict(), f"{path}.pdparams")
