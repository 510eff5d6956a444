"""Checks for the exercises of lesson 07. PyTorch is imported only where a check needs it."""

import copy
import math
from operator import getitem

import numpy as np
from PIL import Image, ImageDraw

from helpers.checks.core import (
    Wrong,
    about,
    call,
    check,
    choose,
    compare,
    compare_named,
    named,
    numbers,
)

SIDE = 28
FAULTS = {
    "no zero_grad": "without zeroing, the gradients of all batches pile up: would the loss look"
    " like this?",
    "softmax twice": "with one softmax too many the loss has a floor: is there one here?",
    "eval forgotten": "dropout that is still on makes answers a matter of chance: are they?",
    "not shuffled": "without shuffling, the network sees one kind of picture at a time: which would"
    " it know best at the end?",
    "zeroed last": "zeroing last does no harm until a batch is left out: was one?",
}
SYMPTOMS = {
    "the floor": "softmax twice",
    "two answers": "eval forgotten",
    "always nine": "not shuffled",
    "all NaN": "zeroed last",
    "growing": "no zero_grad",
}


@check
def predictions(answers):
    """Batches, a label, parameters, a loss and a gradient, all without running anything."""
    expected = {
        "batches": (79, {"the last batch is smaller, and it counts": 78,
                         "there is no eighth of a batch": 78.125}),
        "last batch": (8, {"this would be a full batch; how many are left for it?": 64,
                           "so many are missing in it; how many are there?": 56}),
        "label": (14, {"names are sorted as text: what stands between '1' and '2'?": 3,
                       "the first label is 0": 15,
                       "one name is missing: '20' stands before '3', too": 13}),
        "parameters": (109_386, {"each `Linear` also has a bias for every output": 109_184,
                                 "one layer is missing: each arrow between two columns is a"
                                 " `Linear`": 108_736}),
        "loss": (math.log(26), {"this is the share that is guessed right; the loss is -ln of"
                                " it": 1 / 26, "this is the logarithm to base 10": math.log10(26),
                                "this is for ten classes": math.log(10),
                                "a loss is positive: mind the minus in -ln p": -math.log(26)}),
        "gradient": (20, {"this is the gradient of one `backward`; what does the second do with"
                          " it?": 10, "this is the value of y; its slope is asked": 21,
                          "is the slope of 4x in?": 12}),
    }  # fmt: skip
    compare_named(answers, expected, rtol=2e-4)


@check
def named_pictures(kind, rng):
    """A dataset of grey pictures in one array, with a name for each."""
    words = ["owl", "cat", "owl", "bee", "cat", "bee", "owl"]
    digits = ["9", "10", "9", "2", "10", "2", "9"]
    for names, shape in [(words, (7, 4, 5)), (digits, (7, 3, 3)), (["one"], (1, 2, 6))]:
        images = rng.integers(0, 256, shape, dtype=np.uint8)
        dataset = call(kind, images, names)
        length = _asked("len(dataset)", len, dataset)
        if length != len(names):
            raise Wrong(f"for {len(names)} pictures len(dataset) says {length}")
        for i in reversed(range(len(names))):
            sample = _asked(f"dataset[{i}]", getitem, dataset, i)
            picture, label = _pair(sample, "a sample is a picture and its label")
            if not isinstance(label, str) and np.ndim(label):
                raise Wrong("the label of one sample is one number")
            _pixels(picture, images[i], images)
            _label(label, i, names)


def _asked(what, ask, *given):
    try:
        return ask(*given)
    except Exception as error:
        raise Wrong(f"{what} stops with {type(error).__name__}: {error}".strip(": .")) from None


def _pair(result, what):
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Wrong(f"{what}, as in `return a, b`; yours is a {type(result).__name__}")
    return result


def _tensor(given, dtype, why):
    import torch

    if not isinstance(given, torch.Tensor):
        raise Wrong(f"a tensor is expected, yours is a {type(given).__name__}")
    if given.dtype != dtype:
        raise Wrong(f"{why}: {dtype} is expected, yours is {given.dtype}")
    return given.detach().numpy()


