"""The checker notices each kind of fault: a sound run is told from the same run with one thing wrong in it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlText

from server.journal import entry as product
from tests.support.faults.checker import GENESIS, Entry, Journal, Verdict, check
from tests.support.faults.log import Log
from tests.support.faults.text import root_of, screen

PEOPLE = {"Ann": "p_ann", "Ben": "p_ben"}


@dataclass
class Run:
    """Two people write in one document by turns; what they logged and what was stored."""

    folder: Path
    doc: "Doc[Any]" = field(default_factory=Doc)
    steps: list[tuple[str, str, bytes, int]] = field(default_factory=list)  # who, kind, payload, time
    logs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    line: XmlText = field(init=False)

    def __post_init__(self) -> None:
        for name in PEOPLE:
            self.logs[name] = [{"event": "here", "document": "d", "person": name, "writer": name.lower()}]
        paragraph = root_of(self.doc).children.append(XmlElement("paragraph"))
        self.line = paragraph.children.append(XmlText(""))
        self.steps.append(("Ann", "document.created", self.doc.get_update(), 1))
        for turn in range(3):
            for name in PEOPLE:
                self.type(name, f"~{name.lower()}-{turn};")
        self.remove("Ann", "~ann-1;")

    def type(self, name: str, mark: str) -> None:
        before = self.doc.get_state()
        self.line.insert(len(self.line), mark)
        self.steps.append((name, "edit", self.doc.get_update(before), len(self.steps) + 1))
        self.logs[name] += [{"event": "typed", "marks": [mark]}, {"event": "acked", "marks": [mark], "removed": []}]
        self.logs[next(other for other in PEOPLE if other != name)].append({"event": "seen", "marks": [mark]})

    def remove(self, name: str, mark: str) -> None:
        before = self.doc.get_state()
        at = str(self.line).index(mark)
        del self.line[at : at + len(mark)]
        self.steps.append((name, "edit", self.doc.get_update(before), len(self.steps) + 1))
        self.logs[name] += [{"event": "removed", "marks": [mark]}, {"event": "acked", "marks": [], "removed": [mark]}]

    def journal(self) -> Journal:
        """Sealed by the product's own code, so that the checker's reckoning is held against it."""
        entries: list[Entry] = []
        for name, kind, payload, time in self.steps:
            prev = entries[-1].hash if entries else GENESIS
            author = product.Author(PEOPLE[name], "teacher")
            made = product.seal(prev, "m", len(entries) + 1, kind, "d", author, time, payload)
            fields = made._asdict() | {"author_id": author.person_id, "author_role": author.role}
            del fields["author"]
            entries.append(Entry(**fields))
        people = {("d", name): person for name, person in PEOPLE.items()}
        return Journal({"m": (len(entries), entries[-1].hash)}, entries, people)

    def check(self, journal: Journal | None = None, **screens: str) -> Verdict:
        paths = []
        for name, records in self.logs.items():
            log = Log(self.folder / f"{name}.jsonl")
            for record in records:
                log.note(**record)
            log.note("screen", text=screens.get(name, screen(self.doc)))
            log.close()
            paths.append(log.path)
        return check(paths, journal or self.journal())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_a_sound_run_has_no_fault(run: Run) -> None:
    verdict = run.check()
    assert verdict.findings == [], str(verdict)
    assert (verdict.written, verdict.acked, verdict.seen, verdict.entries) == (6, 6, 6, 8)


def lose_an_entry(run: Run) -> None:
    del run.steps[-2]  # Ben's last words: nothing builds on them


def store_twice(run: Run) -> None:
    run.steps.insert(3, run.steps[2])


def store_a_part_twice(run: Run) -> None:
    """New words, and beside them what an earlier entry holds."""
    name, kind, _, time = run.steps[3]
    run.steps[3] = (name, kind, _both(run.steps[1][2], run.steps[3][2]), time)


def _both(*updates: bytes) -> bytes:
    from pycrdt import merge_updates

    return merge_updates(*updates)


def give_to_another(run: Run) -> None:
    run.steps[2] = ("Ann", *run.steps[2][1:])


def change_the_order(run: Run) -> None:
    """Ben's first two edits in the wrong order: neither replica nor hash would tell."""
    run.logs["Ben"][1], run.logs["Ben"][4] = run.logs["Ben"][4], run.logs["Ben"][1]
    typed = [record for record in run.logs["Ben"] if record["event"] == "typed"]
    typed[0]["marks"], typed[1]["marks"] = typed[1]["marks"], typed[0]["marks"]


