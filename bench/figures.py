"""The figures to reach, and what the runs say of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.sides import OURS, PEER

# Workload -> one entry a repeat: {"roundtable": line, "hocuspocus": line}; a side that failed is absent.
Runs = dict[str, list[dict[str, dict[str, Any]]]]


@dataclass(frozen=True)
class Figure:
    """One bar. `most` and `least` bound our own value, `ratio` ours divided by Hocuspocus' of the same repeat."""

    workload: str
    name: str
    field: str
    unit: str
    most: float | None = None
    ratio: float | None = None
    least: float | None = None

    @property
    def bar(self) -> str:
        if self.least is not None:
            return f"at least {self.least:,.0f} {self.unit}"
        if self.most is not None:
            return f"at most {self.most:g} {self.unit}".rstrip()
        return "no more than Hocuspocus" if self.ratio == 1 else f"at most {self.ratio:g} x Hocuspocus"


FIGURES = [
    Figure("rooms", "20 x 8 at 3 keys/s: edit to seen, median", "p50_ms", "ms", most=10),
    Figure("rooms", "20 x 8 at 3 keys/s: edit to seen, p99", "p99_ms", "ms", most=40),
    Figure("rooms", "20 x 8 at 3 keys/s: server CPU an edit", "server_us_per_edit", "us", ratio=1),
    Figure("fast", "20 x 8 at 30 keys/s: server CPU a delivered edit", "server_us_per_delivery", "us", ratio=0.8),
    Figure("wide", "1 x 200, 5 typing: edit to seen, p99", "p99_ms", "ms", most=60),
    Figure("open", "opening 260,000 edits after a restart", "cold_ms", "ms", most=150),
    Figure("open", "opening 260,000 edits after a restart, beside the peer", "cold_ms", "ms", ratio=1),
    Figure("storm", "500 clients return: all have their document", "all_content_ms", "ms", ratio=2),
    Figure("memory", "memory an idle connection", "kb_per_conn", "KB", most=60),
    Figure("memory", "memory an idle open document of 10,000 characters", "kb_per_doc", "KB", most=150),
    Figure("kills", "edits that somebody saw and that a kill -9 lost", "lost_seen", "", most=0),
    Figure("kills", "edits that were acknowledged and that a kill -9 lost", "lost_acked", "", most=0),
    Figure("kills", "faults found by `roundtable verify` afterwards", "faults", "", most=0),
    Figure(
        "races", "typing against finalizing: outcomes that are wrong on a screen or after the seal", "wrong", "", most=0
    ),
    Figure("races", "faults found by `roundtable verify` after the races", "faults", "", most=0),
    Figure("panels", "100 threads, 50 decisions: server CPU of the dearest part", "dearest_ms", "ms", most=30),
    Figure("record", "a section of 260,000 edits: moving its slider, server CPU, p95", "moving_p95_ms", "ms", most=100),
    Figure("record", "history page of that section, server CPU", "page_typed_ms", "ms", most=200),
    Figure("record", "a plan of sixty pages as PDF", "plan_pdf_s", "s", most=10),
    Figure("record", "the whole record of that meeting, taken away", "archive_s", "s", most=10),
    Figure("record", "`roundtable verify --chain` of 1,000,000 entries", "chain_per_s", "entries/s", least=300_000),
    Figure("record", "the same with all that they replay to", "verified_per_s", "entries/s", least=12_000),
    Figure("screens", "from a comment to everybody's screen, median", "p50_ms", "ms", most=1000),
    Figure("screens", "from a comment to everybody's screen, the slowest", "worst_ms", "ms", most=1000),
    Figure("loading", "the draft on a phone over slow 4G, until it can be read live", "phone_s", "s", most=4),
    Figure("loading", "the draft at a laptop over slow 4G, until it can be written in", "laptop_s", "s", most=4),
]


@dataclass(frozen=True)
class Outcome:
    """A figure with the values of every repeat. `met` is None when a value that it needs is missing."""

    figure: Figure
    ours: list[float]
    peer: list[float]
    ratios: list[float]
    met: bool | None

    @property
    def verdict(self) -> str:
        if self.met is None:
            return "not measured"
        if self.met:
            return "met"
        if self.figure.ratio is not None:
            return f"missed by {median(self.ratios) / self.figure.ratio - 1:.0%}"
        if self.figure.least is not None:
            return f"missed by {1 - median(self.ours) / self.figure.least:.0%}"
        most = self.figure.most or 0
        return f"missed by {median(self.ours) / most - 1:.0%}" if most else f"missed by {max(self.ours):g}"


def outcome(figure: Figure, runs: Runs) -> Outcome:
    repeats = runs.get(figure.workload, [])
    ours = _values(repeats, OURS, figure.field)
    peer = _values(repeats, PEER, figure.field)
    pairs = [
        (pair[OURS][figure.field], pair[PEER][figure.field])
        for pair in repeats
        if _value(pair, OURS, figure.field) is not None and _value(pair, PEER, figure.field)
    ]
    ratios = [mine / theirs for mine, theirs in pairs]
    met: bool | None = None
    if figure.most is not None and ours:
        # A bar of nothing lost is one for every run, not for the typical one.
        met = (median(ours) if figure.most else max(ours)) <= figure.most
    elif figure.least is not None and ours:
        met = median(ours) >= figure.least
    elif figure.ratio is not None and ratios:
        met = median(ratios) <= figure.ratio
    return Outcome(figure, ours, peer, ratios, met)


def outcomes(runs: Runs) -> list[Outcome]:
    """One for each figure whose workload was run."""
    return [outcome(figure, runs) for figure in FIGURES if figure.workload in runs]


def _value(pair: dict[str, dict[str, Any]], side: str, field: str) -> float | None:
    value = pair.get(side, {}).get(field)
    return None if value is None else float(value)


def _values(repeats: Iterable[dict[str, dict[str, Any]]], side: str, field: str) -> list[float]:
    return [value for pair in repeats if (value := _value(pair, side, field)) is not None]