def _pixels(picture, image, images):
    import torch

    found = _tensor(picture, torch.float32, "the weights of a network are float32, and so must be"
                    " what they meet")  # fmt: skip
    compare(
        found,
        image[None] / 255,
        {
            "the channel is missing: a grey picture has the shape (1, height, width)": image / 255,
            "the channel comes first in PyTorch": image[..., None] / 255,
            "the pixels go from 0 to 255; the network wants 0 to 1": image[None],
            "rows and columns have changed places": image.T[None] / 255,
            "these are all pictures; one is asked": images / 255,
            "this is another picture than the one that was asked for": images[:1] / 255,
        },
    )


def _label(label, i, names):
    classes = sorted(set(names))
    if isinstance(label, str):
        raise Wrong("the label is the name itself; the loss needs its place in the sorted list")
    mistakes = {"this place counts from 1": classes.index(names[i]) + 1}
    mistakes["the names were numbered as they come; sort them first"] = list(
        dict.fromkeys(names)
    ).index(names[i])
    if all(name.isdigit() for name in names):
        sorted_as_numbers = sorted(set(names), key=int)
        mistakes["names that look like numbers are still sorted as text"] = sorted_as_numbers.index(
            names[i]
        )
    mistakes["this is a place in the list of all names; each name counts once"] = sorted(
        names
    ).index(names[i])
    try:
        compare(label, classes.index(names[i]), mistakes)
    except Wrong as wrong:
        raise Wrong(f"{wrong}.\nThis was the label of sample {i} with names = {names}") from None


@check
def stack_padded(function, rng):
    """Pictures of different sizes as one batch: at the upper left, black around them."""
    import torch

    sizes = [(3, 5), (4, 2), (2, 3)], [(2, 6)], [(3, 3), (3, 3)]
    for shapes in sizes:
        images = [rng.integers(1, 10, shape).astype(np.float32) / 10 for shape in shapes]
        labels = rng.integers(0, 5, len(shapes)).tolist()
        samples = [(torch.from_numpy(image)[None], label) for image, label in zip(images, labels)]
        batch, found = _pair(call(function, samples), "a batch is its pictures and its labels")
        batch = _tensor(batch, torch.float32, "the pictures are float32")
        found = _tensor(found, torch.int64, "CrossEntropyLoss wants labels as whole numbers")
        compare(found, labels)
        height, width = np.max(shapes, axis=0)
        largest = max(height, width)
        least = np.min(shapes, axis=0)
        right = _placed(images, height, width)
        compare(
            batch,
            right,
            {
                "the pictures must stand at the upper left": _placed(images, height, width, True),
                "what is invented must be black, 0": _placed(images, height, width, fill=1),
                "the batch is a square; it should be as high as the highest picture and as wide as"
                " the widest": _placed(images, largest, largest),
                "the pictures are cut to the smallest; nothing may get lost": np.stack(
                    [image[: least[0], : least[1]] for image in images]
                )[:, None],
                "the channel is missing: (n, 1, height, width)": right[:, 0],
                "the channel comes before the height: (n, 1, height, width)": right.transpose(
                    0, 2, 3, 1
                ),
            },
        )


def _placed(images, height, width, low=False, fill=0):
    batch = np.full((len(images), 1, height, width), fill, np.float32)
    for place, image in zip(batch[:, 0], images):
        place = place[::-1, ::-1] if low else place
        image = image[::-1, ::-1] if low else image
        place[: image.shape[0], : image.shape[1]] = image
    return batch


@check
def train_step(function, rng):
    """The five steps for one batch; the loss comes back as a plain number."""
    start = _model(rng)
    batches = [_batch(rng, 6), _batch(rng, 4)]
    for leftover in (False, True):
        right_losses, right = _stepped(_five_steps, start, batches, leftover)
        losses, found = _stepped(function, start, batches, leftover)
        compare(
            losses[0],
            right_losses[0],
            {
                hint: _stepped(step, start, batches, leftover)[0][0]
                for hint, step in _LOSS_MISTAKES.items()
            },
        )
        mistakes = {
            hint: _stepped(step, start, batches, leftover)[1]
            for hint, step in _STEP_MISTAKES.items()
        }
        try:
            compare(found, right, mistakes)
        except Wrong as wrong:
            if str(wrong) in mistakes:
                raise
            if leftover:
                raise Wrong("a gradient that stood in `.grad` before your step got into it: zero"
                            " first") from None  # fmt: skip
            raise Wrong("the loss is right, the weights after the step are not") from None
        compare(losses, right_losses)


