"""Turn a full run into the small JSON of recorded rows that the course carries."""

import json

import numpy as np

from helpers.frameworks import registry, runner

LOGITS = 10  # test images whose logits are kept
REFERENCE = "pytorch"


def recorded(runs, digits, date, machine):
    """Return what is committed of {threads: rows}: numbers, a few logits, differences.

    The table's row is that of one thread; the median step of every other run goes with it.
    """
    rows = {}
    for name, row in runs[1].items():
        if row["source"] != "live":
            continue
        reference = runs[1][REFERENCE]
        kept = {key: _short(value) for key, value in row.items() if not _is_array(value)}
        kept["from_pytorch"] = {
            key: float(f"{np.abs(row[key] - reference[key]).max():.2g}")
            for key in ("initial", "final")
        }
        kept["other_classes"] = int(np.sum(row["classes"] != reference["classes"]))
        kept["initial"] = np.round(row["initial"][:LOGITS], 6).tolist()
        kept["final"] = np.round(row["final"][:LOGITS], 6).tolist()
        kept["step_s_by_threads"] = {
            str(threads): _short(rows_of[name]["step_s"]) for threads, rows_of in runs.items()
        }
        kept.pop("source")
        rows[name] = kept
    return {"date": date, "machine": machine, "digits": digits.digest(), "rows": rows}


def merged(old, new):
    """Return the new record with the old one's other rows, if those came from the same digits."""
    kept = old["rows"] if old["digits"] == new["digits"] else {}
    rows = {**kept, **new["rows"]}
    order = list(registry.frameworks())
    return {**new, "rows": dict(sorted(rows.items(), key=lambda row: order.index(row[0])))}


def write(record, path=runner.RECORDED):
    """Write one line per key of each row, so that a changed number shows as one line."""
    rows = []
    for name, row in record["rows"].items():
        lines = [f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in row.items()]
        rows.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    head = [f" {json.dumps(key)}: {json.dumps(record[key])}," for key in record if key != "rows"]
    text = "{\n" + "\n".join(head) + '\n "rows": {\n' + ",\n".join(rows) + "\n }\n}\n"
    path.write_text(text, encoding="utf-8")


def _is_array(value):
    return isinstance(value, np.ndarray)


def _short(value):
    """Return a number with four digits; losses keep theirs."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, list) and len(value) < 10:
        return [_short(item) for item in value]
    return value
