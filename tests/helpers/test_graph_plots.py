"""The picture of a chain of values and their gradients."""

import matplotlib.pyplot as plt
import pytest

from helpers import graph_plots

torch = pytest.importorskip("torch")


def chain():
    """Return x and its square, with gradients."""
    x = torch.tensor([[1.5, -2.0]], requires_grad=True)
    square = (x**2).sum()
    square.retain_grad()
    square.backward()
    return x, square


def test_values_stand_above_their_gradients():
    fig, ax = plt.subplots()
    texts = graph_plots.draw_chain(ax, ["x", "sum"], chain(), ["square"], fmt="{:.1f}")
    plt.close(fig)
    written = ["x\n1.5\n-2.0", "+3.0\n-4.0", "sum\n6.2", "+1.0"]
    assert [text.get_text() for text in texts] == written
    assert all(a.get_position()[1] > b.get_position()[1] for a, b in zip(texts[::2], texts[1::2]))
    assert texts[0].get_position()[0] < texts[2].get_position()[0]


def test_what_does_not_go_together_is_refused():
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="one operation less"):
        graph_plots.draw_chain(ax, ["x", "sum"], chain(), [])
    with pytest.raises(ValueError, match="retain_grad"):
        graph_plots.draw_chain(ax, ["x"], [torch.ones(1)], [])
    plt.close(fig)
