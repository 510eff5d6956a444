"""Train LeNet in one framework or several, each in its own environment.

python -m helpers.frameworks                        what there is, and what is installed
python -m helpers.frameworks pytorch mxnet          train these for one epoch
python -m helpers.frameworks --steps 100 pytorch    train for 100 steps
python -m helpers.frameworks --record               run all, with 1 and 2 threads, and keep it
"""

import argparse
import sys

from helpers.data import load_mnist
from helpers.frameworks import protocol, record, registry, runner


def main():
    parser = argparse.ArgumentParser(
        prog="python -m helpers.frameworks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--steps", type=int, help="how many steps; without it one epoch")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write the rows of a full run")
    given = parser.parse_args()
    known = registry.frameworks()
    unknown = [name for name in given.names if name not in known]
    if unknown:
        return f"There is no framework {', '.join(unknown)}. There are: {', '.join(known)}."
    if not given.names and not given.record:
        return show(known)
    wanted = {name: known[name] for name in given.names or known}
    (x_train, y_train), (x_test, y_test) = load_mnist()
    digits = protocol.Digits(x_train, y_train, x_test, y_test)
    if given.record:
        return keep(digits, wanted)
    rows, failures = runner.run_all(digits, wanted=wanted, threads=given.threads, steps=given.steps)
    for row in rows.values():
        if row["source"] == "live":
            print(f"{row['title']}: {row['accuracy']:.2%} of the test images right")
    return " ".join(failures) or None


def show(known):
    for name, framework in known.items():
        lacking = registry.missing(framework)
        state = f"not here; to install: {framework.install}" if lacking else "installed"
        print(f"{name:17} {framework.title:20} {state}")


def keep(digits, wanted):
    """Record a full run of these; the recorded rows of all others stay as they are."""
    runs = {
        1: runner.run_all(digits, wanted=wanted, threads=1),
        2: runner.run_all(digits, wanted=wanted, threads=2, steps=100),  # for the times only
    }
    failures = [sentence for _, failed in runs.values() for sentence in failed]
    if failures:
        return "Nothing was recorded: " + " ".join(failures)
    live = {threads: rows for threads, (rows, _) in runs.items()}
    new = record.recorded(live, digits, runner.today(), runner.machine())
    record.write(record.merged(runner.read_recorded(), new))
    print(f"Recorded: {', '.join(new['rows'])}.")
    return None


if __name__ == "__main__":
    sys.exit(main())
