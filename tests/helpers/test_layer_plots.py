import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import layer_plots


@pytest.fixture
def layer():
    rng = np.random.default_rng(1)
    shapes = (4, 5, 2), (3, 3, 2, 3), (3,), (2, 3, 3)
    return tuple(rng.integers(-5, 5, shape).astype(float) for shape in shapes)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_layer_has_a_row_for_each_kernel_and_frames_the_window(layer):
    fig, axes = plt.subplots(3, 5)
    layer_plots.show_layer(axes, *layer, at=(1, 2))
    assert texts(axes[1, 4]) == [f"{number:g}" for number in layer[3][:, :, 1].ravel()]
    assert texts(axes[2, 3]) == [f"{number:g}" for number in layer[1][:, :, 1, 2].ravel()]
    (window,), (result,) = axes[0, 0].patches, axes[0, 4].patches
    assert window.get_xy() == (1.5, 0.5) and window.get_width() == 3
    assert result.get_xy() == (1.5, 0.5) and result.get_width() == 1
    plt.close(fig)


def test_a_layer_needs_axes_that_fit(layer):
    fig, axes = plt.subplots(3, 4)
    with pytest.raises(ValueError, match="3 kernels on 2 channels"):
        layer_plots.show_layer(axes, *layer)
    plt.close(fig)


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        ({"n": 7, "k": 3, "stride": 2, "before": 1, "after": 1}, [-1, 1, 3, 5]),
        ({"n": 6, "k": 3, "stride": 2, "after": 1}, [0, 2, 4]),
        ({"n": 5, "k": 5}, [0]),
    ],
)
def test_the_window_stands_where_it_fits(ax, arguments, starts):
    assert layer_plots.show_positions(ax, **arguments) == starts
    assert texts(ax)[-len(starts) :] == [f"starts at {start}" for start in starts]


def test_only_the_larger_numbers_of_a_kernel_carry_their_sign(ax):
    layer_plots.show_signs(ax, np.array([[1.0, -0.5], [0.1, 0]]), limit=1)
    assert texts(ax) == ["+", "-"]


def test_strip_puts_maps_side_by_side():
    maps = np.arange(24.0).reshape(2, 3, 4)
    wide = layer_plots.strip(maps)
    assert wide.shape == (2, 16)
    for m in range(4):
        assert np.array_equal(wide[:, 4 * m : 4 * m + 3], maps[:, :, m])
        assert np.isnan(wide[:, 4 * m + 3]).all()


def test_layers_are_drawn_one_below_the_other_with_their_sizes():
    fig, axes = plt.subplots(3)
    values = {"picture": np.ones((4, 4, 1)), "maps": np.ones((2, 2, 6)), "output": np.ones(10)}
    layer_plots.show_layers(axes, values)
    assert [ax.get_ylabel() for ax in axes] == [
        "picture\n4 x 4 x 1",
        "maps\n2 x 2 x 6",
        "output\n10",
    ]
    assert [ax.images[0].get_array().shape for ax in axes] == [(4, 4), (2, 18), (1, 10)]
    plt.close(fig)


def test_the_receptive_field_of_lenet_is_32_pixels(ax):
    plan = [("C1", 5, 1), ("S2", 2, 2), ("C3", 5, 1), ("S4", 2, 2), ("C5", 5, 1)]
    assert layer_plots.show_receptive_fields(ax, plan) == [32, 28, 14, 10, 5, 1]
    rows = [line.get_xdata() for line in ax.lines if line.get_marker() == "s"]
    assert [len(row) for row in rows] == [32, 28, 14, 10, 5, 1]
    assert all(np.isclose(np.mean(row), 0) for row in rows)  # each stands above the middle
    assert {"input", "C5", "32", "1"} <= set(texts(ax))


def test_every_run_is_a_dot_and_the_mean_a_line(ax):
    means = layer_plots.show_runs(ax, {"a": [0.01, 0.03], "b": [0.1, 0.1, 0.1]})
    assert np.allclose(means, [0.02, 0.1])
    assert [len(line.get_ydata()) for line in ax.lines] == [2, 3]
    assert texts(ax) == ["2.0%", "10.0%"]
