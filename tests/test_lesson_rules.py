"""Every lesson keeps every rule, and every rule is able to fail."""

import json

import pytest
from nbformat import v4

from tests import lesson_rules
from tools import lessons, stamp
from tools.clean import clean

RULES = {rule.__name__: rule for rule in lesson_rules.RULES}
LESSONS = {lesson.name: lesson for lesson in lessons.lessons()}


def test_there_are_lessons_and_rules():
    assert LESSONS
    assert len(RULES) >= 20


@pytest.mark.parametrize(
    ("lesson", "rule"),
    [(lesson, name) for lesson in LESSONS for name in RULES
     if lesson_rules.holds_for(RULES[name], LESSONS[lesson])],
)  # fmt: skip
def test_lesson_keeps_rule(lesson, rule):
    notebook = lessons.read_notebook(LESSONS[lesson].path)
    complaints = list(RULES[rule](notebook, LESSONS[lesson]))
    assert not complaints, "\n".join(complaints)


# A lesson that keeps every rule, and for each rule what breaks it.

HEADER = """**What you'll do.** You draw a dot.

**What you'll learn.** How a dot is drawn.

**What you'll need.** Nothing.

**Minutes.** 1 to read, 2 to run on a two-core laptop, 3 to teach.

**You know it worked when** there is a dot.

![A dot of one pixel in the middle of a white page](../images/dot.png)"""


