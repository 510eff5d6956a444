"""The plot style: colours that colour-blind readers can tell apart, opaque and large enough."""

import itertools

import matplotlib
import matplotlib.style
import pytest
from coloraide import Color

from helpers import plots

STYLE = matplotlib.rc_params_from_file(plots.STYLE, use_default_template=False)
# CIEDE2000; about 2 is the smallest difference that one sees side by side.
SAFE_DISTANCE = 12


@pytest.mark.parametrize("vision", ["none", "protan", "deutan"])
def test_colours_differ_for_every_kind_of_vision(vision):
    seen = {
        name: Color(code) if vision == "none" else Color(code).filter(vision)
        for name, code in plots.COLOURS.items()
    }
    near = {
        pair: round(seen[pair[0]].delta_e(seen[pair[1]], method="2000"), 1)
        for pair in itertools.combinations(seen, 2)
    }
    assert {pair: d for pair, d in near.items() if d < SAFE_DISTANCE} == {}


def test_a_palette_of_red_and_green_would_fail():
    red, green = (Color(code).filter("deutan") for code in ("#D62728", "#8C8B1F"))
    assert red.delta_e(green, method="2000") < SAFE_DISTANCE


def test_the_style_uses_the_palette_and_changes_line_styles_too():
    cycle = STYLE["axes.prop_cycle"].by_key()
    assert [f"#{code.lstrip('#')}" for code in cycle["color"]] == list(plots.COLOURS.values())
    for (_, first), (_, second) in itertools.pairwise(zip(cycle["color"], cycle["linestyle"])):
        assert first != second


def test_figures_are_opaque():
    for key in ("figure.facecolor", "axes.facecolor", "savefig.facecolor"):
        assert matplotlib.colors.to_rgba(STYLE[key]) == (1, 1, 1, 1)
    assert STYLE["savefig.transparent"] is False


def test_text_is_large_enough_to_project():
    sizes = [value for key, value in STYLE.items() if key.endswith(("size", "labelsize"))]
    numbers = [size for size in sizes if isinstance(size, float) and size > 7]
    assert len(numbers) >= 6 and min(numbers) >= 11
