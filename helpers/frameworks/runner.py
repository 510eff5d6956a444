"""Start one process per framework, collect the rows, and mix in recorded ones, marked as such."""

import datetime
import json
import os
import platform
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from helpers.frameworks import registry

RECORDED = Path(__file__).resolve().with_name("recorded.json")
THREAD_VARIABLES = [
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
]


class FrameworkFailed(RuntimeError):
    """A framework that is installed did not come to its end; the message says how."""


def run(framework, digits, *, threads=1, steps=None, layout=None, onnx=False, limit=600, say=print):
    """Train one framework in a process of its own and return its row, a dict.

    Args:
        framework: a `registry.Framework`.
        digits: `protocol.Digits`, or the path of a file that they were saved to.
        threads: set before the process starts.
        steps: how many; all of one epoch if None.
        layout: what to change in the framework's LAYOUT, to make a mistake on purpose.
        onnx: whether the row shall hold an ONNX file of the trained network, as bytes.
        limit: seconds after which the process is ended.
        say: called with each line of progress.

    Raises:
        FrameworkFailed: the process crashed, or took longer than the limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = digits if isinstance(digits, (str, os.PathLike)) else Path(folder) / "digits.npz"
        if data is not digits:
            digits.save(data)
        command = [str(framework.python), "-W", "ignore", "-m", "helpers.frameworks.measure"]
        command += [framework.name, "--data", str(data), "--out", folder]
        command += ["--folder", str(framework.path.parent), "--threads", str(threads)]
        command += ["--steps", str(steps)] if steps else []
        command += ["--layout", json.dumps(layout)] if layout else []
        command += ["--onnx"] if onnx else []
        say(f"{framework.title}: starts")
        start = time.perf_counter()
        follow(framework, command, environment(framework, threads), limit, say)
        wall_s = time.perf_counter() - start
        row = json.loads((Path(folder) / f"{framework.name}.json").read_text())
        with np.load(Path(folder) / f"{framework.name}.npz") as arrays:
            row.update({key: arrays[key] for key in arrays.files})
    lines = {name: registry.lines_of(framework, name) for name in registry.PARTS[:2]}
    row.update(title=framework.title, wall_s=wall_s, lines=lines, source="live")
    return row


def environment(framework, threads):
    """Return the environment variables of a framework's process."""
    environ = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads))}
    environ.update(PYTHONPATH=str(registry.COURSE), PYTHONUNBUFFERED="1", TF_CPP_MIN_LOG_LEVEL="2")
    environ.pop("PYTHONHOME", None)
    if framework.environment == "legacy":
        flags = f"floatX=float32,blas.ldflags=,openmp=False,base_compiledir={theano_cache()}"
        environ["THEANO_FLAGS"] = flags
    return {**environ, **framework.environ}


def theano_cache():
    """Return the folder where Theano keeps what it has compiled: beside its environment."""
    return registry.COURSE / ".venv-legacy" / "theano"


def follow(framework, command, environ, limit, say):
    """Run a command, pass its lines on, and raise FrameworkFailed if it does not end well."""
    late = threading.Event()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            env=environ,
            cwd=str(registry.COURSE),
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            text=True,
        )

        def end():
            late.set()
            process.kill()

        timer = threading.Timer(limit, end)
        timer.start()
        try:
            for line in process.stdout:
                if line.startswith("step "):
                    say(f"{framework.title}: {line.rstrip()}")
            status = process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:  # interrupted: leave no process behind
                process.kill()
                process.wait()
        errors.seek(0)
        last = [line.strip() for line in errors if line.strip()][-1:]
    if late.is_set():
        raise FrameworkFailed(f"{framework.title} was ended after {limit} seconds: no row.")
    if status:
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        reason = f" Its last words: {last[0][:300]}" if last else ""
        raise FrameworkFailed(f"{framework.title} crashed ({how}): no row.{reason}")


def run_all(digits, *, wanted=None, threads=1, steps=None, onnx=(), limit=600, say=print):
    """Run every framework that is installed and take the recorded row of every other.

    `onnx` names those whose rows shall hold an ONNX file of the trained network.

    What is neither installed nor recorded is named. What crashes is named too, and has no row.

    Returns:
        (rows, failures): {name: row}, each with "source" "live" or "recorded", and a list of
        sentences, one for each framework that failed.
    """
    rows, failures = {}, []
    recorded = read_recorded()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "digits.npz"
        digits.save(data)
        for name, framework in (wanted or registry.frameworks()).items():
            lacking = registry.missing(framework)
            if lacking:
                say(not_installed(framework, lacking, recorded))
                if name in recorded["rows"]:
                    rows[name] = {**recorded["rows"][name], "source": "recorded"}
                continue
            try:
                settings = {"threads": threads, "steps": steps, "onnx": name in onnx}
                rows[name] = run(framework, data, **settings, limit=limit, say=say)
            except FrameworkFailed as failure:
                failures.append(str(failure))
                say(str(failure))
    return rows, failures


def not_installed(framework, lacking, recorded):
    """Return the sentence about a framework that cannot run here."""
    where = f"{framework.title} is not installed here ({', '.join(lacking)} missing)."
    where += f" To run it: {framework.install}."
    if framework.name in recorded["rows"]:
        return f"{where} Its row is recorded: {recorded['machine']}, {recorded['date']}."
    return f"{where} There is no recorded row either."


def read_recorded(path=RECORDED):
    """Return the recorded run: {"date", "machine", "digits", "rows": {name: row}}."""
    if not path.exists():
        return {"date": "never", "machine": "none", "digits": "", "rows": {}}
    return json.loads(path.read_text(encoding="utf-8"))


def machine():
    """Return what can be said of this machine in words, without names or paths."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()}, {processor()}, {cores} cores"


def processor():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def today():
    return datetime.date.today().isoformat()
