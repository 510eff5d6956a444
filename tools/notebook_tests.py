"""How the notebooks are run as tests: which, how long, in how much memory, and what is reported."""

import time
from queue import Empty

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, NbCellError

from helpers.lesson_code import UnreadableNotebook
from tools import lessons
from tools.memory import PeakMemory
from tools.packages import why_not

HEARTBEAT = 2  # seconds after which a silent kernel is asked whether it lives


def pytest_ignore_collect(collection_path):
    """Leave out notebooks that cannot run; tests/project/test_lessons.py says why."""
    if collection_path.suffix != ".ipynb" or lessons.NOTEBOOKS not in collection_path.parents:
        return None
    lesson = lesson_at(collection_path)
    return True if lesson is None or not is_readable(lesson) or why_not(lesson) else None


def lesson_at(path):
    return next((lesson for lesson in lessons.lessons() if lesson.path == path), None)


def is_readable(lesson):
    try:
        return bool(lessons.read_notebook(lesson.path))
    except (OSError, UnreadableNotebook):
        return False


def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, IPyNbCell):
            item.output_timeout = 60  # nbval waits only 5 s for the last output of a cell
            item.parent.last_item = item  # of those that were selected
            item.parent.fault = None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.failed and UnreadableNotebook.__name__ in report.longreprtext:
        reason = report.longreprtext.strip().splitlines()[-1]
        report.outcome, report.longrepr = "skipped", (str(collector.path), None, reason)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    if isinstance(item, IPyNbCell) and item.parent.fault:
        pytest.skip(item.parent.fault)
    try:
        return (yield)
    except UnreadableNotebook as error:
        pytest.skip(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if not isinstance(item, IPyNbCell):
        try:
            return (yield)
        except UnreadableNotebook as error:
            pytest.skip(str(error))
    notebook = item.parent
    if not hasattr(notebook, "memory"):
        notebook.memory = PeakMemory(notebook.kernel.km.provisioner.pid)
    try:
        result = yield
    except KernelDied:
        notebook.fault = "The kernel died in an earlier cell."
        raise
    except NbCellError as error:
        failed_claim = "AssertionError" in (error.inner_traceback or "")
        if "outputs differ" not in str(error) and not failed_claim:
            notebook.fault = "An earlier cell failed."
        raise
    used = notebook.memory.look() / 1e6
    if item is notebook.last_item:
        notebook.memory.stop()
        lesson = lesson_at(notebook.path)
        budget = lesson.memory_mb if lesson else lessons.MEMORY_MB
        assert used <= budget, f"The notebook needs {used:.0f} MB; its budget is {budget} MB."
    return result


class KernelDied(Exception):
    """The process that runs a notebook's code has ended by itself."""


def get_message(kernel, stream, timeout=None, _get=RunningKernel.get_message):
    """Wait for a message as nbval does, but not for one of a kernel that has died."""
    end = time.monotonic() + (timeout or float("inf"))
    while True:
        try:
            return _get(kernel, stream, timeout=min(HEARTBEAT, max(0, end - time.monotonic())))
        except Empty:
            if not kernel.is_alive():
                raise KernelDied("The kernel died. Is there too little memory?") from None
            if time.monotonic() >= end:
                raise


RunningKernel.get_message = get_message


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    ran = {getattr(report, "nodeid", "").split("::")[0] for report in reports}
    for lesson in lessons.lessons():
        if lesson.path.relative_to(lessons.ROOT).as_posix() in ran:
            counts = lessons.compared(lessons.read_notebook(lesson.path))
            terminalreporter.write_line(
                "{}: {text} outputs compared as text, {picture} pictures (only that they are"
                " drawn), {ignored} ignored, {nothing} cells without output".format(
                    lesson.name, **counts
                )
            )
