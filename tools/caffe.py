"""Put Caffe into the private folder .caffe: python -m tools.caffe [MIRROR].

Caffe has had no release since 2017 and is in no package index. Debian 11 carries a build of it for
the CPU. This script lets apt-get fetch those packages (apt checks every signature) into a folder
of its own and unpacks them there. Nothing is installed: no root, no change to the system. It needs
Linux with apt-get and dpkg-deb, and a Debian mirror that still carries Debian 11: the one that the
system's own apt sources name, or MIRROR. Afterwards `.caffe/python` is a Python that has Caffe.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".caffe"
RELEASE = "bullseye"  # Debian 11, the last one with Caffe
PACKAGES = ["caffe", "python3-caffe", "libopenblas0-pthread"]
KEYRINGS = ["debian-archive-keyring.gpg", "debian-archive-bullseye-stable.gpg"]
TESTED_IMPORT = "import caffe; print('Caffe', caffe.__version__)"

# apt with its own state, cache, list of installed packages (empty) and sources; the hooks that the
# system has for its own updates do not run.
CONFIGURATION = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::State "{apt}/state";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "{apt}/none";
Dir::Etc::preferencesparts "{apt}/none";
Dir::Etc::preferences "{apt}/none/preferences";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "2";
"""

# The unpacked Python and all its libraries are started by the loader that belongs to them.
STARTER = """\
#!/bin/sh
root="$(cd "$(dirname "$0")" && pwd)/root"
export PYTHONHOME="$root/usr"
export PYTHONPATH="$root/usr/lib/python3/dist-packages${{PYTHONPATH:+:$PYTHONPATH}}"
exec "$root/{loader}" --library-path "{libraries}" "$root/usr/bin/python3.9" "$@"
"""


class CannotBeHad(Exception):
    """Why there can be no Caffe here, in a sentence for the user."""


def main():
    if is_ready():
        print("Caffe is there already: .caffe/python")
        return
    try:
        make(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DEBIAN_MIRROR"))
    except CannotBeHad as reason:
        sys.exit(
            f"There is no Caffe: {reason}\n"
            "The course goes on without it: lesson 08 then shows Caffe's recorded row,"
            " and runs Caffe's file format in OpenCV."
        )
    print("Caffe is ready: .caffe/python")


def is_ready():
    """Whether .caffe/python starts and has Caffe."""
    starter = FOLDER / "python"
    return starter.exists() and subprocess.call(
        [starter, "-c", TESTED_IMPORT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) == 0  # fmt: skip


def make(mirror=None):
    """Fetch, unpack and try Caffe.

    Raises:
        CannotBeHad: something that it needs is not there; the message says what.
    """
    need_programs("apt-get", "dpkg-deb")
    line = source_line(mirror or system_mirror(), keyring())
    apt = FOLDER / "apt"
    try:
        shutil.rmtree(FOLDER, ignore_errors=True)
        prepare(apt, line)
        print("Caffe: reading the list of Debian 11's packages", flush=True)
        fetch(apt)
        unpack(sorted((apt / "cache" / "archives").glob("*.deb")), FOLDER / "root")
        shutil.rmtree(apt)
        write_starter(FOLDER)
    except OSError as error:
        raise CannotBeHad(f"the folder .caffe could not be written ({error.strerror}).") from None
    if not is_ready():
        raise CannotBeHad("it was unpacked, but does not start on this system.")


def need_programs(*names):
    missing = [name for name in names if shutil.which(name) is None]
    if not sys.platform.startswith("linux") or missing:
        raise CannotBeHad(
            "it comes from Debian's packages, which need Linux with apt-get and dpkg-deb"
            f" (missing here: {', '.join(missing) or 'Linux'})."
        )


def system_mirror(folder=Path("/etc/apt")):
    """Return the address of the Debian archive that this system's own apt sources name.

    Raises:
        CannotBeHad: they name none, as on Ubuntu.
    """
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if path.suffix in (".list", ".sources") and path.is_file():
            lines = [line.split("#")[0] for line in path.read_text().splitlines()]
            found = re.search(r"\b\w+://\S+/debian/?(?=\s|$)", "\n".join(lines))
            if found:
                return found[0].rstrip("/")
    raise CannotBeHad(
        "this system's apt sources name no Debian mirror. Name one that still carries Debian 11:"
        " python -m tools.caffe ADDRESS, or set DEBIAN_MIRROR."
    )


def keyring(folder=Path("/usr/share/keyrings")):
    """Return the path of the keys that Debian 11 is signed with.

    Raises:
        CannotBeHad: they are not there, and nothing unsigned is taken.
    """
    for name in KEYRINGS:
        if (folder / name).is_file():
            return folder / name
    raise CannotBeHad(
        "the keys that Debian signs its packages with are missing;"
        " the package debian-archive-keyring brings them."
    )


def source_line(mirror, keys):
    return f"deb [signed-by={keys}] {mirror} {RELEASE} main\n"


def prepare(apt, line):
    """Make the folders and files that apt works in."""
    for name in ("state/lists/partial", "cache/archives/partial", "none"):
        (apt / name).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(line)
    (apt / "apt.conf").write_text(CONFIGURATION.format(apt=apt))


def fetch(apt):
    """Let apt-get download the packages and all they need, signatures checked."""
    command = ["apt-get", "-c", str(apt / "apt.conf"), "-q", "-y"]
    run([*command, "update"], "Debian 11 could not be reached, or is not on this mirror any more")
    print("Caffe: fetching some 220 packages, 170 MB", flush=True)
    install = ["--download-only", "--no-install-recommends", "install", *PACKAGES]
    run([*command, *install], "its packages could not be fetched")


def run(command, fault):
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    # apt-get update ends with 0 even if a mirror did not answer; only its words say so.
    lines = [line for line in done.stderr.splitlines() if line.startswith(("E:", "Err"))]
    failed = [line for line in done.stderr.splitlines() if "Failed to fetch" in line]
    if done.returncode or failed:
        raise CannotBeHad(f"{fault}. apt-get says: {' '.join((lines + failed)[:1])[:300]}")


def unpack(archives, root):
    """Unpack all packages into one folder."""
    root.mkdir()
    for number, archive in enumerate(archives, 1):
        subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
        if number % 50 == 0 or number == len(archives):
            print(f"Caffe: unpacked {number} of {len(archives)} packages", flush=True)


def write_starter(folder):
    """Write the script .caffe/python; it names no path of this machine."""
    root = folder / "root"
    loaders = sorted(root.glob("lib/*/ld-2.31.so"))
    if not loaders:
        raise CannotBeHad("the unpacked packages have no loader for this processor.")
    machine = loaders[0].parent.name  # x86_64-linux-gnu
    names = [
        f"usr/lib/{machine}/openblas-pthread",
        f"lib/{machine}",
        f"usr/lib/{machine}",
        "usr/lib",
    ]
    text = STARTER.format(
        loader=loaders[0].relative_to(root),
        libraries=":".join(f"$root/{library}" for library in names),
    )
    starter = folder / "python"
    starter.write_text(text)
    starter.chmod(0o755)


if __name__ == "__main__":
    main()
