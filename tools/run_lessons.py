"""Execute every lesson in place, or those named: python -m tools.run_lessons [NUMBER ...]."""

import sys

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import lessons

TIMEOUT = 1800  # seconds for one cell


def main():
    numbers = sys.argv[1:]
    paths = [path for path in lessons.lesson_paths() if not numbers or path.name[:2] in numbers]
    if not paths:
        sys.exit(f"No lesson has one of these numbers: {', '.join(numbers)}. Give them as 01 03.")
    failures = [failure for failure in map(run, paths) if failure]
    if failures:
        sys.exit("\n".join(["", *failures, "A lesson that failed was left as it was."]))


def run(path):
    """Execute one lesson and write it back; return None, or what went wrong and where."""
    notebook = lessons.read_notebook(path)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    current = {"index": 0}
    client.on_cell_start = lambda cell, cell_index: show_progress(
        path, notebook, cell_index, current
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return describe(path, notebook, current["index"], error)
    lessons.write_notebook(lessons.clean(notebook), path)
    print(f"\r{path.name}: all {len(notebook.cells)} cells done.", flush=True)
    return None


def show_progress(path, notebook, index, current):
    current["index"] = index
    if sys.stdout.isatty():
        print(f"\r{path.name}: cell {index + 1} of {len(notebook.cells)} ", end="", flush=True)


def describe(path, notebook, index, error):
    """Say in which cell of which notebook it failed, and how."""
    first_line = notebook.cells[index].source.splitlines()[0]
    how = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', error)}"
    return f"{path.name}, cell {index + 1} ({first_line!r}) failed:\n    {how}"


if __name__ == "__main__":
    main()
