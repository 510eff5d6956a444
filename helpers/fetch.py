"""Fetch one file over the network into memory, without ever keeping a learner waiting."""

import hashlib
import socket
import ssl
import sys
import threading
import time

SLOWEST = 32 * 1024  # bytes per second; slower than this, MNIST would take over six minutes
_DELAY = 1  # seconds before a progress bar is worth drawing
_LARGEST = 64 * 1024**2  # bytes; all of MNIST has 11.5 million


class DownloadError(Exception):
    """Why a download failed, in a few words. `again`: whether a second try makes sense."""

    def __init__(self, reason, again=False, silent=False):
        super().__init__(reason)
        self.again = again
        self.silent = silent


def fetch(url, sha256, timeout):
    """Download one file into memory, with a progress bar on stdout if it takes over a second.

    Args:
        url: http or https address.
        sha256: the sum that the file must have, in hexadecimal.
        timeout: seconds. The file is given up when it connects for half of that, or when less
            than SLOWEST * timeout bytes arrive in that time.

    Returns:
        The file's bytes.

    Raises:
        DownloadError: anything else than exactly this file came.
    """
    transfer = _Transfer(url, timeout)
    threading.Thread(target=transfer.run, daemon=True).start()
    try:
        _wait(transfer, timeout)
    finally:
        transfer.wanted = False
    if transfer.error:
        raise _explain(transfer.error, transfer.received)
    content = b"".join(transfer.chunks)
    if hashlib.sha256(content).hexdigest() != sha256:
        page = content.lstrip()[:1] == b"<"
        raise DownloadError("sent a web page" if page else "sent a file with a wrong SHA-256")
    return content


class _Transfer:
    """One download in a thread of its own; pooch takes it for its file and its progress bar.

    The thread is needed because a timeout of requests covers each single wait only: not the search
    for an address, and not a server that sends one byte a second.
    """

    def __init__(self, url, timeout):
        self.url, self.timeout = url, timeout
        self.chunks, self.received = [], 0
        self.total = None  # bytes; pooch sets it when the server has answered
        self.wanted, self.error = True, None
        self.done = threading.Event()

    def run(self):
        try:
            import pooch

            fetcher = pooch.HTTPDownloader(
                progressbar=self,
                timeout=(self.timeout / 2, 3 * self.timeout),  # the second ends a thread left alone
                headers={"Accept-Encoding": "identity"},  # the sum is that of the file as stored
            )
            fetcher(self.url, self, None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the lesson goes on
            self.error = error
        self.done.set()

    def write(self, chunk):
        self.received += len(chunk)
        if not self.wanted or self.received > _LARGEST:
            raise DownloadError("sent too much")
        self.chunks.append(chunk)

    def flush(self):
        pass

    def update(self, size):
        pass

    reset = close = flush


def _wait(transfer, timeout):
    """Draw the progress bar until the transfer is done; give up if it stalls."""
    from tqdm import tqdm

    bar = tqdm(
        desc="Downloading MNIST",
        unit="B",
        unit_scale=True,
        file=sys.stdout,
        delay=_DELAY,
        leave=False,
    )
    with bar:
        since, before = time.monotonic(), 0
        while not transfer.done.wait(0.05):
            bar.total = transfer.total or None
            bar.update(transfer.received - bar.n)
            if time.monotonic() - since < timeout:
                continue
            if transfer.total is None:
                raise DownloadError(f"no answer in {timeout:g} s", silent=True)
            if transfer.received - before < SLOWEST * timeout:
                raise DownloadError("too slow")
            since, before = time.monotonic(), transfer.received


def _explain(error, received):
    """Return a DownloadError that says in a few words what the exception means."""
    from requests import HTTPError
    from requests.exceptions import ProxyError

    causes = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__

    def has(kind):
        return any(isinstance(cause, kind) for cause in causes)

    first = causes[0]
    if isinstance(first, DownloadError):
        return first
    if has(HTTPError):
        status = first.response.status_code
        return DownloadError(f"answered with HTTP {status}", again=status >= 500 or status == 429)
    if has(ProxyError):
        return DownloadError("the proxy failed", silent=True)
    if has(socket.gaierror):
        return DownloadError("address not found", silent=True)
    if has(ssl.SSLError):
        return DownloadError("no valid certificate", silent=True)
    if has(TimeoutError):
        return DownloadError("no answer in time", silent=True)
    if received:
        return DownloadError("broke off half-way", again=True)
    if has(OSError):
        return DownloadError("no connection", silent=True)
    return DownloadError(f"{type(first).__name__}: {first}".splitlines()[0])
