"""Make a lesson ready to be shown in JupyterLab as slides that run: python -m tools.slides.live 04

What is shown is a copy in the folder slides/, so that the lesson stays as it is, whatever is changed
on stage. Beside it lies JupyterLab's configuration: slides at once, large type, keys of a presenter.
"""

import json
import shutil
import sys

from tools import lessons
from tools.slides import places
from tools.slides.decks import FOLDER, HERE
from tools.slides.stage import on_stage

PAGE = "body[data-jp-deck-mode] .jp-Deck .jp-WindowedPanel-viewport"
BEGINS = ("slide", "subslide")
IN_DECK = ".jp-Deck .jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus"
FORWARDS = {"direction": "down", "alternate": "forward"}
BACKWARDS = {"direction": "up", "alternate": "back"}
SETTINGS = {
    "jupyterlab-slideshow/plugin": {"active": True},
    "@jupyterlab/notebook-extension/tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True},
        "windowingMode": "none",
    },
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
    "@jupyterlab/shortcuts-extension/shortcuts": {
        "shortcuts": [
            {"command": "deck:go", "args": way, "keys": [key], "selector": IN_DECK}
            for key, way in (("PageDown", FORWARDS), ("PageUp", BACKWARDS))
        ]
    },
}


def main():
    if len(sys.argv) != 2:
        sys.exit("Which lesson? For example: make lecture ARGS=04")
    try:
        lesson = places.chosen(sys.argv[1:])[0]
    except ValueError as error:
        sys.exit(str(error))
    prepare([lesson], FOLDER)
    print(
        "On stage: space or page down goes on, Shift+Enter runs a cell, Escape leaves the slides."
    )


def prepare(shown, folder):
    """Copy lessons into a folder as slides, with all they link to; configure JupyterLab beside."""
    shutil.copytree(lessons.NOTEBOOKS / "deeper", folder / "deeper", dirs_exist_ok=True)
    shutil.copy(lessons.NOTEBOOKS / "glossary.md", folder)
    for lesson in shown:
        lessons.write_notebook(live(lesson), folder / lesson.path.name)
    place = folder / ".jupyter"
    shutil.rmtree(place, ignore_errors=True)
    for name, settings in SETTINGS.items():
        write_json(place / "lab" / "user-settings" / f"{name}.jupyterlab-settings", settings)
    config = {
        "LabApp": {
            "default_url": f"/lab/tree/{folder.name}/{shown[0].path.name}",
            "custom_css": True,
        },
        "ServerApp": {"root_dir": str(folder.parent)},
    }
    write_json(place / "jupyter_lab_config.json", config)
    (place / "custom").mkdir()
    (place / "custom" / "custom.css").write_text(style(), encoding="utf-8")


def live(lesson):
    """Return a lesson for the stage: each step goes to a slide or to a cell that can be run."""
    notebook = on_stage(lessons.read_notebook(lesson.path), lesson.name)
    last = max(i for i, cell in enumerate(notebook.cells) if places.slide_type(cell) in BEGINS)
    code_seen = False
    for index, cell in enumerate(notebook.cells):
        kind = places.slide_type(cell)
        if cell.metadata.slideshow.get("small"):
            cell.metadata["@deathbeds/jupyterlab-fonts"] = SMALL_TYPE
        cell.metadata["slideshow"] = {}
        code_seen = cell.cell_type == "code" or code_seen and kind not in BEGINS
        if kind in BEGINS:
            cell.metadata["slideshow"] = {"slide_type": "slide"}
        elif kind in ("notes", "skip"):
            cell.metadata["slideshow"] = {"slide_type": "skip"}
        elif not code_seen and index < last:
            cell.metadata["jupyterlab-slideshow"] = {"layer": "slide"}  # shown, and no step
    return notebook


def style():
    """Return the stylesheet of the decks for JupyterLab's page, and what is needed there besides."""
    names = ("slides.css", "live.css")
    shared, live = ((HERE / name).read_text(encoding="utf-8") for name in names)
    return shared.replace(".page", PAGE) + live


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


# the style of a cell, as jupyterlab-slideshow reads it
SMALL_TYPE = {
    "styles": {
        "": {
            "body[data-jp-deck-mode='presenting'] &": {"--size": "0.85"},
        }
    }
}

if __name__ == "__main__":
    main()
