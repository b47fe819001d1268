"""Whether a draft still says the numbers that a decision sets: the fields it is linked to, held against its values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.documents.fields import NAMED_BY, TypedBlock
from server.documents.nodes import FIELDS
from server.documents.numbers import quantities, says

# Rows that have numbers to decide on, and their fields but the one that a row is known by.
LINKABLE: Mapping[str, tuple[str, ...]] = {
    block: tuple(field for field in FIELDS[block] if field != NAMED_BY[block]) for block in ("goal", "service")
}


@dataclass(frozen=True, slots=True)
class Link:
    """A field of the draft that holds numbers or dates, with its present text."""

    document: str
    block: str
    label: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a decision set and what the draft says now; `now` is None where the row is gone."""

    document: str
    block: str
    label: str
    field: str
    value: str
    now: str | None


def links(document_id: str, blocks: Iterable[TypedBlock]) -> list[Link]:
    """The fields of a document that a decision can be linked to: of rows with a name, those with a number or date."""
    return [
        Link(document_id, block.kind, block.label, field, text)
        for block in blocks
        if block.kind in LINKABLE and block.label
        for field, text in block.fields.items()
        if field in LINKABLE[block.kind] and quantities(text)
    ]


def differences(
    numbers: Iterable[Mapping[str, Any]], blocks_of: Mapping[str, Sequence[TypedBlock]]
) -> list[Difference]:
    """The linked numbers that the draft does not say. `blocks_of`: typed blocks by document; others are not looked at.

    Several rows of one name are one row told twice: one that says the number is enough.
    """
    found = []
    for number in numbers:
        if number["document"] not in blocks_of:
            continue
        name = _plain(number["label"])
        rows = [
            block
            for block in blocks_of[number["document"]]
            if block.kind == number["block"] and _plain(block.label) == name
        ]
        texts = [block.fields.get(number["field"], "") for block in rows]
        if not any(says(text, number["value"]) for text in texts):
            now = texts[0] if texts else None
            found.append(Difference(**{key: number[key] for key in _KEYS}, now=now))
    return found


_KEYS = ("document", "block", "label", "field", "value")


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()
