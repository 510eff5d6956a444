"""Which asserts of a notebook depend on the clock, as far as its text tells.

What a clock returns is followed through assignments, loops, `append`, what the notebook's functions
return, and attributes (by their name alone). The parts of a tuple, and of a list or dict of tuples,
are kept apart, so that `accuracy, seconds = train()` leaves the accuracy free; any other list, dict
or object is timed as a whole. What an `if` decides, and what passes through files, other modules or
arguments that a function fills, is not followed.
"""

import ast

from tests import qualified_names

CLOCKS = {
    f"time.{name}{unit}"
    for name in ("perf_counter", "process_time", "thread_time", "monotonic", "time")
    for unit in ("", "_ns")
} | {
    *("timeit.timeit", "timeit.repeat", "timeit.default_timer"),
    *(f"timeit.Timer().{name}" for name in ("timeit", "repeat", "autorange")),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
}
GROWING = {"append", "extend", "insert", "add", "update"}


def timed_asserts(notebook):
    """Return (number of the code cell, line in it) of each assert that depends on the clock.

    An assert is the statement, or a call of a function of numpy.testing.
    """
    trees = qualified_names.trees(notebook)
    walk = _Walk({id(call.node): call.name for call in qualified_names.calls(trees)})
    for _, tree in trees:
        walk.block(tree.body)
    nodes = ((number, node) for number, tree in trees for node in ast.walk(tree))
    return [(number, node.lineno) for number, node in nodes if id(node) in walk.found]


class _Rows(tuple):
    """The value of a list or dict of tuples: a value for each column."""


