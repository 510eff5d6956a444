"""Execute every notebook in place, or those named: python -m tools.run_lessons [BEGINNING ...].

`01` means the lesson, `deeper/01` its deeper part, `deeper` all of those.
"""

import sys

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import lessons
from tools.clean import clean
from tools.execute import client


def main():
    try:
        chosen = lessons.chosen(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
    failures = [failure for failure in (run(lesson.path) for lesson in chosen) if failure]
    if failures:
        sys.exit("\n".join(["", *failures, "A lesson that failed was left as it was."]))


def run(path):
    """Execute one notebook and write it back; return None, or what went wrong and where."""
    try:
        notebook = lessons.read_notebook(path)
    except ValueError as error:
        return str(error)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    current = {"index": 0}

    def show_progress(cell, cell_index):
        current["index"] = cell_index
        if sys.stdout.isatty():
            place = f"cell {cell_index + 1} of {len(notebook.cells)}"
            print(f"\r{path.name}: {place} ", end="", flush=True)

    try:
        client(notebook, path.parent, on_cell_start=show_progress).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return describe(path, notebook, current["index"], error)
    notebook.metadata["course"] = {"executed_code": lessons.code_digest(notebook)}
    lessons.write_notebook(clean(notebook), path)
    print(f"\r{path.name}: all {len(notebook.cells)} cells done.", flush=True)
    return None


def describe(path, notebook, index, error):
    """Say in which cell of which notebook it failed, and how."""
    first_line = notebook.cells[index].source.splitlines()[0]
    how = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', error)}"
    return f"{path.name}, cell {index + 1} ({first_line!r}) failed:\n    {how}"


if __name__ == "__main__":
    main()
