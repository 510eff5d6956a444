"""helpers.data: which source is taken, what is said, what is refused, and what if all fails."""

import errno
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from helpers import data

COUNTS = "MNIST: 60,000 training and 10,000 test images "
STANDIN = f"standin-{data.VERSION}.npz"


# A machine with empty caches, a small data set in place of MNIST, and servers that misbehave


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """The folder in which the machine keeps its caches; no network but the servers below."""
    for name in ("MNIST_NPZ", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("FILTERS_TO_FRAMEWORKS_CACHE", str(tmp_path / "course"))
    return tmp_path


@pytest.fixture(autouse=True)
def arrays(monkeypatch):
    """Arrays of a hundredth of MNIST's size, which the helpers take for MNIST's."""
    rng = np.random.default_rng(0)
    small = {
        "x_train": rng.integers(0, 256, (600, 28, 28), np.uint8),
        "y_train": rng.integers(0, 10, 600, np.uint8),
        "x_test": rng.integers(0, 256, (100, 28, 28), np.uint8),
        "y_test": rng.integers(0, 10, 100, np.uint8),
    }
    monkeypatch.setattr(data, "SHAPES", {key: array.shape for key, array in small.items()})
    return small


@pytest.fixture(autouse=True)
def npz(monkeypatch, arrays):
    """The bytes of the file that mirrors should send."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    content = file.getvalue()
    monkeypatch.setattr(data, "SIZE", len(content))
    monkeypatch.setattr(data, "SHA256", hashlib.sha256(content).hexdigest())
    return content


@pytest.fixture(autouse=True)
def standin(monkeypatch, arrays):
    """A stand-in that is made at once: black and white exchanged. The list of times it was made."""
    made = []

    def make():
        made.append(1)
        x_train, y_train, x_test, y_test = arrays.values()
        return (255 - x_train, y_train), (255 - x_test, y_test)

    monkeypatch.setattr(data, "make_standin", make)
    return made


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        content, behaviour = self.server.content, self.server.behaviour
        self.send_response(403 if behaviour == "forbids" else 200)
        if behaviour == "silent":
            self.server.stopped.wait(60)
        if behaviour != "endless":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if behaviour == "other":
            content = content[:-1] + b"?"
        elif behaviour in ("half", "stalls"):
            content = content[: len(content) // 2]
        for start in range(0, len(content), 2**16):
            self.wfile.write(content[start : start + 2**16])
            time.sleep(0.25 if behaviour == "slow" else 0)
        for _ in range(20 if behaviour == "endless" else 0):
            self.wfile.write(content)
        if behaviour == "stalls":
            self.server.stopped.wait(60)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behaviour, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.content, self.asked = behaviour, content, 0
        self.stopped = threading.Event()
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}/mnist.npz"
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()

    def stop(self):
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *args):
        pass  # clients that give up are what is tested


@pytest.fixture
def serve(npz):
    """serve("good") starts a server; all of them stop at the end of the test."""
    servers = []

    def start(behaviour):
        servers.append(Server(behaviour, npz))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def load(capfd, arrays):
    """load(*servers) returns whether MNIST came, or else the stand-in, and the one line printed."""

    def call(*servers, timeout=60.0):
        loaded = data.load_mnist(mirrors=[server.url for server in servers], timeout=timeout)
        out, err = capfd.readouterr()
        out = out.rpartition("\r")[2]  # what is left of a progress bar on a slow machine
        assert (err, out.count("\n")) == ("", 1)
        (x_train, y_train), (x_test, y_test) = loaded
        is_mnist = np.array_equal(x_train, arrays["x_train"])
        if not is_mnist:
            x_train, x_test = 255 - x_train, 255 - x_test
        for found, array in zip((x_train, y_train, x_test, y_test), arrays.values()):
            np.testing.assert_array_equal(found, array, strict=True)
            assert found.flags.writeable
            assert found.flags.c_contiguous
        return is_mnist, out[:-1]

    return call


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files(folder):
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


# The sources


def test_the_sources_in_their_order(load, machine, monkeypatch, npz, serve):
    server = serve("good")
    named = put(machine / "mine.npz", npz)
    keras = put(machine / "keras" / "datasets" / "mnist.npz", npz)
    course = put(machine / "course" / "mnist.npz", npz)
    monkeypatch.setenv("MNIST_NPZ", str(named))
    assert load(server) == (True, COUNTS + "from the file that MNIST_NPZ names.")
    monkeypatch.setenv("MNIST_NPZ", "")
    assert load(server) == (True, COUNTS + "from Keras's cache.")
    keras.unlink()
    assert load(server) == (True, COUNTS + "from the course's cache.")
    course.unlink()
    assert server.asked == 0
    assert load(server) == (True, COUNTS + f"downloaded from {server.host}.")
    assert keras.read_bytes() == npz
    keras.unlink()
    is_mnist, line = load()
    assert not is_mnist
    for words in ("NOT MNIST: ", "no mirror was asked", "scikit-learn", "To use MNIST, go online"):
        assert words in line


def test_caches_are_below_home_by_default(load, machine, monkeypatch, npz):
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(machine))
    for name in ("KERAS_HOME", "FILTERS_TO_FRAMEWORKS_CACHE"):
        monkeypatch.setenv(name, "")
    put(machine / ".keras" / "datasets" / "mnist.npz", npz)
    assert load()[1].endswith("from Keras's cache.")
    monkeypatch.setenv("MNIST_NPZ", os.path.join("~", ".keras", "datasets", "mnist.npz"))
    assert load()[1].endswith("MNIST_NPZ names.")
    monkeypatch.delenv("MNIST_NPZ")
    (machine / ".keras" / "datasets" / "mnist.npz").unlink()
    load()
    assert "filters-to-frameworks" in str(*machine.rglob(STANDIN))


def test_the_stand_in_is_made_once_and_again_if_damaged(load, machine, standin):
    for _ in range(2):
        assert not load()[0]
    assert len(standin) == 1
    os.truncate(machine / "course" / STANDIN, 1000)
    for _ in range(2):
        assert not load()[0]
    assert len(standin) == 2


# The download


def test_a_quick_download_leaves_no_trace_of_a_bar(serve, capfd):
    start = time.monotonic()
    data.load_mnist(mirrors=[serve("good").url])
    assert "\r" not in "".join(capfd.readouterr()) or time.monotonic() - start > 1


def test_a_slow_download_shows_a_bar(serve, capfd):
    data.load_mnist(mirrors=[serve("slow").url])
    out, err = capfd.readouterr()
    assert err == ""
    *frames, blank, line = out.split("\r")
    assert any("Downloading MNIST" in frame and "%" in frame for frame in frames)
    assert blank.strip() == ""
    assert line.startswith(COUNTS)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("other", "wrong SHA-256"),
        ("half", "ChunkedEncodingError"),
        ("endless", "sent too much"),
        ("forbids", "403 Client Error: Forbidden"),
        ("silent", "ReadTimeout"),
        ("stalls", "ConnectionError"),
        ("gone", "ConnectionError"),
    ],
)
def test_a_failure_leads_to_the_next_mirror_or_to_the_stand_in(
    load, machine, npz, serve, behaviour, words
):
    bad, good = serve(behaviour), serve("good")
    if behaviour == "gone":
        bad.server_close()
    patience = 1.5 if behaviour in ("silent", "stalls") else 60.0
    is_mnist, line = load(bad, timeout=patience)
    assert not is_mnist
    assert f"the download failed ({bad.host}: {words})." in line
    assert files(machine) == [STANDIN]
    assert load(bad, good, timeout=patience) == (True, COUNTS + f"downloaded from {good.host}.")
    assert (machine / "keras" / "datasets" / "mnist.npz").read_bytes() == npz
    assert files(machine) == ["mnist.npz", STANDIN]


def test_the_mirrors_are_on_different_hosts():
    assert len({urlsplit(url).netloc for url in data.MIRRORS}) >= 2
    assert {urlsplit(url).scheme for url in data.MIRRORS} == {"https"}


# Caches that cannot be written, and those that several processes write


def refuse(*args, **options):
    raise OSError(errno.EROFS, "Read-only file system")


def fill(*args):
    assert not [name for name in files(os.environ["KERAS_HOME"]) if name.endswith(".npz")]
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("call", "fault", "words"),
    [("makedirs", refuse, "Read-only file system"), ("fsync", fill, "No space left on device")],
)
def test_no_lesson_stops_where_no_cache_can_be_written(
    load, machine, monkeypatch, serve, call, fault, words
):
    monkeypatch.setattr(os, call, fault)
    for servers in ([serve("good")], []):
        is_mnist, line = load(*servers)
        assert is_mnist == bool(servers)
        assert line.endswith(f". It is in memory only, as no cache can be written ({words}).")
    assert files(machine) == []


def test_a_second_cache_where_the_first_cannot_be_written(load, machine, serve):
    (machine / "keras").write_text("in the way")
    assert "memory only" not in load(serve("good"))[1]
    assert load() == (True, COUNTS + "from the course's cache.")


def test_no_home(load, machine, monkeypatch, serve):
    import pooch

    monkeypatch.setattr(pooch, "os_cache", lambda name: Path("~", ".cache", name))
    monkeypatch.setattr(os.path, "expanduser", lambda path: str(path))
    for name in ("KERAS_HOME", "FILTERS_TO_FRAMEWORKS_CACHE"):
        monkeypatch.delenv(name)
    monkeypatch.chdir(machine)
    for servers in ([serve("good")], []):
        assert load(*servers)[1].endswith("(there is no home folder).")
    assert files(machine) == []


LOAD = """
import os, sys, time
from helpers import data
os.fsync = lambda file: time.sleep(0.5)  # so that they meet
data.SHAPES, data.SIZE, data.SHA256 = eval(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
(images, _), _ = data.load_mnist(mirrors=[sys.argv[1]])
print(images.sum())
"""


def test_processes_that_load_at_once_see_whole_files_only(machine, arrays, npz, serve):
    known = [str(value) for value in (data.SHAPES, data.SIZE, data.SHA256)]
    command = [sys.executable, "-c", LOAD, serve("slow").url, *known]
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE) for _ in range(2)
    ]
    path = machine / "keras" / "datasets" / "mnist.npz"
    while any(process.poll() is None for process in processes):
        if path.exists():
            assert path.read_bytes() == npz
        time.sleep(0.001)
    for process in processes:
        out = process.communicate()[0]
        assert out.splitlines()[-1] == str(arrays["x_train"].sum())
        assert "memory only" not in out or sys.platform == "win32"  # we may have had it open
    assert files(machine) == ["mnist.npz"]


# Files that are refused


@pytest.fixture
def write(machine, monkeypatch, arrays):
    """write(y_test=...) writes an npz with members replaced, None for left out, and names it."""
    path = machine / "digits.npz"
    monkeypatch.setenv("MNIST_NPZ", str(path))

    def write_npz(method=zipfile.ZIP_STORED, claimed=None, **changes):
        with zipfile.ZipFile(path, "w", method) as archive:
            for key, value in (arrays | changes).items():
                if value is None:
                    continue
                if not isinstance(value, bytes):
                    file = io.BytesIO()
                    np.lib.format.write_array(file, value)
                    value = file.getvalue()
                archive.writestr(f"{key}.npy", value)
            if claimed:
                archive.getinfo("y_test.npy").file_size = claimed
        return path

    return write_npz


def refused(path, words, kind=ValueError):
    """Loading fails, names the file and the fault in one line, and leaves the file alone."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as caught:
        data.load_mnist(mirrors=())
    message = str(caught.value)
    assert str(path) in message
    assert words in message.replace(str(path), "")
    assert "\n" not in message
    assert (path.read_bytes() if path.is_file() else None) == before


def test_arrays_stored_by_columns_are_read(load, write, arrays):
    write(x_train=np.asfortranarray(arrays["x_train"]))
    assert load()[0]


def test_no_file(machine, monkeypatch, write):
    monkeypatch.setenv("MNIST_NPZ", "nowhere.npz")
    monkeypatch.chdir(machine)
    refused(machine / "nowhere.npz", "the file that MNIST_NPZ names", FileNotFoundError)
    monkeypatch.setenv("MNIST_NPZ", str(machine))
    refused(machine, "no regular file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_and_a_dead_link(machine, monkeypatch):
    os.mkfifo(machine / "pipe")
    monkeypatch.setenv("MNIST_NPZ", str(machine / "pipe"))
    refused(machine / "pipe", "no regular file")
    monkeypatch.delenv("MNIST_NPZ")
    (machine / "course").mkdir()
    (machine / "course" / "mnist.npz").symlink_to(machine / "unplugged")
    refused(machine / "course" / "mnist.npz", "is not there", FileNotFoundError)
    assert (machine / "course" / "mnist.npz").is_symlink()


@pytest.mark.parametrize("place", ["keras/datasets", "course"])
def test_a_bad_file_in_a_cache_is_refused_and_kept(machine, npz, place):
    path = put(machine / place / "mnist.npz", npz[:5000])
    refused(path, "'s cache: ")


def test_damaged_files(write, npz):
    path = write()
    stored = path.read_bytes()
    for content in (b"", b"<!DOCTYPE html><p>Log in</p>", npz[:5000], npz[: len(npz) - 9]):
        path.write_bytes(content)
        refused(path, "not a zip file")
    for content in (npz, stored):
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        refused(path, "x_train.npy" if content is stored else "")


def test_wrong_arrays(write, arrays):
    labels = arrays["y_test"]
    refused(write(y_test=None, labels=labels), "no item named 'y_test.npy'")
    refused(write(x_test=arrays["x_test"][:-1]), "x_test is uint8 (99, 28, 28); expected uint8 (1")
    refused(write(y_test=labels.astype(np.int64)), "y_test is int64 (100,); expected uint8")
    refused(write(y_test=np.where(np.arange(100) == 7, 10, labels).astype(np.uint8)), "label 10")


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_pickled_objects_are_never_loaded(machine, write):
    refused(write(y_test=np.array([Trap(str(machine / "sprung"))])), "allow_pickle=False")
    assert not (machine / "sprung").exists()


def header(shape):
    text = b"{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n" % shape
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def test_files_that_would_fill_the_memory(write):
    huge = header(b"(100,)") + bytes(16_000_000)
    tracemalloc.start()
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        for claimed in (None, 200):  # what the archive claims that it unpacks to
            path = write(method, claimed, y_test=huge)
            tracemalloc.reset_peak()
            refused(path, "")
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    refused(write(y_test=huge), "y_test has more than 1,124 bytes")
    refused(write(y_test=header(b"(1000000000000000,)")), "Error")
    refused(write(x_test=header(b"(" * 20000)), "ValueError: Header")
