"""The figures as a table for people, and as files."""

import json
import re
from statistics import median
from typing import Any

from bench import machine
from bench.figures import Outcome
from bench.places import README, RESULTS

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEADINGS = ["figure", "bar", "Roundtable", "Hocuspocus", "ratio", ""]


def rows(outcomes: list[Outcome], *, quick: bool) -> list[list[str]]:
    """The cells of each figure. A quick run's workloads are not those that the bars are for: it gets no verdict."""
    return [
        [
            one.figure.name,
            one.figure.bar,
            _spread(one.ours, one.figure.unit),
            _spread(one.peer, one.figure.unit),
            _spread(one.ratios, ""),
            "" if quick else one.verdict,
        ]
        for one in outcomes
    ]


def as_text(outcomes: list[Outcome], *, quick: bool) -> str:
    table = [HEADINGS, *rows(outcomes, quick=quick)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
    )


def as_markdown(result: dict[str, Any], outcomes: list[Outcome]) -> str:
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows(outcomes, quick=result["quick"])]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    runs = result["repeats"]
    head = f"{result['at'][:10]}, commit {result['machine']['commit']}, {runs} run{'s' if runs != 1 else ''} of each: "
    head += "median, and [smallest-largest] of the runs."
    if result["quick"]:
        head += " **A quick run: small workloads that show that everything works. No figure of it means anything.**"
    text = f"{head}\n\n{machine.sentence(result['machine'])}\n\n{table}\n"
    notes = [
        f"* {line}" for line in [*result["notes"], *_kill_notes(result), *_race_notes(result), *_panel_notes(result)]
    ]
    return text + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _kill_notes(result: dict[str, Any]) -> list[str]:
    notes = []
    for pair in result["runs"].get("kills", []):
        for side, tally in pair.items():
            share = tally["lost_acked"] / tally["acked"] if tally["acked"] else 0
            notes.append(
                f"kills, {side}: {tally['kills']} kills while people typed and {tally['kills_while_starting']} while "
                f"it started; {tally['written']} edits written, {tally['seen']} seen by others, {tally['acked']} "
                f"acknowledged; lost {tally['lost_seen']} of the seen and {tally['lost_acked']} ({share:.0%}) of the "
                "acknowledged."
            )
    return notes


def _race_notes(result: dict[str, Any]) -> list[str]:
    return [
        f"races: {tally['races']:,} races of typing against finalizing over real sockets; {tally['sealed']:,} sealed "
        f"and {tally['turned_away']:,} turned away because the words had changed; {tally['stored']:,} edits stored, "
        f"{tally['refused']:,} refused and told to their authors; {tally['wrong']} outcomes wrong."
        for pair in result["runs"].get("races", [])
        for tally in pair.values()
    ]


def _panel_notes(result: dict[str, Any]) -> list[str]:
    notes = []
    for pair in result["runs"].get("panels", []):
        for found in pair.values():
            parts = sorted(found["parts_ms"].items(), key=lambda part: -part[1])
            told = ", ".join(f"{name} {_number(cost)}" for name, cost in parts)
            notes.append(f"panels: milliseconds of server CPU for one fetch by the case manager: {told}.")
    return notes


def write(result: dict[str, Any], outcomes: list[Outcome], *, into_readme: bool) -> None:
    """bench/results/latest.json and latest.md, and the marked part of bench/README.md if asked."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(result, indent=1) + "\n")
    markdown = as_markdown(result, outcomes)
    (RESULTS / "latest.md").write_text(markdown)
    if into_readme:
        page = README.read_text()
        part = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
        README.write_text(part.sub(lambda _: f"{BEGIN}\n{markdown}{END}", page, count=1))


def _spread(values: list[float], unit: str) -> str:
    """`4.1 [3.9-4.4] ms`; one value stands alone, none is a dash."""
    if not values:
        return "-"
    middle, low, high = (_number(value) for value in (median(values), min(values), max(values)))
    text = middle if low == high else f"{middle} [{low}-{high}]"
    return f"{text} {unit}".strip()


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
