"""Right and wrong answers to the exercises of lesson 07."""

import numpy as np
import pytest
from PIL import ImageOps

from helpers import from_lesson
from helpers.checks import pytorch as check

torch = pytest.importorskip("torch")
nn, cross_entropy = torch.nn, torch.nn.functional.cross_entropy

solved = from_lesson(
    "solutions/07_pytorch",
    *("NamedPictures", "stack_padded", "train_step", "accuracy", "fit", "faulty_fit"),
    *("gradient_in_parts", "to_input"),
    "answers",  # what `fit` uses; it is made by a call, so it must be named
)

NUMBERS = {"batches": 79, "last batch": 8, "label": 14, "parameters": 109_386}
NUMBERS |= {"loss": 3.258, "gradient": 20}


def named_pictures(
    scale=255, channel=0, classes=lambda names: sorted(set(names)), first=0, kind=torch.float32
):
    """Return a class with one thing different: a dataset, or a sequence of samples."""

    def dataset(images, names):
        places = list(classes(names))
        pictures = torch.from_numpy(images / scale).to(kind)
        if channel is not None:
            pictures = pictures.unsqueeze(channel + 1 if channel >= 0 else channel)
        return [(p, places.index(name) + first) for p, name in zip(pictures, names)]

    return dataset


class OnePictureTooFew(solved.NamedPictures):
    def __len__(self):
        return len(self.images) - 1


class NamesForLabels(solved.NamedPictures):
    def __init__(self, images, names):
        super().__init__(images, names)
        self.labels = names


class Lost(solved.NamedPictures):
    def __getitem__(self, i):
        return self.pictures[i]


class AlwaysTheFirst(solved.NamedPictures):
    def __getitem__(self, i):
        return super().__getitem__(0)[0], self.labels[i]


def padded_by_torch(samples):
    height = max(len(picture[0]) for picture, _ in samples)
    width = max(len(picture[0, 0]) for picture, _ in samples)
    pad = nn.functional.pad
    rows = [pad(p, (0, width - p.shape[2], 0, height - p.shape[1])) for p, _ in samples]
    return [torch.stack(rows), torch.LongTensor([label for _, label in samples])]


def stacked(sides=None, low=False, fill=0.0, labels=torch.int64):
    def stack(samples):
        heights, widths = zip(*(picture.shape[1:] for picture, _ in samples))
        height, width = (sides or (lambda h, w: (max(h), max(w))))(heights, widths)
        batch = torch.full((len(samples), 1, height, width), fill)
        for place, (picture, _) in zip(batch, samples):
            h, w = min(height, picture.shape[1]), min(width, picture.shape[2])
            down, right = (height - h, width - w) if low else (0, 0)
            place[:, down : down + h, right : right + w] = picture[:, :h, :w]
        return batch, torch.tensor([label for _, label in samples], dtype=labels)

    return stack


def step_by_autograd(model, optimizer, images, labels):
    loss = -model(images).log_softmax(1)[range(len(labels)), labels].mean()
    for parameter, slope in zip(model.parameters(), torch.autograd.grad(loss, model.parameters())):
        parameter.grad = slope
    optimizer.step()
    return np.float32(loss.detach())


def step(
    zero="first", before=lambda scores: scores, reduction="mean", steps=1, give=torch.Tensor.item
):
    def train_step(model, optimizer, images, labels):
        if zero == "first":
            optimizer.zero_grad()
        loss = cross_entropy(before(model(images)), labels, reduction=reduction)
        loss.backward()
        if zero == "between":
            optimizer.zero_grad()
        for _ in range(steps):
            optimizer.step()
        if zero == "last":
            optimizer.zero_grad()
        return give(loss)

    return train_step


def step_with_late_loss(model, optimizer, images, labels):
    step()(model, optimizer, images, labels)
    return cross_entropy(model(images), labels).item()


def share(mode="eval", notes=False, of=lambda hits, sizes: sum(hits) / sum(sizes)):
    def accuracy(model, loader):
        if mode == "eval":
            model.eval()
        with torch.set_grad_enabled(notes):
            hits = [(model(images).argmax(1) == labels).sum() for images, labels in loader]
        sizes = [len(labels) for _, labels in loader]
        return of([hit.item() for hit in hits], sizes)

    return accuracy


def share_in_one_go(model, loader):
    model.train(False)
    images, labels = (torch.cat(parts) for parts in zip(*loader))
    with torch.inference_mode():
        return (model(images).argmax(1) == labels).float().mean()


def share_without_asking(model, loader):
    labels = torch.cat([labels for _, labels in loader])
    images = torch.cat([images for images, _ in loader])
    scores = model.output(images.flatten(1))
    return (scores.argmax(1) == labels).float().mean()


