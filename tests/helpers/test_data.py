"""helpers.data.load_mnist: which source it takes, what it says, and what it does when all fails."""

import errno
import gzip
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from helpers import data, fetch, mnist_file, standin
from helpers.download import Mirror

ROOT = Path(__file__).parents[2]
COUNTS = "MNIST: 60,000 training and 10,000 test images "
PATIENT = 30.0  # seconds; a busy machine must not look like a slow server
BRIEF = 0.5


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """A machine with empty caches, no MNIST_NPZ and no proxy; returns the folder of its caches."""
    for name in ("MNIST_NPZ", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("FILTERS_TO_FRAMEWORKS_CACHE", str(tmp_path / "course"))
    return tmp_path


@pytest.fixture
def keras_file(machine):
    path = machine / "keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def fake_standin(monkeypatch, arrays):
    """A stand-in that is made at once: the arrays with black and white exchanged."""

    def make():
        return (255 - arrays["x_train"], arrays["y_train"]), (
            255 - arrays["x_test"],
            arrays["y_test"],
        )

    monkeypatch.setattr(standin, "make_standin", make)
    return make()


@pytest.fixture
def load(capfd, arrays):
    """load(...) loads, and returns the arrays and the one line that was printed."""

    def call(**options):
        loaded = data.load_mnist(**{"mirrors": ()} | options)
        out, err = capfd.readouterr()
        assert err == ""
        out = out.rpartition("\r")[2]  # what a progress bar has left, if there was one
        assert out.count("\n") == 1
        assert out.endswith("\n")
        return loaded, out[:-1]

    return call


def is_mnist(loaded, arrays):
    (x_train, y_train), (x_test, y_test) = loaded
    found = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return all(np.array_equal(found[key], arrays[key]) for key in arrays)


def is_standin(loaded, fake):
    return np.array_equal(loaded[0][0], fake[0][0]) and np.array_equal(loaded[1][0], fake[1][0])


def npz_mirror(server, npz):
    return Mirror(server.folder, {"mnist.npz": hashlib.sha256(npz).hexdigest()})


def left_behind(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# The file that MNIST_NPZ names


def test_named_file_comes_first(load, machine, monkeypatch, arrays, npz, keras_file):
    keras_file.write_bytes(b"not even looked at")
    (machine / "mine.npz").write_bytes(npz)
    monkeypatch.setenv("MNIST_NPZ", str(machine / "mine.npz"))
    loaded, line = load()
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + "from the file that MNIST_NPZ names."


def test_named_file_that_is_bad_is_never_passed_over(machine, monkeypatch, npz, keras_file):
    keras_file.write_bytes(npz)
    bad = machine / "bad.npz"
    monkeypatch.setenv("MNIST_NPZ", str(bad))
    with pytest.raises(FileNotFoundError, match=r"MNIST_NPZ .*bad\.npz: there is no such file"):
        data.load_mnist(mirrors=())
    bad.write_bytes(npz[:5000])
    with pytest.raises(ValueError, match=r"MNIST_NPZ .*bad\.npz: is damaged"):
        data.load_mnist(mirrors=())
    assert bad.read_bytes() == npz[:5000]


def test_empty_name_counts_as_none(load, monkeypatch, npz, keras_file):
    keras_file.write_bytes(npz)
    monkeypatch.setenv("MNIST_NPZ", "")
    assert load()[1] == COUNTS + "from Keras's cache."


def test_named_file_below_home(load, machine, monkeypatch, arrays, npz):
    (machine / "mine.npz").write_bytes(npz)
    monkeypatch.setenv("HOME", str(machine))
    monkeypatch.setenv("USERPROFILE", str(machine))
    monkeypatch.setenv("MNIST_NPZ", os.path.join("~", "mine.npz"))
    assert is_mnist(load()[0], arrays)


# Keras's cache


def test_keras_cache_comes_before_the_network(load, serve, arrays, npz, keras_file):
    keras_file.write_bytes(npz)
    server = serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + "from Keras's cache."
    assert server.paths == []


def test_keras_cache_is_below_home_by_default(load, machine, monkeypatch, npz):
    path = machine / "home" / ".keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(npz)
    monkeypatch.setenv("HOME", str(machine / "home"))
    monkeypatch.setenv("USERPROFILE", str(machine / "home"))
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("KERAS_HOME")
        else:
            monkeypatch.setenv("KERAS_HOME", unset)
        assert load()[1] == COUNTS + "from Keras's cache."


def test_bad_file_in_keras_cache_is_refused_and_kept(serve, npz, keras_file):
    keras_file.write_bytes(npz[:5000])
    server = serve("good", {"mnist.npz": npz})
    with pytest.raises(ValueError, match=r"mnist\.npz: is damaged.* delete it, and run") as caught:
        data.load_mnist(mirrors=[npz_mirror(server, npz)])
    assert str(keras_file) in str(caught.value)
    assert keras_file.read_bytes() == npz[:5000]
    assert server.paths == []


def test_dangling_link_in_keras_cache_is_refused_and_kept(machine, keras_file):
    try:
        keras_file.symlink_to(machine / "unplugged" / "mnist.npz")
    except OSError:
        pytest.skip("this system does not let us make links")
    with pytest.raises(ValueError, match="no such file"):
        data.load_mnist(mirrors=())
    assert keras_file.is_symlink()


# The download


def test_download_is_kept_for_keras_as_it_came(load, machine, serve, arrays, npz):
    server = serve("good", {"mnist.npz": npz})
    mirrors = [npz_mirror(server, npz)]
    loaded, line = load(mirrors=mirrors)
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + f"downloaded from {server.host}."
    assert (machine / "keras" / "datasets" / "mnist.npz").read_bytes() == npz
    loaded, line = load(mirrors=mirrors)
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + "from Keras's cache."
    assert server.paths == ["/data/mnist.npz"]


def idx_files(arrays):
    def idx(array):
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())

    return {f"{key}.gz": idx(array) for key, array in arrays.items()}


def test_idx_files_give_the_same_arrays_and_stay_out_of_keras_cache(load, machine, serve, arrays):
    files = idx_files(arrays)
    server = serve("good", files)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    loaded, line = load(mirrors=[Mirror(server.folder, sums)])
    assert is_mnist(loaded, arrays)
    assert loaded[0][0].flags.writeable
    assert line == COUNTS + f"downloaded from {server.host}."
    assert not (machine / "keras").exists()
    loaded, line = load()
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + "from the course's cache."


def test_damaged_file_in_the_courses_cache_is_fetched_again(load, machine, serve, arrays, npz):
    (machine / "course").mkdir()
    (machine / "course" / "mnist.npz").write_bytes(npz[:5000])
    server = serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert "downloaded" in line


def test_a_second_idx_file_with_a_wrong_sum_spoils_the_mirror(load, serve, arrays, fake_standin):
    files = idx_files(arrays)
    server = serve("good", files)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    sums["y_train.gz"] = "0" * 64
    loaded, line = load(mirrors=[Mirror(server.folder, sums)])
    assert is_standin(loaded, fake_standin)
    assert "wrong SHA-256" in line


FAILURES = {
    "other": ("wrong SHA-256", PATIENT),
    "half": ("broke off half-way", PATIENT),
    "cut": ("wrong SHA-256", PATIENT),
    "forbidden": ("HTTP 403", PATIENT),
    "busy": ("HTTP 503", PATIENT),
    "page": ("web page", PATIENT),
    "silent": ("no answer in", BRIEF),
    "stalled": ("too slow", BRIEF),
    "drip": ("too slow", BRIEF),
    "trickle": ("too slow", BRIEF),
    "drip_head": ("no answer in", BRIEF),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_leads_to_the_stand_in_in_good_time(
    load, machine, serve, npz, fake_standin, failure
):
    reason, timeout = FAILURES[failure]
    server = serve(failure, {"mnist.npz": npz})
    start = time.monotonic()
    loaded, line = load(mirrors=[npz_mirror(server, npz)], timeout=timeout)
    assert time.monotonic() - start < 20
    assert is_standin(loaded, fake_standin)
    assert line.startswith("NOT MNIST: ")
    assert f"{server.host}: " in line
    assert reason in line
    assert left_behind(machine) == [f"standin-{standin.VERSION}.npz"]


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_leads_to_the_next_mirror(load, machine, serve, arrays, npz, failure):
    # The time-out is that of the bad mirror; the good one is far faster than that.
    bad, good = serve(failure, {"mnist.npz": npz}), serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(s, npz) for s in (bad, good)], timeout=3 * BRIEF)
    assert is_mnist(loaded, arrays)
    assert line == COUNTS + f"downloaded from {good.host}."
    assert (machine / "keras" / "datasets" / "mnist.npz").read_bytes() == npz
    assert left_behind(machine) == ["mnist.npz"]


