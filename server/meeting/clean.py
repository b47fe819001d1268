"""What people type into forms, as it is kept. Everything raises `Refused("invalid", field)` for what does not fit."""

import unicodedata
from collections.abc import Collection
from datetime import date

from server.domain.days import can_be_meant
from server.domain.errors import Refused


def line(value: str, field: str, *, most: int, required: bool = True) -> str:
    """One line: spaces joined, no control characters, at most `most` characters."""
    return text(" ".join(value.split()), field, most=most, required=required)


def text(value: str, field: str, *, most: int, required: bool = True) -> str:
    """Lines of text: line ends made one, no other control characters, nothing blank at either end."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    # What no font shows and no database takes: controls, lone surrogates.
    bad = any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in value)
    if bad or len(value) > most or (required and not value):
        raise Refused("invalid", field)
    return value


def choice(value: str, field: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise Refused("invalid", field)
    return value


def day(value: str, field: str, *, required: bool = False) -> str | None:
    """An ISO 8601 date of a year that can be meant, or None for none."""
    if not value.strip():
        if required:
            raise Refused("invalid", field)
        return None
    try:
        found = date.fromisoformat(value.strip())
    except ValueError:
        raise Refused("invalid", field) from None
    if not can_be_meant(found):
        raise Refused("invalid", field)
    return found.isoformat()


def number(value: str, field: str, *, least: int, most: int) -> int:
    """A whole number within bounds, both allowed."""
    try:
        found = int(value.strip())
    except ValueError:
        raise Refused("invalid", field) from None
    if not least <= found <= most:
        raise Refused("invalid", field)
    return found
