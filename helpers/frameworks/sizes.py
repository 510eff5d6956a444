"""Versions and sizes of installed packages, with all that they need."""

import re
import sys
from importlib import metadata
from pathlib import Path


def versions(packages):
    """Return {package: version}; where a package has no metadata, what its module says."""
    found = {}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = getattr(sys.modules.get(name), "__version__", "unknown")
    return found


def installed_mb(framework):
    """Return the size on disk of a framework and of all the packages that it needs, in MB."""
    if framework.environment == "caffe":
        root = framework.python.parent / "root"
        files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        return sum(path.stat().st_size for path in files) / 1e6
    names = closure(framework.needs)
    return sum(_bytes(name) for name in names) / 1e6


def closure(packages):
    """Return the names of these packages and of all installed ones that they need."""
    found, waiting = set(), list(packages)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            wanted = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        waiting += [re.match(r"[\w.-]+", want)[0] for want in wanted if "extra ==" not in want]
    return found


def _bytes(name):
    """Return the bytes of a package's files, as they lie on disk."""
    distribution = metadata.distribution(name)
    paths = [Path(distribution.locate_file(file)) for file in distribution.files or []]
    return sum(path.stat().st_size for path in paths if path.is_file())