MEASURED = {
    "seconds": 61.0,
    "peak_memory_mb": 500,
    "slowest_cells": [{"cell": 5, "seconds": 60.0, "code": "draw()"}],
}


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A lesson that was measured at 61 s, with its picture and the glossary in their places."""
    monkeypatch.setattr(lessons, "MEASURED", tmp_path / "lessons.json")
    names = [folder + "01_draw_a_dot" for folder in ("", "deeper/", "exercises/")]
    lessons.MEASURED.write_text(json.dumps({"lessons": dict.fromkeys(names, MEASURED)}))
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "dot.png").touch()
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path / "notebooks")
    for folder in ("deeper", "exercises"):
        (lessons.NOTEBOOKS / folder).mkdir(parents=True)
    (lessons.NOTEBOOKS / "glossary.md").write_text("# Glossary")
    return lessons._lesson("01_draw_a_dot", {})


ONE_PIXEL = (  # a white PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)


@pytest.fixture
def good(lesson):
    public = stamp.release()
    drawn = v4.new_output("display_data", {"image/png": ONE_PIXEL})
    cells = [
        v4.new_markdown_cell(
            f"# Draw a dot\n\n<!-- badges -->{stamp.badge_line(public, lesson)}<!-- /badges -->"
        ),
        v4.new_markdown_cell(HEADER),
        code(stamp.setup_cell(lesson, public), 1, tags=["setup"]),
        v4.new_markdown_cell("## A dot\n\nWe draw."),
        code("draw()", 2, outputs=[drawn]),
        v4.new_markdown_cell("*A dot.*"),
        v4.new_markdown_cell("## Check yourself\n\nIs it there?"),
        code("print(dot)\nassert dot", 3, [printed("dot")], [lessons.IGNORED]),
        v4.new_markdown_cell(
            "## On your own\n\n## In practice\n\n## Further reading\n\n[Symbols](glossary.md)"
        ),
    ]
    return executed(stamp.stamped(v4.new_notebook(cells=cells), lesson, public))


def executed(notebook):
    """Return the notebook as `make run` leaves it."""
    notebook.metadata["course"] = {"executed_code": lessons.code_digest(notebook)}
    return clean(notebook)


@pytest.fixture
def deeper_lesson(lesson):
    return lessons._lesson("deeper/01_draw_a_dot", {})


@pytest.fixture
def deeper(good, lesson, deeper_lesson):
    """A good notebook of notebooks/deeper/."""
    badges = [stamp.badge_line(stamp.release(), one) for one in (lesson, deeper_lesson)]
    replace(0, "Draw a dot", "Dots, in depth")(good)
    replace(0, *badges)(good)
    replace(1, "../images", "../../images")(good)
    replace(8, "## On your own\n\n## In practice\n\n", "")(good)
    replace(8, "glossary.md", "../glossary.md")(good)
    replace(6, "## Check yourself", "## Is it there?")(good)
    return stamp.stamped(good, deeper_lesson, stamp.release())


def code(source, count, outputs=(), tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    outputs = list(outputs)
    return v4.new_code_cell(source, execution_count=count, outputs=outputs, metadata=metadata)


def printed(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def set_source(cell, source):
    def change(notebook):
        notebook.cells[cell].source = source

    return change


def replace(cell, old, new):
    def change(notebook):
        assert old in notebook.cells[cell].source
        notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new)

    return change


def add_output(output):
    return lambda notebook: notebook.cells[4].outputs.append(output)


def remove(cell):
    return lambda notebook: notebook.cells.pop(cell)


def measured(**found):
    """What `make bench` could have found."""
    results = {"lessons": {"01_draw_a_dot": {**MEASURED, **found}}}
    return lambda notebook: lessons.MEASURED.write_text(json.dumps(results))


def both(first, second):
    return lambda notebook: (first(notebook), second(notebook))


READING_LAST = "further_reading_comes_last_and_leads_to_the_glossary"
SEVEN_LINES = "\n".join(["draw()"] * 7)
BREAKS = [
    ("title_starts_with_the_verb_of_the_file", replace(0, "# Draw", "# On drawing")),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "**What you'll need.**", "Needs:")),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "2 to run", "two to run")),
    (
        "header_is_complete_and_ends_with_a_picture",
        replace(1, "A dot of one pixel in the middle of a white page", "A dot"),
    ),
    ("header_is_complete_and_ends_with_a_picture", replace(1, "there is a dot.", "a dot")),
    ("it_is_one_lecture_long", set_source(3, "word " * 9000)),
    ("it_keeps_its_budgets", measured(seconds=121)),
    ("it_keeps_its_budgets", measured(peak_memory_mb=1201)),
    ("it_keeps_its_budgets", lambda notebook: lessons.MEASURED.unlink()),
    ("what_was_measured_is_still_there", set_source(4, "draw_a_circle()")),
    ("outputs_come_from_this_code", set_source(4, "draw()\nax.clear()")),
    ("outputs_come_from_this_code", lambda notebook: notebook.metadata.pop("course")),
    ("stamps_are_current", replace(1, "2 to run", "1 to run")),
    ("stamps_are_current", replace(1, " to read", "0 to read")),
    ("stamps_are_current", replace(0, "colab.research", "example")),
    ("stamps_are_current", replace(2, "--no-deps", "")),
    ("stamps_are_current", lambda notebook: notebook.cells[2].metadata.pop("tags")),
    (
        "sections_close_in_order",
        replace(8, "## In practice\n\n", ""),
    ),
    ("sections_close_in_order", replace(6, "## Check yourself", "## Questions learners ask")),
    (READING_LAST, replace(8, "glossary.md", "README.md")),
    ("cells_are_short", set_source(4, "\n".join(["draw()"] * 21))),
    ("cells_are_short", both(set_source(4, SEVEN_LINES), set_source(7, SEVEN_LINES))),
    ("prose_stands_before_each_code_cell", remove(3)),
    ("prose_stands_before_each_code_cell", set_source(6, "*A dot.*")),
    ("figures_have_captions", remove(5)),
    ("figures_have_captions", set_source(5, "**A dot.**")),
    ("images_in_prose_have_alt_text", set_source(3, "![](../images/dot.png)")),
    ("images_in_prose_have_alt_text", set_source(3, "![A dot on a page](../images/gone.png)")),
    ("code_ran_in_order_from_a_fresh_start", lambda nb: nb.cells[4].update(execution_count=7)),
    ("nothing_failed_or_warned", add_output(printed("careful", "stderr"))),
    (
        "nothing_failed_or_warned",
        add_output(v4.new_output("error", ename="E", evalue="", traceback=[])),
    ),
    ("outputs_are_plain_text", add_output(printed("10%\r20%"))),
    ("outputs_are_plain_text", add_output(printed("\x1b[31mred"))),
    ("no_machine_shows", add_output(printed("saved to /home/ada/dot.png"))),
    ("no_machine_shows", set_source(4, 'open("/tmp/dot.png")')),
    ("no_machine_shows", add_output(printed("saved to C:\\Users\\ada"))),
    ("notebook_is_clean", lambda notebook: notebook.metadata.update(widgets={})),
    ("notebook_is_clean", lambda notebook: notebook.cells[4].metadata.update(execution={})),
    ("notebook_is_small", add_output(printed("x" * 2_000_000))),
    ("links_lead_somewhere", set_source(3, "See [there](gone.ipynb).")),
    ("links_lead_somewhere", set_source(3, "## A dot\n\nSee [above](#a-dot).")),
    ("code_is_python", set_source(4, "draw(")),
    *[("optimizers_state_their_learning_rate", set_source(4, line)) for line in [
        "import keras\nkeras.optimizers.Adam(beta_1=0.8)",
        "from keras.optimizers import Adam as Best\nBest()",
        "from keras import optimizers as o\no.SGD(momentum=0.9)",
        "import keras\nSGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam\nSGD(momentum=0.9)",
        "import tensorflow as tf\ntf.keras.optimizers.Adam()",
        "import keras\nkeras.optimizers.get('adam')",
        "import torch\ntorch.optim.Adam(model.parameters())",
        "from torch import optim\noptim.SGD(model.parameters(), momentum=0.9)",
        "import optax\noptax.adam()",
        "import mxnet as mx\nmx.optimizer.Adam()",
        'model.compile("adam", "mse")',
        'model.compile(loss="mse")',
        'self.models[0].compile(loss="mse")',
        'import keras\nkeras.Sequential().compile(loss="mse")',
    ]],
    *[("randomness_is_seeded", set_source(4, line)) for line in [
        "import numpy as np\nrng = np.random.default_rng()",
        "import numpy as np\nrng = np.random.default_rng(None)",
        "import numpy\nrng = numpy.random.default_rng(seed=None)",
        "from numpy.random import default_rng as rng_of\nrng_of()",
        "import numpy as np\nnp.random.rand(3)",
        "import numpy as np\nnp.random.seed(3)",
        "from numpy import random\nrandom.normal(size=3)",
        "import numpy as np\nnp.random.Generator(np.random.PCG64())",
        "import random\nrandom.shuffle(numbers)",
    ]],
    ("asserts_do_not_depend_on_the_clock", set_source(4, "import time\nassert time.time() > 0")),
    *[("keras_is_imported_by_its_own_name", set_source(4, line)) for line in [
        "from tensorflow.keras import layers",
        "from tensorflow import keras",
        "import tensorflow as tf\ntf.keras.Input((3,))",
    ]],
    ("packages_are_installed_in_the_setup_cell_only", set_source(4, "!pip install keras")),
    ("packages_are_installed_in_the_setup_cell_only", set_source(4, "%pip install keras")),
    ("ignored_outputs_are_few_and_checked", set_source(7, "print(dot)")),
    ("ignored_outputs_are_few_and_checked", set_source(7, "%%writefile dot.py\nassert dot")),
    ("ignored_outputs_are_few_and_checked", lambda nb: nb.cells[7].outputs.clear()),
    (
        "ignored_outputs_are_few_and_checked",
        lambda nb: nb.cells[4].metadata.update(tags=[lessons.IGNORED]),
    ),
]  # fmt: skip


def holding(folder):
    """For each rule that holds in a folder."""
    names = [
        n for n in RULES if lesson_rules.holds_for(RULES[n], lessons._lesson(f"{folder}/1", {}))
    ]
    return pytest.mark.parametrize("rule", names)


@holding("")
def test_rule_accepts_a_good_lesson(rule, good, lesson):
    assert list(RULES[rule](good, lesson)) == []


@pytest.mark.parametrize("case", range(len(BREAKS)))
def test_rule_sees_what_breaks_it(case, good, lesson):
    rule, break_it = BREAKS[case]
    break_it(good)
    assert list(RULES[rule](good, lesson))


def test_every_rule_is_broken_once():
    assert {rule for rule, _ in [*BREAKS, *DEEPER_BREAKS, *EXERCISE_BREAKS]} == set(RULES)


KEPT = {
    "optimizers_state_their_learning_rate": """
