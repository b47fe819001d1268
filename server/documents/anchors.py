"""A passage of a document that a comment is about, kept outside the document and found again as the text changes.

Its two ends are Yjs relative positions: they go along with the characters they were set at. An editor that splits or
moves a block deletes its text and writes it anew, and a restored text is new text too, so the words of the passage are
looked for besides. `web/comments/anchors.ts` does the same, step by step; a test holds one against the other.
"""

import base64
import binascii
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.errors import Malformed
from server.documents.nodes import ROOT_NAME
from server.documents.positions import Positions
from server.documents.tree import load
from server.documents.varint import MOST_CLOCK, read_varint, write_varint

MOST_QUOTE = 2000
MOST_BEFORE = 120
BEFORE = 40  # units ahead of a passage that are kept
MOST_ENCODED = 40  # characters of one end in base64
LONG_ENOUGH = 12  # so many characters of a quote are hardly ever somewhere else by chance
MOST_FOUND = 1000  # places where the same words stand
ITEM, MOST_CLIENT = 0, 2**53 - 1
_SECOND_HALVES = "".join(map(chr, range(0xDC00, 0xE000)))  # of a character that two UTF-16 units make

EXACT, CHANGED, MOVED = "exact", "changed", "moved"

# As `\s` in JavaScript.
_SPACES = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | {
    chr(code) for code in range(0x2000, 0x200B)
}


class End(NamedTuple):
    """One end of a passage: the Yjs item of its first or last character."""

    client: int
    clock: int
    after: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """`quote`: the words it was made on; `before`: a few words ahead of them in the same paragraph."""

    start: End
    end: End
    quote: str
    before: str

    def facts(self) -> dict[str, str]:
        return {
            "start": encode_end(self.start),
            "end": encode_end(self.end),
            "quote": self.quote,
            "before": self.before,
        }


class Piece(NamedTuple):
    """A part of a passage in one running text: the text's number in the document, and UTF-16 offsets in it."""

    text: int
    start: int
    end: int


class Passage(NamedTuple):
    """Where an anchor's words are now. `how`: as they were, changed in place, or in another place."""

    how: str
    pieces: tuple[Piece, ...]
    words: str
    at: int  # grows along the document


def read_anchor(values: Mapping[str, Any]) -> Anchor:
    """An anchor as a browser sends it, or as facts keep it. Raises `Malformed` for anything else."""
    texts = [values.get(name) for name in ("start", "end", "quote", "before")]
    if not all(isinstance(text, str) for text in texts):
        raise Malformed("an anchor that is none")
    start, end, quote, before = (str(text) for text in texts)
    if not squeeze(quote) or len(quote) > MOST_QUOTE or len(before) > MOST_BEFORE:
        raise Malformed("a quote too long or empty")
    try:
        (quote + before).encode()
    except UnicodeEncodeError:
        raise Malformed("half a character") from None
    return Anchor(decode_end(start, after=False), decode_end(end, after=True), quote, before)


def decode_end(text: str, *, after: bool) -> End:
    """A Yjs relative position (version 1, base64) at an item. Raises `Malformed`."""
    if len(text) > MOST_ENCODED:
        raise Malformed("a position too long")
    try:
        data = base64.b64decode(text, validate=True)
        kind, at = read_varint(data, 0)
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        # Which side it keeps to, as a signed number: 0 or -1. Older writers leave it out.
        side = data[at:]
    except (IndexError, ValueError, binascii.Error):
        raise Malformed("no relative position") from None
    if kind != ITEM or client > MOST_CLIENT or clock >= MOST_CLOCK or side not in (b"", b"\x00", b"\x41"):
        raise Malformed("no relative position at an item")
    return End(client, clock, after)


def encode_end(end: End) -> str:
    side = b"\x41" if end.after else b"\x00"
    data = write_varint(ITEM) + write_varint(end.client) + write_varint(end.clock) + side
    return base64.b64encode(data).decode()


def units(text: str) -> str:
    """The text with one character for each UTF-16 unit, as JavaScript and Yjs count."""
    if text.isascii():
        return text
    return "".join(map(chr, array("H", text.encode("utf-16-le", "surrogatepass"))))


