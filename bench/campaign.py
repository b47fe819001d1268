"""Runs the workloads on both servers, turn about, and keeps what each run said."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench import kills, panels, races, record, screens
from bench.figures import Runs
from bench.sides import OURS, PEER, RunFailed, run, scratch
from bench.workloads import INGEST_EDITS, KILLS, ONCE, PANELS, RACES, RECORD, SCREENS, WORKLOADS, Workload

OPEN = "open"
QUICK_INGEST = 5000
CONTROL = 20  # the peer is killed this many times less often: it only has to show that a loss is seen


class Campaign:
    """All the runs of one `make bench`. What went wrong stands in `notes`; the other runs go on."""

    def __init__(self, node: str, *, quick: bool, say: Callable[[str], None]) -> None:
        self.runs: Runs = {}
        self.notes: list[str] = []
        self._node = node
        self._quick = quick
        self._say = say

    def run(self, names: list[str], repeats: int, kill_count: int, race_count: int) -> None:
        """`repeats` of each workload, then what is done once. Ours and the peer take turns at going first."""
        loads = [WORKLOADS[name] for name in names if name not in ONCE]
        with scratch("trace") as trace:
            if OPEN in names:
                self._ingest(trace)
            for repeat in range(1, repeats + 1):
                for workload in loads:
                    self._pair(workload, repeat, repeats, trace)
        if KILLS in names:
            self._kill(kill_count)
        if RACES in names:
            self._race(race_count)
        if PANELS in names:
            self._alone(PANELS, panels.run)
        if SCREENS in names:
            self._alone(SCREENS, screens.run)
        if RECORD in names:
            self._alone(RECORD, record.run)

    def _pair(self, workload: Workload, repeat: int, repeats: int, trace: Path) -> None:
        pair: dict[str, dict[str, Any]] = {}
        self.runs.setdefault(workload.name, []).append(pair)
        for side in (OURS, PEER) if repeat % 2 else (PEER, OURS):
            where = f"{workload.name:<7} {repeat}/{repeats}  {side:<10}"
            arguments = workload.quick if self._quick else workload.arguments
            try:
                figures = self._open(side, arguments, trace) if workload.name == OPEN else self._run(side, arguments)
            except RunFailed as failed:
                self._trouble(f"{where.strip()} failed: {failed}")
                continue
            if flaw := workload.flaw(figures):
                self._trouble(f"{where.strip()} does not count: {flaw}")
                continue
            pair[side] = figures
            self._say(f"{where}  {workload.say.format_map(figures)}")

    def _run(self, side: str, arguments: str) -> dict[str, Any]:
        return run(self._node, side, arguments)

    def _open(self, side: str, arguments: str, trace: Path) -> dict[str, Any]:
        """Each cold opening has a copy of its own of what was ingested."""
        if not (trace / side).is_dir():
            raise RunFailed("nothing was ingested")
        with scratch("open") as folder:
            shutil.copytree(trace / side, folder / side)
            return run(self._node, side, arguments, folder / side)

    def _ingest(self, trace: Path) -> None:
        """Type the trace into both servers, one message an edit, once for all openings."""
        edits = QUICK_INGEST if self._quick else INGEST_EDITS
        for side in (OURS, PEER):
            data = trace / side
            try:
                said = run(self._node, side, f"join --stage ingest --edits {edits}", data)
            except RunFailed as failed:
                self._trouble(f"open: ingest into {side} failed: {failed}")
                shutil.rmtree(data, ignore_errors=True)
                continue
            self._say(
                f"open    ingest {side:<10}  {said['edits']} edits at {said['edits_per_s']}/s, "
                f"{said['server_us_per_edit_with_storage']} us/edit, {said['disk_kb']} KB on disk"
            )
            if said["edits"] < edits or said["acked"] < edits:
                self._trouble(f"open: {side} took {said['edits']} and acknowledged {said['acked']} of {edits} edits")
                shutil.rmtree(data, ignore_errors=True)

    def _kill(self, count: int) -> None:
        pair: dict[str, dict[str, Any]] = {}
        self.runs[KILLS] = [pair]
        for side, times in ((OURS, count), (PEER, max(2, count // CONTROL))):
            try:
                pair[side] = kills.run(side, self._node, times, partial(self._killed, side))
            except RuntimeError as failed:
                self._trouble(f"kills, {side}: {failed}")
        if pair.get(PEER, {}).get("lost_acked") == 0:
            self._trouble("kills: the peer lost nothing this time, so the test has not shown that it can see a loss")

    def _race(self, count: int) -> None:
        pair: dict[str, dict[str, Any]] = {}
        self.runs[RACES] = [pair]
        try:
            pair[OURS] = found = races.run(self._node, count, self._raced)
        except RuntimeError as failed:
            self._trouble(f"races: {failed}")
            return
        for example in found["examples"]:
            self._trouble(f"races: {example}")
        if not (found["sealed"] and found["turned_away"] and found["refused"]):
            self._trouble("races: not every outcome came up, so the test has not shown that it can see one")

    def _alone(self, name: str, measure: Callable[[str, bool, Callable[[str], None]], dict[str, Any]]) -> None:
        pair: dict[str, dict[str, Any]] = {}
        self.runs[name] = [pair]
        try:
            pair[OURS] = measure(self._node, self._quick, lambda line: self._say(f"{name:<12} {line}"))
        except RuntimeError as failed:
            self._trouble(f"{name}: {failed}")

    def _raced(self, line: str) -> None:
        self._say(f"races        {line}")

    def _killed(self, side: str, line: str) -> None:
        self._say(f"kills        {side:<10}  {line}")

    def _trouble(self, note: str) -> None:
        self.notes.append(note)
        self._say(f"! {note}")
