"""The Python of a notebook's code cells, with magics and shell commands in it."""

from IPython.core.inputtransformer2 import TransformerManager


def python_source(cell):
    """Return a code cell as the Python that IPython makes of it.

    `%time f()` and `!ls` become calls of get_ipython(). A cell magic such as `%%writefile x.py` has
    the whole cell for its text, not for its code: then nothing is left.
    """
    source = TransformerManager().transform_cell(cell.source)
    return "" if source.startswith("get_ipython().run_cell_magic(") else source
