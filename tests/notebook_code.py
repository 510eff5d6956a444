"""Take functions and constants out of a lesson, so that a test holds the lesson's own code.

    from tests.notebook_code import definitions

    lesson = definitions("01_filter_a_poster", "convolve", "output_size")
    lesson.convolve(image, kernel)

Only the named definitions are executed, and the imports that they use: no cell runs as a whole, so
nothing is plotted or trained. A definition that calls another one of the lesson needs it in the
list too.
"""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def definitions(notebook, *names):
    """Return the named functions, classes and constants of a notebook.

    Args:
        notebook: a path, or the name of a lesson, such as "01_filter_a_poster".
        names: what is taken: functions and classes defined, and names assigned, at the top level
            of a code cell. Several definitions of one name are executed in their order, so the
            last one is returned.

    Returns:
        A SimpleNamespace with one attribute for each name.

    Raises:
        FileNotFoundError: there is no such notebook.
        LookupError: the notebook does not define one of the names; the message says which.
    """
    path = Path(notebook)
    if path.suffix != ".ipynb":
        path = NOTEBOOKS / f"{notebook}.ipynb"
    statements = _statements(path)
    chosen = [node for node in statements if _defines(node) & set(names)]
    missing = set(names) - set().union(*map(_defines, chosen))
    if missing:
        raise LookupError(f"{path.name} does not define {', '.join(sorted(missing))}.")
    used = {node.id for top in chosen for node in ast.walk(top) if isinstance(node, ast.Name)}
    imports = [node for node in statements if _imports(node) & used]
    wanted = [node for node in statements if node in imports or node in chosen]
    scope = {"__name__": path.stem}
    exec(compile(ast.Module(wanted, type_ignores=[]), str(path), "exec"), scope)
    return SimpleNamespace(**{name: scope[name] for name in names})


def _statements(path):
    """Return the top-level statements of all code cells, magics left out."""
    cells = nbformat.read(path, as_version=4).cells
    statements = []
    for cell in cells:
        if cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", []):
            statements += ast.parse(re.sub(r"(?m)^[%!].*$", "", cell.source)).body
    return statements


def _defines(statement):
    """Return the names that a statement defines at the top level, imports not counted."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return set()
    return {node.id for top in targets for node in ast.walk(top) if isinstance(node, ast.Name)}


def _imports(statement):
    """Return the names that an import statement binds."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set()
    return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
