"""How much memory a notebook needs, measured in one way for tests and benchmarks."""

import threading
import time

import psutil

EVERY = 0.2  # seconds


class PeakMemory:
    """Watches a process and its children: `peak` is the most bytes they had resident together."""

    def __init__(self, pid):
        self.peak = 0
        self._process = psutil.Process(pid)
        self._stopped = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while not self._stopped.wait(EVERY):
            self.look()

    def look(self):
        """Look now; return the peak so far."""
        try:
            own = self._process.cmdline()
            children = self._process.children(recursive=True)
            family = [self._process, *(c for c in children if not _is_being_born(c, own))]
            self.peak = max(self.peak, sum(map(_resident, family)))
        except psutil.NoSuchProcess:
            self.stop()
        return self.peak

    def stop(self):
        self._stopped.set()


def _is_being_born(process, parent):
    """Whether it is a copy of its parent, made to become another program in the next moment.

    Until then it shares its parent's memory, and would be counted twice.
    """
    try:
        return process.cmdline() == parent and time.time() - process.create_time() < 1
    except psutil.Error:
        return False


def _resident(process):
    try:
        return process.memory_info().rss
    except psutil.Error:  # a child that has ended meanwhile
        return 0
