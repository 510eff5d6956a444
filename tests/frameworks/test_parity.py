"""Every framework that is installed starts and learns as every other, and as NumPy says."""

import numpy as np
import pytest

from helpers.frameworks import protocol, registry, runner
from tests.frameworks import numpy_lenet

FRAMEWORKS = registry.frameworks()
INSTALLED = [name for name, framework in FRAMEWORKS.items() if not registry.missing(framework)]
STEPS = 3


@pytest.fixture(scope="session")
def rows(digits):
    """Return a function that trains a framework once and keeps its row."""
    kept = {}

    def row(name):
        if name not in kept:
            kept[name] = runner.run(FRAMEWORKS[name], digits, limit=400)
        return kept[name]

    return row


@pytest.mark.parametrize("name", INSTALLED)
def test_it_starts_where_numpy_says(name, rows, digits):
    weights = protocol.initial_weights()
    expected = numpy_lenet.logits(weights, protocol.scaled(digits.x_test))
    assert np.abs(rows(name)["initial"] - expected).max() < 1e-5
    images, labels = digits.batch(0)
    first = numpy_lenet.loss(numpy_lenet.logits(weights, images), labels)
    assert rows(name)["losses"][0] == pytest.approx(first, abs=1e-5)


@pytest.mark.parametrize("name", INSTALLED)
def test_it_learns_as_the_first_one_does(name, rows):
    row, first = rows(name), rows(INSTALLED[0])
    assert len(row["losses"]) == STEPS
    assert np.allclose(row["losses"], first["losses"], atol=1e-5)
    assert np.abs(row["final"] - first["final"]).max() < 1e-4
    assert np.mean(row["classes"] == first["classes"]) > 0.99


@pytest.mark.parametrize("name", INSTALLED)
def test_its_row_is_complete(name, rows):
    row = rows(name)
    assert row["source"] == "live" and row["title"] == FRAMEWORKS[name].title
    assert set(row["versions"]) == set(FRAMEWORKS[name].needs)
    assert "unknown" not in row["versions"].values()
    for number in ("import_s", "first_step_s", "latency_ms", "install_mb", "file_kb"):
        assert row[number] > 0, number
    assert row["peak_mb"] is None or 50 < row["peak_mb"] < 1300
    assert 240 < row["file_kb"] < 320
    assert len(row["step_s"]) == 3 and row["step_s"] == sorted(row["step_s"])
    assert all(3 < lines < 40 for lines in row["lines"].values())


@pytest.mark.parametrize("mistake", [{"flatten": "HWC"}, {"flip": True}])
def test_the_silent_mistakes_show_in_the_first_loss(mistake, rows, digits):
    name = next(n for n in INSTALLED if FRAMEWORKS[n].layout["flatten"] == "CHW")
    wrong = runner.run(FRAMEWORKS[name], digits, steps=1, layout=mistake)
    assert abs(wrong["losses"][0] - rows(name)["losses"][0]) > 1e-3
    assert np.abs(wrong["initial"] - rows(name)["initial"]).max() > 0.1
