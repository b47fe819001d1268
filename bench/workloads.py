"""The workloads of the harness with their sizes, and what makes a run of one count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Result = dict[str, Any]  # one JSON line of the harness


@dataclass(frozen=True)
class Workload:
    """`arguments` are the harness's; `quick` the same at a size that only shows that everything works.

    `flaw` names what makes a run's figures worthless, or "".
    """

    name: str
    title: str
    arguments: str
    quick: str
    flaw: Callable[[Result], str]
    say: str  # a format of the figures for the progress line


def _meeting_flaw(run: Result) -> str:
    if run["undelivered"]:
        return f"{run['undelivered']} edits were not delivered"
    return "" if run["converged"] else "a newcomer's document was not whole"


def _open_flaw(run: Result) -> str:
    return str(run.get("incomplete") or "")


def _storm_flaw(run: Result) -> str:
    missing = run["clients"] - min(run["synced"], run["with_content"])
    return f"{missing} clients did not come back" if missing else ""


def _memory_flaw(run: Result) -> str:
    if run["with_content"] < run["docs"]:
        return f"{run['docs'] - run['with_content']} documents came without content"
    gone = run["docs"] + run["extra"] - run["alive"]
    return f"{gone} connections were lost" if gone else ""


MEETING = "p50 {p50_ms} ms, p99 {p99_ms} ms, {server_us_per_edit} us/edit, {server_us_per_delivery} us/delivery"

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "rooms",
            "20 rooms of 8 people, 2 typing at 3 keys/s in each",
            "meeting --rooms 20 --participants 8 --typists 2 --rate 3 --seconds 15",
            "meeting --rooms 3 --participants 4 --typists 2 --rate 3 --seconds 3",
            _meeting_flaw,
            MEETING,
        ),
        Workload(
            "fast",
            "20 rooms of 8 people, 2 typing at 30 keys/s in each",
            "meeting --rooms 20 --participants 8 --typists 2 --rate 30 --seconds 12",
            "meeting --rooms 3 --participants 4 --typists 2 --rate 30 --seconds 3",
            _meeting_flaw,
            MEETING,
        ),
        Workload(
            "wide",
            "one room of 200, 5 typing at 3 keys/s",
            "meeting --rooms 1 --participants 200 --typists 5 --rate 3 --seconds 15",
            "meeting --rooms 1 --participants 30 --typists 5 --rate 3 --seconds 3",
            _meeting_flaw,
            MEETING,
        ),
        Workload(
            "open",
            "opening a section whose history is 260,000 edits, after a restart",
            "join",
            "join --edits 5000 --joins 2",
            _open_flaw,
            "cold {cold_ms} ms, warm {warm_ms} ms, {disk_kb} KB on disk",
        ),
        Workload(
            "storm",
            "500 clients over 50 documents of 20,000 characters return after a restart",
            "storm --clients 500 --rooms 50 --chars 20000",
            "storm --clients 40 --rooms 4 --chars 5000",
            _storm_flaw,
            "all have content after {all_content_ms} ms, {server_cpu_ms_per_client} ms CPU a client",
        ),
        Workload(
            "memory",
            "1,000 documents of 10,000 characters opened after a restart, then 2,000 more connections",
            "idle --docs 1000 --chars 10000 --extra 2000",
            "idle --docs 50 --chars 10000 --extra 100",
            _memory_flaw,
            "{kb_per_conn} KB a connection, {kb_per_doc} KB a document",
        ),
    )
}
KILLS, RACES, PANELS, SCREENS, RECORD, LOADING = "kills", "races", "panels", "screens", "record", "loading"
ONCE = (KILLS, RACES, PANELS, SCREENS, RECORD, LOADING)  # the others take turns with the peer
NAMES = [*WORKLOADS, *ONCE]
INGEST_EDITS = 259_779  # the whole of the trace: an empty paragraph, then 259,778 edits
