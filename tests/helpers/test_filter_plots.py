"""Pictures of windows: what is drawn and what the titles say."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import filter_plots, from_lesson

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_row_of_matrices_has_their_numbers_and_titles():
    axes = plt.subplots(1, 2)[1]
    panels = {"one": [[1, 2]], "two": [[3.5]]}
    filter_plots.show_row(axes, panels, fmt="{:.1f}", vmin=0, vmax=5)
    assert [ax.get_title() for ax in axes] == ["one", "two"]
    assert [texts(ax) for ax in axes] == [["1.0", "2.0"], ["3.5"]]
    assert all(ax.images[0].get_clim() == (0, 5) for ax in axes)


def test_a_row_needs_as_many_axes_as_matrices():
    with pytest.raises(ValueError):
        filter_plots.show_row(plt.subplots(1, 3)[1], {"one": [[1]]})


def test_products_stand_in_their_places_and_their_sum_in_the_title():
    axes = plt.subplots(1, 3)[1]
    filter_plots.show_products(axes, np.array([[1, 2], [0, 1]]), np.array([[4, 3], [2, 1]]))
    assert texts(axes[2]) == ["4", "6", "0", "1"]
    assert axes[1].get_title() == "times turned kernel"
    assert axes[2].get_title() == "products, sum 11"


@pytest.mark.parametrize("n, k, padding, stride", [(5, 3, 0, 1), (5, 3, 2, 1), (7, 3, 0, 3)])
def test_places_are_counted_and_the_first_and_last_are_framed(n, k, padding, stride):
    ax = plt.subplots()[1]
    (output_size,) = from_lesson("01_filter_a_poster", "output_size")
    places = filter_plots.show_places(ax, n, k, padding, stride)
    assert places == output_size(n, k, padding, stride)
    assert ax.get_title() == f"{places} x {places}"
    first, last = (patch.get_xy() for patch in ax.patches)
    assert first == (-0.5, -0.5)
    assert last[0] == last[1] == (places - 1) * stride - 0.5
    assert sum(len(line.get_xdata()) for line in ax.lines) == places**2
