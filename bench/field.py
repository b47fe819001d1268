"""All servers of this kind that run here, on the same workloads, in the same run: `make bench ARGS="field"`.

Each repeat goes round all of them, in the other direction every second time. What a server cannot do or does not
survive is told and left out; the others go on.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from typing import Any

from bench import sides
from bench.openings import Openings
from bench.places import BUILD, HARNESS, RESULTS, ROOT, ROUNDTABLE
from bench.prepare import npm
from bench.sides import RunFailed
from bench.workloads import INGEST_EDITS

WORKLOADS = {
    "rooms": "meeting --rooms 20 --participants 8 --typists 2 --rate 3 --seconds 8",
    "fast": "meeting --rooms 20 --participants 8 --typists 2 --rate 30 --seconds 8",
    "crowd": "meeting --rooms 1 --participants 500 --typists 5 --rate 3 --seconds 8",
    "saturate": "saturate --rooms 100 --participants 8 --typists 2 --start 2500 --max 45",
    "storm": "storm --clients 500 --rooms 50 --chars 20000",
    "open": "join",
    "memory": "idle --docs 1000 --chars 10000 --extra 2000",
}
RESTARTS = ("storm", "open", "memory")  # the cluster's database ends with it: it is none that comes back
NODES = "meeting --rooms 20 --participants 8 --typists 2 --rate 30 --seconds 8"
COLUMNS = {
    "rooms": [("server_us_per_edit", "us CPU an edit"), ("p99_ms", "p99 ms")],
    "fast": [("server_us_per_delivery", "us CPU a delivery"), ("p99_ms", "p99 ms")],
    "crowd": [("server_us_per_delivery", "us CPU a delivery"), ("p99_ms", "p99 ms")],
    "saturate": [("max_edits_per_s", "edits/s"), ("server_us_per_delivery", "us CPU a delivery"), ("p99_ms", "p99 ms")],
    "storm": [("all_content_ms", "ms until all have it"), ("server_cpu_ms_per_client", "ms CPU a client")],
    "open": [("cold_ms", "ms, the first after a restart"), ("warm_ms", "ms, those after it")],
    "memory": [("kb_per_conn", "KB a connection"), ("kb_per_doc", "KB a document")],
    "nodes": [
        ("nodes_us_per_delivery", "us CPU a delivery, nodes"),
        ("server_us_per_delivery", "with database and Redis"),
        ("p99_ms", "p99 ms"),
    ],
}
PYTHON = BUILD / "pycrdt" / "bin" / "python"
Say = Callable[[str], None]


def peers(node: str, say: Say) -> dict[str, list[str]]:
    """The harness's arguments for each server that could be made ready."""
    found = {"Roundtable": sides.arguments(sides.OURS), "Hocuspocus": ["--server", sides.PEER]}
    found["Roundtable, PostgreSQL"] = cluster("roundtable", 1)
    for name, prepare, arguments in (
        ("y-websocket", lambda: _npm_peer(node, "y-websocket", "leveldown"), ["--server", "y-websocket"]),
        ("pycrdt-websocket", _pycrdt, ["--server", "pycrdt"]),
    ):
        try:
            prepare()
            found[name] = arguments
        except (subprocess.CalledProcessError, OSError) as failed:
            say(f"! {name} could not be made ready: {failed}")
    return found


def cluster(server: str, nodes: int, node: str = "") -> list[str]:
    """So many nodes with the PostgreSQL and Redis that they need, all in the figure (see `bench.cluster`)."""
    launch = f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m bench.cluster {server}"
    arguments = ["--nodes", str(nodes), "--label", f"{server}-{nodes}"]
    if server == "hocuspocus":
        return [*arguments, "--cmd", f"{launch} --node {shlex.quote(node)}", "--url", "ws://127.0.0.1:{port}/"]
    program = f'. "$DATA/environment"; {shlex.quote(str(ROUNDTABLE))}'
    demo = f'{program} demo --meetings "$ROOMS" --people "$PARTICIPANTS" --json'
    return [*arguments, "--cmd", launch, "--url", "ws://127.0.0.1:{port}/sync", "--demo", demo]


def _npm_peer(node: str, name: str, compiled: str) -> None:
    folder = HARNESS / "peers" / name
    if not (folder / "node_modules").is_dir():
        npm(node, ["ci", "--ignore-scripts"], folder)
        npm(node, ["rebuild", compiled], folder)


