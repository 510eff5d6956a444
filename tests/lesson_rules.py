"""The rules that every lesson keeps, as far as a program can read them.

Each rule takes a notebook and its Lesson and yields a complaint for each place that breaks it. The
notebooks in the folders below notebooks/ keep them too, but for those of which `@only` says in
which folders they hold; "" is that of the lessons.
"""

import ast
import copy
import re
import statistics

from helpers.lesson_code import python_source
from tests import clock_asserts, links, qualified_names
from tools import exercises, lessons, stamp
from tools.clean import clean

MAX_LINES, MEDIAN_LINES = 20, 6
MAX_BYTES = 2_000_000
MAX_IGNORED_SHARE = 0.12
# what makes an optimiser; the keyword of its learning rate; the place of it without keyword
OPTIMIZERS = [
    (r"keras\.optimizers\.(?!Optimizer\b|LossScale)[A-Z]\w+", "learning_rate", 0),
    (r"torch\.optim\.(?!Optimizer\b)[A-Z]\w+", "lr", 1),
    (r"optax\.(ada\w+|amsgrad|fromage|lamb|lars|lion|nadamw?|noisy_sgd|novograd|optimistic_\w+|"
     r"radam|rmsprop|rprop|sgd|sign_sgd|sm3|yogi)", "learning_rate", 0),
    (r"mxnet\.optimizer\.(?!Optimizer\b)[A-Z]\w+", "learning_rate", None),
]  # fmt: skip
SEEDED = {"default_rng", "RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox"}
SEEDED |= {"SFC64", "Random"}
CLOSING = ["Check yourself", "On your own", "In practice", "Further reading"]
MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(home|root|tmp|work|Users|private|var|mnt)/\w|\b[A-Z]:\\\w"
)


def only(*folders):
    """Let a rule hold in these folders only."""

    def mark(rule):
        rule.folders = folders
        return rule

    return mark


def holds_for(rule, lesson):
    return lesson.folder in getattr(rule, "folders", [lesson.folder])


def first_line_is_the_title(notebook, lesson):
    title = notebook.cells[0].source.split("\n")[0]
    if not re.match(r"# \w", title):
        yield f"the first line is {title!r}; it should be the title, '# ...'"


@only("")
def title_starts_with_the_verb_of_the_file(notebook, lesson):
    title = notebook.cells[0].source.split("\n")[0]
    verb = lesson.path.stem.split("_")[1].capitalize()
    if not title.startswith(f"# {verb} "):
        yield f"the title is {title!r}; it should start with '# {verb} ', as the file's name does"


@only("", "deeper")
def header_is_complete_and_ends_with_a_picture(notebook, lesson):
    try:
        header = lessons.read_header(notebook)
    except ValueError as error:
        yield str(error)
        return
    for field in ("do", "learn", "need", "worked"):
        if not getattr(header, field).endswith("."):
            yield f"the header's part {field!r} is not a sentence: {getattr(header, field)!r}"
    before_code = [cell.source for cell in notebook.cells[: _first_code(notebook)]]
    if not re.search(r"!\[[^\]]{20,}\]\([^)]+\)\s*$", before_code[-1] if before_code else ""):
        yield "the header does not end with a picture that has alt text"


@only("exercises", "solutions")
def exercises_are_numbered_and_take_one_to_two_hours(notebook, lesson):
    headings = re.findall(r"^## (.+)$", _prose(notebook), re.MULTILINE)
    minutes = lessons.exercise_minutes(notebook)
    numbers = [heading.split()[0] for heading in headings]
    if numbers != [str(n) for n in range(1, len(minutes) + 1)] or not 4 <= len(minutes) <= 8:
        yield f"the headings are {headings}; expected four to eight, '## 1 Title', '*10 minutes.*'"
    if not 60 <= sum(minutes) <= 120:
        yield f"the exercises take {sum(minutes)} minutes; expected 60 to 120"
    said = re.search(r"\*\*Minutes\.\*\* (\d+) in all", _prose(notebook))
    if not said or int(said[1]) != sum(minutes):
        yield "the header lacks '**Minutes.** N in all' with the sum of all minutes: make stamp"


@only("exercises", "solutions")
def header_leads_to_the_lesson(notebook, lesson):
    header = "".join(cell.source for cell in notebook.cells[: _first_code(notebook)])
    number = lesson.path.name[:2]
    if not re.search(rf"\]\(\.\./{number}_\w+\.ipynb\)", header):
        yield f"the header has no link to lesson {number}"


@only("", "deeper")
def it_is_one_lecture_long(notebook, lesson):
    minutes = lessons.counted_minutes(notebook)
    if minutes > lesson.minutes:
        yield f"it counts {minutes} minutes (words / 100 + lines / 6); at most {lesson.minutes}"


def it_keeps_its_budgets(notebook, lesson):
    measured = lessons.measured(lesson)
    if measured is None:
        yield "it was never measured: make bench"
        return
    for key in ("seconds", "memory_mb"):
        found = measured["peak_memory_mb" if key == "memory_mb" else key]
        if found > getattr(lesson, key):
            yield f"it was measured with {key} {found}; its budget is {getattr(lesson, key)}"


