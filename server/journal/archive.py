"""A record as one file, and checking it with nothing but that file: `docs/record-format.md`. No database, no network.

What the reader of an archive may not read is withheld: the entry stands without payload and salt, and the chain holds.
"""

import base64
import hashlib
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pycrdt import Doc

from server.documents.state_vector import read_state_vector
from server.documents.tree import read_tree
from server.documents.update import read_update
from server.journal import kinds
from server.journal.checkpoint import DESTROYED, Checkpoint, NotACheckpoint, key_book, parse, wrong_with
from server.journal.destroyed import STILL_THERE, Destroyed, told_by
from server.journal.entry import GENESIS, Author, Entry, commits_to, entry_hash
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of

JOURNAL, SUMS, LAST, EARLIER, KEYS = "journal.jsonl", "SHA256SUMS", "checkpoint.txt", "checkpoints.txt", "keys.txt"
DOCUMENTS, RECORD, READ_ME = "documents/", "record.json", "README.txt"
MOST_FILE = 2_000_000_000  # bytes of one unpacked file
_STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in it, so that the same record is the same bytes


@dataclass(slots=True)
class Checked:
    """What was looked at, and what is wrong: in words, the worst first. `trusted`: the keys came from elsewhere.

    `destroyed`: the record's end under the retention rules; then no payload is withheld, for there are none.
    """

    entries: int = 0
    withheld: int = 0
    documents: int = 0
    checkpoints: int = 0
    meeting_id: str = ""
    trusted: bool = False
    destroyed: Destroyed | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def line_of(entry: Entry, *, withheld: bool) -> str:
    """An entry as a line of the journal's file."""
    about: dict[str, Any] = {
        "number": entry.number,
        "kind": entry.kind,
        "document": entry.document_id,
        "author": entry.author.person_id,
        "role": entry.author.role,
        "time": entry.time,
        "payload": None if withheld else base64.b64encode(entry.payload).decode(),
        "salt": None if withheld else entry.salt.hex(),
        "payload_hash": entry.payload_hash.hex(),
        "prev_hash": entry.prev_hash.hex(),
        "hash": entry.hash.hex(),
    }
    return json.dumps(about, separators=(",", ":")) + "\n"


