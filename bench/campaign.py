"""Runs the workloads on both servers, turn about, and keeps what each run said."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bench import kills, loading, panels, races, record, screens
from bench.figures import Runs
from bench.openings import Openings
from bench.sides import OURS, PEER, RunFailed, arguments, run, scratch
from bench.workloads import INGEST_EDITS, KILLS, LOADING, ONCE, PANELS, RACES, RECORD, SCREENS, WORKLOADS, Workload

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
            openings = Openings(self._node, trace)
            if OPEN in names:
                self._ingest(openings)
            for repeat in range(1, repeats + 1):
                for workload in loads:
                    self._pair(workload, repeat, repeats, openings)
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
        if LOADING in names:
            self._alone(LOADING, loading.run)

    def _pair(self, workload: Workload, repeat: int, repeats: int, openings: Openings) -> None:
        pair: dict[str, dict[str, Any]] = {}
        self.runs.setdefault(workload.name, []).append(pair)
        for side in (OURS, PEER) if repeat % 2 else (PEER, OURS):
            where = f"{workload.name:<7} {repeat}/{repeats}  {side:<10}"
            options = workload.quick if self._quick else workload.arguments
            try:
                if workload.name == OPEN:
                    figures = openings.open(side, options, arguments(side))
                else:
                    figures = run(self._node, side, options)
            except RunFailed as failed:
                self._trouble(f"{where.strip()} failed: {failed}")
                continue
            if flaw := workload.flaw(figures):
                self._trouble(f"{where.strip()} does not count: {flaw}")
                continue
            pair[side] = figures
            self._say(f"{where}  {workload.say.format_map(figures)}")

    def _ingest(self, openings: Openings) -> None:
        edits = QUICK_INGEST if self._quick else INGEST_EDITS
        for side in (OURS, PEER):
            try:
                said = openings.ingest(side, arguments(side), edits)
            except RunFailed as failed:
                self._trouble(f"open: ingest into {side} failed: {failed}")
                continue
            self._say(
                f"open    ingest {side:<10}  {said['edits']} edits at {said['edits_per_s']}/s, "
                f"{said['server_us_per_edit_with_storage']} us/edit, {said['disk_kb']} KB on disk"
            )

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
