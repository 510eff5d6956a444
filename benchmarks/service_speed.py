"""Measure the service: requests per second, how long the slowest of a hundred waits, its memory.

Run `python -m benchmarks.service_speed`. The service, and the clients that ask it, are a process
each. The exit status is 1 where a request was lost or answered with anything but 200 or 503.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers.service import RunningService  # noqa: E402

ROOT = Path(__file__).parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=1000)
    options = parser.parse_args()
    fine = True
    print("                clients  per second  median ms  99th percentile ms  busy  memory MB")
    with RunningService() as service:
        process = psutil.Process(service.pid)
        for kind, requests in {"numbers": options.requests, "image": options.requests // 5}.items():
            for clients in (1, 8, 64):
                result = load(service.url, requests, clients, kind == "image")
                answers = result["answers"]
                fine &= not result["lost"] and set(answers) <= {"200", "503"}
                print(
                    f"{kind:16}{clients:7}{result['per second']:12}{result['median']:11}"
                    f"{result['p99']:20}{answers.get('503', 0):6}{process.memory_info().rss / 1e6:11.0f}"
                )
    return 0 if fine else 1


def load(url, requests, clients, image=False):
    """Run benchmarks.service_load in a process of its own and return what it measured."""
    command = [sys.executable, "-m", "benchmarks.service_load", url, "--requests", str(requests)]
    command += ["--clients", str(clients)] + ["--image"] * image
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
