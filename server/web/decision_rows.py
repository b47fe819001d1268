"""The rows of a decision's form: options, documents and linked numbers, each field named by its row.

More rows come by a button that sends the form and gets it back longer, so that it works without script too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.documents.agreement import Link

ROW = re.compile(r"(option|basis|number)-([0-9]{1,2})-([a-z]+)")
MOST_ROWS = {"option": 12, "basis": 30, "number": 99}
FEWEST = {"option": 2, "basis": 1, "number": 0}
# The fields of a row that make it one: all empty, it is nothing.
TYPED = {"option": ("text", "considered", "why"), "basis": ("text", "date"), "number": ("on",)}

Values = Mapping[str, str]


def count(values: Values, kind: str) -> int:
    """How many rows of a kind the form shows."""
    numbers = [int(found[2]) for name in values if (found := ROW.fullmatch(name)) and found[1] == kind]
    return min(max([FEWEST[kind], *(number + 1 for number in numbers)]), MOST_ROWS[kind])


def rows(values: Values, kind: str) -> list[tuple[int, dict[str, str]]]:
    """The rows that say something, each with its number on the form."""
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        part = ROW.fullmatch(name)
        if part and part[1] == kind:
            found.setdefault(int(part[2]), {})[part[3]] = value
    return [
        (index, row) for index, row in sorted(found.items()) if any(row.get(field, "").strip() for field in TYPED[kind])
    ]


def options(values: Values) -> list[dict[str, Any]]:
    return [
        {
            "text": row.get("text", ""),
            "proposed_by": row.get("by") or None,
            "considered": row.get("considered", ""),
            "chosen": values.get("chosen") == str(index),
            "why": row.get("why", ""),
        }
        for index, row in rows(values, "option")
    ]


def basis(values: Values) -> list[dict[str, Any]]:
    return [{"text": row.get("text", ""), "date": row.get("date", "")} for _, row in rows(values, "basis")]


def numbers(values: Values) -> list[dict[str, Any]]:
    return [
        {name: row.get(name, "") for name in ("document", "block", "label", "field", "value")}
        for _, row in rows(values, "number")
    ]


def filled(
    options: Iterable[Mapping[str, Any]], basis: Iterable[Mapping[str, Any]], numbers: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """The fields of a decision's rows, as the form sends them."""
    values: dict[str, str] = {}
    for index, option in enumerate(options):
        row = f"option-{index}"
        values |= {
            f"{row}-text": option["text"],
            f"{row}-by": option["proposed_by"] or "",
            f"{row}-considered": option["considered"],
            f"{row}-why": option["why"],
        }
        if option["chosen"]:
            values["chosen"] = str(index)
    for index, document in enumerate(basis):
        values |= {f"basis-{index}-text": document["text"], f"basis-{index}-date": document["date"] or ""}
    for index, number in enumerate(numbers):
        values |= {f"number-{index}-{name}": text for name, text in number.items()}
        values[f"number-{index}-on"] = "yes"
    return values


def offer(values: dict[str, str], found: Sequence[Link]) -> None:
    """Add the draft's fields that hold numbers, behind those that the form links already."""
    known = {
        tuple(values.get(f"number-{index}-{name}") for name in ("document", "block", "label", "field"))
        for index in range(count(values, "number"))
    }
    index = count(values, "number")
    for link in found:
        if index >= MOST_ROWS["number"]:
            return
        if (link.document, link.block, link.label, link.field) not in known:
            values |= {
                f"number-{index}-document": link.document,
                f"number-{index}-block": link.block,
                f"number-{index}-label": link.label,
                f"number-{index}-field": link.field,
                f"number-{index}-value": " ".join(link.value.split())[:300],
            }
            index += 1


def row_of(values: Values, field: str) -> tuple[str, str] | None:
    """The form's field, and the kind of row, that a refusal of a row ("options-1") is about."""
    found = re.fullmatch(r"(options|basis|numbers)-([0-9]+)", field)
    if found is None:
        return None
    kind = {"options": "option", "basis": "basis", "numbers": "number"}[found[1]]
    shown = rows(values, kind)
    at = int(found[2])
    index = shown[at][0] if at < len(shown) else 0
    return f"{kind}-{index}-{'value' if kind == 'number' else 'text'}", found[1]
