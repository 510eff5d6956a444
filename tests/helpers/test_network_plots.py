import pytest

from helpers import network_plots


def test_a_network_has_a_node_for_each_text_and_a_number_on_each_connection(ax):
    circles = network_plots.draw_network(ax, [["1", "2"], ["3"]], [[[0.5], [-4]]])
    assert len(circles) == 3 and len(ax.lines) == 2
    assert {text.get_text() for text in ax.texts} == {"1", "2", "3", "0.5", "-4"}


def test_highlighted_connections_are_thicker_and_bare_ones_carry_no_number(ax):
    network_plots.draw_network(ax, [["", ""], ["", ""]], [None], highlight={(0, 1, 0)})
    widths = [line.get_linewidth() for line in ax.lines]
    strong = widths.pop(2)  # from node 1 to node 0
    assert len(widths) == 3 and strong > max(widths)
    assert not any(text.get_text() for text in ax.texts)


def test_texts_above_and_below_stand_outside_the_nodes(ax):
    (circle,) = network_plots.draw_network(ax, [["a"]], [], above=[["up"]], below=[["down"]])
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert heights["up"] > circle.radius and heights["down"] < -circle.radius


@pytest.mark.parametrize("weights", [[], [[[1.0, 2.0]]], [[[1.0], [2.0]], [[1.0]]]])
def test_weights_that_do_not_fit_are_refused(ax, weights):
    with pytest.raises(ValueError, match="nodes do not go with"):
        network_plots.draw_network(ax, [["", ""], [""]], weights)


def test_matrices_are_drawn_to_scale_with_their_shapes(ax):
    parts = [("A", 2, 3, "white"), "@", ("B", 3, 1, "white")]
    frames = network_plots.draw_shapes(ax, parts, unit=1)
    assert [(f.get_width(), f.get_height()) for f in frames] == [(3, 2), (1, 3)]
    assert {"A", "(2, 3)", "@", "B", "(3, 1)"} <= {text.get_text() for text in ax.texts}
    assert frames[1].get_x() > frames[0].get_x() + 3
