"""What stands in an entry's payload, by kind. No I/O.

Edits and new documents hold a Yjs v1 update as it is. A restore holds the number it went back to and the update that
did it. Acts that change text besides hold their facts and an update. Everything else holds facts: canonical JSON
(RFC 8785 for the values we use: sorted keys, no spaces, UTF-8).
"""

import json
import struct
from typing import Any

from server.journal.kinds import FACTS_AND_TEXT, RESTORE, TEXT_KINDS


def facts(values: dict[str, Any]) -> bytes:
    """Canonical JSON of an act's facts: strings, integers, booleans, None, lists and objects of them."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_facts(payload: bytes) -> dict[str, Any]:
    values = json.loads(payload)
    if not isinstance(values, dict):
        raise ValueError("an act's facts are no object")
    return values


def facts_and_text(values: dict[str, Any], update: bytes) -> bytes:
    """An act that changes a document's text as well: its facts, and the Yjs v1 update."""
    told = facts(values)
    return struct.pack(">I", len(told)) + told + update


def facts_of(kind: str, payload: bytes) -> dict[str, Any] | None:
    """What an entry of this kind tells apart from text, or None when it is text alone."""
    if kind in FACTS_AND_TEXT:
        (length,) = struct.unpack_from(">I", payload)
        return read_facts(payload[4 : 4 + length])
    return None if kind in TEXT_KINDS else read_facts(payload)


def restoration(number: int, update: bytes) -> bytes:
    return struct.pack(">Q", number) + update


def update_of(kind: str, payload: bytes) -> bytes | None:
    """The Yjs update that an entry of this kind applies to its document, or None when it changes no text."""
    if kind not in TEXT_KINDS:
        return None
    if kind in FACTS_AND_TEXT:
        (length,) = struct.unpack_from(">I", payload)
        return payload[4 + length :]
    return payload[8:] if kind == RESTORE else payload


def restored_number(payload: bytes) -> int:
    """The number of the entry whose text a restore brought back."""
    (number,) = struct.unpack_from(">Q", payload)
    return int(number)
