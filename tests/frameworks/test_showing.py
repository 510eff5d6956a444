"""What lesson 08 shows: code from the files, tables, charts."""

import pytest

from helpers.frameworks import charts, registry, showing


def test_code_is_cut_from_the_file_itself():
    shown = showing.code("Loss and training step", "pytorch", "mxnet")
    text = registry.frameworks()["pytorch"].path.read_text()
    step = registry.part(registry.frameworks()["pytorch"], "Loss and training step")
    assert step in text and step.startswith("def make_step")
    assert "loss.backward()" in shown.html and "trainer.step" in shown.html
    assert repr(shown) == "Loss and training step: PyTorch | MXNet"


def test_code_is_escaped_for_html():
    html = showing.code("Definition", "caffe", "jax").html
    assert "&quot;Convolution&quot;" in html and ">layer {" in html


def test_a_table_is_markdown_and_text():
    table = showing.Table(["name", "loss"], [["a", 0.5], ["long name", 10]])
    assert table._repr_markdown_().splitlines()[1:3] == ["| --- | ---: |", "| a | 0.5 |"]
    assert repr(table).splitlines()[2] == "long name  10"


@pytest.mark.parametrize(("number", "text"), [(1, "1.0"), (9.94, "9.9"), (12.3, "12")])
def test_ratios_have_two_digits(number, text):
    assert showing.times(number) == text


def test_a_recorded_row_is_marked_in_tables_and_bars(ax):
    rows = [
        {"title": "A", "source": "live", "step_s": [1, 2, 3]},
        {"title": "B", "source": "recorded", "step_s": [2, 4, 5]},
    ]
    assert [showing.name_of(row) for row in rows] == ["A", "B (recorded)"]
    charts.draw_ratios(ax, rows, {"live": 2, "recorded": 1})
    assert [bar.get_hatch() for bar in ax.patches] == [None, "///"]
    assert [bar.get_width() for bar in ax.patches] == [1, 4]


def test_agreement_draws_every_row_and_the_limit(ax):
    distances = {"A": {"first": 0.0, "last": 1e-6}, "B": {"first": 0.9, "last": 2.0}}
    charts.draw_agreement(ax, distances, limit=1e-3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    assert ax.get_xscale() == "log" and len(ax.get_legend().get_texts()) == 2


def test_the_time_line_tells_the_living_from_the_ended(ax):
    history = {"Old": (2007, 2020, [(2017, "end")]), "New": (2015, None, [])}
    charts.draw_timeline(ax, history, until=2026)
    assert [bar.get_hatch() for bar in ax.patches] == ["///", None]
    assert ax.patches[1].get_x() + ax.patches[1].get_width() == 2026


def test_the_orders_of_flattening_are_those_of_numpy(ax):
    charts.draw_flattening(ax)
    numbers = "".join(text.get_text() for text in ax.texts if text.get_text().isdigit())
    assert numbers == "12345678" + "15263748" + "12345678"


def test_axes_of_kernels_stand_in_their_order(ax):
    charts.draw_axes_of_kernels(ax, {"HWIO": "some", "OIHW": "others"})
    texts = [text.get_text() for text in ax.texts]
    assert texts[:5] == ["5 rows", "5 columns", "6 maps in", "16 maps out", "HWIO"]
