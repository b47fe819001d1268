"""What stands in an entry's payload, by kind. No I/O.

Edits and new documents hold a Yjs v1 update as it is. A restore holds the number it went back to and the update that
did it. Everything else holds canonical JSON (RFC 8785 for the values we use: sorted keys, no spaces, UTF-8).
"""

import json
import struct
from typing import Any

from server.journal.kinds import RESTORE, TEXT_KINDS


def facts(values: dict[str, Any]) -> bytes:
    """Canonical JSON of an act's facts: strings, integers, booleans, None, lists and objects of them."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_facts(payload: bytes) -> dict[str, Any]:
    values = json.loads(payload)
    if not isinstance(values, dict):
        raise ValueError("an act's facts are no object")
    return values


def restoration(number: int, update: bytes) -> bytes:
    return struct.pack(">Q", number) + update


def update_of(kind: str, payload: bytes) -> bytes | None:
    """The Yjs update that an entry of this kind applies to its document, or None when it changes no text."""
    if kind not in TEXT_KINDS:
        return None
    return payload[8:] if kind == RESTORE else payload


def restored_number(payload: bytes) -> int:
    """The number of the entry whose text a restore brought back."""
    (number,) = struct.unpack_from(">Q", payload)
    return int(number)