def _pycrdt() -> None:
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", PYTHON.parents[1]], check=True, capture_output=True)
        needs = HARNESS / "peers" / "pycrdt-websocket" / "requirements.txt"
        try:
            subprocess.run([PYTHON, "-m", "pip", "install", "-q", "-r", needs], check=True, capture_output=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(PYTHON.parents[1])
            raise


def run(node: str, repeats: int, names: list[str], say: Say) -> dict[str, Any]:
    """{workload: {server: [figures of each run]}}"""
    os.environ["BENCH_PYTHON"] = str(PYTHON)
    everybody = peers(node, say)
    result: dict[str, dict[str, list[dict[str, Any]]]] = {}
    with sides.scratch("trace") as folder:
        openings = Openings(node, folder)
        if "open" in names:
            _ingest(openings, _field("open", everybody, node), say)
        for repeat in range(repeats):
            for name in names:
                field = _field(name, everybody, node)
                order = list(field) if repeat % 2 == 0 else list(reversed(field))
                for server in order:
                    workload = NODES if name == "nodes" else WORKLOADS[name]
                    try:
                        if name == "open":
                            figures = openings.open(server, workload, field[server])
                        else:
                            figures = sides.start(node, workload, field[server])
                    except RunFailed as failed:
                        say(f"! {name} {repeat + 1}: {server}: {str(failed)[:300]}")
                        continue
                    for trouble in ("undelivered", "incomplete"):
                        if figures.get(trouble):
                            say(f"! {name} {repeat + 1}: {server}: {trouble}: {figures[trouble]}")
                    result.setdefault(name, {}).setdefault(server, []).append(figures)
                    keep(result)
                    told = ", ".join(f"{figures.get(field_)} {unit}" for field_, unit in COLUMNS[name])
                    say(f"{name:<9} {repeat + 1}/{repeats}  {server:<24} {told}")
    return result


def _field(name: str, everybody: dict[str, list[str]], node: str) -> dict[str, list[str]]:
    """Who takes part in a workload, with the harness's arguments for each."""
    if name == "nodes":
        return {
            **{f"Roundtable, {n} node{'s' if n > 1 else ''}": cluster("roundtable", n) for n in (1, 2, 4)},
            **{f"Hocuspocus, {n} node{'s' if n > 1 else ''}": cluster("hocuspocus", n, node) for n in (1, 2)},
        }
    return {who: how for who, how in everybody.items() if name not in RESTARTS or "PostgreSQL" not in who}


def _ingest(openings: Openings, field: dict[str, list[str]], say: Say) -> None:
    for server, arguments in field.items():
        try:
            said = openings.ingest(server, arguments, INGEST_EDITS)
        except RunFailed as failed:
            say(f"! open: ingest into {server} failed: {str(failed)[:300]}")
            continue
        say(f"open      ingest {server:<21} {said['edits_per_s']} edits/s, {said['disk_kb']} KB on disk")


def tables(result: dict[str, Any]) -> str:
    """Markdown: a table a workload, each cell `median [smallest-largest]`."""
    text = []
    for name, by_server in result.items():
        columns = COLUMNS[name]
        text += [f"**{name}**: `{NODES if name == 'nodes' else WORKLOADS[name]}`", ""]
        text += [
            "| server | runs | " + " | ".join(unit for _, unit in columns) + " |",
            "|---" * (len(columns) + 2) + "|",
        ]
        for server, runs in by_server.items():
            cells = [_cell([run[field] for run in runs if run.get(field) is not None]) for field, _ in columns]
            text.append(f"| {server} | {len(runs)} | " + " | ".join(cells) + " |")
        text.append("")
    return "\n".join(text)


def _cell(values: list[float]) -> str:
    if not values:
        return "-"
    parts = [
        f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in (median(values), min(values), max(values))
    ]
    return parts[0] if len(values) == 1 else f"{parts[0]} [{parts[1]}-{parts[2]}]"


def keep(result: dict[str, Any]) -> None:
    """After each run, so that one that is cut short leaves what it has."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "field.json").write_text(json.dumps(result, indent=1) + "\n")
    (RESULTS / "field.md").write_text(tables(result))


def main(node: str, repeats: int, names: list[str]) -> int:
    """Run and print the tables; they and every run's figures lie in bench/results."""
    result = run(node, repeats, names or [*WORKLOADS, "nodes"], lambda line: print(line, flush=True))
    print("\n" + tables(result))
    return 0
