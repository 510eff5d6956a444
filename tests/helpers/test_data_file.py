"""helpers.mnist_file: good files are read, every bad one is refused by name and fault."""

import errno
import io
import os
import pickle
import zipfile

import numpy as np
import pytest

from helpers import mnist_file
from helpers.mnist_file import npz_content, parse_mnist, read_mnist, write_whole


@pytest.fixture
def write(tmp_path, arrays):
    """write(x_train=..., y_test=None) writes an npz with arrays replaced, or left out for None."""

    def write_npz(**changes):
        path = tmp_path / "digits.npz"
        kept = {key: value for key, value in (arrays | changes).items() if value is not None}
        with zipfile.ZipFile(path, "w") as archive:
            for key, value in kept.items():
                with archive.open(f"{key}.npy", "w") as member:
                    if isinstance(value, bytes):
                        member.write(value)
                    else:
                        np.lib.format.write_array(member, value)
        return path

    return write_npz


@pytest.fixture
def refused():
    """refused(path, words): reading it raises a ValueError that names the file and the fault."""

    def check(path, *words):
        with pytest.raises(ValueError) as caught:
            read_mnist(path)
        message = str(caught.value)
        assert str(path) in message
        fault = message.replace(str(path), "")
        for word in words:
            assert word in fault
        assert "\n" not in fault

    return check


def by_name(data):
    (x_train, y_train), (x_test, y_test) = data
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def test_reads_what_was_written(write, arrays):
    for key, array in by_name(read_mnist(write())).items():
        assert array.dtype == np.uint8
        assert array.flags.writeable
        assert array.flags.c_contiguous
        np.testing.assert_array_equal(array, arrays[key])


def test_reads_arrays_stored_by_columns(write, arrays):
    path = write(x_test=np.asfortranarray(arrays["x_test"]))
    x_test = by_name(read_mnist(path))["x_test"]
    assert x_test.flags.c_contiguous
    np.testing.assert_array_equal(x_test, arrays["x_test"])


def test_npz_content_reads_back(arrays, npz):
    data = parse_mnist(io.BytesIO(npz))
    again = by_name(parse_mnist(io.BytesIO(npz_content(data))))
    for key in arrays:
        np.testing.assert_array_equal(again[key], arrays[key])


def test_missing_file(tmp_path):
    path = tmp_path / "nowhere.npz"
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz: there is no such file"):
        read_mnist(path)


def test_relative_path_is_named_in_full(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        read_mnist("nowhere.npz")
    assert str(tmp_path / "nowhere.npz") in str(caught.value)


def test_folder(tmp_path, refused):
    refused(tmp_path, "folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_does_not_block(tmp_path, refused):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "not a regular file")


def test_unreadable_file(tmp_path, refused, monkeypatch):
    path = tmp_path / "locked.npz"
    path.write_bytes(b"")

    def denied(*args):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(mnist_file, "open", denied, raising=False)
    refused(path, "cannot be read", "Permission denied")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"<!DOCTYPE html><p>Log in</p>", pickle.dumps({"x_train": 1})],
    ids=["empty", "start of a zip", "web page", "pickle"],
)
def test_no_npz_file(tmp_path, refused, content):
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    refused(path, "no npz file")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_truncated_file(tmp_path, refused, npz, share):
    path = tmp_path / "half.npz"
    path.write_bytes(npz[: int(share * len(npz))])
    refused(path, "damaged")


def test_one_wrong_byte(tmp_path, refused, npz):
    path = tmp_path / "rotten.npz"
    damaged = bytearray(npz)
    damaged[len(npz) // 2] ^= 255
    path.write_bytes(damaged)
    refused(path, "damaged")


def test_one_wrong_byte_where_nothing_is_packed(tmp_path, refused, arrays, npz):
    path = tmp_path / "rotten.npz"
    content = bytearray(npz_content(parse_mnist(io.BytesIO(npz))))
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    refused(path, "damaged", "CRC")


def test_wrong_keys(write, refused):
    refused(write(y_test=None, labels=np.zeros(3)), "lacks y_test", "x_train", "labels")


def test_wrong_shape(write, refused, arrays):
    refused(write(x_test=arrays["x_test"][:-1]), "x_test", "(99, 28, 28)", "(100, 28, 28)")
    refused(write(x_test=arrays["x_test"].reshape(100, 784)), "x_test", "(100, 784)")


def test_wrong_dtype(write, refused, arrays):
    refused(write(y_train=arrays["y_train"].astype(np.int64)), "y_train", "int64", "uint8")


def test_floats_and_nan(write, refused):
    refused(write(x_test=np.full((100, 28, 28), np.nan, np.float32)), "x_test", "float32")


def test_labels_out_of_range(write, refused, arrays):
    labels = arrays["y_test"].copy()
    labels[7] = 10
    refused(write(y_test=labels), "y_test", "label 10", "0..9")


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_pickled_objects_are_never_loaded(write, refused, tmp_path):
    sprung = tmp_path / "sprung"
    trap = np.empty(100, object)
    trap[:] = [Trap(str(sprung))] * 100
    refused(write(y_test=trap), "y_test", "pickled")
    assert not sprung.exists()


def test_lying_headers(write, refused):
    def header(shape):
        start = b"{'descr': '|u1', 'fortran_order': False, 'shape': %s, }" % shape
        return b"\x93NUMPY\x01\x00" + (len(start) + 1).to_bytes(2, "little") + start + b"\n"

    refused(write(y_test=header(b"(1000000000000000,)")), "y_test", "shape")
    refused(write(y_test=header(b"(100,)") + b"\x01" * 99), "y_test", "99 bytes")
    refused(write(y_test=header(b"(100,)") + b"\x01" * 200), "y_test", "expected 100")
    refused(write(y_test=b"\x93NUMPY\x09\x00" + b"\x01" * 99), "y_test", "version")
    refused(write(y_test=header(b"(" * 5000)))


def test_write_whole_makes_folders_and_replaces(tmp_path):
    path = tmp_path / "new" / "folder" / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["file"]


def test_write_whole_shows_only_whole_files(tmp_path, monkeypatch):
    path, shown, real = tmp_path / "file", [], os.replace
    path.write_bytes(b"old")

    def replace(part, target):
        with open(part, "rb") as file:
            shown.append((file.read(), path.read_bytes(), os.path.dirname(part)))
        real(part, target)

    monkeypatch.setattr(os, "replace", replace)
    write_whole(path, b"new")
    assert shown == [(b"new", b"old", str(tmp_path))]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_write_whole_leaves_nothing_behind_on_a_full_disk(tmp_path, monkeypatch, call):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert os.listdir(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"
