"""Open the page that reads digits: `python -m helpers.digit_page`.

It needs no server and no network. `--save digits.html` writes it as one file, to give away.
"""

import argparse
import sys
import webbrowser
from pathlib import Path

from helpers.digit_page import PAGE, one_file


def main():
    parser = argparse.ArgumentParser(prog="python -m helpers.digit_page", description=__doc__)
    parser.add_argument("--save", metavar="FILE", type=Path, help="write one file instead")
    options = parser.parse_args()
    if options.save:
        options.save.write_text(one_file(), encoding="utf-8")
        print(f"Written to {options.save}.")
    elif not webbrowser.open(PAGE.as_uri()):
        print(f"There is no browser here. Open this file in one: {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