def parts(factor=lambda part, n, count, size: part / n, zero="first", size_of=lambda size, n: size):
    def gradient_in_parts(model, images, labels, size):
        if zero == "first":
            model.zero_grad()
        pieces = list(zip(*(t.split(size_of(size, len(images))) for t in (images, labels))))
        for part, its_labels in pieces:
            if zero == "each":
                model.zero_grad()
            loss = cross_entropy(model(part), its_labels)
            (loss * factor(len(part), len(images), len(pieces), size)).backward()
        return [parameter.grad for parameter in model.parameters()]

    return gradient_in_parts


def parts_by_sums(model, images, labels, size):
    model.zero_grad()
    for start in range(0, len(images), size):
        some = slice(start, start + size)
        loss = cross_entropy(model(images[some]), labels[some], reduction="sum")
        (loss / len(images)).backward()
    return tuple(parameter.grad.numpy() for parameter in model.parameters())


def padded_input(picture):
    square = ImageOps.pad(picture.convert("L"), (max(picture.size),) * 2)
    return torch.from_numpy(np.float32(square.resize((28, 28))) / 255)[None]


def as_input(mode="L", scale=255, kind=torch.float32, size=(28, 28), channel=True, turn=False):
    def to_input(picture):
        picture = ImageOps.fit(picture.convert(mode), size)
        pixels = torch.from_numpy(np.array(picture) / scale).to(kind)
        pixels = pixels.T if turn else pixels
        if mode == "RGB":
            return pixels.permute(2, 0, 1)
        return pixels[None] if channel else pixels

    return to_input


def stretched(picture):
    return as_input()(picture.resize((28, 28)))


RIGHT = {
    check.predictions: [NUMBERS, {name: np.float64(one) for name, one in NUMBERS.items()}],
    check.named_pictures: [lambda *given: solved.NamedPictures(*given), solved.NamedPictures,
                           named_pictures()],
    check.stack_padded: [solved.stack_padded, padded_by_torch, stacked()],
    check.train_step: [solved.train_step, step_by_autograd, step(give=torch.Tensor.detach)],
    check.accuracy: [solved.accuracy, share_in_one_go, share()],
    check.symptoms: [check.SYMPTOMS, {k: v.upper() + " " for k, v in check.SYMPTOMS.items()}],
    check.mended: [solved.fit, check._fit(), lambda *given: tuple(solved.fit(*given))],
    check.gradient_in_parts: [solved.gradient_in_parts, parts_by_sums, parts()],
    check.to_input: [solved.to_input, padded_input, as_input()],
}  # fmt: skip