def _model(rng, moody=False):
    """Return 4 x 5 pixels to 3 scores; moody, it turns their signs while it is in training."""
    import torch
    from torch import nn

    class Scores(nn.Module):
        def __init__(self):
            super().__init__()
            self.output = nn.Linear(20, 3)
            self.notes = []

        def forward(self, images):
            self.notes.append(torch.is_grad_enabled())
            scores = self.output(images.flatten(1))
            return -scores if moody and self.training else scores

    model = Scores()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(rng.normal(size=tuple(parameter.shape)) / 2))
    return model


def _batch(rng, n):
    import torch

    images = torch.from_numpy(rng.random((n, 1, 4, 5)).astype(np.float32))
    return images, torch.from_numpy(rng.integers(0, 3, n))


def _weights(model):
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def _stepped(step, start, batches, leftover):
    """Return the losses of two steps, and all weights after each."""
    import torch

    model, losses, weights = copy.deepcopy(start), [], []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    if leftover:
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
    for images, labels in batches:
        loss = call(step, model, optimizer, images.clone(), labels.clone(), copied=False)
        if isinstance(loss, torch.Tensor) and loss.requires_grad:
            raise Wrong("the loss that comes back still holds all notes of the forward pass;"
                        " `item` makes a plain number of it")  # fmt: skip
        losses.append(loss)
        weights.append(_weights(model))
    return losses, np.concatenate(weights)


def _five_steps(model, optimizer, images, labels, zero=True, reduction="mean", softmax=False):
    import torch

    if zero:
        optimizer.zero_grad()
    scores = model(images)
    scores = torch.softmax(scores, dim=1) if softmax else scores
    loss = torch.nn.functional.cross_entropy(scores, labels, reduction=reduction)
    loss.backward()
    optimizer.step()
    return loss.item()


def _loss_after(model, optimizer, images, labels):
    import torch

    _five_steps(model, optimizer, images, labels)
    return torch.nn.functional.cross_entropy(model(images), labels).item()


def _no_zeroing(*given):
    return _five_steps(*given, zero=False)


def _no_step(model, optimizer, images, labels):
    return 0.0


_LOSS_MISTAKES = {
    "is there a softmax before the loss? It contains one": lambda *given: _five_steps(
        *given, softmax=True
    ),
    "this is the sum of the batch's losses; take their mean": lambda *given: _five_steps(
        *given, reduction="sum"
    ),
    "this is the loss after the step; return the one that led to it": _loss_after,
}
_STEP_MISTAKES = {
    "the first step is right, the second is not: what is still in `.grad`?": _no_zeroing,
    "no weight has changed: is there a step, and are the gradients still there when it"
    " comes?": _no_step,
}


