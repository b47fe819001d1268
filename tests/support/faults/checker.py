"""Decides what a run of faults has done, from the writers' own logs and the database's rows.

Nothing here comes from the server: rows are read by the drivers, hashes computed and payloads taken apart anew from
what `docs/` says of them, and texts replayed by the CRDT library alone.
"""

import hashlib
import sqlite3
import struct
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from pycrdt import Decoder, Doc

from tests.support.faults.log import read_log
from tests.support.faults.text import MARK, marks_in, screen

GENESIS = bytes(32)
ENTRY = (
    "meeting_id, number, kind, document_id, author_id, author_role, time, payload, salt, payload_hash, prev_hash, hash"
)
WHOLE = {"edit", "document.created"}  # kinds whose payload is a Yjs update and nothing else
AFTER_FACTS = {
    "agenda.added",
    "comment.adopted",
    "amendment.proposed",
    "amendment.made",
}  # a length, facts of that length, a Yjs update
AFTER_NUMBER = {"restore"}  # a number of eight bytes, a Yjs update


class Entry(NamedTuple):
    meeting_id: str
    number: int
    kind: str
    document_id: str | None
    author_id: str
    author_role: str
    time: int
    payload: bytes
    salt: bytes
    payload_hash: bytes
    prev_hash: bytes
    hash: bytes

    @property
    def update(self) -> bytes | None:
        """The Yjs update in the payload, if this kind has one."""
        if self.kind in WHOLE:
            return self.payload
        if self.kind in AFTER_NUMBER:
            return self.payload[8:]
        if self.kind in AFTER_FACTS:
            return self.payload[4 + int.from_bytes(self.payload[:4], "big") :]
        return None


@dataclass
class Journal:
    """The rows that count, as they stand."""

    heads: dict[str, tuple[int, bytes]]
    entries: list[Entry]  # by meeting and number
    people: dict[tuple[str, str], str]  # who a document's people are: (document, name) -> person id
    snapshots: dict[tuple[str, int], tuple[bytes, bytes]] = field(default_factory=dict)  # state and its hash


@dataclass(frozen=True)
class Finding:
    fault: str
    where: str
    what: str


@dataclass
class Verdict:
    """What was found wrong, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    written: int = 0
    acked: int = 0
    seen: int = 0
    refused: int = 0
    entries: int = 0
    writers: int = 0

    @property
    def faults(self) -> set[str]:
        return {finding.fault for finding in self.findings}

    def add(self, fault: str, where: str, what: object) -> None:
        self.findings.append(Finding(fault, where, str(what)))

    def __str__(self) -> str:
        counts = f"{self.writers} writers, {self.written} edits, {self.acked} acked, {self.seen} seen by others"
        lines = [f"{counts}, {self.refused} refused, {self.entries} entries: {len(self.findings)} faults"]
        lines += [f"  {finding.fault} {finding.where}: {finding.what}" for finding in self.findings[:20]]
        return "\n".join(lines)


def read_journal(url: str) -> Journal:
    """Read `sqlite:///FILE` or `postgresql://…` by its driver, in one transaction."""
    connection: Any
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)
    else:
        connection = psycopg.connect(url)
    try:
        cursor = connection.cursor()
        if not url.startswith("sqlite:///"):
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        else:
            cursor.execute("BEGIN")
        cursor.execute("SELECT id, head_number, head_hash FROM meeting")
        heads = {meeting: (number, bytes(digest)) for meeting, number, digest in cursor.fetchall()}
        cursor.execute(f"SELECT {ENTRY} FROM entry ORDER BY meeting_id, number")
        entries = [Entry(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT document.id, person.name, person.id FROM document"
            " JOIN participant ON participant.meeting_id = document.meeting_id"
            " JOIN person ON person.id = participant.person_id"
        )
        people = {(document, name): person for document, name, person in cursor.fetchall()}
        cursor.execute("SELECT document_id, number, state, state_hash FROM snapshot")
        snapshots = {(document, number): (state, digest) for document, number, state, digest in cursor.fetchall()}
    finally:
        connection.close()
    return Journal(heads, entries, people, snapshots)


def check(logs: Sequence[Path], journal: Journal) -> Verdict:
    """Hold the writers' logs against the journal."""
    verdict = Verdict(entries=len(journal.entries))
    _check_chains(journal, verdict)
    documents = _replay(journal, verdict)
    stored = _Stored(journal)
    stood: dict[str, list[_Told]] = defaultdict(list)
    for path in logs:
        told = _Told(path, verdict)
        verdict.writers += 1
        stood[told.document].append(told)
        _check_writer(told, stored, journal, verdict)
    removed = {document: _removed(tolds) for document, tolds in stood.items()}
    for document, tolds in stood.items():
        text = documents.get(document, "")
        _check_text(document, text, stored, removed[document], verdict)
        for told in tolds:
            if told.screen is None:
                verdict.add("diverged", told.writer, "the log tells of no last screen")
            elif told.screen != text:
                verdict.add("diverged", told.writer, _difference(told.screen, text))
    return verdict


