"""Nine number fields and a picture that follows them: an extra for the deeper part of lesson 01."""

import io

import numpy as np
from PIL import Image
from scipy.signal import convolve2d

SENTENCE = "The kernel explorer appears here when you run this cell yourself."


def explore(image, presets):
    """Show fields for the nine numbers of a kernel, and the image filtered with them.

    Where nobody can type (a test, a page without a kernel) or where ipywidgets is missing, one
    sentence is printed instead, so that a saved notebook holds no dead widget.

    Args:
        image: grey levels, float (height, width), 0 black to 1 white.
        presets: dict of name to (3, 3) kernel; the first one is shown at the start.
    """
    if not someone_can_type():
        print(SENTENCE)
        return
    try:
        panel = make_panel(image, presets)
    except ImportError:
        print(SENTENCE, "It needs the package ipywidgets.")
        return
    from IPython.display import display

    display(panel)


def someone_can_type():
    """Whether this code was run from a front end with a person in front of it.

    JupyterLab, Notebook, VS Code and Colab allow the kernel to ask for input; programs that
    execute notebooks (nbclient, nbval) do not.
    """
    try:
        from IPython import get_ipython

        return bool(get_ipython().kernel._allow_stdin)
    except (ImportError, AttributeError):
        return False


def make_panel(image, presets):
    """Return the widgets, as an ipywidgets HBox: the controls, and the picture beside them.

    Raises:
        ImportError: ipywidgets is not installed.
        ValueError: the image is not two-dimensional, or a preset is not 3 x 3.
    """
    import ipywidgets as widgets

    image, kernels = _checked(image, presets)
    first = next(iter(kernels))
    choice = widgets.Dropdown(options=list(kernels), value=first, description="start from")
    fields = [widgets.FloatText(step=0.5, layout=widgets.Layout(width="76px")) for _ in range(9)]
    note, picture = widgets.HTML(), widgets.Image(format="png")

    def redraw(_=None):
        kernel = np.reshape([field.value for field in fields], (3, 3))
        grey, note.value = to_grey(convolve2d(image, kernel, "same", "symm"), kernel)
        picture.value = _png(grey)

    def load(_=None):
        for field in fields:
            field.unobserve(redraw, "value")
        for field, number in zip(fields, kernels[choice.value].ravel()):
            field.value = number
            field.observe(redraw, "value")
        redraw()

    choice.observe(load, "value")
    load()
    grid = widgets.GridBox(fields, layout=widgets.Layout(grid_template_columns="repeat(3, 84px)"))
    return widgets.HBox([widgets.VBox([choice, grid, note]), picture])


def to_grey(result, kernel):
    """Return a result as grey levels 0 to 1, and a sentence that says what the greys mean.

    A kernel whose numbers sum to zero gives results on both sides of zero: mid-grey is zero, and
    black and white are the smallest and largest result possible. Any other result is cut off at
    0 and 1.
    """
    total, reach = kernel.sum(), np.abs(kernel).sum() / 2
    if abs(total) < 1e-9 and reach > 0:
        return np.clip(0.5 + result / (2 * reach), 0, 1), "Sum 0: mid-grey means zero."
    return np.clip(result, 0, 1), f"Sum {total:g}: flat areas are multiplied by {total:g}."


def _checked(image, presets):
    image = np.asarray(image, dtype=float)
    kernels = {name: np.asarray(kernel, dtype=float) for name, kernel in presets.items()}
    if image.ndim != 2:
        raise ValueError(f"The explorer filters a grey picture; got shape {image.shape}.")
    for name, kernel in kernels.items():
        if kernel.shape != (3, 3):
            raise ValueError(f"The preset {name!r} has shape {kernel.shape}; expected (3, 3).")
    return image, kernels


def _png(grey):
    file = io.BytesIO()
    Image.fromarray(np.round(grey * 255).astype(np.uint8)).save(file, "png")
    return file.getvalue()
