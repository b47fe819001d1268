"""What a struct of an update carries, apart from text and marks (most structs; `update.py` reads those itself)."""

import json
from typing import TYPE_CHECKING

from server.documents.anyvalue import JsonValue, read_any, read_count, read_text
from server.documents.errors import Malformed
from server.documents.varint import read_varint

if TYPE_CHECKING:
    from server.documents.update import Update

GC, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, SUBDOCUMENT, SKIP = range(11)

TEXT_TYPE = "#text"  # stands for a node's name where the type is one of running text
_XML_ELEMENT, _XML_HOOK, _XML_TEXT = 3, 5, 6
_OTHER_TYPES = {0: "array", 1: "map", 2: "text", 4: "fragment"}

MOST_BRACKETS = 64  # of one JSON text
_PLAIN_JSON = frozenset(("null", "true", "{}"))


def read_content(data: bytes, at: int, info: int, key: str | None, update: "Update") -> tuple[int, JsonValue, int]:
    """Read the content of a struct with this info byte into what `update` says. Returns its length in clocks,
    what it is (a node's name, an attribute's value) and where it ends. Raises `Malformed`, or `IndexError` where the
    bytes end early.
    """
    kind = info & 31
    if kind == TYPE:
        if info & 32:
            update.others.add("type attribute")
        name, at = _read_type(data, at, update)
        return 1, name, at
    if kind == ANY:
        length, at = read_count(data, at)
        value: JsonValue = None
        for _ in range(length):
            value, at = read_any(data, at)
            update.attributes.append((key, value))
        if length > 1 or (key is None and not info & 192):
            update.others.add("any")
        return length, value, at
    length, at = _read_refused(data, at, kind, update)
    return length, None, at


def _read_type(data: bytes, at: int, update: "Update") -> tuple[str, int]:
    kind, at = read_varint(data, at)
    name = TEXT_TYPE
    if kind == _XML_ELEMENT:
        name, at = read_text(data, at)
        update.types.append(name)
    elif kind == _XML_HOOK:
        _, at = read_text(data, at)
        update.others.add("hook")
    elif kind in _OTHER_TYPES:
        update.others.add(_OTHER_TYPES[kind])
    elif kind != _XML_TEXT:
        raise Malformed("a type of an unknown kind")
    return name, at


def _read_refused(data: bytes, at: int, kind: int, update: "Update") -> tuple[int, int]:
    """What Yjs has and no section document holds: read to its end all the same, so that it is refused by its name."""
    if kind == JSON:
        update.others.add("json")
        length, at = read_count(data, at)
        for _ in range(length):
            text, at = read_text(data, at)
            check_json(text)
        return length, at
    if kind == BINARY:
        update.others.add("binary")
        size, at = read_count(data, at)
        return 1, at + size
    if kind == EMBED:
        update.others.add("embed")
        text, at = read_text(data, at)
        check_json(text)
        return 1, at
    if kind == SUBDOCUMENT:
        update.others.add("subdocument")
        _, at = read_text(data, at)
        _, at = read_any(data, at)
        return 1, at
    raise Malformed("content of an unknown kind")


def check_json(text: str) -> None:
    """Raises `Malformed` for what is no strict JSON, or nested so deep that readers give up."""
    if text in _PLAIN_JSON:
        return
    if text.count("{") + text.count("[") > MOST_BRACKETS:
        raise Malformed("JSON nested too deep")
    try:
        value = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair has no bytes
    except ValueError:
        raise Malformed("JSON that is none") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)
