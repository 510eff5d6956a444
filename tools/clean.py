"""The form in which a notebook is committed."""

import base64
import json

import nbformat

from tools.small_png import small_png

KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
KEPT = ("tags", "slideshow")  # of a cell's metadata


def clean(notebook):
    """Return a copy as it is committed: no timing, widgets or machine's metadata, small figures."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    kept = {"course": notebook.metadata["course"]} if "course" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict({**KERNEL, **kept})
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_widget(output)]
            for output in cell.outputs:
                _shrink_picture(output)
    return notebook


def _shrink_picture(output):
    if "image/png" in output.get("data", {}):
        png = small_png(base64.b64decode(output.data["image/png"]))
        output.data["image/png"] = base64.b64encode(png).decode()


def _is_widget(output):
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})
