"""Run every lesson and measure it: python -m benchmarks.measure_lessons [NUMBER ...].

Prints wall time, the slowest cells and peak memory, and writes them to benchmarks/lessons.json,
where the minutes in the README and in the lessons come from (make badges writes them there).
"""

import json
import os
import platform
import sys
import threading
import time

import psutil
from nbclient import NotebookClient

from tools import lessons

SLOWEST = 3


def main():
    numbers = sys.argv[1:]
    results = {}
    if numbers and lessons.MEASURED.exists():
        results = json.loads(lessons.MEASURED.read_text(encoding="utf-8"))["lessons"]
    for path in lessons.lesson_paths():
        if not numbers or path.name[:2] in numbers:
            print(f"{path.stem} ...", flush=True)
            results[path.stem] = measure(path)
            show(results[path.stem])
    measured = {"machine": machine(), "lessons": dict(sorted(results.items()))}
    text = json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
    lessons.MEASURED.write_text(text, encoding="utf-8")
    print(f"Written to {lessons.MEASURED.relative_to(lessons.ROOT)}. Now: make badges")


def measure(path):
    """Run one lesson; return its seconds, peak memory in MB and slowest cells."""
    notebook = lessons.read_notebook(path)
    client = NotebookClient(
        notebook,
        timeout=1800,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    watch = Watch(client)
    client.on_cell_start = watch.cell_starts
    client.on_cell_executed = watch.cell_ends
    start = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - start
    slowest = sorted(watch.seconds.items(), key=lambda item: -item[1])[:SLOWEST]
    return {
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(watch.peak / 1e6),
        "slowest_cells": [
            {"cell": i + 1, "seconds": round(s, 1), "code": notebook.cells[i].source.split("\n")[0]}
            for i, s in slowest
        ],
    }


class Watch:
    """Takes the time of each cell and samples the kernel's memory while it runs."""

    def __init__(self, client):
        self.client, self.seconds, self.peak = client, {}, 0
        self.sampler = None

    def cell_starts(self, cell, cell_index):
        self.started = time.perf_counter()
        if self.sampler is None:
            self.sampler = threading.Thread(target=self.sample, daemon=True)
            self.sampler.start()

    def cell_ends(self, cell, cell_index, execute_reply):
        self.seconds[cell_index] = time.perf_counter() - self.started

    def sample(self):
        kernel = psutil.Process(self.client.km.provisioner.pid)
        while True:
            try:
                family = [kernel, *kernel.children(recursive=True)]
                self.peak = max(self.peak, sum(process.memory_info().rss for process in family))
            except psutil.Error:
                return
            time.sleep(0.05)


def machine():
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }


def show(result):
    print(f"    {result['seconds']:.0f} s, at most {result['peak_memory_mb']} MB; slowest cells:")
    for cell in result["slowest_cells"]:
        print(f"    {cell['seconds']:6.1f} s  cell {cell['cell']}: {cell['code']}")


if __name__ == "__main__":
    main()
