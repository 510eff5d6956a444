"""Pictures of what training gave, drawn on axes that the caller made.

Like those in plots.py, they show nothing, seed nothing and change no global setting.
"""

import numpy as np
from matplotlib.colors import PowerNorm

from helpers import plots


def learning_curves(axes, history):
    """Draw accuracy (upper axes) and loss (lower axes) over the epochs, train and validation.

    Args:
        axes: two Axes.
        history: what `model.fit` returns, or a dict of lists such as {"loss": [...],
            "accuracy": [...], "val_loss": [...]}. The accuracy may have any name with "acc" in it;
            what is missing is left out.

    Returns:
        A list of Line2D.

    Raises:
        ValueError: not two axes, or nothing in the history to draw.
    """
    axes = list(np.ravel(axes))
    values = getattr(history, "history", history)
    if len(axes) != 2:
        raise ValueError(f"learning_curves needs two axes, one above the other; got {len(axes)}.")
    accuracy = next((key for key in values if "acc" in key and not key.startswith("val_")), None)
    if accuracy is None and "loss" not in values:
        raise ValueError(f"There is neither accuracy nor loss in this history: {list(values)}.")
    lines = _curve_pair(axes[0], values, accuracy, "accuracy")
    lines += _curve_pair(axes[1], values, "loss", "loss")
    axes[1].set_xlabel("epoch")
    return lines


def _curve_pair(ax, values, key, label):
    lines = []
    looks = (
        (key, "training", plots.COLOURS["blue"], "o-"),
        (f"val_{key}", "validation", plots.COLOURS["vermillion"], "s--"),
    )
    for name, legend, colour, look in looks:
        if name in values:
            epochs = range(1, len(values[name]) + 1)
            lines += ax.plot(epochs, values[name], look, color=colour, label=legend)
    ax.set_ylabel(label)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y")
    if lines:
        ax.legend()
    return lines


def probability_bars(ax, probabilities, truth=None):
    """Draw the ten (or any number of) class probabilities of one image as bars.

    The bar of the true class, where it is given, is hatched and orange.

    Args:
        probabilities: (classes,), values in [0, 1].
        truth: the true class, or None.

    Returns:
        The BarContainer.

    Raises:
        ValueError: not one-dimensional.
    """
    probabilities = np.asarray(probabilities)
    if probabilities.ndim != 1:
        raise ValueError(
            f"probability_bars draws one image's probabilities (classes,); got shape"
            f" {probabilities.shape}. Pick one row."
        )
    bars = ax.bar(range(len(probabilities)), probabilities, color=plots.COLOURS["blue"])
    if truth is not None:
        bars[truth].set(facecolor=plots.COLOURS["orange"], hatch="//", edgecolor="black")
    ax.set(xticks=range(len(probabilities)), ylim=(0, 1.05), xlabel="digit", ylabel="probability")
    return bars


def confusion_matrix(ax, y_true, y_pred):
    """Draw how often each true class was predicted as each class (scikit-learn's display).

    Shades grow with the fourth root of the count, so that the few errors can be seen beside the
    many right answers.

    Args:
        y_true, y_pred: (n,) integer labels.

    Returns:
        The ConfusionMatrixDisplay.

    Raises:
        ValueError: the two are not one-dimensional or not of the same length.
    """
    from sklearn.metrics import ConfusionMatrixDisplay

    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.ndim != 1 or y_true.shape != y_pred.shape:
        raise ValueError(
            f"Labels must be two vectors of one length; got shapes {y_true.shape} and"
            f" {y_pred.shape}. (One-hot rows become labels with .argmax(axis=1).)"
        )
    return ConfusionMatrixDisplay.from_predictions(
        y_true,
        y_pred,
        ax=ax,
        cmap="Blues",
        colorbar=False,
        im_kw={"norm": PowerNorm(0.25)},
        text_kw={"fontsize": 10},
    )


def wrong_cases(axes, images, y_true, probabilities):
    """Draw the wrong predictions, the most confident mistakes first.

    Args:
        axes: as many Axes as cases are wanted; those left over are emptied.
        images: (n, height, width).
        y_true: (n,) integer labels.
        probabilities: (n, classes).

    Returns:
        The indices of all wrong cases, most confident first, int64 (wrong,).

    Raises:
        ValueError: the three arrays do not have the same length, or a wrong number of dimensions.
    """
    images, y_true, probabilities = map(np.asarray, (images, y_true, probabilities))
    if (images.ndim, y_true.ndim, probabilities.ndim) != (3, 1, 2) or not (
        len(images) == len(y_true) == len(probabilities)
    ):
        raise ValueError(
            "wrong_cases needs images (n, height, width), labels (n,) and probabilities"
            f" (n, classes); got {images.shape}, {y_true.shape}, {probabilities.shape}."
        )
    y_pred = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(y_pred != y_true)
    wrong = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]
    shown = wrong[: np.size(axes)]
    titles = [
        f"{y_true[i]}, read as {y_pred[i]}\n({probabilities[i].max():.0%} sure)" for i in shown
    ]
    plots.show_images(axes, images[shown], titles, cmap="gray_r")
    return wrong
