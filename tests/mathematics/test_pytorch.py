"""Lesson 07 and its deeper part: what they define, against NumPy, PIL, PyTorch and lesson 02."""

import numpy as np
import pytest
from PIL import Image

from helpers import from_lesson
from helpers.lesson_code import lesson_path
from tools import lessons

torch = pytest.importorskip("torch")

LESSON, DEEPER = "07_train_in_pytorch", "deeper/07_pytorch"
lesson = from_lesson(
    *(LESSON, "to_grey", "to_tensor", "PictureFolder", "Network", "LeNet", "train", "answers"),
    "forward_222",
)


def picture(mode, seed=0):
    rng = np.random.default_rng(seed)
    shape = (5, 4) if mode == "L" else (5, 4, len(mode))
    return Image.fromarray(rng.integers(0, 256, shape, np.uint8), mode)


# ---- transforms and dataset


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_transforms_give_grey_levels_from_0_to_1(mode):
    tensor = lesson.to_tensor(lesson.to_grey(picture(mode)))
    pixels = np.asarray(picture(mode), float)
    grey = pixels if mode == "L" else pixels[..., :3] @ [0.299, 0.587, 0.114]
    assert tensor.shape == (1, 5, 4) and tensor.dtype == torch.float32
    assert np.allclose(255 * tensor[0].numpy(), grey, atol=1e-3 if mode == "L" else 0.51)


def test_white_is_1_and_black_0():
    for level, value in ((255, 1), (0, 0)):
        assert (lesson.to_tensor(Image.new("L", (3, 3), level)) == value).all()


@pytest.fixture
def folder(tmp_path):
    """Three classes, whose order in the file system, by date and by size is not the sorted one."""
    for number, name in enumerate(["dog", "ant", "cat"], 1):
        (tmp_path / name).mkdir()
        for i in range(number):
            Image.new("L", (2, 2), 80 * number).save(tmp_path / name / f"{i}.png")
        (tmp_path / name / ".DS_Store").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no class")
    return tmp_path


def test_labels_are_places_among_the_sorted_folder_names(folder):
    dataset = lesson.PictureFolder(folder)
    assert dataset.classes == ["ant", "cat", "dog"]
    samples = [dataset[i] for i in range(6)]
    levels = [(round(255 * image.mean().item()), label) for image, label in samples]
    assert levels == 2 * [(160, 0)] + 3 * [(240, 1)] + [(80, 2)] and len(dataset) == 6


def test_each_file_is_read_once(folder, monkeypatch):
    dataset, opened, read = lesson.PictureFolder(folder), [], Image.open
    monkeypatch.setattr(Image, "open", lambda path: opened.append(path) or read(path))
    for _ in range(3):
        list(torch.utils.data.DataLoader(dataset, batch_size=4))
    assert sorted(opened) == dataset.paths


# ---- networks


def test_the_network_computes_what_numpy_computes():
    network = lesson.Network(7).double()
    images = torch.rand(3, 1, 28, 28, dtype=torch.float64)
    W1, b1, W2, b2 = (parameter.detach().numpy() for parameter in network.parameters())
    hidden = np.maximum(images.numpy().reshape(3, 784) @ W1.T + b1, 0)
    assert np.allclose(network(images).detach(), hidden @ W2.T + b2, rtol=1e-12)


