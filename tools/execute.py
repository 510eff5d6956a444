"""Execute a notebook in a fresh kernel, in one way for all who do it."""

from nbclient import NotebookClient

TIMEOUT = 1800  # seconds for one cell


def client(notebook, folder, **hooks):
    """Return a client that executes a notebook in this folder; hooks are those of nbclient."""
    made = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    for name, hook in hooks.items():
        setattr(made, name, hook)
    return made