WRONG = {
    check.predictions: [
        ({**NUMBERS, "batches": 78}, "and it counts"),
        ({**NUMBERS, "batches": 78.125}, "eighth of a batch"),
        ({**NUMBERS, "last batch": 64}, "a full batch"),
        ({**NUMBERS, "last batch": 56}, "are missing in it"),
        ({**NUMBERS, "label": 3}, "sorted as text"),
        ({**NUMBERS, "label": 15}, "the first label is 0"),
        ({**NUMBERS, "label": 13}, "one name is missing"),
        ({**NUMBERS, "parameters": 109_184}, "has a bias"),
        ({**NUMBERS, "parameters": 108_736}, "one layer is missing"),
        ({**NUMBERS, "loss": 0.03846}, "guessed right"),
        ({**NUMBERS, "loss": 1.415}, "base 10"),
        ({**NUMBERS, "loss": 2.3026}, "for ten classes"),
        ({**NUMBERS, "loss": -3.258}, "mind the minus"),
        ({**NUMBERS, "gradient": 10}, "what does the second do"),
        ({**NUMBERS, "gradient": 21}, "the value of y"),
        ({**NUMBERS, "gradient": 12}, "the slope of 4x"),
    ],
    check.named_pictures: [
        (named_pictures(scale=1), "from 0 to 255"),
        (named_pictures(channel=None), "the channel is missing"),
        (named_pictures(channel=-1), "comes first in PyTorch"),
        (named_pictures(kind=torch.float64), "must be what they meet"),
        (named_pictures(classes=dict.fromkeys), "numbered as they come"),
        (named_pictures(classes=lambda names: sorted(set(names), key=lambda n: n.zfill(2))),
         "still sorted as text"),
        (named_pictures(classes=sorted), "each name counts once"),
        (named_pictures(first=1), "counts from 1"),
        (OnePictureTooFew, "len(dataset) says 6"),
        (NamesForLabels, "the name itself"),
        (Lost, "stops with AttributeError"),
        (AlwaysTheFirst, "another picture"),
    ],
    check.stack_padded: [
        (stacked(low=True), "at the upper left"),
        (stacked(fill=1.0), "must be black"),
        (stacked(lambda h, w: 2 * (max(h + w),)), "is a square"),
        (stacked(lambda h, w: (min(h), min(w))), "cut to the smallest"),
        (stacked(labels=torch.float32), "wants labels as whole numbers"),
        (lambda samples: (solved.stack_padded(samples)[0][:, 0], solved.stack_padded(samples)[1]),
         "(n, 1, height, width)"),
        (lambda samples: solved.stack_padded(samples)[0], "its pictures and its labels"),
        (lambda samples: torch.utils.data.default_collate(samples), "stops with RuntimeError"),
    ],
    check.train_step: [
        (step(zero=None), "the first step is right, the second is not"),
        (step(zero="between"), "no weight has changed"),
        (step(zero="last"), "got into it"),
        (step(before=lambda scores: scores.softmax(1)), "softmax before the loss"),
        (step(reduction="sum"), "the sum of the batch's losses"),
        (step_with_late_loss, "the loss after the step"),
        (step(give=lambda loss: loss), "holds all notes"),
        (step(give=lambda loss: None), "returns nothing"),
        (step(steps=2), "the weights after the step are not"),
    ],
    check.accuracy: [
        (share(mode="as it is"), "still in training mode"),
        (share(of=lambda hits, sizes: np.mean(np.divide(hits, sizes))), "the last batch is"),
        (share(of=lambda hits, sizes: sum(hits)), "the number of right answers"),
        (share(of=lambda hits, sizes: 100 * sum(hits) / sum(sizes)), "per cent"),
        (share(of=lambda hits, sizes: sum(hits) / len(sizes)), "the number of batches"),
        (share(notes=True), "took notes"),
        (share_without_asking, "never asked"),
    ],
    check.symptoms: [
        ({**check.SYMPTOMS, "the floor": "no zero_grad"}, "pile up"),
        ({**check.SYMPTOMS, "growing": "softmax twice"}, "the loss has a floor"),
        ({**check.SYMPTOMS, "always nine": "eval forgotten"}, "a matter of chance"),
        ({**check.SYMPTOMS, "two answers": "not shuffled"}, "at a time"),
        ({**check.SYMPTOMS, "growing": "zeroed last"}, "was one?"),
        ({**check.SYMPTOMS, "growing": "bad luck"}, "one of these words"),
    ],
    check.mended: [
        (solved.faulty_fit, "all three faults"),
        (check._fit(zero=False), "earlier batches"),
        (check._fit(softmax=False), "still gets probabilities"),
        (check._fit(mode=False), "in which mode does"),
        (check._fit(zero=False, softmax=False), "the loss and the gradients"),
        (check._fit(zero=False, mode=False), "the gradients and the mode"),
        (check._fit(softmax=False, mode=False), "the loss and the mode"),
        (lambda *given: [0.5, 0.5, 0.5], "no weight has changed"),
        (lambda *given: solved.fit(*given)[-1], "a share for each epoch"),
        (lambda *given: solved.fit(*given[:3], 2), "change nothing but the faults"),
    ],
    check.gradient_in_parts: [
        (parts(zero="each"), "of the last part only"),
        (parts(factor=lambda part, n, count, size: 1), "how much does each part count"),
        (parts(factor=lambda part, n, count, size: 1 / count), "do not count alike"),
        (parts(factor=lambda part, n, count, size: size / n), "smaller than the others"),
        (parts(zero=None), "where do the five steps begin"),
        (parts(factor=lambda part, n, count, size: part), "the loss is a mean"),
        (parts(size_of=lambda size, n: n), "more pictures than"),
        (lambda model, *given: list(model.parameters()), "a parameter itself"),
    ],
    check.to_input: [
        (as_input(mode="RGB"), "colours are still there"),
        (as_input(scale=1), "yours go to 255"),
        (as_input(scale=1, kind=torch.uint8), "still bytes"),
        (as_input(kind=torch.float64), "the weights are float32"),
        (as_input(size=(32, 32)), "yours is (1, 32, 32)"),
        (as_input(turn=True), "bright on its left"),
        (stretched, "a circle on 90 x 60"),
        (lambda picture: 1 - as_input()(picture), "square of mode 'L' should be 0"),
        (lambda picture: as_input()(picture).flip(1), "come through as it is"),
        (lambda picture: as_input()(picture).numpy(), "a tensor is expected"),
    ],
}  # fmt: skip