def what_was_measured_is_still_there(notebook, lesson):
    first_lines = {cell.source.split("\n")[0] for cell in lessons.code_cells(notebook)}
    for slow in (lessons.measured(lesson) or {}).get("slowest_cells", []):
        if slow["code"] not in first_lines:
            yield f"its cell {slow['code']!r} was measured and is gone: make bench ARGS={lesson.name}"


def outputs_come_from_this_code(notebook, lesson):
    if lessons.executed_digest(notebook) != lessons.code_digest(notebook):
        yield f"its code is not what its outputs and figures came from: make run ARGS={lesson.name}"


def stamps_are_current(notebook, lesson):
    first = notebook.cells[_first_code(notebook)]
    if "setup" not in first.metadata.get("tags", []):
        yield "the first code cell is not the setup cell"
    if stamp.stamped(copy.deepcopy(notebook), lesson, stamp.release()) != notebook:
        yield "badges, minutes or setup cell are not what they should be: make stamp"


@only("")
def sections_close_in_order(notebook, lesson):
    headings = re.findall(r"^## (.+)$", _prose(notebook), re.MULTILINE)
    wanted = list(CLOSING)
    if "Questions learners ask" in headings:
        wanted.insert(1, "Questions learners ask")
    if headings[-len(wanted) :] != wanted:
        yield f"the last headings are {headings[-len(wanted) :]}; expected {wanted}"


@only("", "deeper")
def further_reading_comes_last_and_leads_to_the_glossary(notebook, lesson):
    heading, _, text = _prose(notebook).rpartition("\n## ")[2].partition("\n")
    glossary = "../" * bool(lesson.folder) + "glossary.md"
    if heading != CLOSING[-1] or f"]({glossary})" not in text:
        yield f"the last section is not {CLOSING[-1]!r} with a link to {glossary}"


def links_lead_somewhere(notebook, lesson):
    for target in links.broken(_prose(notebook), lesson.path):
        yield f"the link to {target} leads nowhere; an anchor is the heading with hyphens for spaces"


def cells_are_short(notebook, lesson):
    lengths = [len(_code_lines(cell)) for cell in lessons.code_cells(notebook)]
    for number, length in enumerate(lengths, 1):
        if length > MAX_LINES:
            yield f"code cell {number} has {length} lines; at most {MAX_LINES}"
    if statistics.median(lengths) > MEDIAN_LINES:
        yield f"the median code cell has {statistics.median(lengths)} lines; at most {MEDIAN_LINES}"


def prose_stands_before_each_code_cell(notebook, lesson):
    for number, (before, cell) in enumerate(zip(notebook.cells, notebook.cells[1:]), 2):
        if exercises.CHECK in cell.metadata.get("tags", []):
            continue  # it follows the answer that it checks
        if cell.cell_type == "code" and (before.cell_type == "code" or _is_caption(before.source)):
            yield f"cell {number} has no sentence before it that says why"


def figures_have_captions(notebook, lesson):
    for number, (cell, after) in enumerate(zip(notebook.cells, [*notebook.cells[1:], None]), 1):
        if cell.cell_type != "code" or not any(
            "image/png" in o.get("data", {}) for o in cell.outputs
        ):
            continue
        if after is None or not re.match(r"\*[^*\s]", after.source):
            yield f"cell {number} draws, but no italic caption follows it"


def images_in_prose_have_alt_text(notebook, lesson):
    for alt, address in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", _prose(notebook)):
        if len(alt) < 10:
            yield f"the picture {address} has no alt text that says what it shows"
        if not address.startswith("http") and not (lesson.path.parent / address).is_file():
            yield f"the picture {address} is not there"


