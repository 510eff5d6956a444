"""Pictures of training results: what is drawn, and what is refused."""

from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import result_plots

matplotlib.use("agg")

VALUES = {
    "accuracy": [0.8, 0.9],
    "loss": [0.5, 0.3],
    "val_accuracy": [0.7, 0.85],
    "val_loss": [0.6, 0.4],
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def axes():
    return plt.subplots(2, 1)[1]


def drawn(ax):
    return {line.get_label(): line.get_ydata().tolist() for line in ax.lines}


@pytest.mark.parametrize("history", [VALUES, SimpleNamespace(history=VALUES)])
def test_curves_of_a_dict_and_of_a_history(axes, history):
    assert len(result_plots.learning_curves(axes, history)) == 4
    assert drawn(axes[0]) == {"training": [0.8, 0.9], "validation": [0.7, 0.85]}
    assert drawn(axes[1]) == {"training": [0.5, 0.3], "validation": [0.6, 0.4]}
    assert axes[0].lines[0].get_xdata().tolist() == [1, 2]


@pytest.mark.parametrize("name", ["acc", "sparse_categorical_accuracy", "accuracy"])
def test_curves_take_any_name_of_accuracy(axes, name):
    result_plots.learning_curves(axes, {"loss": [1], name: [0.5], f"val_{name}": [0.4]})
    assert drawn(axes[0]) == {"training": [0.5], "validation": [0.4]}


def test_curves_without_validation_or_accuracy(axes):
    result_plots.learning_curves(axes, {"loss": [1, 2], "learning_rate": [1, 1]})
    assert drawn(axes[0]) == {} and drawn(axes[1]) == {"training": [1, 2]}


def test_training_and_validation_differ_in_more_than_colour(axes):
    train, validation = result_plots.learning_curves(axes, VALUES)[:2]
    assert train.get_linestyle() != validation.get_linestyle()
    assert train.get_marker() != validation.get_marker()


def test_history_with_nothing_to_draw_is_refused(axes):
    with pytest.raises(ValueError, match="neither accuracy nor loss.*learning_rate"):
        result_plots.learning_curves(axes, {"learning_rate": [1]})


def test_one_axes_for_two_curves_is_refused():
    with pytest.raises(ValueError, match="needs two axes"):
        result_plots.learning_curves(plt.subplots()[1], VALUES)


def test_probability_bars_mark_the_truth():
    bars = result_plots.probability_bars(plt.subplots()[1], [0.1, 0.7, 0.2], truth=1)
    assert [bar.get_height() for bar in bars] == [0.1, 0.7, 0.2]
    assert bars[1].get_hatch() and not bars[0].get_hatch()


def test_probabilities_of_many_images_are_refused():
    with pytest.raises(ValueError, match="Pick one row"):
        result_plots.probability_bars(plt.subplots()[1], [[0.1, 0.9]])


def test_confusion_matrix_counts():
    display = result_plots.confusion_matrix(plt.subplots()[1], [0, 0, 1, 2], [0, 1, 1, 2])
    assert display.confusion_matrix.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("y_pred", [np.zeros((4, 3)), np.zeros(3)])
def test_confusion_of_wrong_shapes_is_refused(y_pred):
    with pytest.raises(ValueError, match="argmax"):
        result_plots.confusion_matrix(plt.subplots()[1], np.zeros(4), y_pred)


def test_wrong_cases_come_most_confident_first():
    axes = plt.subplots(1, 3)[1]
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    images = np.stack([np.full((2, 2), i) for i in range(4)])
    wrong = result_plots.wrong_cases(axes, images, np.array([1, 1, 1, 0]), probabilities)
    assert wrong.tolist() == [1, 3, 0]
    assert [ax.images[0].get_array()[0, 0] for ax in axes] == [1, 3, 0]
    assert axes[0].get_title() == "1, read as 0\n(90% sure)"


def test_fewer_wrong_cases_than_axes_leave_empty_ones():
    axes = plt.subplots(1, 2)[1]
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1]])
    wrong = result_plots.wrong_cases(axes, np.zeros((2, 2, 2)), np.array([0, 1]), probabilities)
    assert wrong.tolist() == [1]
    assert not axes[1].images


def test_no_wrong_cases_draw_nothing():
    axes = plt.subplots(1, 2)[1]
    assert not result_plots.wrong_cases(axes, np.zeros((1, 2, 2)), [0], [[1.0, 0.0]]).size
    assert not axes[0].images


@pytest.mark.parametrize(
    ("images", "labels", "probabilities"),
    [((3, 4, 4), (2,), (3, 10)), ((3, 16), (3,), (3, 10)), ((3, 4, 4), (3, 10), (3, 10))],
)
def test_wrong_cases_of_wrong_shapes_are_refused(images, labels, probabilities):
    arrays = map(np.zeros, (images, labels, probabilities))
    with pytest.raises(ValueError, match="wrong_cases needs images"):
        result_plots.wrong_cases(plt.subplots()[1], *arrays)
