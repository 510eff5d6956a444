"""What the search for asserts on the clock catches, and what it lets pass."""

import pytest
from nbformat import v4

from tests.clock_asserts import timed_asserts

IMPORTS = """
import time
import timeit
import numpy as np
from datetime import datetime
from time import perf_counter as now
"""

CAUGHT = {
    "directly": "assert time.time() > 0",
    "a variable": "start = time.perf_counter()\nwork()\nassert time.perf_counter() - start < 2",
    "an imported name": "start = now()\nduration = now() - start\nassert duration < 2",
    "another unit": "start = time.perf_counter_ns()\nassert start",
    "timeit": "assert min(timeit.repeat(work, number=1)) < 2",
    "a Timer": "timer = timeit.Timer(work)\nassert timer.timeit(1) < 2",
    "a date": "assert datetime.now().year > 2020",
    "a ratio": "a = timeit.timeit(f)\nb = timeit.timeit(g)\nratio = round(a / b)\nassert ratio > 2",
    "a comparison": "fast = timeit.timeit(f) < 2\nassert fast",
    "a list": "times = []\nfor f in work:\n    times.append(now())\nassert max(times) < 2",
    "a place in a dict": "times = {}\ntimes['f'] = now()\nassert times['f'] < 2",
    "a list comprehension": "times = [now() for _ in range(3)]\nassert times[2] > times[0]",
    "its elements": "times = [now() for _ in range(3)]\nassert all(t > 0 for t in times)",
    "numpy": "times = np.array([now(), now()])\nassert np.median(times) < 2",
    "numpy.testing": "np.testing.assert_array_less(now(), 2)",
    "a sum": "total = 0\ntotal += now()\nassert total < 2",
    "the next round of a loop": "last = 0\nfor _ in range(3):\n    assert last < 2\n    last = now()",
    "one branch": "if slow:\n    t = now()\nelse:\n    t = 0\nassert t < 2",
    "a try": "try:\n    t = now()\nexcept OSError:\n    t = 0\nassert t < 2",
    "a function": "def seconds(f):\n    start = now()\n    f()\n    return now() - start\n\n"
    "assert seconds(work) < 2",
    "a lambda": "clock = lambda: now()\nassert clock() > 0",
    "a part of what is returned": "def train():\n    return 0.9, now()\n\n"
    "accuracy, duration = train()\nassert duration < 2",
    "a column": "runs = [(0.9, now()) for _ in range(3)]\naccuracies, times = zip(*runs)\n"
    "assert max(times) < 2",
    "a callback": "ends = []\nfit(on_end=lambda epoch: ends.append(now()))\n"
    "assert ends[1] - ends[0] < 2",
    "inside a function": "def check():\n    start = now()\n    work()\n    assert now() - start < 2",
    "an attribute": "class Watch:\n    def __enter__(self):\n        self.start = now()\n"
    "        return self\n    def __exit__(self, *fault):\n        self.seconds = now() - self.start"
    "\n\nwith Watch() as watch:\n    work()\nassert watch.seconds < 2",
    "a method": "class Watch:\n    def seconds(self):\n        return now() - self.start\n"
    "    def begin(self):\n        self.start = now()\n\nassert Watch().seconds() < 2",
}

FREE = {
    "time that is printed": "start = now()\nwork()\nprint(now() - start)\nassert done",
    "a name used again": "start = now()\nprint(now() - start)\nstart = 5\nassert start == 5",
    "a loop's name used again": "for t in [now()]:\n    print(t)\nfor t in (1, 2):\n    assert t",
    "another function of that name": "def time():\n    return 3\n\nassert time() == 3",
    "a module that is not the clock": "from clocks import perf_counter\nassert perf_counter()",
    "the other part of what is returned": "def train():\n    return 0.9, now()\n\n"
    "accuracy, duration = train()\nassert accuracy > 0.8",
    "the other part, by its number": "def train():\n    return 0.9, now()\n\n"
    "run = train()\nassert run[0] > 0.8",
    "the other column": "runs = [(0.9, now()) for _ in range(3)]\naccuracies, times = zip(*runs)\n"
    "assert min(accuracies) > 0.8",
    "the other column, in a loop": "runs = {}\nfor seed in range(3):\n"
    "    runs[seed] = 0.9, now()\nfor seed, (accuracy, duration) in runs.items():\n"
    "    assert accuracy > 0.8",
    "a function that only prints": "def train():\n    start = now()\n    print(now() - start)\n"
    "    return 0.9\n\nassert train() > 0.8",
    "a function's own variable": "result = 3\ndef f():\n    result = now()\n    print(result)\n\n"
    "f()\nassert result == 3",
    "a callback that notes times": "ends = []\ncallback = on_end(lambda epoch: ends.append(now()))\n"
    "history = fit(callbacks=[callback])\nassert history['accuracy'] > 0.8",
    "sleeping": "time.sleep(1)\nassert done",
}


def notebook(*sources):
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


@pytest.mark.parametrize("case", CAUGHT)
def test_it_catches(case):
    assert len(timed_asserts(notebook(IMPORTS, CAUGHT[case]))) == 1


@pytest.mark.parametrize("case", FREE)
def test_it_lets_pass(case):
    assert timed_asserts(notebook(IMPORTS, FREE[case])) == []


def test_it_follows_a_time_from_cell_to_cell_and_says_where():
    cells = (
        "%time work()",
        "start = now()",
        "%%writefile now.py\nassert start",
        "x = 1\nassert start",
    )
    assert timed_asserts(notebook(IMPORTS, *cells)) == [(5, 2)]