def turn_the_clock_back(run: Run) -> None:
    run.steps[4] = (*run.steps[4][:3], 1)


def forget_a_removal(run: Run) -> None:
    del run.steps[-1]


def store_what_was_refused(run: Run) -> None:
    (acked,) = [r for r in run.logs["Ben"] if r["event"] == "acked" and r["marks"] == ["~ben-2;"]]
    acked["event"] = "refused"


def see_what_is_not_stored(run: Run) -> None:
    run.logs["Ann"].append({"event": "seen", "marks": ["~ben-77;"]})


def ack_what_is_not_stored(run: Run) -> None:
    run.logs["Ben"] += [
        {"event": "typed", "marks": ["~ben-78;"]},
        {"event": "acked", "marks": ["~ben-78;"], "removed": []},
    ]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lose_an_entry, "lost"),
        (see_what_is_not_stored, "lost"),
        (ack_what_is_not_stored, "lost"),
        (store_twice, "doubled"),
        (store_a_part_twice, "doubled"),
        (give_to_another, "misattributed"),
        (change_the_order, "reordered"),
        (turn_the_clock_back, "backwards"),
        (forget_a_removal, "returned"),
        (store_what_was_refused, "refused"),
    ],
)
def test_it_notices(run: Run, spoil: Callable[[Run], None], fault: str) -> None:
    spoil(run)
    assert fault in run.check().faults


def test_it_notices_another_text_on_a_screen(run: Run) -> None:
    other = screen(run.doc).replace("~ann-0;", "")
    assert run.check(Ben=other).faults == {"diverged"}


def test_it_notices_a_mark_that_stands_twice(run: Run) -> None:
    run.line.insert(0, "~ann-0;")  # by nobody's entry but another's: the same words under new clocks
    run.steps.append(("Ben", "edit", run.doc.get_update(), 99))
    assert "doubled" in run.check().faults


def test_it_notices_a_missing_entry(run: Run) -> None:
    journal = run.journal()
    del journal.entries[4]
    assert {"gap", "chain", "lost"} <= run.check(journal).faults


def test_it_notices_a_journal_cut_short(run: Run) -> None:
    journal = run.journal()
    del journal.entries[-1]
    assert "gap" in run.check(journal).faults


@pytest.mark.parametrize(
    "change",
    [
        {"payload": b"\x00\x00"},
        {"author_id": "p_ann"},
        {"author_role": "parent"},
        {"time": 1},
        {"kind": "restore"},
        {"salt": bytes(16)},
        {"payload_hash": bytes(32)},
        {"prev_hash": bytes(32)},
        {"hash": bytes(32)},
        {"document_id": None},
    ],
)
def test_it_notices_a_changed_field(run: Run, change: dict[str, Any]) -> None:
    journal = run.journal()
    journal.entries[2] = journal.entries[2]._replace(**change)
    assert "chain" in run.check(journal).faults


def test_it_notices_a_log_with_a_record_missing(run: Run) -> None:
    run.check()
    path = run.folder / "Ann.jsonl"
    lines = path.read_text().splitlines()
    del lines[2]
    path.write_text("\n".join(lines))
    assert json.loads(lines[2])["n"] == 4
    assert "log" in check([path, run.folder / "Ben.jsonl"], run.journal()).faults


def test_it_notices_somebody_unknown(run: Run) -> None:
    assert "log" in run.check(replace(run.journal(), people={})).faults


def test_it_notices_a_snapshot_that_is_not_what_the_entries_make(run: Run) -> None:
    def kept(state: bytes, number: int) -> Journal:
        return replace(run.journal(), snapshots={("d", number): (state, hashlib.sha256(state).digest())})

    assert run.check(kept(run.doc.get_update(), 8)).findings == []
    assert run.check(kept(run.doc.get_update(), 7)).faults == {"snapshot"}
    assert run.check(kept(run.doc.get_update(), 9)).faults == {"snapshot"}
    assert run.check(kept(b"\x00\x00", 8)).faults == {"snapshot"}
