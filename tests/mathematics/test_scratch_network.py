"""Lesson 02 and its deeper part: gradients, steps, bad input, and a network on disk."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from helpers import from_lesson
from helpers.data import load_mnist
from tests.planted import planted
from tools import lessons

LESSON, DEEPER = "02_build_a_network", "deeper/02_networks"
lesson = from_lesson(
    LESSON,
    *("sigmoid", "relu", "softmax", "ACTIVATIONS", "DERIVATIVES", "mse", "cross_entropy", "LOSSES"),
    *("output_dz", "forward", "backward", "numeric_gradient", "disagreement", "check"),
    *("one_hot", "first_weights", "step", "Network", "shifted"),
)
FROM_DEEPER = ["lesson", "ACTIVATIONS", "CarefulNetwork", "checked_one_hot", "save", "load"]
deeper = from_lesson(DEEPER, *FROM_DEEPER)
lesson.ACTIVATIONS.update(tanh=np.tanh, identity=lambda z: z)  # as the deeper part does
lesson.DERIVATIVES.update(tanh=lambda a: 1 - a**2, identity=lambda a: np.ones_like(a))
deeper.ACTIVATIONS.update(tanh=np.tanh, identity=lambda z: z)
HIDDEN = ["identity", "sigmoid", "tanh", "relu"]
HEADS = [(name, "mse") for name in HIDDEN] + [("softmax", "cross_entropy")]


def random_case(seed, sizes, n, names, loss):
    """Return (W, b, x, y) in float64, with no ReLU within reach of a nudge from its kink."""
    rng = np.random.default_rng(seed)
    W = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in pairwise(sizes)]
    b = [rng.normal(size=units) for units in sizes[1:]]
    x, y = rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))
    if loss == "cross_entropy":
        y = lesson.softmax(3 * y)
    a = lesson.forward(x, W, b, names)
    sums = [below @ W_l + b_l for below, W_l, b_l in zip(a, W, b)]
    assume(all(np.abs(z).min() > 1e-3 for z, name in zip(sums, names) if name == "relu"))
    return W, b, x, y


def worst(backward, W, b, x, y, names, loss):
    """Return the largest disagreement of the gradients of `backward` with the numeric ones."""
    dW, db = backward(lesson.forward(x, W, b, names), y, W, names, loss)

    def measure():
        return lesson.LOSSES[loss](lesson.forward(x, W, b, names)[-1], y)

    numeric = [lesson.numeric_gradient(measure, parameter) for parameter in W + b]
    scale = max(np.abs(gradient).max() for gradient in numeric) or 1  # 0: no ReLU is alive
    return max(np.abs(g - m).max() for g, m in zip(dW + db, numeric)) / scale


@pytest.mark.parametrize(("output", "loss"), HEADS)
@pytest.mark.parametrize("hidden", HIDDEN)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    n=st.integers(1, 7),
)
@settings(max_examples=15, deadline=None)
def test_every_gradient_agrees_with_the_numeric_one(hidden, output, loss, seed, sizes, n):
    sizes = [*sizes[:-1], sizes[-1] + 1]  # a softmax over one class has nothing to learn
    names = [hidden] * (len(sizes) - 2) + [output]
    W, b, x, y = random_case(seed, sizes, n, names, loss)
    assert worst(lesson.backward, W, b, x, y, names, loss) < 1e-6


@pytest.mark.parametrize("name", HIDDEN)
@given(z=st.floats(-15, 15))
@settings(deadline=None)
def test_every_derivative_is_that_of_its_activation(name, z):
    assume(abs(z) > 1e-4)
    f, h = lesson.ACTIVATIONS[name], 1e-5
    up, down, a = f(np.array([z + h])), f(np.array([z - h])), f(np.array([z]))
    assert lesson.DERIVATIVES[name](a) == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9)


def test_activations_survive_huge_sums():
    z = np.array([[-1e4, 0, 1e4]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        assert np.array_equal(lesson.sigmoid(z), [[0, 0.5, 1]])
        assert np.allclose(lesson.softmax(z), [[0, 0, 1]])
    assert lesson.cross_entropy(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])) > 20


MISTAKES = {
    "ReLU's derivative from >=": ("a > 0", "a >= 0", "DERIVATIVES"),
    "output derivative forgotten": (" * DERIVATIVES[name](a)", "", "output_dz"),
    "hidden derivative forgotten": (" * DERIVATIVES[names[layer - 1]](a[layer])", "", "backward"),
    "batch size forgotten": ("(a - y) / len(y)", "(a - y)", "output_dz"),
    "only the last sample's bias": ("dz.sum(axis=0)", "dz[-1]", "backward"),
}


def with_mistake(right, wrong, place):
    return planted(LESSON, "backward", right, wrong, place)


def fault(backward):
    """Return the worst disagreement over two networks, one with each loss."""
    cases = []
    for output, loss in (("sigmoid", "mse"), ("softmax", "cross_entropy")):
        names = ["relu", output]
        rng = np.random.default_rng(4)
        W = [rng.normal(size=(3, 5)), rng.normal(size=(5, 2))]
        b, x = [rng.normal(size=5), rng.normal(size=2)], rng.normal(size=(6, 3))
        y = lesson.softmax(rng.normal(size=(6, 2)))
        cases.append(worst(backward, W, b, x, y, names, loss))
    return max(cases)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_gradient_check_catches_each_classic_mistake(mistake):
    assert fault(lesson.backward) < 1e-6
    assert fault(with_mistake(*MISTAKES[mistake])) > 1e-2


def test_the_lessons_own_check_finds_what_is_wrong(monkeypatch):
    monkeypatch.setitem(lesson.DERIVATIVES, "relu", lambda a: a >= 0)
    assert lesson.check("relu", "softmax", "cross_entropy", np.random.default_rng(1)) > 1e-2
    assert lesson.check("sigmoid", "sigmoid", "mse", np.random.default_rng(1)) < 1e-6


def test_a_network_of_sigmoids_learns_one_sample_at_a_time():
    network = lesson.Network([3, 8, 2], np.random.default_rng(0), "sigmoid", "sigmoid", "mse", 0)
    x, y = np.array([[0.2, 0.7, 0.1]], np.float32), np.array([[0.9, 0.1]], np.float32)
    losses = [network.train(x, y, 2.0, batch_size=1) for _ in range(300)]
    assert losses[-1] < 1e-4 < losses[0]
    assert network.query(x) == pytest.approx(y, abs=0.02)


def test_the_class_is_plain_and_has_three_operations_only():
    assert lesson.Network.__bases__ == (object,)
    public = {name for name in vars(lesson.Network) if not name.startswith("_")}
    assert public == {"query", "train"}  # and the constructor


def test_an_epoch_uses_every_row_once_and_keeps_the_smaller_last_batch():
    network = lesson.Network([1, 2], np.random.default_rng(0), "identity", "identity", "mse", 0)
    seen = []
    network.velocities, network.names = [], ["note"]

    def note(z):
        seen.append(np.round(z[:, 0]).astype(int).tolist())
        return z

    lesson.ACTIVATIONS["note"] = note
    lesson.DERIVATIVES["note"] = lesson.DERIVATIVES["identity"]
    try:
        network.W = [np.ones((1, 2))]
        network.train(np.arange(10.0)[:, None], np.ones((10, 2)), 0.1, batch_size=4)
    finally:
        del lesson.ACTIVATIONS["note"], lesson.DERIVATIVES["note"]
    assert [len(batch) for batch in seen] == [4, 4, 2]
    assert sorted(sum(seen, [])) == list(range(10))


def test_the_loss_that_train_returns_is_the_mean_over_all_rows():
    network = lesson.Network([4, 3], np.random.default_rng(0))
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(10, 4)).astype(np.float32), lesson.one_hot(rng.integers(0, 3, 10), 3)
    expected = lesson.cross_entropy(network.query(x), y)
    assert network.train(x, y, learning_rate=0.0, batch_size=4) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_step_is_that_of_gradient_descent_with_momentum(momentum):
    weights, gradient = np.ones((2, 2), np.float32), np.array([[1, 2], [3, 4]], np.float32)
    velocity, expected, own = np.zeros((2, 2)), weights.copy(), [np.zeros((2, 2), np.float32)]
    for _ in range(3):
        lesson.step([weights], [gradient], own, 0.1, momentum)
        velocity = momentum * velocity - 0.1 * gradient
        expected = expected + velocity
    assert weights == pytest.approx(expected, abs=1e-6)
    assert weights.dtype == np.float32


@pytest.mark.parametrize(("hidden", "spread"), [("sigmoid", 0.1), ("relu", 0.1 * np.sqrt(2))])
def test_first_weights_have_the_stated_spread(hidden, spread):
    W, b = lesson.first_weights([100, 200, 50], np.random.default_rng(0), hidden)
    assert [w.shape for w in W] == [(100, 200), (200, 50)] and not any(map(np.any, b))
    assert W[0].std() == pytest.approx(spread, rel=0.02)


def test_shifted_moves_each_image_by_at_most_one_pixel_in_nine_ways():
    images = np.zeros((500, 28, 28), np.uint8)
    images[:, 14, 14] = 255
    places = [tuple(np.argwhere(image)[0] - 14) for image in lesson.shifted(images, rng())]
    assert set(places) == {(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)}


def rng():
    return np.random.default_rng(0)


def parameters(network):
    return [parameter.copy() for parameter in network.W + network.b]


GOOD, TARGET = np.ones((5, 4)), lesson.one_hot([0, 1, 2, 1, 0], 3)
NAN, INFINITE = GOOD.copy(), GOOD.copy()
NAN[3, 1], INFINITE[0, 0] = np.nan, np.inf
BAD = {
    "wrong feature count": (GOOD[:, :3], TARGET, r"shape \(n, 4\); got \(5, 3\)"),
    "one sample without its row": (GOOD[0], TARGET, r"shape \(n, 4\); got \(4,\)"),
    "wrong target count": (GOOD, TARGET[:, :2], r"y must have the shape \(n, 3\)"),
    "labels in place of targets": (GOOD, np.array([0, 1, 2, 1, 0]), r"y must have the shape"),
    "NaN": (NAN, TARGET, "x holds NaN"),
    "infinity": (INFINITE, TARGET, "x holds NaN or infinity"),
    "NaN in targets": (GOOD, TARGET * np.nan, "y holds NaN"),
    "empty batch": (GOOD[:0], TARGET[:0], "empty"),
    "lengths differ": (GOOD, TARGET[:4], "x has 5 rows, y has 4"),
    "targets that are no probabilities": (GOOD, 2 * TARGET, "one_hot"),
    "negative targets": (GOOD, TARGET * [1, 2, -1] + [[0, -1, 2]], "probabilities"),
    "words": (np.full((5, 4), "one"), TARGET, "could not convert"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_refused_and_leaves_the_weights_as_they_were(fault):
    x, y, message = BAD[fault]
    network = deeper.CarefulNetwork([4, 6, 3], np.random.default_rng(0))
    network.train(GOOD, TARGET, 0.1)
    inner = network.network
    before, velocity = parameters(inner), [v.copy() for v in inner.velocities]
    with pytest.raises(ValueError, match=message):
        network.train(x, y, learning_rate=0.1)
    assert all(map(np.array_equal, before, parameters(inner)))
    assert all(map(np.array_equal, velocity, inner.velocities))


@pytest.mark.parametrize("fault", ["wrong feature count", "NaN", "empty batch"])
def test_a_query_with_bad_input_is_refused(fault):
    network = deeper.CarefulNetwork([4, 6, 3], np.random.default_rng(0))
    with pytest.raises(ValueError, match=BAD[fault][2]):
        network.query(BAD[fault][0])


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"hidden": "rleu"}, "unknown activation 'rleu'; known: sigmoid, relu"),
        ({"output": "max"}, "unknown activation 'max'"),
        ({"loss": "hinge"}, "unknown loss 'hinge'; known: mse, cross_entropy"),
        ({"hidden": "softmax"}, "softmax belongs to the last layer"),
        ({"output": "sigmoid"}, "together with cross_entropy"),
        ({"loss": "mse"}, "together with cross_entropy"),
    ],
)
def test_an_unknown_choice_is_refused_by_name(choice, message):
    with pytest.raises(ValueError, match=message):
        deeper.CarefulNetwork([4, 6, 3], np.random.default_rng(0), **choice)


@pytest.mark.parametrize("labels", [[0, 10], [-1, 3], [0.0, 1.0], [[1, 2]], ["7"]])
def test_labels_out_of_range_are_refused(labels):
    with pytest.raises(ValueError, match="labels must be"):
        deeper.checked_one_hot(labels)


def test_one_hot_has_a_one_at_each_label():
    assert lesson.one_hot([7]).tolist() == [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0]]
    assert deeper.checked_one_hot(np.array([], int)).shape == (0, 10)
    assert lesson.one_hot(np.uint8([9])).dtype == np.float32


RELOAD = """
import sys
import numpy as np
from helpers import from_lesson
deeper = from_lesson({lesson!r}, *{names!r})
deeper.ACTIVATIONS["tanh"], deeper.ACTIVATIONS["identity"] = np.tanh, lambda z: z
network = deeper.load(sys.argv[1], np.random.default_rng(0))
np.save(sys.argv[3], network.query(np.load(sys.argv[2])))
"""


@pytest.mark.parametrize(
    "choices",
    [{}, {"hidden": "tanh", "output": "identity", "loss": "mse"}, {"momentum": 0.5}],
)
def test_a_saved_network_answers_the_same_in_a_new_process(tmp_path, choices):
    network = lesson.Network([4, 6, 5, 3], np.random.default_rng(0), **choices)
    network.train(GOOD, TARGET, 0.1)
    x = np.random.default_rng(1).normal(size=(7, 4)).astype(network.W[0].dtype)
    saved, inputs, answers = (tmp_path / name for name in ("saved", "x.npy", "answers.npy"))
    deeper.save(network, saved)
    np.save(inputs, x)
    code = RELOAD.format(lesson=DEEPER, names=FROM_DEEPER)
    command = [sys.executable, "-c", code, str(saved), str(inputs), str(answers)]
    subprocess.run(command, check=True, cwd=lessons.ROOT)
    assert np.array_equal(np.load(answers), network.query(x))


def test_a_loaded_network_can_be_trained_on(tmp_path):
    network = lesson.Network([4, 6, 3], np.random.default_rng(0))
    deeper.save(network, tmp_path / "net.npz")
    again = deeper.load(tmp_path / "net.npz", np.random.default_rng(0))
    losses = [again.train(GOOD, TARGET, 0.1) for _ in range(20)]
    assert losses[-1] < losses[0]
    unchanged = deeper.load(tmp_path / "net.npz", np.random.default_rng(0))
    assert np.array_equal(network.W[0], unchanged.W[0]) and unchanged.momentum == 0.9


def test_a_file_with_pickles_is_refused(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, names=np.array(["softmax"], object), loss="cross_entropy")
    with pytest.raises(ValueError, match="allow_pickle"):
        deeper.load(path, np.random.default_rng(0))


# What the exercises of the lesson and of its deeper part promise.


def test_exercise_2_the_check_shows_a_disagreement_of_five_for_six_rows():
    names, rng = ["sigmoid", "softmax"], np.random.default_rng(0)
    W, b = [rng.normal(size=(4, 5)), rng.normal(size=(5, 3))], [np.zeros(5), np.zeros(3)]
    x, y = rng.normal(size=(6, 4)), lesson.softmax(rng.normal(size=(6, 3)))
    a = lesson.forward(x, W, b, names)
    right, _ = lesson.backward(a, y, W, names, "cross_entropy")
    wrong, _ = with_mistake(*MISTAKES["batch size forgotten"])(a, y, W, names, "cross_entropy")
    assert lesson.disagreement(wrong[0], right[0]) == pytest.approx(5)


@pytest.fixture
def leaky(monkeypatch):
    monkeypatch.setitem(lesson.ACTIVATIONS, "leaky", lambda z: np.where(z > 0, z, 0.01 * z))
    slope = lambda a: np.where(a > 0, 1, 0.01).astype(a.dtype)  # noqa: E731
    monkeypatch.setitem(lesson.DERIVATIVES, "leaky", slope)


def test_leaky_relu_has_the_right_gradients(leaky):
    rng, names = np.random.default_rng(1), ["leaky", "leaky", "softmax"]
    W, b = [rng.normal(size=s) for s in ((4, 5), (5, 3), (3, 2))], [np.zeros(n) for n in (5, 3, 2)]
    x, y = rng.normal(size=(6, 4)), lesson.softmax(rng.normal(size=(6, 2)))
    assert worst(lesson.backward, W, b, x, y, names, "cross_entropy") < 1e-6


def test_exercise_3_what_each_choice_is_worth(leaky):
    (images, labels), (test_images, test_labels) = load_mnist()
    x, x_test = (i.reshape(-1, 784).astype(np.float32) / 255 for i in (images[:20000], test_images))

    def after_one_epoch(*choices, rate=0.1):
        network = lesson.Network([784, 256, 10], np.random.default_rng(0), *choices)
        network.train(x, lesson.one_hot(labels[:20000]), rate)
        return np.mean(network.query(x_test).argmax(axis=1) == test_labels)

    with threadpool_limits(limits=1):
        mse = after_one_epoch("sigmoid", "sigmoid", "mse")
        cross_entropy = after_one_epoch("sigmoid", "softmax", "cross_entropy")
        relu = after_one_epoch("relu", "softmax", "cross_entropy")
        leaky_relu = after_one_epoch("leaky", "softmax", "cross_entropy")
        large_rate = after_one_epoch("sigmoid", "sigmoid", "mse", rate=1.0)
    assert mse < 0.5 and 0.85 < cross_entropy < relu and relu > 0.9
    assert large_rate < 0.3
    assert abs(leaky_relu - relu) < 0.02
