"""How the lessons are run as tests: waiting times, the memory limit, and what is reported."""

import re
from pathlib import Path

import psutil
import pytest
from nbval.plugin import IPyNbCell

from tools import lessons

# A free Binder session has 1 to 2 GB.
MEMORY_LIMIT = 1.5e9


def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, IPyNbCell):
            item.output_timeout = 60  # nbval waits only 5 s for the last output of a cell


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if isinstance(item, IPyNbCell):
        used = peak_memory(item.parent.kernel.km.provisioner.pid)
        assert used < MEMORY_LIMIT, f"the lesson has used {used / 1e9:.2f} GB of memory by now"
    return result


def peak_memory(pid):
    """Return the most memory that a process has had resident, in bytes; where the system does not
    say it, what it has resident now."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1])
    memory = psutil.Process(pid).memory_info()
    return getattr(memory, "peak_wset", memory.rss)


def pytest_terminal_summary(terminalreporter):
    for path in lessons.lesson_paths():
        ignored, cells = lessons.ignored_share([lessons.read_notebook(path)])
        terminalreporter.write_line(
            f"{path.name}: the outputs of {cells - ignored} of {cells} code cells are compared."
        )
