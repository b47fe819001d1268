"""What it costs as it grows: one line a question, measured and drawn by `make bench ARGS="curves"`."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench import field, plot, record, sides
from bench.places import BUILD, ROOT
from bench.sides import RunFailed

FOLDER = ROOT / "bench" / "curves"
TYPING = "meeting --typists 2 --rate 3 --seconds 6"
CURVES: dict[str, tuple[str, str, list[tuple[int, str]]]] = {
    "participants": (
        "People in one room, 2 of them typing 3 keys/s",
        "people",
        [(n, f"{TYPING} --rooms 1 --participants {n}") for n in (2, 8, 25, 50, 100, 200, 400)],
    ),
    "rooms": (
        "Rooms of 8, 2 typing 3 keys/s in each",
        "rooms",
        [(n, f"{TYPING} --rooms {n} --participants 8") for n in (1, 5, 20, 50, 100, 200)],
    ),
    "nodes": (
        "Nodes that share 20 rooms of 8, 2 typing 30 keys/s in each",
        "nodes",
        [(n, field.NODES) for n in (1, 2, 4)],
    ),
    "age": (
        "Edits that a document has behind it: opening it after a restart",
        "edits",
        [(n, f"join --joins 2 --edits {n}") for n in (1000, 10_000, 50_000, 259_779)],
    ),
    "journal": (
        "Entries of other meetings that the journal has: 20 rooms of 8, 2 typing 3 keys/s in each",
        "entries",
        [(n, f"{TYPING} --rooms 20 --participants 8") for n in (1000, 10_000, 100_000, 1_000_000)],
    ),
}
LIVE = [
    ("server_us_per_edit", "CPU an edit, us"),
    ("server_us_per_delivery", "CPU a delivery, us"),
    ("p99_ms", "p99, ms"),
]
LINES = {
    "nodes": [("nodes_us_per_delivery", "CPU a delivery (nodes), us"), ("p99_ms", "p99, ms")],
    "age": [("cold_ms", "opened after, ms"), ("disk_kb", "on disk, KB")],
}


def main(node: str, repeats: int, names: list[str]) -> int:
    """Measure each point of these curves (or of all) `repeats` times; plots and `curves.json` go to bench/curves."""
    FOLDER.mkdir(exist_ok=True)
    kept = FOLDER / "curves.json"
    found: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(kept.read_text()) if kept.exists() else {}
    for name, (title, axis, points) in CURVES.items():
        if names and name not in names:
            continue
        found[name] = {}
        for at, figures in measured(node, name, points, repeats):
            found[name].setdefault(str(at), []).append(figures)
            print(f"{name:<13} {at:>7} {axis}  " + ", ".join(f"{figures.get(f)} {unit}" for f, unit in lines(name)))
            kept.write_text(json.dumps(found, indent=1) + "\n")
        draw(name, title, axis, found[name])
    return 0


def lines(name: str) -> list[tuple[str, str]]:
    return LINES.get(name, LIVE)


def draw(name: str, title: str, axis: str, runs: dict[str, list[dict[str, Any]]]) -> None:
    """One panel a figure: the median of the runs."""
    panels = []
    for key, unit in lines(name):
        values = {int(at): [run[key] for run in some if run.get(key) is not None] for at, some in runs.items()}
        panels.append((unit, [(at, median(some)) for at, some in sorted(values.items()) if some]))
    (FOLDER / f"{name}.svg").write_text(plot.svg(title, axis, panels))


def measured(node: str, name: str, points: list[tuple[int, str]], repeats: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for _ in range(repeats):
        for at, workload in points:
            try:
                if name == "age":
                    yield at, _aged(node, at, workload)
                elif name == "journal":
                    yield at, _filled(node, at, workload)
                elif name == "nodes":
                    yield at, sides.start(node, workload, field.cluster("roundtable", at))
                else:
                    yield at, sides.run(node, sides.OURS, workload)
            except RunFailed as failed:
                print(f"! {name} {at}: {str(failed)[:300]}")


def _aged(node: str, edits: int, workload: str) -> dict[str, Any]:
    """Type the first so many edits of the trace, restart, open."""
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        data = Path(folder)
        typed = sides.run(node, sides.OURS, f"join --stage ingest --edits {edits}", data)
        return {**sides.run(node, sides.OURS, workload, data), "disk_kb": typed["disk_kb"]}


def _filled(node: str, entries: int, workload: str) -> dict[str, Any]:
    """A database that has so many entries already; then new meetings on it."""
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        data = Path(folder)
        record.fill(data, entries // 10, entries)
        return sides.run(node, sides.OURS, workload, data)