# --- chains ---


def _check_chains(journal: Journal, verdict: Verdict) -> None:
    last: dict[str, Entry] = {}
    for entry in journal.entries:
        before = last.get(entry.meeting_id)
        where = f"{entry.meeting_id} {entry.number}"
        if entry.number != (before.number + 1 if before else 1):
            verdict.add("gap", where, f"follows {before.number if before else 0}")
        if entry.prev_hash != (before.hash if before else GENESIS):
            verdict.add("chain", where, "does not name the hash before it")
        if hashlib.sha256(entry.salt + entry.payload).digest() != entry.payload_hash:
            verdict.add("chain", where, "its payload is not what was hashed")
        if _hash(entry) != entry.hash:
            verdict.add("chain", where, "its fields are not what was hashed")
        if before and entry.time < before.time:
            verdict.add("backwards", where, f"{before.time - entry.time} us before the entry before it")
        last[entry.meeting_id] = entry
    for meeting, head in journal.heads.items():
        end = last.get(meeting)
        if head != ((end.number, end.hash) if end else (0, GENESIS)):
            verdict.add("gap", meeting, f"its head is {head[0]}, its last entry {end.number if end else 0}")


def _hash(entry: Entry) -> bytes:
    def text(value: str) -> bytes:
        data = value.encode()
        return struct.pack(">H", len(data)) + data

    document = b"\xff\xff" if entry.document_id is None else text(entry.document_id)
    parts = (b"\x01", entry.prev_hash, struct.pack(">Q", entry.number), text(entry.kind), document)
    author = (text(entry.author_id), text(entry.author_role))
    return hashlib.sha256(b"".join((*parts, *author, struct.pack(">q", entry.time), entry.payload_hash))).digest()


# --- texts ---


def _replay(journal: Journal, verdict: Verdict) -> dict[str, str]:
    """Each document's text as its entries make it, one after the other."""
    docs: dict[str, Doc[Any]] = {}
    waiting = dict(journal.snapshots)
    for entry in journal.entries:
        if entry.update is None or entry.document_id is None:
            continue
        doc: Doc[Any] = docs.setdefault(entry.document_id, Doc())
        before = _content(doc)
        try:
            doc.apply_update(entry.update)
        except ValueError as error:
            verdict.add("chain", f"{entry.meeting_id} {entry.number}", f"its update cannot be applied: {error}")
            continue
        if before == _content(doc):
            verdict.add(
                "doubled", f"{entry.meeting_id} {entry.number}", "it changes nothing, or lacks what it builds on"
            )
        kept = waiting.pop((entry.document_id, entry.number), None)
        if kept is not None and not _is_of(kept, doc):
            verdict.add("snapshot", f"{entry.document_id} {entry.number}", "it is not what the entries make")
    for document, number in waiting:
        verdict.add("snapshot", f"{document} {number}", "it is of no text entry")
    return {document: screen(doc) for document, doc in docs.items()}


def _is_of(kept: tuple[bytes, bytes], doc: "Doc[Any]") -> bool:
    state, digest = kept
    held: Doc[Any] = Doc()
    held.apply_update(state)
    same = _content(held) == _content(doc) and screen(held) == screen(doc)
    return same and hashlib.sha256(state).digest() == digest


def _content(doc: "Doc[Any]") -> object:
    """What a document has taken in: how far each client's text goes, and what of it is deleted."""
    state = doc.get_state()
    clocks = Decoder(state)
    known = {clocks.read_var_uint(): clocks.read_var_uint() for _ in range(clocks.read_var_uint())}
    rest = Decoder(doc.get_update(state))
    assert rest.read_var_uint() == 0, "something is left of a document once all of it is taken away"
    deleted = {}
    for _ in range(rest.read_var_uint()):
        client = rest.read_var_uint()
        deleted[client] = [(rest.read_var_uint(), rest.read_var_uint()) for _ in range(rest.read_var_uint())]
    return known, deleted


