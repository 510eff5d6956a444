"""Run nbgrader in the course folder grading/: python -m tools.grading autograde 02_networks.

`python -m tools.grading lab` opens JupyterLab there, for nbgrader's page Formgrader.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools import lessons

COURSE = lessons.ROOT / "grading"


def main():
    if not COURSE.is_dir():
        sys.exit("There is no folder grading/ yet. First export a lesson: make assignment ARGS=02")
    sys.exit(nbgrader(COURSE, *sys.argv[1:]))


def nbgrader(course, *arguments):
    """Run nbgrader in its course folder; return its exit status."""
    programs = Path(sys.executable).parent  # nbgrader looks for alembic among the programs
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    module = ["jupyterlab"] if arguments[:1] == ("lab",) else ["nbgrader", *arguments[:1]]
    command = [sys.executable, "-m", *module, *arguments[1:]]
    return subprocess.call(command, cwd=course, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    main()
