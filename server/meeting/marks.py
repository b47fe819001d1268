"""Marks of a draft's sentences: whether another student's plan has the same, without reading it.

A mark is an HMAC-SHA-256 (RFC 2104) of the bare sentence under the server's secret key, cut to 128 bits: who has the
database and not the key can neither read a sentence from it nor try sentences out.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from server.documents.errors import Malformed
from server.documents.fields import typed_blocks
from server.documents.tree import Node, read_tree
from server.domain.guard import MOST_SENTENCES, normalized, sentences
from server.domain.sections import PARENT_INPUT
from server.journal.snapshot import Damaged, load
from server.meeting.section_texts import parts_of
from server.storage.standing import standing
from server.storage.tables import Document, MarkedMeeting, Meeting, SentenceMark, Student

_PURPOSE = b"sentence of a plan\0"
# Of a block what makes it this student's: a team writes these, and dates and rooms come from the school's year.
BLOCK_FIELDS = {
    "goal": ("condition", "behavior", "criterion"),
    "service": ("service", "provider", "frequency", "minutes", "location"),
}


def mark(key: str, bare: str) -> str:
    return hmac.digest(key.encode(), _PURPOSE + bare.encode("utf-8", "surrogatepass"), sha256)[:16].hex()


def spoken(tree: Node) -> Iterator[str]:
    """The sentences of a section, and each of its goals and services as one; headings are the template's."""
    for part in parts_of(tree):
        for text in part.texts:
            yield from sentences(text)
    for block in typed_blocks(tree):
        if block.kind in BLOCK_FIELDS:
            yield "; ".join(filter(None, (block.fields[name] for name in BLOCK_FIELDS[block.kind])))


def section_sentences(connection: Connection, document_id: str, name: str) -> dict[str, str]:
    """A section's sentences by their bare form, as far as they say anything. `name`: the student's."""
    try:
        tree = read_tree(load(connection, document_id).state())
    except (Damaged, Malformed):
        return {}
    found: dict[str, str] = {}
    for sentence in spoken(tree):
        bare = normalized(sentence, [name])
        if bare is not None:
            found.setdefault(bare, sentence)
    return found


def compared(connection: Connection, meeting_id: str) -> list[str]:
    """The sections that are compared: all of the team's."""
    return list(
        connection.scalars(
            select(Document.id)
            .where(Document.meeting_id == meeting_id, Document.kind == "section", Document.section != PARENT_INPUT)
            .order_by(Document.position)
        )
    )


def alike(connection: Connection, meeting_id: str, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By section, the sentences that a plan of some other student has too. Reads nothing of that plan but marks."""
    row = connection.execute(
        select(Student.id, Student.name).join(Meeting, Meeting.student_id == Student.id).where(Meeting.id == meeting_id)
    ).one()
    by_mark: dict[str, tuple[str, str]] = {}
    for document_id in compared(connection, meeting_id):
        for bare, sentence in section_sentences(connection, document_id, row.name).items():
            if len(by_mark) < MOST_SENTENCES * len(keys):
                by_mark.update((mark(key, bare), (document_id, sentence)) for key in keys)
    theirs = select(Meeting.id).where(Meeting.student_id != row.id)
    known = set(
        connection.scalars(
            select(SentenceMark.mark)
            .distinct()
            .where(SentenceMark.mark.in_(list(by_mark)), SentenceMark.meeting_id.in_(theirs))
        )
    )
    found: dict[str, list[str]] = {}
    for one, (document_id, sentence) in by_mark.items():
        if one in known:
            found.setdefault(document_id, []).append(sentence)
    return {document_id: tuple(dict.fromkeys(same)) for document_id, same in found.items()}


@dataclass(frozen=True, slots=True)
class Taken:
    """A meeting's marks as of entry `number`."""

    meeting_id: str
    number: int
    marks: tuple[str, ...]


def take_marks(connection: Connection, meeting_id: str, key: str) -> Taken:
    row = connection.execute(
        select(Meeting.head_number, Student.name)
        .join(Student, Student.id == Meeting.student_id)
        .where(Meeting.id == meeting_id)
    ).one()
    marks: set[str] = set()
    for document_id in compared(connection, meeting_id):
        marks.update(mark(key, bare) for bare in section_sentences(connection, document_id, row.name))
    return Taken(meeting_id, row.head_number, tuple(sorted(marks)[:MOST_SENTENCES]))


def put_marks(connection: Connection, taken: Taken) -> None:
    """In place of those from before; none of a record that was destroyed meanwhile."""
    if not standing(connection, [taken.meeting_id]):
        return
    connection.execute(delete(SentenceMark).where(SentenceMark.meeting_id == taken.meeting_id))
    connection.execute(delete(MarkedMeeting).where(MarkedMeeting.meeting_id == taken.meeting_id))
    if taken.marks:
        rows = [{"meeting_id": taken.meeting_id, "mark": one} for one in taken.marks]
        connection.execute(insert(SentenceMark), rows)
    connection.execute(insert(MarkedMeeting).values(meeting_id=taken.meeting_id, number=taken.number))