def list_of(files: Mapping[str, bytes]) -> bytes:
    """The list of an archive's files: one line each by name, as `sha256sum` writes it."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def pack(files: Mapping[str, bytes], checkpoint: Checkpoint) -> bytes:
    """The archive: these files, their list, and the checkpoint that is signed over the list."""
    data = io.BytesIO()
    whole = {**files, SUMS: list_of(files), LAST: checkpoint.text().encode()}
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(whole):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), whole[name], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def check_archive(data: bytes, keys: Mapping[str, bytes] | None = None) -> Checked:
    """Everything that can be checked of an archive. `keys`: public keys by id, from elsewhere; else its own are taken,
    which show that nothing was changed by accident, and not who made it.
    """
    checked = Checked(trusted=keys is not None)
    try:
        files = _unpacked(data)
        for problem in _check(files, keys, checked):
            checked.faults.append(problem)
            if len(checked.faults) >= 20:
                break
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        checked.faults.append(f"the archive cannot be opened: {error}")
    except (KeyError, ValueError, TypeError) as error:
        checked.faults.append(f"a file in it cannot be read: {type(error).__name__}: {str(error)[:200]}")
    return checked


class Opened(NamedTuple):
    """What stands in an archive; who uses it has checked it before."""

    entries: list[Entry]
    moments: list[Checkpoint]
    keys: dict[str, bytes]
    record: dict[str, Any]


def open_archive(data: bytes) -> Opened:
    """Of an archive that `check_archive` found sound. Raises `ValueError` for a `record.json` that is no object."""
    files = _unpacked(data)
    last = parse(files[LAST].decode())
    moments = [parse(one) for one in files[EARLIER].decode().split("\n\n") if one.strip()]
    lines = files[JOURNAL].decode().removesuffix("\n").split("\n")
    record = json.loads(files[RECORD])
    if not isinstance(record, dict):
        raise ValueError(f"{RECORD} holds no object")
    entries = [read_line(line, last.meeting_id) for line in lines]
    return Opened(entries, [*moments, last], key_book(_keys(files[KEYS])), record)


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found: dict[str, bytes] = {}
        for info in archive.infolist():
            if info.filename in found or info.file_size > MOST_FILE:
                raise ValueError(f"{info.filename} stands in it twice, or is too large")
            found[info.filename] = archive.read(info)
            if len(found[info.filename]) != info.file_size:
                raise ValueError(f"{info.filename} is not as long as the archive says")
        return found


def _check(files: dict[str, bytes], keys: Mapping[str, bytes] | None, checked: Checked) -> Iterator[str]:
    missing = {JOURNAL, SUMS, LAST, EARLIER, KEYS, RECORD} - files.keys()
    if missing:
        yield f"these files are missing: {', '.join(sorted(missing))}"
        return
    try:
        last = parse(files[LAST].decode())
        earlier = [parse(one) for one in files[EARLIER].decode().split("\n\n") if one.strip()]
    except (NotACheckpoint, UnicodeDecodeError) as error:
        yield f"a checkpoint cannot be read: {error}"
        return
    checked.meeting_id = last.meeting_id
    known = keys if keys is not None else key_book(_keys(files[KEYS]))
    for one in (last, *earlier):
        checked.checkpoints += 1
        if (problem := wrong_with(one, known)) is not None:
            yield f"the checkpoint of entry {one.number}: {problem}"
    listed = {name: data for name, data in files.items() if name not in (SUMS, LAST)}
    if hashlib.sha256(files[SUMS]).hexdigest() != last.files:
        yield f"{SUMS} is not the list that was signed"
    lines = files[SUMS].decode().removesuffix("\n").split("\n")
    stands = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in sorted({*listed, *stands}):
        if name not in listed:
            yield f"{name} is missing"
        elif hashlib.sha256(listed[name]).hexdigest() != stands.get(name):
            yield f"{name} was changed"
    yield from _check_journal(files, last, earlier, checked)


def _keys(data: bytes) -> list[bytes]:
    return [bytes.fromhex(line.split()[1]) for line in data.decode().splitlines() if line.strip()]


def _check_journal(
    files: Mapping[str, bytes], last: Checkpoint, earlier: Sequence[Checkpoint], checked: Checked
) -> Iterator[str]:
    hashes: dict[int, bytes] = {0: GENESIS}
    updates: dict[str, list[bytes]] = {}
    hidden: set[str] = set()
    entries: list[Entry] = []  # without payloads
    for number, line in enumerate(files[JOURNAL].decode().removesuffix("\n").split("\n"), 1):
        checked.entries += 1
        entry = read_line(line, last.meeting_id)
        problem = _wrong_entry(entry, hashes[number - 1], number)
        if problem is not None:
            yield f"entry {number}: {problem}"
            return
        hashes[number] = entry.hash
        entries.append(entry._replace(payload=b""))
        if entry.kind == kinds.DESTROYED and entry.salt:
            checked.destroyed = told_by(entry)
        if entry.kind not in TEXT_KINDS or entry.document_id is None:
            checked.withheld += not entry.salt
            continue
        if not entry.salt:
            checked.withheld += 1
            hidden.add(entry.document_id)
        elif (update := update_of(entry.kind, entry.payload)) is not None:
            updates.setdefault(entry.document_id, []).append(update)
    yield from _check_moments(hashes, last, earlier)
    yield from _check_destruction(entries, (*earlier, last), checked)
    for document_id in sorted(updates.keys() - hidden):
        checked.documents += 1
        name = f"{DOCUMENTS}{document_id}.yjs"
        if name not in files:
            yield f"{name} is missing"
        elif not same_text(files[name], updates[document_id]):
            yield f"{name} is not what the journal replays to"


def _check_destruction(entries: Sequence[Entry], moments: Sequence[Checkpoint], checked: Checked) -> Iterator[str]:
    ends = [entry.number for entry in entries if entry.kind == kinds.DESTROYED]
    if not ends:
        return
    if checked.destroyed is None or ends != [len(entries)]:
        yield f"entry {ends[0]} says that the record was destroyed, and does not end it, or does not say how"
        return
    for entry in entries[:-1]:
        if entry.salt:
            yield f"entry {entry.number}: {STILL_THERE}"
            return
    if checked.destroyed.kinds != Counter(entry.kind for entry in entries[:-1]):
        yield "the last entry does not say what was destroyed: there are other entries before it"
    if not any((one.number, one.reason) == (ends[0], DESTROYED) for one in moments):
        yield "that the record was destroyed is not signed"
    checked.withheld = 0


def _check_moments(hashes: Mapping[int, bytes], last: Checkpoint, earlier: Sequence[Checkpoint]) -> Iterator[str]:
    for one in (*earlier, last):
        if one.meeting_id != last.meeting_id:
            yield f"the checkpoint of entry {one.number} is of another meeting"
        elif one.number not in hashes:
            yield f"the record ends at entry {len(hashes) - 1}, before entry {one.number} that was signed"
        elif hashes[one.number] != one.hash:
            yield f"entry {one.number} is another one than was signed"
    if len(hashes) - 1 != last.number:
        yield f"the record ends at entry {len(hashes) - 1}, and {last.number} was signed"


def read_line(line: str, meeting_id: str) -> Entry:
    """Raises `KeyError`, `ValueError` or `TypeError` for what is no entry."""
    about = json.loads(line)
    withheld = about["payload"] is None
    return Entry(
        meeting_id,
        about["number"],
        about["kind"],
        about["document"],
        Author(about["author"], about["role"]),
        about["time"],
        b"" if withheld else base64.b64decode(about["payload"], validate=True),
        b"" if withheld else bytes.fromhex(about["salt"]),
        bytes.fromhex(about["payload_hash"]),
        bytes.fromhex(about["prev_hash"]),
        bytes.fromhex(about["hash"]),
    )


def _wrong_entry(entry: Entry, previous: bytes, number: int) -> str | None:
    if entry.number != number:
        return f"it says that it is entry {entry.number}"
    if entry.prev_hash != previous:
        return "it does not follow the entry before it"
    if entry.salt and not commits_to(entry.payload_hash, entry.salt, entry.payload):
        return "its payload was changed"
    made = entry_hash(previous, number, entry.kind, entry.document_id, entry.author, entry.time, entry.payload_hash)
    return None if made == entry.hash else "its fields or hash were changed"


def same_text(state: bytes, updates: Iterable[bytes]) -> bool:
    """Whether a document's state is what these updates make, one after the other."""
    try:
        replayed, held = Doc[Any](), Doc[Any]()
        for update in updates:
            replayed.apply_update(update)
        held.apply_update(state)
        return (
            read_state_vector(held.get_state()) == read_state_vector(replayed.get_state())
            and read_update(held.get_update(held.get_state())).deletes
            == read_update(replayed.get_update(replayed.get_state())).deletes
            and read_tree(state) == read_tree(replayed.get_update())
        )
    except BaseException as error:
        # A panic of the library is a BaseException of its own.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return False


def hash_in_archive(data: bytes, number: int) -> bytes | None:
    """The hash of an entry in an archive that is sound; None beyond its end."""
    lines = _unpacked(data)[JOURNAL].decode().removesuffix("\n").split("\n")
    return read_line(lines[number - 1], "").hash if 1 <= number <= len(lines) else None
