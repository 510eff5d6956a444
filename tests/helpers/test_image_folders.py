"""The digits as folders of images: whole or not there, in the right cache, and in words if not."""

import errno
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from helpers import image_folders as module
from helpers.image_folders import image_folders


def digits(seed=0, train=30, test=20):
    """Return a small data set in which every digit occurs."""
    rng = np.random.default_rng(seed)
    return tuple(
        (rng.integers(0, 256, (n, 28, 28), np.uint8), np.arange(n, dtype=np.uint8)[::-1] % 10)
        for n in (train, test)
    )


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FILTERS_TO_FRAMEWORKS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "_temporary", {})
    return tmp_path / "cache"


def parts(cache):
    return list(cache.glob("*.part"))


def test_every_image_can_be_read_back(cache):
    data = digits()
    folder = image_folders(data)
    assert folder.parent == cache and not parts(cache)
    for split, (images, labels) in zip(("train", "test"), data):
        assert sorted(os.listdir(folder / split)) == list("0123456789")
        assert len(list((folder / split).glob("*/*.png"))) == len(images)
        for i, (image, label) in enumerate(zip(images, labels)):
            with Image.open(folder / split / str(label) / f"{i:05}.png") as found:
                assert found.mode == "L"
                assert np.array_equal(np.asarray(found), image)


def test_what_is_there_is_not_written_again(cache, monkeypatch, capsys):
    folder = image_folders(digits())
    first = capsys.readouterr().out
    monkeypatch.setattr(module, "_write", None)  # a call would fail
    assert image_folders(digits()) == folder
    line = "50 PNG images in folders, from train/0 to test/9, in the course's cache.\n"
    assert first == capsys.readouterr().out == line


def test_other_images_or_labels_get_another_folder(cache):
    data, (train, (x_test, y_test)) = digits(), digits()
    folders = {image_folders(data), image_folders(digits(seed=1))}
    folders.add(image_folders((train, (x_test, y_test[::-1].copy()))))
    assert len(folders) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(errno.ENOSPC, "disk full")])
def test_a_broken_off_folder_is_never_taken_for_a_whole_one(cache, monkeypatch, error):
    """Also while it is written, no other process sees the folder under its name."""
    save, saved = Image.Image.save, []

    def fail(image, *args, **kwargs):
        assert not [path for path in cache.iterdir() if path.suffix != ".part"]
        saved.append(image)
        if len(saved) == 12:
            raise error
        save(image, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Image.Image, "save", fail)
        patched.setattr(module, "_in_temporary_folder", None)
        with pytest.raises((KeyboardInterrupt, TypeError)):  # TypeError: it would go elsewhere
            image_folders(digits())
    assert not list(cache.iterdir())
    assert len(list(image_folders(digits()).glob("*/*/*.png"))) == 50


def test_a_folder_with_a_missing_file_is_written_again(cache):
    folder = image_folders(digits())
    lost = next(folder.glob("train/3/*.png"))
    lost.unlink()
    assert image_folders(digits()) == folder and lost.exists()
    assert not parts(cache) and not list(folder.glob("damaged"))


def test_a_file_that_somebody_added_stays(cache):
    folder = image_folders(digits())
    (folder / "train" / "3" / "mine.png").write_bytes(b"mine")
    image_folders(digits())
    assert (folder / "train" / "3" / "mine.png").read_bytes() == b"mine"


def test_left_overs_of_killed_processes_are_removed_and_young_ones_are_not(cache):
    old, young = cache / "digits-0.1-a.part", cache / "digits-0.2-b.part"
    for path in (old, young):
        path.mkdir(parents=True)
    os.utime(old, (time.time() - 7200,) * 2)
    image_folders(digits())
    assert not old.exists() and young.exists()


def test_two_processes_at_once(cache):
    code = (
        "import numpy as np\n"
        "from tests.helpers.test_image_folders import digits\n"
        "from helpers.image_folders import image_folders\n"
        "print(len(list(image_folders(digits(train=300)).glob('*/*/*.png'))))"
    )
    run = [sys.executable, "-c", code]
    started = [subprocess.Popen(run, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0].split()[-1] for process in started] == 3 * ["320"]
    assert len(list(cache.iterdir())) == 1


def test_the_slower_process_takes_what_the_faster_one_has_put_there(cache, monkeypatch):
    write = module._write

    def overtaken(folder, data):
        write(folder, data)
        with monkeypatch.context() as patched:
            patched.setattr(module, "_write", write)
            image_folders(data)

    monkeypatch.setattr(module, "_write", overtaken)
    assert len(list(image_folders(digits()).glob("*/*/*.png"))) == 50
    assert not parts(cache)


def test_without_a_cache_a_temporary_folder_takes_its_place(cache, capsys):
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file stands where the cache should be")
    folder = image_folders(digits())
    assert len(list(folder.glob("*/*/*.png"))) == 50
    assert "in a temporary folder until this program ends, as the cache" in capsys.readouterr().out
    assert image_folders(digits()) == folder


def test_without_a_home_a_temporary_folder_takes_its_place(cache, monkeypatch, capsys):
    monkeypatch.setattr(module, "cache_folders", lambda: ("~/.keras", "~/.cache/course"))
    image_folders(digits())
    assert "there is no home folder" in capsys.readouterr().out


def test_a_full_disk_says_so_in_a_sentence(cache, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match=r"No space left.*FILTERS_TO_FRAMEWORKS_CACHE") as caught:
        image_folders(digits())
    assert "\n" not in str(caught.value)
    assert not list(cache.iterdir())


NOTEBOOK = """
from tests.helpers.test_image_folders import digits
import helpers.image_folders as module
from unittest import mock
import tqdm
with mock.patch.object(tqdm, "tqdm", lambda *a, **k: bar(*a, **(k | {"delay": 0, "mininterval": 0}))):
    module.image_folders(digits())
"""


def test_a_notebook_keeps_no_trace_of_the_progress_bar(cache):
    from nbclient import NotebookClient
    from nbformat import v4

    source = "from tqdm import tqdm as bar\n" + NOTEBOOK
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=100).execute(env=dict(os.environ))
    printed = "".join(output.text for output in notebook.cells[0].outputs)
    assert printed.startswith("50 PNG images") and "\r" not in printed


def test_the_progress_is_shown(cache, monkeypatch, capsys):
    import tqdm

    def eager(*args, **kwargs):
        return bar(*args, **(kwargs | {"delay": 0, "mininterval": 0}))

    bar = tqdm.tqdm
    monkeypatch.setattr(tqdm, "tqdm", eager)
    image_folders(digits())
    assert "Writing images" in capsys.readouterr().out
