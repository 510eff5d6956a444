"""Where the course's own pictures are, in a checkout and in an installed copy."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE.parent / "images", _PACKAGE / "images")


def picture_path(name):
    """Return the path of one of the course's pictures, such as "poster.png".

    In a checkout the pictures are in the folder images/ beside helpers/; where only the package
    is installed (Colab), they are inside it.

    Raises:
        FileNotFoundError: no picture has this name; the message lists those there are.
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    known = sorted({path.name for folder in _FOLDERS for path in folder.glob("*.png")})
    raise FileNotFoundError(
        f"The course has no picture {name!r}. It has: {', '.join(known) or 'none'}."
    )
