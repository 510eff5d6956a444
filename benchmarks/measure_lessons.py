"""Run every notebook and measure it: python -m benchmarks.measure_lessons [BEGINNING ...].

Prints wall time, the slowest cells and peak memory, and writes them to benchmarks/lessons.json,
where the minutes in the README and in the lessons come from (make stamp writes them there).
"""

import json
import os
import platform
import sys
import time

import psutil

from tools import lessons
from tools.execute import client
from tools.memory import PeakMemory

SLOWEST = 3


def main():
    try:
        chosen = lessons.chosen(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
    results = {}
    if lessons.MEASURED.exists():
        results = json.loads(lessons.MEASURED.read_text(encoding="utf-8"))["lessons"]
    for lesson in chosen:
        print(f"{lesson.name} ...", flush=True)
        results[lesson.name] = measure(lesson.path)
        show(results[lesson.name], lesson)
    order = [lesson.name for lesson in lessons.lessons() if lesson.name in results]
    measured = {"machine": machine(), "lessons": {name: results[name] for name in order}}
    text = json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
    lessons.MEASURED.write_text(text, encoding="utf-8")
    print(f"Written to {lessons.MEASURED.name} in benchmarks/. Now: make stamp")


def measure(path):
    """Run one notebook; return its seconds, peak memory in MB and slowest cells."""
    notebook = lessons.read_notebook(path)
    started, seconds, watch = {}, {}, []

    def cell_starts(cell, cell_index):
        if not watch:
            watch.append(PeakMemory(runner.km.provisioner.pid))
        started[cell_index] = time.perf_counter()

    def cell_ends(cell, cell_index, execute_reply):
        seconds[cell_index] = time.perf_counter() - started[cell_index]
        watch[0].look()

    hooks = {"on_cell_start": cell_starts, "on_cell_executed": cell_ends}
    runner = client(notebook, path.parent, **hooks)
    start = time.perf_counter()
    runner.execute()
    total = time.perf_counter() - start
    watch[0].stop()
    slowest = sorted(seconds.items(), key=lambda item: -item[1])[:SLOWEST]
    return {
        "seconds": round(total, 1),
        "peak_memory_mb": round(watch[0].peak / 1e6),
        "slowest_cells": [
            {"cell": i + 1, "seconds": round(s, 1), "code": notebook.cells[i].source.split("\n")[0]}
            for i, s in slowest
        ],
    }


def machine():
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }


def show(result, lesson):
    time_used = f"{result['seconds']:.0f} s (budget {lesson.seconds})"
    memory_used = f"at most {result['peak_memory_mb']} MB (budget {lesson.memory_mb})"
    print(f"    {time_used}, {memory_used}; slowest cells:")
    for cell in result["slowest_cells"]:
        print(f"    {cell['seconds']:6.1f} s  cell {cell['cell']}: {cell['code']}")


if __name__ == "__main__":
    main()