import re, keras, torch, optax, jax
from keras.optimizers import Adam, schedules
from helpers import Adam as OfTheCourse
re.compile("a+").match("aa")
torch.compile(network)
jax.jit(forward).lower(x).compile()
lowered = jax.jit(forward).lower(x)
lowered.compile()
keras.optimizers.Adam(0.001)
rate = schedules.CosineDecay(0.1, decay_steps=9)
OfTheCourse()
torch.optim.SGD(network.parameters(), 0.1)
torch.optim.Adam(network.parameters(), lr=0.001)
torch.optim.lr_scheduler.StepLR(optimizer, 3)
optax.adam(0.001)
optax.apply_updates(weights, updates)
keras.optimizers.SGD(**options)
model.compile(optimizer=make(), loss="mse")
model.compile(**options)
""",
    "randomness_is_seeded": """
import numpy as np
from numpy.random import Generator, PCG64
rng = np.random.default_rng(3)
rng.normal(size=3)
rng.random()
np.random.default_rng(seed=SEED)
Generator(PCG64(3))
np.random.RandomState(3)
def draw(random):
    return random.normal(3)
random = rng.random(3)
random.mean()
""",
    "keras_is_imported_by_its_own_name": "import keras, tensorflow as tf\ntf.constant(3)",
    "asserts_do_not_depend_on_the_clock": "import time\nprint(time.time())\nassert True",
}


@pytest.mark.parametrize("rule", KEPT)
def test_rule_sees_no_more_than_what_breaks_it(rule, good, lesson):
    good.cells[4].source = KEPT[rule]
    assert list(RULES[rule](good, lesson)) == []


MAGICS = [
    "%%writefile dot.py\nimport x = 3",
    "%time draw()",
    "!ls",
    "files = !ls",
    "draw?",
    "%%html",
]


@pytest.mark.parametrize("magic", MAGICS)
def test_no_rule_stumbles_over_a_magic(magic, good, lesson):
    good.cells[4].source = magic
    for rule in RULES.values():
        if lesson_rules.holds_for(rule, lesson):
            list(rule(good, lesson))
    assert not list(lesson_rules.code_is_python(good, lesson))


@holding("deeper")
def test_rule_accepts_a_good_notebook_of_deeper(rule, deeper, deeper_lesson):
    assert list(RULES[rule](deeper, deeper_lesson)) == []


DEEPER_BREAKS = [
    ("first_line_is_the_title", replace(0, "# Dots", "Dots")),
    (READING_LAST, replace(8, "## Further reading", "## More")),
    (READING_LAST, replace(8, "[Symbols]", "## More\n\n[Symbols]")),
    (READING_LAST, replace(8, "../glossary.md", "glossary.md")),
    ("links_lead_somewhere", replace(8, "../glossary.md", "glossary.md")),
    ("images_in_prose_have_alt_text", replace(1, "../../images", "../images")),
]


@pytest.mark.parametrize("case", range(len(DEEPER_BREAKS)))
def test_rule_sees_what_breaks_it_in_deeper(case, deeper, deeper_lesson):
    rule, break_it = DEEPER_BREAKS[case]
    break_it(deeper)
    assert list(RULES[rule](deeper, deeper_lesson))


@pytest.fixture
def exercise():
    return lessons._lesson("exercises/01_draw_a_dot", {})


@pytest.fixture
def exercises(good, exercise):
    """A good notebook of notebooks/exercises/."""
    (lessons.NOTEBOOKS / "01_draw_a_dot.ipynb").touch()
    badges = "<!-- badges --><!-- /badges -->"
    header = "**Minutes.** 0 in all. [The lesson](../01_draw_a_dot.ipynb)"
    cells = [v4.new_markdown_cell(f"# Exercises\n\n{badges}\n\n{header}")]
    cells += [code("", 1, tags=["setup"])]
    for n in range(1, 5):
        cells += [v4.new_markdown_cell(f"## {n} A dot\n\n*15 minutes.*")]
        cells += [code("draw()", 2 * n), code("check.dot(dot)", 2 * n + 1, tags=["check"])]
    return executed(stamp.stamped(v4.new_notebook(cells=cells), exercise, stamp.release()))


@holding("exercises")
def test_rule_accepts_good_exercises(rule, exercises, exercise):
    assert list(RULES[rule](exercises, exercise)) == []


ONE_TO_TWO_HOURS = "exercises_are_numbered_and_take_one_to_two_hours"
EXERCISE_BREAKS = [
    (ONE_TO_TWO_HOURS, replace(2, "15 minutes", "10 minutes")),
    (ONE_TO_TWO_HOURS, replace(2, "15 minutes", "99 minutes")),
    (ONE_TO_TWO_HOURS, replace(2, "## 1", "## 2")),
    (ONE_TO_TWO_HOURS, replace(2, "## 1 A dot", "## A dot")),
    (ONE_TO_TWO_HOURS, replace(0, "60 in all", "61 in all")),
    ("stamps_are_current", replace(0, "60 in all", "61 in all")),
    ("header_leads_to_the_lesson", replace(0, "01_draw", "02_draw")),
    ("prose_stands_before_each_code_cell", lambda nb: nb.cells[4].metadata.pop("tags")),
]


@pytest.mark.parametrize("case", range(len(EXERCISE_BREAKS)))
def test_rule_sees_what_breaks_it_in_exercises(case, exercises, exercise):
    rule, break_it = EXERCISE_BREAKS[case]
    break_it(exercises)
    assert list(RULES[rule](exercises, exercise))