@check
def accuracy(function, rng):
    """The share read right: whole loader, eval mode, no notes."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    for n, right in [(19, 11), (8, 8), (5, 0)]:
        model = _model(rng, moody=True)
        images = _batch(rng, n)[0]
        with torch.no_grad():
            scores = model.eval()(images)
        labels = torch.where(torch.arange(n) < right, scores.argmax(dim=1), scores.argmin(dim=1))
        loader = DataLoader(TensorDataset(images, labels), 8)
        model.train()
        model.notes.clear()
        found = call(function, model, loader, copied=False)
        if isinstance(found, torch.Tensor):
            found = found.detach()
        hits = (torch.arange(n) < right).float()
        compare(
            found,
            right / n,
            {
                "the model was still in training mode: dropout would be on": 1 - right / n,
                "the last batch is smaller, so the mean of the batches' shares is not the share of"
                " all": np.mean([part.mean() for part in hits.split(8)]),
                "this is the number of right answers; divide by the number of pictures": right,
                "these are per cent; a share goes from 0 to 1": 100 * right / n,
                "this is divided by the number of batches; divide by the number of pictures": right
                / len(loader),
            },
        )
        if not model.notes:
            raise Wrong("the model was never asked: call it as `model(images)`")
        if any(model.notes):
            raise Wrong("the number is right, but PyTorch took notes for gradients that nobody"
                        " needs")  # fmt: skip


@check
def symptoms(answers):
    """Which fault shows which symptom."""
    for name, answer in zip(SYMPTOMS, named(answers, SYMPTOMS)):
        right = SYMPTOMS[name]
        hints = {fault: hint for fault, hint in FAULTS.items() if fault != right}
        with about(repr(name)):
            choose(answer, right, hints)


@check
def mended(function, rng):
    """A training with its three faults mended: weights and validation shares tell."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    start = _model(rng, moody=True)
    loader = DataLoader(TensorDataset(*_batch(rng, 12)), 4)
    held_out = TensorDataset(*_batch(rng, 9))

    def outcome(fit):
        model = copy.deepcopy(start)
        shares = call(fit, model, loader, held_out, 3, copied=False)
        if isinstance(shares, torch.Tensor):
            shares = shares.detach()
        return numbers(shares), _weights(model)

    faults = ("zero", "softmax", "mode")
    shares, weights = outcome(_fit())
    found_shares, found = outcome(function)
    left = {
        "the gradients of earlier batches are still in the sum": [0],
        "the loss still gets probabilities; it contains a softmax itself": [1],
        "the first epoch is right, the later ones are not: in which mode does `answers` leave the"
        " model?": [2],
        "one fault is mended, two are left; the loss and the gradients": [0, 1],
        "one fault is mended, two are left; the gradients and the mode": [0, 2],
        "one fault is mended, two are left; the loss and the mode": [1, 2],
        "all three faults are still there": [0, 1, 2],
    }
    mistakes = {
        hint: outcome(_fit(**{faults[k]: False for k in places}))[1]
        for hint, places in left.items()
    }
    mistakes["no weight has changed: is there still a step?"] = _weights(start)
    try:
        compare(found, weights, mistakes)
    except Wrong as wrong:
        if str(wrong) in mistakes:
            raise
        raise Wrong("the weights after three epochs are not those of a right training: change"
                    " nothing but the faults") from None  # fmt: skip
    compare(found_shares, shares, {"return a share for each epoch": shares[-1]})


def _fit(zero=True, softmax=True, mode=True):
    """Return a training; each argument says whether that fault is mended."""

    def fit(model, loader, held_out, epochs):
        import torch

        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        images_held, labels_held = held_out.tensors
        shares = []
        model.train()
        for _ in range(epochs):
            if mode:
                model.train()
            for images, labels in loader:
                _five_steps(model, optimizer, images, labels, zero, softmax=not softmax)
            model.eval()
            with torch.no_grad():
                shares.append((model(images_held).argmax(1) == labels_held).float().mean().item())
        return shares

    return fit


@check
def gradient_in_parts(function, rng):
    """The gradient of a whole batch, from its parts."""
    import torch

    for n, size in [(12, 4), (10, 4), (5, 5), (3, 8)]:
        start, (images, labels) = _model(rng), _batch(rng, n)
        for parameter in start.parameters():
            parameter.grad = torch.ones_like(parameter)
        model = _with_gradients(start)
        found = call(function, model, images.clone(), labels.clone(), size, copied=False)
        if not isinstance(found, (list, tuple)) or len(found) != 2:
            raise Wrong("a list with the gradient of each parameter is expected")
        parts = list(zip(images.split(size), labels.split(size)))
        shares = [len(part) / n for _, part in parts]

        def summed(factors, parts=parts, start=start, stale=0.0):
            grads = [_gradients(start, *part) for part in parts]
            return [stale + sum(f * g[k] for f, g in zip(factors, grads)) for k in (0, 1)]

        ways = {
            "this is the gradient of the last part only: was something zeroed in between?": summed(
                [0] * (len(parts) - 1) + shares[-1:]
            ),
            "the means of the parts were added; how much does each part count?": summed(
                [1] * len(parts)
            ),
            "the parts are not equally large, so they do not count alike": summed(
                [1 / len(parts)] * len(parts)
            ),
            "the last part is smaller than the others; count what is in it": summed(
                [size / n] * len(parts)
            ),
            "what stood in `.grad` before is in your sum: where do the five steps begin?": summed(
                shares, stale=1.0
            ),
            "this is the gradient of the sum over the batch; the loss is a mean": summed(
                [len(part) for _, part in parts]
            ),
        }
        for k, right in enumerate(summed(shares)):
            if isinstance(found[k], torch.Tensor) and found[k].requires_grad:
                raise Wrong("this is a parameter itself; its gradient stands in `.grad`")
            compare(found[k], right, {hint: way[k] for hint, way in ways.items()})
        if any(size < noted for noted in model.sizes):
            raise Wrong("the gradient is right, but more pictures than `size` went through the"
                        " model at once")  # fmt: skip


