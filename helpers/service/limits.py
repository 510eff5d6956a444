"""What the service does not accept, and how it says so."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

DRAIN = 4  # this many times a body's limit is read and thrown away, so that the refusal arrives


@dataclass(frozen=True)
class Limits:
    """The most that one request, or all of them together, may take."""

    file_bytes: int = 10_000_000
    json_bytes: int = 100_000
    pixels: int = 25_000_000
    body_seconds: float = 10.0  # until the body is here
    work_seconds: float = 10.0  # from then on, waiting included
    requests: int = 32  # inside at the same time: read, waiting or worked on
    threads: int = 2


class Refusal(Exception):
    """A request that is not answered: its HTTP status, and a sentence that says why."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


async def read_body(request, most, seconds):
    """Return the body of a request, of at most so many bytes, sent in so many seconds.

    The length that a client declares is believed only where it is too large.

    Raises:
        Refusal: 413 for a longer body, 408 for a slower one.
    """
    too_long = Refusal(413, f"The body is larger than the {most:,} bytes that are accepted.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > DRAIN * most:
        raise too_long
    parts, size = [], 0

    async def read():
        nonlocal size
        async for part in request.stream():
            size += len(part)
            if size <= most:
                parts.append(part)
            elif size > DRAIN * most:
                return

    try:
        await asyncio.wait_for(read(), seconds)
    except asyncio.TimeoutError:
        if size <= most:
            raise Refusal(408, f"The body did not arrive within {seconds:g} seconds.") from None
    if size > most:
        raise too_long
    return b"".join(parts)


class Desk:
    """A few threads that do the work, and a fixed number of places for those who wait."""

    def __init__(self, limits):
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="reader")
        self._most, self._seconds = limits.requests, limits.work_seconds
        self._taken, self._lock = 0, threading.Lock()

    @contextmanager
    def place(self):
        """Take a place for a request.

        Raises:
            Refusal: 503, all places are taken.
        """
        with self._lock:
            if self._taken >= self._most:
                raise Refusal(503, "The service is busy. Try again in a second.")
            self._taken += 1
        try:
            yield
        finally:
            self._leave()

    async def run(self, function, *arguments):
        """Return what the function returns, called in one of the threads.

        Raises:
            Refusal: 503, it takes too long. A call that has begun cannot be stopped, so it keeps a
                place of its own until it is done.
        """
        job = self._pool.submit(function, *arguments)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(job), self._seconds)
        except asyncio.TimeoutError:
            sentence = f"No answer within {self._seconds:g} seconds: the service is busy."
            raise Refusal(503, sentence) from None
        finally:
            if not job.done():  # given up, or the client has gone
                with self._lock:
                    self._taken += 1
                job.add_done_callback(lambda _: self._leave())

    def close(self):
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self):
        with self._lock:
            self._taken -= 1