def test_lenet_has_the_layers_of_lesson_04():
    sizes = [sum(p.numel() for p in layer.parameters()) for layer in lesson.LeNet().children()]
    assert sizes == [156, 2416, 48_120, 10_164, 850]
    assert lesson.LeNet()(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_training_changes_every_parameter_and_lowers_the_loss():
    torch.manual_seed(0)
    images, labels = torch.rand(64, 1, 28, 28), torch.arange(64) % 10
    model, loader = lesson.Network(32), [(images, labels)] * 200
    before = [parameter.clone() for parameter in model.parameters()]
    losses = lesson.train(model, loader, epochs=1, show=False)
    assert len(losses) == 2 and losses[1] < losses[0] < 2.3
    assert not any(map(torch.equal, before, model.parameters()))


def test_answers_are_in_the_order_of_the_dataset_and_take_no_notes():
    class Largest(torch.nn.Module):
        def forward(self, images):
            assert not torch.is_grad_enabled() and not self.training
            return images.flatten(1)

    images = torch.nn.functional.one_hot(torch.tensor([3, 1, 4, 1, 5]), 10).float()
    dataset = torch.utils.data.TensorDataset(images, torch.zeros(5))
    assert lesson.answers(Largest(), dataset, 2).tolist() == [3, 1, 4, 1, 5]


# ---- gradients


WEIGHTS = {"W1": [[0.8, -0.3], [-0.4, 0.6]], "W2": [[1.0, -0.7], [0.5, 0.9]]}
BIASES = {"b1": [0.1, 0.2], "b2": [-0.2, 0.1]}


def test_autograd_finds_the_twelve_gradients_of_lesson_02(monkeypatch):
    parameters = {name: np.array(values) for name, values in (WEIGHTS | BIASES).items()}
    x, y, names = np.array([[1.0, 0.5]]), np.array([[1.0, 0.0]]), ["sigmoid", "sigmoid"]
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in parameters.items()}
    data = {"x": torch.tensor(x), "y": torch.tensor(y)}
    for name, tensor in (tensors | data).items():
        monkeypatch.setitem(lesson.forward_222.__globals__, name, tensor)
    loss = lesson.forward_222()[-1]
    loss.backward()

    by_hand = from_lesson("02_build_a_network", "forward", "backward", "mse")
    W, b = ([parameters[f"{kind}{layer}"] for layer in (1, 2)] for kind in "Wb")
    a = by_hand.forward(x, W, b, names)
    dW, db = by_hand.backward(a, y, W, names, "mse")
    assert np.isclose(loss.item(), by_hand.mse(a[-1], y))
    for name, gradient in zip(("W1", "W2", "b1", "b2"), (*dW, *db)):
        assert np.allclose(tensors[name].grad, gradient, rtol=1e-12)


@pytest.mark.parametrize("name", ["02_build_a_network", LESSON])
def test_both_lessons_work_with_these_weights(name):
    notebook = lessons.read_notebook(lesson_path(name))
    source = "\n".join(code for _, code in lessons.statements(notebook))
    for numbers in (*WEIGHTS.values(), *BIASES.values(), [[1.0, 0.5]]):
        assert str(numbers) in source


def test_our_engine_agrees_with_pytorch_on_values_used_several_times():
    Value, backward = from_lesson(DEEPER, "Value", "backward")

    def expression(p, q):
        s = p * q + p
        return (s * s + q).sigmoid() * s

    ours = [Value(0.3), Value(-1.2)]
    theirs = [torch.tensor(v.data, dtype=torch.float64, requires_grad=True) for v in ours]
    result = expression(*ours)
    backward(result)
    expression(*theirs).backward()
    assert result.data == pytest.approx(expression(*theirs).item(), rel=1e-12)
    assert [v.grad for v in ours] == pytest.approx([t.grad.item() for t in theirs], rel=1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.001])
def test_our_adam_agrees_with_pytorchs(rate):
    (OurAdam,) = from_lesson(DEEPER, "OurAdam")
    ours, theirs = (torch.tensor([3.0, -1e-9, 0.0]).double().requires_grad_() for _ in range(2))
    optimizers = OurAdam([ours], rate), torch.optim.Adam([theirs], lr=rate)
    for _ in range(30):
        for w, optimizer in zip((ours, theirs), optimizers):
            w.grad = None
            (w**4).sum().backward()
            optimizer.step()
    assert torch.allclose(ours, theirs, rtol=1e-12, atol=0)
