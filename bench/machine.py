"""What the figures were measured on."""

import os
import platform
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.places import PEER, ROOT
from bench.sides import scratch
from bench.workloads import Result


def describe(node: str) -> Result:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": _said(node, "--version"),
        "pycrdt": version("pycrdt"),
        "hocuspocus": _package("@hocuspocus/server"),
        "better_sqlite3": _package("better-sqlite3"),
        "commit": _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
        "fdatasync_ms": _fdatasync_ms(),
        "load_before": os.getloadavg()[0],
    }


def sentence(machine: Result) -> str:
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; "
        f"an fdatasync takes {machine['fdatasync_ms']} ms. Python {machine['python']} with pycrdt {machine['pycrdt']}; "
        f"Node {machine['node'].removeprefix('v')} with Hocuspocus {machine['hocuspocus']} "
        f"and better-sqlite3 {machine['better_sqlite3']}. Load before: {machine['load_before']:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _package(name: str) -> str:
    manifest = PEER / "node_modules" / name / "package.json"
    for line in manifest.read_text().splitlines():
        if '"version"' in line:
            return line.split('"')[3]
    return "unknown"


def _fdatasync_ms() -> float:
    """The median time of appending 4 KB and making it durable, where the servers' data will lie."""

    def times(descriptor: int) -> Iterator[float]:
        for _ in range(100):
            os.write(descriptor, b"\0" * 4096)
            began = time.perf_counter()
            os.fdatasync(descriptor)
            yield (time.perf_counter() - began) * 1000

    with scratch("disk") as folder:
        descriptor = os.open(folder / "probe", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            return round(median(times(descriptor)), 2)
        finally:
            os.close(descriptor)