def from_units(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def squeeze(text: str) -> str:
    """The text in UTF-16 units without its spaces: blocks may break anywhere, and nobody minds a space."""
    return "".join(unit for unit in units(text) if unit not in _SPACES)


class Reading:
    """What a document's running texts say, in their order, and where its Yjs items are in them."""

    def __init__(self, state: bytes) -> None:
        """From a document's whole state. Raises `Malformed`."""
        doc = load(state)
        with doc.transaction():
            self.words = [_units_of(text) for text in running_texts(doc)]
        self._state = state
        # A number a character, and no pair of objects: a section of two megabytes would take sixty times its size.
        self._places = array(
            "Q",
            (
                number << 32 | offset  # as `_place`; a call each would take half the time
                for number, words in enumerate(self.words)
                for offset, unit in enumerate(words)
                if unit not in _SPACES
            ),
        )
        self._all = "".join(unit for words in self.words for unit in words if unit not in _SPACES)

    @property
    def size(self) -> int:
        """Bytes of the state that it was made from."""
        return len(self._state)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self._state)

    @cached_property
    def _number(self) -> dict[tuple[int, int], int]:
        ids = self._positions.texts()
        return {identity: number for number, identity in enumerate(ids)} if len(ids) == len(self.words) else {}

    def find(self, anchor: Anchor) -> Passage | None:
        """Where the anchor's words are now, or None where they are gone."""
        quote, before = squeeze(anchor.quote), squeeze(anchor.before)
        start, end = self._relative(anchor.start), self._relative(anchor.end)
        start = end if start is None else start
        end = start if end is None else max(end, start or 0)
        if start is not None and end is not None and self._all[start:end] == quote:
            return self._passage(EXACT, start, end)
        found = self._occurrences(quote)
        size = len(quote)
        if start is not None and end is not None and start < end:
            near = [at for at in found if at < end and at + size > start]
            if near:
                at = min(near, key=lambda place: (abs(place - start), place))
                return self._passage(EXACT, at, at + size)
            kept = _kept(self._all[start:end], quote)
            elsewhere = (
                self._elsewhere(found, quote, before, start) if size >= LONG_ENOUGH and 2 * kept < size else None
            )
            if elsewhere is None:
                return self._passage(CHANGED, start, end)
        else:
            elsewhere = self._elsewhere(found, quote, before, start)
        return None if elsewhere is None else self._passage(MOVED, elsewhere, elsewhere + size)

    def anchor(self, quote: str, *, occurrence: int = 0) -> Anchor:
        """An anchor on these words where they stand (the first time). Raises `LookupError` where they don't."""
        places = self._occurrences(squeeze(quote))
        if occurrence >= len(places):
            raise LookupError(quote)
        pieces = self._passage(EXACT, places[occurrence], places[occurrence] + len(squeeze(quote))).pieces
        first, last = pieces[0], pieces[-1]
        ids = self._positions.texts()
        return Anchor(
            End(*self._positions.item(ids[first.text], first.start), after=False),
            End(*self._positions.item(ids[last.text], last.end - 1), after=True),
            quote,
            from_units(self.words[first.text][max(first.start - BEFORE, 0) : first.start].lstrip(_SECOND_HALVES)),
        )

    def holds(self, quote: str) -> bool:
        """Whether these words stand anywhere in the document."""
        return squeeze(quote) in self._all

    def _relative(self, end: End) -> int | None:
        """How many characters but spaces are ahead of this end of a passage; None where its text is gone."""
        found = self._positions.find(end.client, end.clock, after=end.after)
        number = None if found is None else self._number.get(found[0])
        return None if found is None or number is None else bisect_left(self._places, _place(number, found[1]))

    def _occurrences(self, quote: str) -> list[int]:
        found: list[int] = []
        at = self._all.find(quote)
        while at >= 0 and len(found) < MOST_FOUND:
            found.append(at)
            at = self._all.find(quote, at + 1)
        return found

    def _elsewhere(self, found: list[int], quote: str, before: str, near: int | None) -> int | None:
        """The place among `found` where the quote went: where the words ahead are the same, or else the nearest."""
        size = len(quote)
        best: tuple[bool, int, int] | None = None
        for at in found:
            same = bool(before) and self._all[max(at - len(before), 0) : at] == before
            touches = near is not None and near in (at, at + size)
            alone = len(found) == 1 and self._is_whole(at, at + size)
            if size >= LONG_ENOUGH or same or touches or alone:
                key = (not same, 0 if near is None else abs(at - near), at)
                best = key if best is None else min(best, key)
        return None if best is None else best[2]

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether a passage neither starts nor ends inside a word."""
        (text, first), (last_text, last) = (
            _text_and_offset(self._places[start]),
            _text_and_offset(self._places[end - 1]),
        )
        words, last_words = self.words[text], self.words[last_text]
        opens = first == 0 or not (_is_letter(words[first - 1]) and _is_letter(words[first]))
        closes = last + 1 >= len(last_words) or not (_is_letter(last_words[last]) and _is_letter(last_words[last + 1]))
        return opens and closes

    def _passage(self, how: str, start: int, end: int) -> Passage:
        pieces: list[Piece] = []
        for number, offset in map(_text_and_offset, self._places[start:end]):
            if pieces and pieces[-1].text == number:
                pieces[-1] = Piece(number, pieces[-1].start, offset + 1)
            else:
                pieces.append(Piece(number, offset, offset + 1))
        words = " ".join(from_units(self.words[piece.text][piece.start : piece.end]) for piece in pieces)
        return Passage(how, tuple(pieces), words, start)


def _place(text: int, offset: int) -> int:
    """A running text's number and a character's offset in it as one number, which grows along the document."""
    return text << 32 | offset


def _text_and_offset(place: int) -> tuple[int, int]:
    return place >> 32, place & 0xFFFFFFFF


def _kept(now: str, quote: str) -> int:
    """How many characters at both ends are still those of the quote."""
    most = min(len(now), len(quote))
    front = 0
    while front < most and now[front] == quote[front]:
        front += 1
    back = 0
    while back < most - front and now[-1 - back] == quote[-1 - back]:
        back += 1
    return front + back


def _is_letter(unit: str) -> bool:
    """A letter, a digit or half of a character beyond them; ASCII apart, as every script can tell."""
    return unit.isalnum() if unit < "\x80" else unit > "\xbf"


def running_texts(doc: "Doc[Any]") -> list[XmlText]:
    """The running texts of a live document, in their order: a `Piece` names one by its number."""
    return _texts(doc.get(ROOT_NAME, type=XmlFragment))


def _texts(parent: XmlFragment | XmlElement) -> list[XmlText]:
    found: list[XmlText] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            found.append(child)
        elif isinstance(child, XmlElement):
            found += _texts(child)
    return found


def _units_of(text: XmlText) -> str:
    """What else than text there may be counts as one unit, as in Yjs."""
    return "".join(units(part) if isinstance(part, str) else "\ufffc" for part, _ in text.diff())