def code_ran_in_order_from_a_fresh_start(notebook, lesson):
    counts = [cell.execution_count for cell in lessons.code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are not 1 to {len(counts)}: make run"


def nothing_failed_or_warned(notebook, lesson):
    for number, output in _outputs(notebook):
        if output.output_type == "error":
            yield f"code cell {number} ends in {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"code cell {number} writes to stderr: {output.text[:80]!r}"


def outputs_are_plain_text(notebook, lesson):
    for number, output in _outputs(notebook):
        for text in _texts(output):
            if "\r" in text or "\x08" in text:
                yield f"a carriage return or backspace stands in the output of code cell {number}"
            if "\x1b" in text:
                yield f"an ANSI code stands in the output of code cell {number}"


def no_machine_shows(notebook, lesson):
    texts = [("a cell", cell.source) for cell in notebook.cells]
    texts += [(f"output {n}", text) for n, output in _outputs(notebook) for text in _texts(output)]
    for where, text in texts:
        found = MACHINE_PATH.search(text)
        if found:
            yield f"a path of a machine stands in {where}: {text[found.start() :][:60]!r}"


def notebook_is_clean(notebook, lesson):
    if clean(notebook) != notebook:
        yield "it holds timing, widget state or a machine's metadata: make run"


def notebook_is_small(notebook, lesson):
    size = len(lessons.nbformat.writes(notebook).encode())
    if size > MAX_BYTES:
        yield f"it has {size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f}"


def code_is_python(notebook, lesson):
    for number, cell in enumerate(lessons.code_cells(notebook), 1):
        try:
            ast.parse(python_source(cell.source))
        except SyntaxError as error:
            yield f"code cell {number}: {error}"


def optimizers_state_their_learning_rate(notebook, lesson):
    for number, name, call in _calls(notebook):
        for pattern, keyword, place in OPTIMIZERS:
            if re.fullmatch(pattern, name) and not _argument(call, keyword, place):
                yield f"code cell {number}: {name}() without {keyword}"
        if name == "keras.optimizers.get" and _is_constant(_argument(call, "identifier", 0)):
            yield f"code cell {number}: keras.optimizers.get() leaves the rate to a default"
        if re.fullmatch(
            r"(keras\..*\(\).*|\..*)?\.compile", name
        ):  # a model of Keras, or one unknown
            optimizer = _argument(call, "optimizer", 0)
            if not optimizer or _is_constant(optimizer):
                yield f"code cell {number}: compile() leaves the learning rate to a default"


def randomness_is_seeded(notebook, lesson):
    for number, name, call in _calls(notebook):
        module, _, function = name.rpartition(".")
        if module not in ("numpy.random", "random"):
            continue
        if function in SEEDED:
            seed = _argument(call, "entropy" if function == "SeedSequence" else "seed", 0)
            if not seed or _is_constant(seed) and seed.value is None:
                yield f"code cell {number}: {name}() without a seed"
        elif function != "Generator":
            yield f"code cell {number}: {name}() draws from a state that all share: default_rng(seed)"


def asserts_do_not_depend_on_the_clock(notebook, lesson):
    for number, line in clock_asserts.timed_asserts(notebook):
        yield f"code cell {number}: the assert in its line {line} depends on the clock; print it"


def keras_is_imported_by_its_own_name(notebook, lesson):
    trees = qualified_names.trees(notebook)
    names = [name for _, name in qualified_names.imports(trees)]
    names += [call.name for call in qualified_names.calls(trees)]
    if any(re.match(r"tensorflow\.keras\b", name) for name in names):
        yield "it uses tensorflow.keras; the course says: import keras"


def packages_are_installed_in_the_setup_cell_only(notebook, lesson):
    for number, cell in enumerate(lessons.code_cells(notebook), 1):
        if "setup" not in cell.metadata.get("tags", []) and re.search(
            r"^\s*[!%]\s*(pip|conda|uv|apt)", cell.source, re.MULTILINE
        ):
            yield f"code cell {number} installs something"


def ignored_outputs_are_few_and_checked(notebook, lesson):
    cells = lessons.code_cells(notebook)
    for number, (cell, after) in enumerate(zip(cells, [*cells[1:], None]), 1):
        if lessons.IGNORED in cell.metadata.get("tags", []):
            nodes = [node for c in (cell, after) if c for node in ast.walk(qualified_names.tree(c))]
            if not any(isinstance(node, ast.Assert) for node in nodes):
                yield f"the output of code cell {number} is ignored, and no assert follows"
            if not cell.outputs:
                yield f"code cell {number} has no output that could be ignored"
    ignored, total = lessons.ignored_share([notebook])
    if ignored > max(1, MAX_IGNORED_SHARE * total):
        yield f"{ignored} of {total} outputs are ignored; at most {MAX_IGNORED_SHARE:.0%}"


def _is_caption(source):
    """Whether this is the line below a figure and nothing else."""
    return "\n\n" not in source and bool(re.fullmatch(r"\*[^*\s](.*[^*\s])?\*", source, re.DOTALL))


def _first_code(notebook):
    return next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")


def _prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def _code_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def _outputs(notebook):
    for number, cell in enumerate(lessons.code_cells(notebook), 1):
        for output in cell.outputs:
            yield number, output


def _texts(output):
    """All the text of an output, without pictures."""
    if "text" in output:
        yield output.text
    for kind, data in output.get("data", {}).items():
        if kind.startswith("text/") and isinstance(data, str):
            yield data


def _calls(notebook):
    """Return the calls in all cells but the setup cell; tensorflow.keras counts as keras."""
    calls = qualified_names.calls(qualified_names.trees(notebook))
    return [c._replace(name=re.sub(r"^tensorflow\.(?=keras\b)", "", c.name)) for c in calls]


def _argument(call, keyword, place):
    """Return what is given for an argument, or None; what * and ** bring may be anything."""
    for given in call.keywords:
        if given.arg in (keyword, None):
            return given.value
    for given in call.args[: place + 1 if place is not None else 0]:
        if isinstance(given, ast.Starred):
            return given
    return call.args[place] if place is not None and place < len(call.args) else None


def _is_constant(node):
    return isinstance(node, ast.Constant)


RULES = [
    rule
    for name, rule in list(globals().items())
    if callable(rule) and getattr(rule, "__module__", "") == __name__
    if not name.startswith("_") and rule not in (only, holds_for)
]
