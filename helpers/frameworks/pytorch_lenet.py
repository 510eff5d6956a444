"""LeNet in PyTorch: modules, autograd, an optimiser."""

import torch
from torch import nn

from helpers.frameworks.protocol import RATE

TITLE = "PyTorch"
NEEDS = ["torch"]
LAYOUT = {"conv": "OIHW", "dense": "out, in", "flatten": "CHW"}
ORDER = 0
EXPORTS = "ONNX, torch.export"


# Definition
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.dense1 = nn.Linear(400, 120)
        self.dense2 = nn.Linear(120, 84)
        self.dense3 = nn.Linear(84, 10)

    def forward(self, images):
        x = self.pool(torch.tanh(self.conv1(images.unsqueeze(1))))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = torch.tanh(self.dense1(x.flatten(1)))
        x = torch.tanh(self.dense2(x))
        return self.dense3(x)


# Loss and training step
def make_step(network):
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)

    def train_step(images, labels):
        optimizer.zero_grad()
        loss = loss_of(network(torch.from_numpy(images)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return loss.item()

    return train_step


# To ONNX
def to_onnx(network, path):
    axes = {"images": {0: "batch"}, "logits": {0: "batch"}}
    names = {"input_names": ["images"], "output_names": ["logits"], "dynamic_axes": axes}
    torch.onnx.export(network, (torch.zeros(1, 28, 28),), path, dynamo=False, **names)


# For the comparison
def build(weights):
    network = LeNet()
    with torch.no_grad():
        for layer, (kernel, bias) in weights.items():
            getattr(network, layer).weight.copy_(torch.from_numpy(kernel))
            getattr(network, layer).bias.copy_(torch.from_numpy(bias))
    return network


def logits(network, images):
    with torch.no_grad():
        return network(torch.from_numpy(images)).numpy()


def save(network, path):
    torch.save(network.state_dict(), f"{path}.pth")
