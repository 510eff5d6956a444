"""Train one framework and write down all that can be measured: what runs in a process of its own.

    python -m helpers.frameworks.measure NAME --data DIGITS.npz --out FOLDER [--threads N] ...

writes FOLDER/NAME.json (numbers) and FOLDER/NAME.npz (logits, classes), and prints progress.
Threads must be set before this starts: see `runner`. NumPy only, but for the framework itself.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from helpers.frameworks import layouts, protocol, registry, sizes
from helpers.quiet import UNUSED_BY_TENSORFLOW, without

LATENCY_RUNS = 200
TEST_BATCH = 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--folder", default=str(registry.FOLDER))
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layout", type=json.loads, default={})
    parser.add_argument("--onnx", action="store_true")
    given = parser.parse_args()
    end_with_parent()
    keep_to_cores(given.threads)
    framework = registry.frameworks(Path(given.folder))[given.name]
    digits = protocol.Digits.load(given.data)
    weights = layouts.convert(protocol.initial_weights(), **{**framework.layout, **given.layout})
    numbers, arrays = measure(
        framework, digits, weights, given.steps or digits.steps, onnx=given.onnx
    )
    numbers["threads"] = given.threads
    out = Path(given.out)
    np.savez(out / (given.name + ".npz"), **arrays)
    (out / (given.name + ".json")).write_text(json.dumps(numbers))


def end_with_parent():
    """End this process soon after the one that started it, however that ended."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def keep_to_cores(count):
    """Let this process use `count` cores only, where the system can do that (Linux)."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])


def measure(framework, digits, weights, steps, onnx=False):
    """Return (numbers, arrays) of one run; with `onnx` the arrays hold the bytes of an ONNX file."""
    hidden = UNUSED_BY_TENSORFLOW if "tensorflow" in framework.needs else ()
    with without(hidden):  # else TensorFlow's memory depends on what else is installed
        module, import_s = timed(load_module, framework)
    network, build_s = timed(module.build, weights)
    initial = predict(module, network, digits)
    train_step, make_s = timed(module.make_step, network)
    losses, seconds = train(train_step, digits, steps)
    final = predict(module, network, digits)
    classes = final.argmax(axis=1)
    numbers = {
        "name": framework.name,
        "versions": sizes.versions(framework.needs),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "steps": steps,
        "losses": [round(loss, 6) for loss in losses],
        "import_s": import_s,
        "build_s": build_s + make_s,
        "first_step_s": seconds[0],
        "step_s": list(np.percentile(seconds[1:] or seconds, [25, 50, 75])),
        "accuracy": float(np.mean(classes == digits.y_test)),
        "latency_ms": latency_ms(module, network, digits),
        "file_kb": file_kb(module, network),
        "install_mb": sizes.installed_mb(framework),
        "peak_mb": peak_mb(),
    }
    arrays = {"initial": initial, "final": final, "classes": classes.astype(np.uint8)}
    if onnx:
        arrays["onnx"] = onnx_bytes(module, network)
    return numbers, arrays


def load_module(framework):
    if framework.path.parent == registry.FOLDER:
        return importlib.import_module("helpers.frameworks." + framework.module)
    spec = importlib.util.spec_from_file_location(framework.module, framework.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return result, time.perf_counter() - start


def train(train_step, digits, steps):
    """Return the loss and the seconds of every step; the making of a batch is not timed."""
    losses, seconds = [], []
    for step in range(steps):
        loss, duration = timed(train_step, *digits.batch(step))
        losses.append(float(loss))
        seconds.append(duration)
        if step == 0 or (step + 1) % 100 == 0 or step + 1 == steps:
            print(f"step {step + 1} of {steps}: loss {loss:.5f}", flush=True)
    return losses, seconds


def predict(module, network, digits):
    """Return the logits of all test images, float32 (n, 10)."""
    starts = range(0, len(digits.x_test), TEST_BATCH)
    batches = (protocol.scaled(digits.x_test[start : start + TEST_BATCH]) for start in starts)
    logits = np.concatenate([np.asarray(module.logits(network, batch)) for batch in batches])
    if not np.isfinite(logits).all():
        raise ValueError("the network's answers are not finite numbers")
    return logits


def latency_ms(module, network, digits):
    """Return the median time for the logits of one image, after ten to warm up."""
    image = protocol.scaled(digits.x_test[:1])
    seconds = [timed(module.logits, network, image)[1] for _ in range(10 + LATENCY_RUNS)]
    return 1000 * float(np.median(seconds[10:]))


def file_kb(module, network):
    """Return the size of what the framework itself saves of the trained network."""
    with tempfile.TemporaryDirectory() as folder:
        module.save(network, Path(folder) / "lenet")
        return sum(path.stat().st_size for path in Path(folder).rglob("*")) / 1000


def onnx_bytes(module, network):
    """Return the network as the bytes of an ONNX file, in an array of uint8."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lenet.onnx"
        module.to_onnx(network, str(path))
        return np.frombuffer(path.read_bytes(), np.uint8)


def peak_mb():
    """Return the most memory that this process has had, in MB, or None where nobody knows."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        import resource
    except (OSError, ImportError):
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main()