def _with_gradients(start):
    """Return a copy that keeps the gradients, and notes how many pictures it is given."""
    model = copy.deepcopy(start)
    for mine, others in zip(model.parameters(), start.parameters()):
        mine.grad = others.grad.clone()
    model.sizes = []
    model.register_forward_pre_hook(lambda model, given: model.sizes.append(len(given[0])))
    return model


def _gradients(start, images, labels):
    import torch

    model = copy.deepcopy(start)
    loss = torch.nn.functional.cross_entropy(model(images), labels)
    return [g.numpy() for g in torch.autograd.grad(loss, list(model.parameters()))]


@check
def to_input(function, rng):
    """Any picture as a tensor (1, 28, 28) from 0 to 1: not stretched, not turned."""
    for mode in ("L", "RGB", "RGBA", "P", "1"):
        for size in [(40, 40), (28, 28), (1, 1)]:
            for shade in (0, 255):
                shown = _input(function, Image.new("L", size, shade).convert(mode))
                if not np.allclose(shown, shade / 255, atol=0.01):
                    colour = "white" if shade else "black"
                    raise Wrong(f"a {colour} square of mode {mode!r} should be {shade // 255} all"
                                " over")  # fmt: skip
    half = Image.new("L", (40, 40))
    half.paste(255, (0, 0, 20, 40))
    shown = _input(function, half)[0]
    if shown[:, :10].min() < 0.9 or shown[:, 18:].max() > 0.1:
        raise Wrong("a picture that is bright on its left must be so in the tensor, too")
    noise = rng.integers(0, 256, (28, 28), dtype=np.uint8)
    if np.corrcoef(_input(function, Image.fromarray(noise)).ravel(), noise.ravel())[0, 1] < 0.8:
        raise Wrong("a picture of 28 x 28 pixels should come through as it is")
    for width, height in [(90, 60), (50, 110)]:
        picture = Image.new("RGB", (width, height))
        x, y, r = width / 2, height / 2, 15
        ImageDraw.Draw(picture).ellipse((x - r, y - r, x + r, y + r), fill="white")
        rows, columns = np.nonzero(_input(function, picture)[0] > 0.5)
        if not len(rows):
            raise Wrong(f"of {width} x {height} pixels the middle got lost")
        if abs(np.ptp(rows) - np.ptp(columns)) > 2:
            raise Wrong(f"a circle on {width} x {height} pixels is no circle any more: cut off or"
                        " fill up, but do not stretch")  # fmt: skip


def _input(function, picture):
    import torch

    found = call(function, picture)
    if isinstance(found, torch.Tensor) and found.dtype == torch.uint8:
        raise Wrong("the pixels are still bytes, from 0 to 255")
    found = _tensor(found, torch.float32, "the weights are float32")
    found = numbers(found)
    if found.shape == (3, SIDE, SIDE) or found.shape == (4, SIDE, SIDE):
        raise Wrong("the colours are still there: one channel of grey is asked")
    if found.shape != (1, SIDE, SIDE):
        raise Wrong(f"shape (1, {SIDE}, {SIDE}) expected, yours is {found.shape}, for a picture of"
                    f" {picture.width} x {picture.height}, mode {picture.mode!r}")  # fmt: skip
    if found.min() < 0 or found.max() > 1.001:
        raise Wrong(f"the pixels should go from 0 to 1; yours go to {found.max():.0f}"
                    if found.max() > 1.001 else "there are pixels below 0")  # fmt: skip
    return found
