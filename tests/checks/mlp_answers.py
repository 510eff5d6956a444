"""Right and wrong answers to the exercises of lesson 03."""

import numpy as np
from scipy.special import log_softmax
from scipy.special import softmax as scipy_softmax

from helpers import from_lesson
from helpers.checks import mlp as check

solved = from_lesson(
    "solutions/03_mlp",
    *("softmax", "cross_entropy", "shuffled_data", "epoch_to_keep", "found_and_right"),
)

BY_HAND = {"hidden": [2, 0], "scores": [2, 1], "probabilities": [0.731, 0.269], "loss": 1.313}
COUNTS = {"pixel": 152, "parameters": 89_610, "steps": 844, "last batch": 48, "updates": 2532}
COUNTS.update({"kept": 5, "momentum": 1.38})
LEARNS = {"shuffled pixels": "learns", "renamed labels": "learns", "random labels": "fails"}
LEARNS.update({"not divided": "fails", "not divided, rate 0.001": "learns"})
LEARNS["Adadelta, rate 0.001"] = "fails"
SETS = {"move the weights": "training", "choose the learning rate": "validation"}
SETS.update({"decide when to stop": "validation", "publish the accuracy": "test"})


def softmax_by_loop(z):
    rows = []
    for row in z.tolist():
        powers = [np.exp(score - max(row)) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def softmax_less(largest):
    """A softmax that subtracts something else than the largest score of each row."""

    def softmax(z):
        powers = np.exp(z - largest(z))
        return powers / powers.sum(axis=1, keepdims=True)

    return softmax


def cross_entropy_by_loop(p, labels):
    losses = [-np.log(max(float(row[label]), 1e-7)) for row, label in zip(p, labels)]
    return np.float32(sum(losses) / len(losses))


def cross_entropy_one_hot(p, labels):
    y = np.eye(p.shape[1])[labels]
    return -np.sum(y * np.log(np.clip(p, 1e-7, 1))) / len(p)


def true(p, labels):
    return p[np.arange(len(p)), labels]


def data(rows="images", grey=True, scale=255, one_order=True, shuffle=True, one_hot=True):
    """A data loader as in the solution, or with one thing wrong."""

    def shuffled_data(images, labels, rng):
        n = len(images)
        x = images.reshape(n, 784) if rows == "images" else images.reshape(784, n).T
        x = (x / scale if grey else x // scale).astype("float32")
        y = np.eye(10)[labels] if one_hot else np.eye(10)[labels] + np.eye(10)[labels - 1]
        order = rng.permutation(n) if shuffle else np.arange(n)
        return x[order], y[order if one_order else rng.permutation(n)]

    return shuffled_data


def data_by_loop(images, labels, rng):
    pairs = list(zip(images, labels))
    order = list(range(len(pairs)))[::-1]
    x = [[grey / 255 for row in pairs[i][0].tolist() for grey in row] for i in order]
    return x, [[int(pairs[i][1] == digit) for digit in range(10)] for i in order]


def labels_left_behind(images, labels, rng):
    x, _ = data()(images, labels, rng)
    return x, np.eye(10)[labels]


def drawn_with_repeats(images, labels, rng):
    chosen = rng.integers(0, len(images) - 1, len(images))
    return images[chosen].reshape(-1, 784) / 255, np.eye(10)[labels[chosen]]


def keep_by_counting(losses, patience):
    best, kept, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return kept
    return kept


def keep_by_looking_ahead(losses, patience):
    """Right, without a loop over epochs: the first that is best of itself and what follows."""
    losses = np.array(losses)
    for epoch in range(len(losses)):
        if losses[epoch] == losses[epoch : epoch + patience + 1].min():
            return np.int64(epoch + 1)


def last_epoch(losses, patience):
    return min(keep_by_counting(losses, patience) + patience, len(losses))


def keep_if_it_grows(losses, patience):
    waited, kept = 0, 1
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        kept = epoch + 1 if losses[epoch] < losses[kept - 1] else kept
        if waited == patience:
            break
    return kept


def shares_by_loop(says, is_mine):
    both = sum(bool(a and b) for a, b in zip(says, is_mine))
    return [both / sum(is_mine.tolist()), both / (sum(says.tolist()) or 1)]


def shares_without_care(says, is_mine):
    both = np.sum(says & is_mine)
    return both / is_mine.sum(), both / says.sum()


RIGHT = {
    check.by_hand: [
        BY_HAND,
        {
            "hidden": np.array([2.0, 0]),
            "scores": np.float32([2, 1]),
            "probabilities": scipy_softmax([2, 1]),
            "loss": -log_softmax([2, 1])[1],
        },
    ],
    check.counts: [COUNTS, {name: np.float64(count) for name, count in COUNTS.items()}],
    check.softmax: [
        solved.softmax,
        softmax_by_loop,
        lambda z: scipy_softmax(z, axis=1).astype(np.float32),
    ],
    check.cross_entropy: [solved.cross_entropy, cross_entropy_by_loop, cross_entropy_one_hot],
    check.shuffled_data: [solved.shuffled_data, data(), data_by_loop],
    check.learns: [LEARNS, {name: word.title() + " " for name, word in LEARNS.items()}],
    check.which_set: [SETS, {name: " " + word.upper() for name, word in SETS.items()}],
    check.epoch_to_keep: [solved.epoch_to_keep, keep_by_counting, keep_by_looking_ahead],
    check.found_and_right: [
        solved.found_and_right,
        shares_by_loop,
        lambda *given: np.array(shares_by_loop(*given)),
    ],
}

WRONG = {
    check.by_hand: [
        ({**BY_HAND, "hidden": [2, -2]}, "what does ReLU make of it"),
        ({**BY_HAND, "hidden": [3, 0]}, "where are the biases"),
        ({**BY_HAND, "hidden": [2, 2]}, "absolute value"),
        ({**BY_HAND, "scores": [3, 1]}, "one bias is not 0"),
        ({**BY_HAND, "scores": [-4, 3]}, "negative sum is still in them"),
        ({**BY_HAND, "scores": [0.731, 0.269]}, "no softmax yet"),
        ({**BY_HAND, "probabilities": [0.667, 0.333]}, "only divided by their sum"),
        ({**BY_HAND, "probabilities": [7.389, 2.718]}, "these are the powers of e"),
        ({**BY_HAND, "loss": -1.313}, "a loss that is negative"),
        ({**BY_HAND, "loss": 0.5704}, "has the base 10"),
        ({**BY_HAND, "loss": 0.313}, "if class 0 were"),
        ({**BY_HAND, "loss": 0.5345}, "mean squared error"),
    ],
    check.counts: [
        ({**COUNTS, "pixel": 341}, "rows and columns changed places"),
        ({**COUNTS, "pixel": 153}, "has number 0"),
        ({**COUNTS, "pixel": 17}, "in the rows above"),
        ({**COUNTS, "parameters": 89_400}, "has a bias"),
        ({**COUNTS, "parameters": 79_510}, "two hidden layers"),
        ({**COUNTS, "parameters": 70_010}, "none of their weights"),
        ({**COUNTS, "steps": 938}, "'steps': a part of the 60,000"),
        ({**COUNTS, "steps": 843}, "does not drop"),
        ({**COUNTS, "steps": 843.75}, "a part of a batch"),
        ({**COUNTS, "last batch": 64}, "what the full ones leave over"),
        ({**COUNTS, "last batch": 16}, "that many are missing"),
        ({**COUNTS, "last batch": 32}, "'last batch': a part of the 60,000"),
        ({**COUNTS, "updates": 844}, "one epoch."),
        ({**COUNTS, "updates": 162_000}, "not for each image"),
        ({**COUNTS, "updates": 3}, "not only after each epoch"),
        ({**COUNTS, "kept": 3}, "it does not stay as it is"),
        ({**COUNTS, "kept": 7.5}, "by the share that stays"),
        ({**COUNTS, "kept": 1.8}, "it grows"),
        ({**COUNTS, "momentum": 1.08}, "without momentum"),
        ({**COUNTS, "momentum": 0.78}, "this is the velocity"),
        ({**COUNTS, "momentum": 1.62}, "momentum 0.9"),
    ],
    check.softmax: [
        (lambda z: scipy_softmax(z, axis=0), "each column sums to 1"),
        (scipy_softmax, "all numbers together"),
        (lambda z: z / z.sum(axis=1, keepdims=True), "what comes before that"),
        (softmax_less(lambda z: 0), "scores of 1,000 are too large"),
        (softmax_less(np.max), "small ones fail"),
        (softmax_less(lambda z: np.maximum(z.max(axis=1, keepdims=True), 0)), "scores of -2,000"),
        (lambda z: scipy_softmax(z, axis=1)[0], "expected, yours is shape (3,)"),
    ],
    check.cross_entropy: [
        (lambda p, y: -solved.cross_entropy(p, y), "the sign is wrong"),
        (lambda p, y: len(p) * solved.cross_entropy(p, y), "the sum over the images"),
        (lambda p, y: -np.log(true(p, y)), "the loss of each image"),
        (lambda p, y: -np.mean(np.log10(true(p, y))), "base 10 or 2"),
        (lambda p, y: -np.mean(np.log2(true(p, y))), "base 2 or 10"),
        (lambda p, y: -np.mean(np.eye(p.shape[1])[y] * np.log(p)), "all n x classes"),
        (lambda p, y: -np.mean(np.log(p[:, y])), "takes the classes of all images"),
        (lambda p, y: -np.mean(np.log(p.max(axis=1))), "the largest probability"),
        (lambda p, y: -np.log(np.mean(true(p, y))), "first the logarithm of each"),
        (lambda p, y: np.mean((p - np.eye(p.shape[1])[y]) ** 2), "mean squared error"),
        (lambda p, y: -np.mean(np.log(true(p, y))), "makes the loss infinite"),
        (lambda p, y: -np.mean(np.log(true(p, y) + 1e-12)), "must count as 1e-7"),
    ],
    check.shuffled_data: [
        (data(rows="mixed"), "not the images"),
        (data(grey=False), "all grey is gone"),
        (data(scale=1), "255 should become 1"),
        (labels_left_behind, "their labels did not"),
        (data(one_order=False), "different orders"),
        (data(shuffle=False), "still in their old order"),
        (data(one_hot=False), "not one-hot"),
        (drawn_with_repeats, "more than once"),
        (lambda images, labels, rng: images.reshape(-1, 784) / 255, "return two arrays"),
        (lambda images, labels, rng: (images / 255, np.eye(10)[labels]), "x has shape"),
    ],
    check.learns: [
        ({**LEARNS, "shuffled pixels": "fails"}, "its own weight for each pixel"),
        ({**LEARNS, "renamed labels": "fails"}, "the name of one of ten outputs"),
        ({**LEARNS, "random labels": "learns"}, "what could it learn"),
        ({**LEARNS, "not divided": "learns"}, "is 0.1 still a fitting"),
        ({**LEARNS, "not divided, rate 0.001": "fails"}, "do they fit again"),
        ({**LEARNS, "Adadelta, rate 0.001": "learns"}, "that Adadelta needs"),
        ({**LEARNS, "not divided": "perhaps"}, "answer with one of these words"),
    ],
    check.which_set: [
        ({**SETS, "move the weights": "validation"}, "can no longer judge them"),
        ({**SETS, "move the weights": "test"}, "were the homework"),
        ({**SETS, "choose the learning rate": "training"}, "learns the training images by heart"),
        ({**SETS, "choose the learning rate": "test"}, "no longer be the exam"),
        ({**SETS, "decide when to stop": "training"}, "falls for ever"),
        ({**SETS, "decide when to stop": "test"}, "to stop is a choice"),
        ({**SETS, "publish the accuracy": "training"}, "has seen these images"),
        ({**SETS, "publish the accuracy": "validation"}, "you have chosen by it"),
    ],
    check.epoch_to_keep: [
        (lambda *given: keep_by_counting(*given) - 1, "counted from 1"),
        (lambda losses, patience: 1 + np.argmin(losses), "the best of all epochs"),
        (last_epoch, "at which training stops"),
        (keep_if_it_grows, "beats the best so far"),
        (lambda losses, p: keep_by_counting(losses, p + 1), "one epoch too late"),
        (lambda losses, p: keep_by_counting(losses, max(p - 1, 1)), "one epoch too early"),
        (lambda *given: given[0][keep_by_counting(*given) - 1], "this is the smallest loss"),
    ],
    check.found_and_right: [
        (lambda *given: shares_by_loop(*given)[::-1], "changed places"),
        (lambda says, mine: [np.mean(says & mine)] * 2, "shares of all images"),
        (lambda says, mine: [np.mean(says == mine)] * 2, "both are the accuracy"),
        (
            lambda says, mine: [shares_by_loop(says, mine)[0], np.mean(says == mine)],
            "the second is the accuracy",
        ),
        (lambda *given: [shares_by_loop(*given)[0]] * 2, "the same denominator"),
        (
            lambda says, mine: [says.sum() / mine.sum(), shares_by_loop(says, mine)[1]],
            "rightly or not",
        ),
        (shares_without_care, "should get 0 and 0"),
    ],
}