@pytest.mark.parametrize("failure", ["half", "busy"])
def test_what_may_pass_is_tried_twice(load, serve, arrays, npz, failure):
    server = serve(f"first_{failure}", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert len(server.paths) == 2


@pytest.mark.parametrize("failure", ["forbidden", "silent", "drip", "other"])
def test_what_will_not_pass_is_tried_once(load, serve, npz, fake_standin, failure):
    server = serve(failure, {"mnist.npz": npz})
    load(mirrors=[npz_mirror(server, npz)], timeout=FAILURES[failure][1])
    assert len(server.paths) == 1


def test_a_silent_host_is_not_asked_again(load, serve, npz, fake_standin):
    server = serve("silent", {"mnist.npz": npz})
    load(mirrors=[npz_mirror(server, npz)] * 3, timeout=BRIEF)
    assert len(server.paths) == 1


def test_nothing_listens(load, serve, npz, fake_standin):
    server = serve("good", {})
    server.stop()
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_standin(loaded, fake_standin)
    assert "no connection" in line


def test_no_such_host(load, npz, fake_standin, monkeypatch):
    import socket

    def unknown(*args, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    mirrors = [Mirror(f"https://mirror{n}.invalid/", {"mnist.npz": "0" * 64}) for n in range(3)]
    loaded, line = load(mirrors=mirrors)
    assert is_standin(loaded, fake_standin)
    assert "the download failed (no network)." in line


def test_a_proxy_that_is_not_there(load, serve, npz, fake_standin, monkeypatch):
    proxy = serve("good", {})
    proxy.stop()
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://{proxy.host}")
    mirror = Mirror("http://mirror.invalid/", {"mnist.npz": "0" * 64})
    assert "mirror.invalid: the proxy failed" in load(mirrors=[mirror])[1]


def test_an_endless_answer_is_cut_short(load, serve, npz, fake_standin, monkeypatch):
    monkeypatch.setattr(fetch, "_LARGEST", len(npz) - 1)
    server = serve("good", {"mnist.npz": npz})
    assert "sent too much" in load(mirrors=[npz_mirror(server, npz)])[1]


def test_a_download_that_takes_long_shows_a_progress_bar(
    serve, arrays, npz, fake_standin, monkeypatch, capfd
):
    monkeypatch.setattr(fetch, "_DELAY", 0)
    server = serve("stalled", {"mnist.npz": npz})
    data.load_mnist(mirrors=[npz_mirror(server, npz)], timeout=BRIEF)
    out, err = capfd.readouterr()
    assert err == ""
    *frames, line = out.split("\r")
    assert any(
        "Downloading MNIST:" in frame and f"/{len(npz) // 1000}k" in frame for frame in frames
    )
    assert frames[-1].strip() == ""
    assert line.startswith("NOT MNIST")


def test_the_line_of_the_stand_in_says_all(load, machine, fake_standin):
    for _ in range(2):  # made, then from the cache
        loaded, line = load()
        assert is_standin(loaded, fake_standin)
        for words in ("NOT MNIST: ", "stand-in", "scikit-learn", "To use MNIST", "MNIST_NPZ"):
            assert words in line
        assert str(machine) not in line


# Caches that cannot be written


def refuse(*args, **options):
    raise OSError(errno.EROFS, "Read-only file system")


def fill(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("call", "fault", "words"),
    [("makedirs", refuse, "Read-only file system"), ("fsync", fill, "No space left on device")],
)
def test_no_lesson_stops_where_no_cache_can_be_written(
    load, machine, serve, arrays, npz, fake_standin, monkeypatch, call, fault, words
):
    monkeypatch.setattr(os, call, fault)
    server = serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert line.startswith(COUNTS + f"downloaded from {server.host}.")
    assert line.endswith(f"It is in memory only, as no cache can be written ({words}).")
    loaded, line = load()
    assert is_standin(loaded, fake_standin)
    assert line.startswith("NOT MNIST")
    assert line.endswith(f"({words}).")
    assert left_behind(machine) == []


def test_a_file_where_the_caches_should_be(load, machine, serve, arrays, npz, fake_standin):
    for name in ("keras", "course"):
        (machine / name).write_text("in the way")
    server = serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert "in memory only" in line
    loaded, line = load()
    assert is_standin(loaded, fake_standin)
    assert "in memory only" in line
    assert left_behind(machine) == ["course", "keras"]


def test_no_home(load, machine, serve, arrays, npz, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.chdir(machine)
    server = serve("good", {"mnist.npz": npz})
    loaded, line = load(mirrors=[npz_mirror(server, npz)])
    assert is_mnist(loaded, arrays)
    assert line.endswith("(there is no home folder).")
    assert left_behind(machine) == []


LOAD_IN_A_PROCESS = """
import sys
from helpers import data, mnist_file
from helpers.download import Mirror

for key, count in (("x_train", 600), ("y_train", 600), ("x_test", 100), ("y_test", 100)):
    mnist_file.SHAPES[key] = (count, *mnist_file.SHAPES[key][1:])
folder, sha256, *limit = sys.argv[1:]
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]),) * 2)
(x_train, _), (x_test, _) = data.load_mnist(mirrors=[Mirror(folder, {"mnist.npz": sha256})])
print(x_train.sum(), x_test.sum())
"""


def start(server, npz, *limit):
    command = [sys.executable, "-c", LOAD_IN_A_PROCESS, server.folder]
    return subprocess.Popen(
        [*command, hashlib.sha256(npz).hexdigest(), *limit],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_processes_that_load_at_once_see_whole_files_only(machine, serve, arrays, npz):
    server = serve("paced", {"mnist.npz": npz})
    path = machine / "keras" / "datasets" / "mnist.npz"
    processes = [start(server, npz) for _ in range(3)]
    while any(process.poll() is None for process in processes):
        if path.exists():
            assert path.read_bytes() == npz
    for process in processes:
        out, err = process.communicate()
        assert err == ""
        assert out.splitlines()[-1:] == [f"{arrays['x_train'].sum()} {arrays['x_test'].sum()}"]
    assert left_behind(machine) == ["mnist.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_limit_on_the_size_of_files(machine, serve, arrays, npz):
    server = serve("good", {"mnist.npz": npz})
    out, err = start(server, npz, "10000").communicate()
    assert err == ""
    assert "in memory only" in out.splitlines()[-2]
    assert out.splitlines()[-1:] == [f"{arrays['x_train'].sum()} {arrays['x_test'].sum()}"]
    assert left_behind(machine) == []


def test_the_published_sums_are_whole():
    from helpers.download import MIRRORS

    for mirror in MIRRORS:
        assert mirror.folder.startswith("https://")
        assert mirror.folder.endswith("/")
        assert len(mirror.files) in (1, len(mnist_file.SHAPES))
        assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in mirror.files.values())