class _Stored:
    """Where each mark stands in the journal."""

    def __init__(self, journal: Journal) -> None:
        self.entries: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        for entry in journal.entries:
            if entry.update is not None and entry.document_id is not None:
                for mark in marks_in(entry.update):
                    self.entries[entry.document_id][mark].append(entry)


def _check_text(document: str, text: str, stored: _Stored, removed: dict[str, bool], verdict: Verdict) -> None:
    stands = Counter(MARK.findall(text))
    for mark in stored.entries[document]:
        if stands[mark] > 1:
            verdict.add("doubled", document, f"{mark} stands {stands[mark]} times in the text")
        if mark not in removed and not stands[mark]:
            verdict.add("lost", document, f"{mark} is in the journal and not in the text")
        if removed.get(mark) and stands[mark]:
            verdict.add("returned", document, f"{mark} was taken back, and that was acked")


def _difference(one: str, other: str) -> str:
    at = next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(map(len, (one, other)))
    )
    return (
        f"reads {one[at : at + 40]!r} where the journal has {other[at : at + 40]!r} ({len(one)} and {len(other)} long)"
    )


# --- logs ---


class _Told:
    """What one log tells."""

    def __init__(self, path: Path, verdict: Verdict) -> None:
        self.document = self.person = ""
        self.writer = path.stem
        self.written: list[str] = []
        self.acked: set[str] = set()
        self.refused: set[str] = set()
        self.seen: set[str] = set()
        self.removed: dict[str, bool] = {}
        self.screen: str | None = None
        for expected, record in enumerate(read_log(path), start=1):
            if record["n"] != expected:
                verdict.add("log", path.name, f"record {expected} is missing")
                break
            self._take(record)
        verdict.written += len(self.written)
        verdict.acked += len(self.acked)
        verdict.seen += len(self.seen)
        verdict.refused += len(self.refused)

    def _take(self, record: dict[str, Any]) -> None:
        marks = record.get("marks", ())
        match record["event"]:
            case "here":
                self.document, self.person, self.writer = record["document"], record["person"], record["writer"]
            case "typed":
                self.written += marks
            case "acked":
                self.acked.update(marks)
                self.removed.update(dict.fromkeys(record["removed"], True))
            case "refused":
                self.refused.update(marks)
                for mark in record["removed"]:
                    self.removed.pop(mark, None)
            case "removed":
                self.removed.update(dict.fromkeys(marks, False))
            case "seen":
                self.seen.update(marks)
            case "screen":
                self.screen = record["text"]


def _removed(tolds: list[_Told]) -> dict[str, bool]:
    """What was taken back in a document, and whether for certain."""
    return {mark: certain for told in tolds for mark, certain in told.removed.items()}


def _check_writer(told: _Told, stored: _Stored, journal: Journal, verdict: Verdict) -> None:
    held = stored.entries[told.document]
    person = journal.people.get((told.document, told.person))
    if person is None:
        verdict.add("log", told.writer, f"nobody in the meeting of {told.document} is called {told.person}")
    for mark in sorted(told.acked - held.keys()):
        verdict.add("lost", told.writer, f"{mark} was acked and is not in the journal")
    for mark in sorted(told.seen - held.keys()):
        verdict.add("lost", told.writer, f"{mark} was on this screen and is not in the journal")
    for mark in sorted((told.refused - told.acked) & held.keys()):
        verdict.add("refused", told.writer, f"{mark} was refused and is in the journal")
    before = 0
    for mark in told.written:
        entries = held.get(mark, [])
        if len(entries) > 1:
            numbers = ", ".join(str(entry.number) for entry in entries)
            verdict.add("doubled", told.writer, f"{mark} is in the entries {numbers}")
        for entry in entries:
            if person is not None and entry.author_id != person:
                verdict.add("misattributed", told.writer, f"{mark} is {entry.author_id}'s in entry {entry.number}")
            if entry.number < before:
                verdict.add(
                    "reordered", told.writer, f"{mark} is in entry {entry.number}, what was typed before in {before}"
                )
            before = max(before, entry.number)
