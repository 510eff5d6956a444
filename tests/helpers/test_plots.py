"""Pictures of images, matrices and kernels: what is drawn, and what is refused."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import plots

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_images_are_drawn_in_order_with_titles():
    axes = plt.subplots(2, 2)[1]
    images = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
    drawn = plots.show_images(axes, images, titles=[5, "b", "c"])
    assert len(drawn) == 3
    np.testing.assert_array_equal(drawn[2].get_array(), images[2])
    assert [ax.get_title() for ax in axes.ravel()] == ["5", "b", "c", ""]
    assert not axes[1, 1].images and not axes[1, 1].axison


def test_uint8_images_use_the_whole_grey_scale(ax):
    assert plots.show_images([ax], [np.full((2, 2), 7, np.uint8)])[0].get_clim() == (0, 255)


def test_float_images_share_one_grey_scale():
    drawn = plots.show_images(plt.subplots(1, 2)[1], [np.zeros((2, 2)), np.full((2, 2), 3.0)])
    assert [image.get_clim() for image in drawn] == [(0, 3), (0, 3)]


def test_given_limits_win(ax):
    assert plots.show_images([ax], [np.ones((2, 2))], vmin=-1, vmax=2)[0].get_clim() == (-1, 2)


def test_colour_images_are_drawn(ax):
    assert plots.show_images([ax], [np.zeros((2, 2, 3))])[0].get_array().shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("images", "titles", "fault"),
    [
        (np.zeros((2, 4, 4)), None, "2 images do not fit on 1 axes"),
        (np.zeros((1, 16)), None, r"images\[0\] has shape \(16,\)"),
        (np.zeros((1, 4, 4, 2)), None, r"images\[0\] has shape \(4, 4, 2\)"),
        (np.zeros((1, 0, 4)), None, r"images\[0\] has shape \(0, 4\)"),
        (np.zeros((1, 4, 4)), ["a", "b"], "2 titles were given for 1 images"),
    ],
)
def test_wrong_images_are_refused(ax, images, titles, fault):
    with pytest.raises(ValueError, match=fault):
        plots.show_images([ax], images, titles)


def test_numbers_stand_in_their_cells(ax):
    plots.show_numbers(ax, [[1, 2, 3], [4, 5, 6.5]])
    assert texts(ax) == ["1", "2", "3", "4", "5", "6.5"]
    assert [text.get_position() for text in ax.texts[:4]] == [(0, 0), (1, 0), (2, 0), (0, 1)]


def test_numbers_are_readable_on_black_and_white(ax):
    plots.show_numbers(ax, [[0, 255]])
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


@pytest.mark.parametrize("matrix", [np.zeros(3), np.zeros((2, 2, 2)), np.zeros((0, 3))])
def test_what_is_no_matrix_is_refused(ax, matrix):
    with pytest.raises(ValueError, match="draws a matrix"):
        plots.show_numbers(ax, matrix)


@pytest.mark.parametrize("kernel", [[[-1, 0], [0, 4]], [[-4, 1]], [[0, 0]]])
def test_kernel_colours_are_symmetric_about_zero(ax, kernel):
    low, high = plots.show_kernel(ax, kernel).get_clim()
    assert low == -high
    assert high >= np.abs(kernel).max() and high > 0


def test_outline_frames_whole_pixels(ax):
    frame = plots.outline(ax, row=2, column=1, height=3, width=4)
    assert frame.get_bbox().extents.tolist() == [0.5, 1.5, 4.5, 4.5]


def test_helpers_leave_global_settings_alone(ax):
    before = dict(matplotlib.rcParams)
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    plots.show_numbers(ax, [[1]])
    plots.show_kernel(ax, [[1]])
    plots.show_images([ax], [np.zeros((2, 2))])
    assert dict(matplotlib.rcParams) == before
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