class _Walk:
    """Walks statements in their order.

    A value is timed or not, True or False, or a tuple of values, one for each of its parts.
    """

    def __init__(self, names):
        self.names = names  # {id of a call: the qualified name of what it calls}
        self.timed = {}  # {variable: its value}, of timed ones
        self.attributes = set()  # names of timed attributes and methods
        self.functions = {}  # {name: the value of a call}
        self.returned = []  # the values that the function being walked returns
        self.found = set()  # ids of asserts

    def block(self, statements):
        for node in statements:
            getattr(self, type(node).__name__, self.other)(node)

    def other(self, node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)

    def Assert(self, node):
        if _any(self.value(node.test)):
            self.found.add(id(node))

    def Assign(self, node):
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda):
                self.functions[target.id] = self.function(node.value)

    def AnnAssign(self, node):
        self.bind(node.target, self.value(node.value))

    def AugAssign(self, node):
        self.bind(node.target, _any(self.value(node.value)) or _any(self.value(node.target)))

    def Return(self, node):
        self.returned.append(self.value(node.value))

    def For(self, node):
        for _ in range(2):  # what the end of a loop does reaches its beginning
            self.bind(node.target, self.element(node.iter))
            self.block(node.body)
        self.block(node.orelse)

    def While(self, node):
        self.value(node.test)
        self.branches([*node.body, *node.body], node.orelse)

    def If(self, node):
        self.value(node.test)
        self.branches(node.body, node.orelse)

    def Try(self, node):
        self.branches([*node.body, *node.orelse], *(handler.body for handler in node.handlers))
        self.block(node.finalbody)

    def Match(self, node):
        self.value(node.subject)
        self.branches([], *(case.body for case in node.cases))

    def With(self, node):
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars:
                self.bind(item.optional_vars, value)
        self.block(node.body)

    def FunctionDef(self, node):
        self.functions[node.name] = self.function(node)

    def ClassDef(self, node):
        for _ in range(2):  # a method reads what one below it writes
            for statement in node.body:
                self.block([statement])
                method = getattr(statement, "name", None)
                if method and _any(self.functions.pop(method, False)):
                    self.attributes.add(method)

    def branches(self, *blocks):
        """Walk blocks of which one runs: what is timed after any of them is timed."""
        before, after = self.timed, {}
        for statements in blocks:
            self.timed = dict(before)
            self.block(statements)
            after |= self.timed
        self.timed = after

    def bind(self, target, value):
        if isinstance(target, ast.Name):
            self.timed.pop(target.id, None)
            self.functions.pop(target.id, None)
            if _any(value):
                self.timed[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = [tuple(value) if isinstance(value, _Rows) else _any(value)] * len(target.elts)
            if type(value) is tuple and len(value) == len(target.elts):
                values = value
            for part, its_value in zip(target.elts, values):
                self.bind(part, its_value)
        elif _any(value):
            if isinstance(target, ast.Attribute):
                self.attributes.add(target.attr)
            else:  # x[i] or *x
                self.fill(target.value, value)

    def fill(self, target, value):
        """Note that this value is put into a list or dict."""
        before = self.value(target)
        rows = _rows([value])
        self.bind(target, _rows([before, rows]) if before else rows)

    def function(self, node):
        """Walk a function or a lambda once; return the value of a call of it."""
        body = node.body if isinstance(node, ast.FunctionDef) else [ast.Return(node.body)]
        parts = [part for statement in body for part in ast.walk(statement)]
        own = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
        own |= {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}
        outside, returned = self.timed, self.returned
        self.timed = {name: value for name, value in outside.items() if name not in own}
        self.returned = []
        self.block(body)
        filled = {name: value for name, value in self.timed.items() if name not in own}
        values, self.timed, self.returned = self.returned, outside | filled, returned
        rows = _rows(values)
        return tuple(rows) if isinstance(rows, _Rows) else rows

    def value(self, node):
        """Return the value of an expression, None included; asserts and names in it are seen."""
        special = getattr(self, f"value_{type(node).__name__}", None)
        if special:
            return special(node)
        parts = [child for child in ast.iter_child_nodes(node or ast.Pass())]
        return any([_any(self.value(part)) for part in parts if isinstance(part, ast.expr)])

    def element(self, node):
        """Return the value of each element that a loop over this expression sees."""
        function = getattr(node, "func", None)
        if getattr(function, "id", None) == "zip" and len(node.args) > 1:
            return tuple(self.element(argument) for argument in node.args)
        if getattr(function, "id", None) == "enumerate":
            return False, self.element(node.args[0])
        if getattr(function, "attr", None) == "items":
            return False, self.element(function.value)
        value = self.value(node)
        return tuple(value) if isinstance(value, _Rows) else _any(value)

    def value_Name(self, node):
        return self.timed.get(node.id, False)

    def value_Attribute(self, node):
        return _any(self.value(node.value)) or node.attr in self.attributes

    def value_Tuple(self, node):
        return tuple(self.value(part) for part in node.elts)

    def value_List(self, node):
        return _rows([self.value(part) for part in node.elts])

    def value_Dict(self, node):
        return _rows([self.value(part) for part in node.values])

    def value_Subscript(self, node):
        value, place = self.value(node.value), node.slice
        if isinstance(value, _Rows):
            return value if isinstance(place, ast.Slice) else tuple(value)
        if isinstance(value, tuple) and isinstance(getattr(place, "value", None), int):
            return value[place.value] if place.value < len(value) else False
        return _any(value)

    def value_Lambda(self, node):
        self.function(node)  # it may fill a list; it is no time itself
        return False

    def value_NamedExpr(self, node):
        value = self.value(node.value)
        self.bind(node.target, value)
        return value

    def value_ListComp(self, node):
        outside = dict(self.timed)
        for part in node.generators:
            self.bind(part.target, self.element(part.iter))
        value = _rows([self.value(node.value if isinstance(node, ast.DictComp) else node.elt)])
        self.timed = outside
        return value

    value_SetComp = value_DictComp = value_GeneratorExp = value_ListComp

    def value_Call(self, node):
        name, function = self.names[id(node)], node.func
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        values = [self.value(argument) for argument in arguments]
        given = any(map(_any, values))
        if name in CLOCKS:
            return True
        if given and name.startswith("numpy.testing."):
            self.found.add(id(node))
        if isinstance(function, ast.Attribute) and function.attr in GROWING:
            if given:
                self.fill(function.value, values[-1])
            return False
        if isinstance(function, ast.Attribute) and function.attr == "values":
            return self.value(function.value)
        if isinstance(function, ast.Name) and function.id == "zip":
            starred = [a.value if isinstance(a, ast.Starred) else a for a in arguments]
            rows = _rows([self.value(argument) for argument in starred])
            return tuple(rows) if isinstance(rows, _Rows) else rows
        if isinstance(function, ast.Name) and function.id in self.functions:
            return given or self.functions[function.id]
        return given or _any(self.value(function))


def _any(value):
    """Return whether any part of a value is timed."""
    return any(map(_any, value)) if isinstance(value, tuple) else value


def _rows(values):
    """Return the value of a list with these elements."""
    if values and all(isinstance(v, tuple) and len(v) == len(values[0]) for v in values):
        return _Rows(any(map(_any, column)) for column in zip(*values))
    return any(map(_any, values))
