"""What became of a section between two entries of the journal: what changed, by whom, when, and by which decision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from pycrdt import Doc
from sqlalchemy import Connection, select

from server.documents.difference import CAME, WENT, compare
from server.documents.fields import NAMED_BY
from server.documents.numbers import says
from server.documents.told import BlockChange, Change, FieldChange, PassageChange, changes, places
from server.documents.tree import Node, apply, load, read_doc
from server.journal.entry import payload_hash
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.journal.snapshot import Damaged
from server.journal.snapshot import load as load_document
from server.storage.tables import Decision, Entry, Person

MOST_STEPS = 24  # texts in between that are held against each other to find out whose a change is

View = Callable[[Node], Node]


@dataclass(frozen=True, slots=True)
class Step:
    """Entries `first` to `last`, of one person; of several where there are too many to be told apart."""

    first: int
    last: int
    people: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A text just after entry `number`, which is one of its own; `by` is who wrote that (a name)."""

    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change with those who made it (names), when it was last made, and the settled decisions that set it.

    `sure`: each of `by` did change it; else it was one of them. `decisions`: (id, ordinal).
    """

    change: Change
    by: tuple[str, ...] = ()
    sure: bool = True
    at: datetime | None = None
    decisions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Became:
    """What a step did, and where the places of the text were before it."""

    step: Step
    changes: Sequence[Change]
    was: Mapping[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Changed:
    """`tree` is the comparison (`documents.difference`); `decisions`: others, settled on a version in between."""

    tree: Node
    told: Sequence[Told]
    decisions: Sequence[tuple[str, int]]


def moment_at(connection: Connection, document_id: str, number: int | None = None) -> Moment | None:
    """The newest entry that changed this text, up to entry `number` (None: of all); None where there is none."""
    query = (
        select(Entry.number, Entry.time, Person.name)
        .join(Person, Person.id == Entry.author_id)
        .where(Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .order_by(Entry.number.desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(Entry.number <= number)
    row = connection.execute(query).first()
    return Moment(row.number, datetime.fromtimestamp(row.time / 1_000_000, UTC), row.name) if row else None


def read_changed(
    connection: Connection, meeting_id: str, document_id: str, start: int, end: int, view: View = lambda tree: tree
) -> Changed:
    """From the text just after entry `start` to that just after `end`, of what `view` lets the reader see.

    Raises `Damaged`, `Malformed`.
    """
    doc = load(load_document(connection, document_id, start).state())
    before = after = view(read_doc(doc))
    steps: list[_Became] = []
    for step in _steps(connection, doc, document_id, start, end):
        earlier, after = after, view(read_doc(doc))
        if earlier != after:
            between = compare(earlier, after)
            steps.append(_Became(step, changes(between), places(between)))
    tree = compare(before, after)
    names = _names(connection, {one for became in steps for one in became.step.people})
    settled = list(
        connection.execute(
            select(Decision.id, Decision.ordinal, Decision.numbers, Decision.pins)
            .where(Decision.meeting_id == meeting_id, Decision.state == "settled")
            .order_by(Decision.ordinal)
        )
    )
    told = [_attributed(change, steps, names, settled, document_id) for change in changes(tree)]
    pinned = [
        (row.id, row.ordinal)
        for row in settled
        if any(pin["document"] == document_id and start < pin["number"] <= end for pin in row.pins)
    ]
    named = {one for each in told for one in each.decisions}
    return Changed(tree, told, [one for one in pinned if one not in named] if told else [])


def _steps(connection: Connection, doc: "Doc[Any]", document_id: str, start: int, end: int) -> Iterator[Step]:
    """After each the document holds what had been written up to it."""
    rows = connection.execute(
        select(Entry.number, Entry.kind, Entry.author_id, Entry.time, Entry.payload, Entry.salt, Entry.payload_hash)
        .where(
            Entry.document_id == document_id,
            Entry.kind.in_(sorted(TEXT_KINDS)),
            Entry.number > start,
            Entry.number <= end,
        )
        .order_by(Entry.number)
    ).all()
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.author_id)]
    size = -(-len(groups) // MOST_STEPS) or 1
    for at in range(0, len(groups), size):
        together = [row for group in groups[at : at + size] for row in group]
        for row in together:
            if payload_hash(row.salt, row.payload) != row.payload_hash:
                raise Damaged(f"entry {row.number} of {document_id}")
            if (update := update_of(row.kind, row.payload)) is not None:
                apply(doc, update)
        people = tuple(dict.fromkeys(row.author_id for row in together))
        moment = datetime.fromtimestamp(together[-1].time / 1_000_000, UTC)
        yield Step(together[0].number, together[-1].number, people, moment)


def _names(connection: Connection, ids: set[str]) -> dict[str, str]:
    rows = connection.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _attributed(
    change: Change,
    steps: Sequence[_Became],
    names: dict[str, str],
    settled: Sequence[Any],
    document_id: str,
) -> Told:
    found = _lineage(change, steps)
    people = dict.fromkeys(one for step in found for one in step.people)
    return Told(
        change,
        tuple(names[one] for one in people if one in names),
        all(len(step.people) == 1 for step in found),
        max((step.at for step in found), default=None),
        tuple((row.id, row.ordinal) for row in settled if _sets(row.numbers, change, document_id)),
    )


def _lineage(change: Change, steps: Sequence[_Became]) -> list[Step]:
    """The steps in which this place of the text became another, oldest first: followed from text to text."""
    gone = not isinstance(change, FieldChange) and change.change == WENT
    place = change.was_place if isinstance(change, PassageChange) and gone else change.place
    found = []
    for became in steps if gone else reversed(steps):
        touched = [one for one in became.changes if _is_at(one, change, place, gone=gone)]
        if touched:
            found.append(became.step)
        if any(not isinstance(one, FieldChange) and one.change == (WENT if gone else CAME) for one in touched):
            break
        was = became.was
        if gone:
            place = next((now for (kind, now), then in was.items() if (kind, then) == (change.kind, place)), 0)
        else:
            place = was.get((change.kind, place), 0)
        if not place:
            break
    return found if gone else found[::-1]


def _is_at(one: Change, change: Change, place: int, *, gone: bool) -> bool:
    if one.kind != change.kind:
        return False
    if isinstance(one, FieldChange):
        return one.place == place and not gone and (not isinstance(change, FieldChange) or one.field == change.field)
    if isinstance(one, BlockChange):
        return one.place == place and one.change == (WENT if gone else CAME)
    if gone:
        return one.was_place == place and one.change == WENT
    return one.place == place and one.change != WENT


def _sets(numbers: Sequence[dict[str, Any]], change: Change, document_id: str) -> bool:
    """Whether a decision says what now stands in this field."""
    if isinstance(change, PassageChange):
        return False
    if isinstance(change, FieldChange):
        now = {change.field: change.after}
    elif change.change == CAME:
        now = {name: text for name, text in change.fields.items() if name != NAMED_BY[change.kind]}
    else:
        return False
    return any(
        number["document"] == document_id
        and number["block"] == change.kind
        and number["label"].casefold().split() == change.called.casefold().split()
        and number["field"] in now
        and says(now[number["field"]], number["value"])
        for number in numbers
    )
