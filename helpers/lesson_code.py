"""Take functions, classes and constants over from a lesson's own cells, by name."""

import ast
import json
import linecache
import symtable
from collections import namedtuple
from pathlib import Path

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE.parent / "notebooks", _PACKAGE / "notebooks")  # a checkout, or an install


class UnreadableNotebook(ValueError):
    """A file that should be a notebook and is none; the message names it and the fault."""


def from_lesson(lesson, *names):
    """Return definitions of a lesson: the very code of its cells, not a copy.

        Network, one_hot = from_lesson("02_build_a_network", "Network", "one_hot")

    Only what is named is executed, with the imports, functions, classes and plain constants that
    it uses; so nothing of the lesson is plotted or trained. A constant that is computed by a call
    must be named itself. Of two definitions of one name the last one counts.

    Args:
        lesson: a notebook below notebooks/ without ".ipynb", such as "02_build_a_network" or
            "deeper/02_networks", or the path of a notebook.
        names: what is taken: functions and classes defined, and names assigned, at the top level
            of a code cell.

    Returns:
        A named tuple, in the order of `names`.

    Raises:
        FileNotFoundError: there is no such notebook; the message lists those there are.
        LookupError: the notebook does not define one of the names; the message says which.
        UnreadableNotebook: the file is no notebook.
    """
    path = lesson_path(lesson)
    code = "\n\n\n".join(source for _, source in definitions(path, names))
    label = f"<{path.stem}: {', '.join(names)}>"
    scope = {"__name__": path.stem}
    linecache.cache[label] = (len(code), None, code.splitlines(True), label)  # for tracebacks
    exec(compile(code, label, "exec"), scope)
    return namedtuple("Taken", names)(*(scope[name] for name in names))


def lesson_path(lesson):
    """Return the path of a notebook; see `from_lesson`."""
    if Path(lesson).suffix == ".ipynb":
        return Path(lesson)
    for folder in _FOLDERS:
        if (folder / f"{lesson}.ipynb").is_file():
            return folder / f"{lesson}.ipynb"
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _PACKAGE)
    known = sorted(path.relative_to(folder).with_suffix("") for path in folder.rglob("*.ipynb"))
    listed = ", ".join(path.as_posix() for path in known) or "none"
    raise FileNotFoundError(f"There is no lesson {lesson!r}. There are: {listed}.")


def definitions(path, names):
    """Return the statements behind these names, and what those use: list of (names, source).

    Raises:
        LookupError: as `from_lesson`.
    """
    statements = [Statement(source) for source in _statements(path)]
    missing = set(names) - set().union(*(s.defines for s in statements))
    if missing:
        raise LookupError(f"{path.name} does not define {', '.join(sorted(missing))}.")
    chosen = [s for s in statements if s.defines & set(names)]
    for statement in chosen:  # grows while it is walked through
        used = statement.uses()
        chosen += [s for s in statements if s.follows(used) and s not in chosen]
    return [(s.defines | s.imports, s.source) for s in statements if s in chosen]


def python_source(source):
    """Return a cell's source as the Python that IPython makes of it.

    `%time f()` and `!ls` become calls of get_ipython(). A cell magic such as `%%writefile x.py` has
    the whole cell for its text, not for its code: then nothing is left.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    python = TransformerManager().transform_cell(source)
    return "" if python.startswith("get_ipython().run_cell_magic(") else python


class Statement:
    """A statement at the top level of a cell: its source, and the names that it binds."""

    def __init__(self, source):
        self.source = source
        node = ast.parse(source).body[0]
        self.defines, self.imports, self.is_plain = set(), set(), True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.defines = {node.name}
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            self.defines = set().union(*map(_names, targets))
            self.is_plain = not _calls(node)

    def uses(self):
        """Return the global names that the statement reads, also inside its functions."""
        return set(_globals(symtable.symtable(self.source, "", "exec")))

    def follows(self, used):
        """Whether it comes along where these names are used."""
        return bool(self.imports & used or self.is_plain and self.defines & used)


def _statements(path):
    """Yield the source of each top-level statement of a notebook, cell by cell."""
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise UnreadableNotebook(f"{path.name} is no notebook: {error}") from None
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or "setup" in cell["metadata"].get("tags", []):
            continue
        source = python_source("".join(cell["source"]))
        try:
            nodes = ast.parse(source).body
        except SyntaxError:  # such a cell defines nothing
            continue
        for node in nodes:
            start = min([node, *getattr(node, "decorator_list", [])], key=lambda n: n.lineno)
            begin = ast.copy_location(ast.Pass(), start)
            begin.lineno, begin.col_offset = start.lineno, node.col_offset
            begin.end_lineno, begin.end_col_offset = node.end_lineno, node.end_col_offset
            yield ast.get_source_segment(source, begin)


def _calls(node):
    """Whether something is called when this is executed; inside a lambda it is not yet."""
    if isinstance(node, (ast.Call, ast.Lambda)):
        return isinstance(node, ast.Call)
    return any(map(_calls, ast.iter_child_nodes(node)))


def _names(target):
    """Return the names that an assignment to this target binds: none for `x[i]` and `x.a`."""
    if isinstance(target, ast.Name):
        return {target.id}
    if isinstance(target, ast.Starred):
        return _names(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return set().union(*map(_names, target.elts))
    return set()


def _globals(table):
    """Yield the names that a scope reads from outside of all functions."""
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals(inner)
