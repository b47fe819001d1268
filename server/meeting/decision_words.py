"""The words of a decision as they are typed, cleaned and checked against the meeting that they speak of."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from server.documents.agreement import LINKABLE
from server.documents.numbers import quantities
from server.domain.decisions import DEFERRED, OUTCOMES
from server.domain.errors import Refused
from server.meeting import clean
from server.meeting.today import day_to_come
from server.storage.tables import Document, Participant

MOST_QUESTION = 500
MOST_ACTION = 500
MOST_TEXT = 4000
MOST_OPTION = 1000
MOST_VALUE = 300
MOST_OPTIONS, MOST_BASIS, MOST_NUMBERS = 12, 30, 40


@dataclass(frozen=True, slots=True)
class Words:
    """What a decision says. Lists hold objects as the table of decisions describes them."""

    question: str = ""
    raised_by: str | None = None
    action: str = ""
    reasons: str = ""
    other_factors: str = ""
    options: list[dict[str, Any]] = field(default_factory=list)
    basis: list[dict[str, Any]] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    outcome: str | None = None
    deferred_to: str | None = None
    deferred_until: str | None = None


def cleaned(connection: Connection, meeting_id: str, words: Words, *, until: str | None = None) -> dict[str, Any]:
    """The words as they are kept. Raises `Refused("invalid" or "not_found", field)`; fields of rows are named by the
    list and, from 0, the row: "options-2". `until`: the day that it is put off to already.
    """
    people = set(connection.scalars(select(Participant.person_id).where(Participant.meeting_id == meeting_id)))
    documents = set(
        connection.scalars(select(Document.id).where(Document.meeting_id == meeting_id, Document.kind == "section"))
    )
    kept: dict[str, Any] = {
        "question": clean.text(words.question, "question", most=MOST_QUESTION, required=False),
        "raised_by": _known(words.raised_by, people, "raised_by"),
        "action": clean.line(words.action, "action", most=MOST_ACTION, required=False),
        "reasons": clean.text(words.reasons, "reasons", most=MOST_TEXT, required=False),
        "other_factors": clean.text(words.other_factors, "other_factors", most=MOST_TEXT, required=False),
        "options": _options(words.options, people),
        "basis": _basis(words.basis),
        "numbers": _numbers(words.numbers, documents),
        "outcome": clean.choice(words.outcome, "outcome", OUTCOMES) if words.outcome else None,
        "deferred_to": None,
        "deferred_until": None,
    }
    if not kept["question"] and not kept["action"]:
        raise Refused("invalid", "question")
    if kept["outcome"] == DEFERRED:
        kept["deferred_to"] = _known(words.deferred_to, people, "deferred_to")
        day = words.deferred_until or ""
        kept["deferred_until"] = day_to_come(connection, meeting_id, day, "deferred_until", before=until)
    # Whose numbers it sets it speaks of.
    spoken_of = [_known(document_id, documents, "sections") for document_id in words.sections]
    kept["sections"] = list(dict.fromkeys([*spoken_of, *(number["document"] for number in kept["numbers"])]))
    return kept


def _known(value: str | None, known: Collection[str], field_name: str) -> str | None:
    """An id that the meeting has; none is None."""
    if not value:
        return None
    if value not in known:
        raise Refused("not_found", field_name)
    return value


def _options(options: list[dict[str, Any]], people: Collection[str]) -> list[dict[str, Any]]:
    _few(options, MOST_OPTIONS, "options")
    kept: list[dict[str, Any]] = [
        {
            "text": clean.text(str(option["text"]), f"options-{index}", most=MOST_OPTION),
            "proposed_by": _known(option.get("proposed_by"), people, f"options-{index}"),
            "considered": clean.text(
                str(option.get("considered") or ""), f"options-{index}", most=MOST_OPTION, required=False
            ),
            "chosen": bool(option.get("chosen")),
            "why": clean.text(str(option.get("why") or ""), f"options-{index}", most=MOST_OPTION, required=False),
        }
        for index, option in enumerate(options)
    ]
    if sum(option["chosen"] for option in kept) > 1:
        raise Refused("invalid", "options")
    return kept


def _basis(basis: list[dict[str, Any]]) -> list[dict[str, Any]]:
    _few(basis, MOST_BASIS, "basis")
    return [
        {
            "text": clean.line(str(row["text"]), f"basis-{index}", most=MOST_OPTION),
            "date": clean.day(str(row.get("date") or ""), f"basis-{index}"),
        }
        for index, row in enumerate(basis)
    ]


def _numbers(numbers: list[dict[str, Any]], documents: Collection[str]) -> list[dict[str, Any]]:
    _few(numbers, MOST_NUMBERS, "numbers")
    kept = []
    for index, number in enumerate(numbers):
        where = f"numbers-{index}"
        block = clean.choice(str(number["block"]), where, LINKABLE)
        value = clean.line(str(number["value"]), where, most=MOST_VALUE)
        if not quantities(value):
            raise Refused("invalid", where)
        document_id = _known(str(number["document"]), documents, where)
        if document_id is None:
            raise Refused("invalid", where)
        kept.append(
            {
                "document": document_id,
                "block": block,
                "label": clean.text(str(number["label"]), where, most=MOST_OPTION),
                "field": clean.choice(str(number["field"]), where, LINKABLE[block]),
                "value": value,
            }
        )
    return kept


def _few(rows: list[Any], most: int, field_name: str) -> None:
    if len(rows) > most:
        raise Refused("too_big", field_name)
