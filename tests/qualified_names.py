"""What the names in a notebook stand for: `Adam` after `from torch.optim import Adam` is
`torch.optim.Adam`.

Imports, aliases (`SGD = keras.optimizers.SGD`) and instances (`model = keras.Model()`) are followed
from cell to cell in their order. A name that is bound in any other way has no qualified name.
"""

import ast
from typing import NamedTuple

from helpers.lesson_code import python_source
from tools import lessons


class Call(NamedTuple):
    """A call: the number of its code cell, the qualified name of what it calls, its ast.Call.

    The name is "numpy.random.default_rng" or, of an object's method, "keras.Model().compile"; where
    the object is unknown, only the end: ".compile". It is "" where nothing is known.
    """

    cell: int
    name: str
    node: ast.Call


def trees(notebook):
    """Return (number, ast.Module) of each code cell but the setup cell; numbers count from 1."""
    found = []
    for number, cell in enumerate(lessons.code_cells(notebook), 1):
        if "setup" not in cell.metadata.get("tags", []):
            found.append((number, tree(cell)))
    return found


def tree(cell):
    """Return a code cell as ast.Module, empty where it is not Python."""
    try:
        return ast.parse(python_source(cell.source))
    except SyntaxError:
        return ast.Module([], [])


def calls(numbered_trees):
    """Return the Calls of a notebook's trees, in the order of its lines."""
    names = _Names()
    for names.cell, module in numbered_trees:
        names.visit(module)
    return names.calls


def imports(numbered_trees):
    """Yield (number, qualified name) of all that is imported."""
    for number, module in numbered_trees:
        for node in ast.walk(module):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for name in _imported(node).values():
                    yield number, name


def _imported(node):
    """Return {name in the notebook: qualified name} of an import."""
    if isinstance(node, ast.Import):
        # `import a.b` binds a, `import a.b as c` binds a.b
        return {a.asname or a.name.split(".")[0]: a.name for a in node.names}
    return {a.asname or a.name: f"{node.module or ''}.{a.name}" for a in node.names}


class _Names(ast.NodeVisitor):
    def __init__(self):
        self.known, self.calls, self.cell = {}, [], None

    def qualified(self, node):
        if isinstance(node, ast.Name):
            return self.known.get(node.id, "")
        if isinstance(node, ast.Attribute):
            return f"{self.qualified(node.value)}.{node.attr}"
        if isinstance(node, ast.Call):
            called = self.qualified(node.func)
            return f"{called}()" if called and not called.startswith(".") else ""
        return ""

    def bind(self, name, qualified):
        if qualified and not qualified.startswith("."):
            self.known[name] = qualified
        else:
            self.known.pop(name, None)

    def visit_Import(self, node):
        for name, qualified in _imported(node).items():
            whole = any(a.asname == name for a in node.names)
            self.bind(name, qualified if whole else qualified.split(".")[0])

    def visit_ImportFrom(self, node):
        self.known.update(_imported(node))

    def visit_Call(self, node):
        self.calls.append(Call(self.cell, self.qualified(node.func), node))
        self.generic_visit(node)

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.assign(target, node.value)

    def assign(self, target, value):
        if isinstance(target, ast.Name):
            self.bind(target.id, self.qualified(value))
        elif isinstance(target, (ast.Tuple, ast.List)):
            both = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
            values = value.elts if both else [None] * len(target.elts)
            for part, its_value in zip(target.elts, values):
                self.assign(part, its_value)
        else:
            self.visit(target)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):  # a loop, a with, a walrus
            self.known.pop(node.id, None)

    def visit_FunctionDef(self, node):
        self.bind(node.name, "")
        outside = dict(self.known)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                self.bind(argument.arg, "")
        self.generic_visit(node)
        self.known = outside

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        self.bind(node.name, self.qualified(node.bases[0]) if node.bases else "")
