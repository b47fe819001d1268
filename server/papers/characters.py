"""What of people's words can stand in a document at all."""

import unicodedata
from typing import Any

# What no font at hand has a picture of is shown as this, as a browser would show a box.
NO_GLYPH = "\N{REPLACEMENT CHARACTER}"


def printable(told: Any) -> Any:
    """The same lists, dictionaries and strings without what stands for no character: no document fails by one."""
    if isinstance(told, str):
        return "".join(_char(char) for char in told)
    if isinstance(told, dict):
        return {key: printable(value) for key, value in told.items()}
    return [printable(value) for value in told] if isinstance(told, list) else told


def _char(char: str) -> str:
    if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Co"}:
        return char
    return " " if char == "\t" else NO_GLYPH
