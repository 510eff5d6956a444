"""How Caffe's packages are found, and what is said where they cannot be had. Nothing is fetched."""

import subprocess

import pytest

from tools import caffe


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(caffe, "FOLDER", tmp_path / "caffe")


def sources(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_mirror_is_that_of_the_systems_own_sources(tmp_path):
    text = (
        "Types: deb\n# http://old.example/archive/debian/2025\nURIs: http://mirror.example/debian\n"
    )
    sources(tmp_path, "sources.list.d/debian.sources", text + "Suites: bookworm\n")
    sources(tmp_path, "sources.list.d/other.list", "deb http://other.example/apt stable main\n")
    assert caffe.system_mirror(tmp_path) == "http://mirror.example/debian"


def test_the_old_form_of_sources_is_read_too(tmp_path):
    line = "deb [arch=amd64] https://mirror.example/pub/debian/ bookworm main\n"
    sources(tmp_path, "sources.list", "# deb http://commented.example/debian x main\n" + line)
    assert caffe.system_mirror(tmp_path) == "https://mirror.example/pub/debian"


def test_where_no_source_names_debian_it_is_said_how_to_name_one(tmp_path):
    sources(tmp_path, "sources.list", "deb http://archive.example/ubuntu jammy main\n")
    with pytest.raises(caffe.CannotBeHad, match="python -m tools.caffe ADDRESS"):
        caffe.system_mirror(tmp_path)


def test_nothing_is_taken_without_the_keys_that_check_it(tmp_path):
    with pytest.raises(caffe.CannotBeHad, match="debian-archive-keyring"):
        caffe.keyring(tmp_path)
    (tmp_path / caffe.KEYRINGS[0]).touch()
    line = caffe.source_line("http://mirror.example/debian", caffe.keyring(tmp_path))
    assert line.startswith("deb [signed-by=") and "bullseye main" in line
    assert "trusted" not in line and "allow-insecure" not in caffe.CONFIGURATION.lower()


def test_a_system_without_apt_is_named(monkeypatch, capsys):
    monkeypatch.setattr(caffe.shutil, "which", lambda name: None)
    monkeypatch.setattr(caffe.sys, "argv", ["caffe"])
    with pytest.raises(SystemExit) as end:
        caffe.main()
    assert "There is no Caffe" in str(end.value) and "recorded row" in str(end.value)


def test_a_mirror_that_does_not_answer_is_named(monkeypatch):
    answer = subprocess.CompletedProcess([], 0, "", "W: Failed to fetch http://x/ 404\n")
    monkeypatch.setattr(caffe.subprocess, "run", lambda *a, **k: answer)
    with pytest.raises(caffe.CannotBeHad, match="could not be reached.*Failed to fetch"):
        caffe.run(["apt-get", "update"], "it could not be reached")


def test_apt_touches_nothing_outside_its_folder(tmp_path):
    caffe.prepare(tmp_path / "apt", "deb x\n")
    text = (tmp_path / "apt" / "apt.conf").read_text()
    for setting in ("Dir::State ", "Dir::State::status", "Dir::Cache", "Dir::Etc::sourcelist"):
        assert f'{setting.strip()} "{tmp_path}/apt' in text
    assert (tmp_path / "apt" / "status").read_text() == ""


def test_the_starter_names_no_path_of_this_machine(tmp_path):
    library = caffe.FOLDER / "root" / "lib" / "x86_64-linux-gnu"
    library.mkdir(parents=True)
    (library / "ld-2.31.so").touch()
    caffe.write_starter(caffe.FOLDER)
    text = (caffe.FOLDER / "python").read_text()
    assert str(tmp_path) not in text and "lib/x86_64-linux-gnu/ld-2.31.so" in text


def test_a_processor_without_packages_is_named():
    (caffe.FOLDER / "root").mkdir(parents=True)
    with pytest.raises(caffe.CannotBeHad, match="processor"):
        caffe.write_starter(caffe.FOLDER)
