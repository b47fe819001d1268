"""Passages are found again: by their Yjs items as long as these live, and by their words when written anew."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlFragment, XmlText

from server.documents.anchors import (
    CHANGED,
    EXACT,
    MOVED,
    Anchor,
    End,
    Passage,
    Reading,
    read_anchor,
    squeeze,
)
from server.documents.errors import Malformed
from server.documents.restore import restore
from server.documents.tree import Node, Text, apply, content_update, insert_nodes, load
from tests.documents.making import edit, random_blocks
from tests.support.node import Node as NodeProgram

QUICK = settings(max_examples=60, deadline=None)


class Page:
    """A document under somebody's hands: paragraphs by number, split and moved as the editor does it."""

    def __init__(self, *paragraphs: str) -> None:
        self.doc: Doc[Any] = load(content_update([Node("paragraph", {}, (Text(words),)) for words in paragraphs]))

    @property
    def root(self) -> Any:
        return self.doc.get("default", type=XmlFragment)

    @property
    def state(self) -> bytes:
        return self.doc.get_update()

    def text(self, number: int) -> XmlText:
        children = list(self.root.children)[number].children
        text: XmlText = children[0] if len(children) else children.append(XmlText(""))
        return text

    def words(self, number: int) -> str:
        return str(self.text(number))

    def insert(self, number: int, at: int, words: str) -> None:
        self.text(number).insert(len(self.words(number)[:at].encode()), words)

    def delete(self, number: int, start: int, end: int) -> None:
        words = self.words(number)
        if end > start:
            del self.text(number)[len(words[:start].encode()) : len(words[:end].encode())]

    def split(self, number: int, at: int) -> None:
        """Y-prosemirror takes the tail away and writes it anew in a new paragraph."""
        tail = self.words(number)[at:]
        self.delete(number, at, at + len(tail))
        insert_nodes(self.root, number + 1, [Node("paragraph", {}, (Text(tail),))])

    def join(self, number: int) -> None:
        tail = self.words(number + 1)
        del self.root.children[number + 1]
        self.insert(number, len(self.words(number)), tail)

    def move(self, number: int, to: int) -> None:
        words = self.words(number)
        del self.root.children[number]
        insert_nodes(self.root, to, [Node("paragraph", {}, (Text(words),))])

    def anchor(self, quote: str, occurrence: int = 0) -> Anchor:
        return Reading(self.state).anchor(quote, occurrence=occurrence)

    def find(self, anchor: Anchor) -> Passage | None:
        return Reading(self.state).find(anchor)


READS = "Jonah reads 82 words correct per minute 😀 in grade 5 text."
OTHER = "He decodes closed syllables well."


def test_it_follows_edits_around_and_inside() -> None:
    page = Page(OTHER, READS)
    anchor = page.anchor("82 words correct per minute")
    page.insert(1, 0, "In February, ")
    page.insert(0, 0, "Note: ")
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.words) == (EXACT, "82 words correct per minute")
    at = page.words(1).index("correct")
    page.insert(1, at, "read ")
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.words) == (CHANGED, "82 words read correct per minute")
    page.delete(1, page.words(1).index("82"), page.words(1).rindex("read"))
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.words) == (CHANGED, "read correct per minute")


def test_replaced_altogether_it_is_what_stands_in_its_place() -> None:
    page = Page(OTHER, READS)
    anchor = page.anchor("82 words correct per minute")
    start = page.words(1).index("82")
    page.insert(1, start + 1, "ninety words")
    page.delete(1, start + 1 + len("ninety words"), start + len("82 words correct per minuteninety words"))
    page.delete(1, start, start + 1)
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.words) == (CHANGED, "ninety words")


@pytest.mark.parametrize("at", [0, 6, 9, 20, 39, 47, len(READS)])
def test_it_follows_a_split(at: int) -> None:
    page = Page(OTHER, READS, OTHER)
    anchor = page.anchor("82 words correct per minute")
    page.split(1, at)
    found = page.find(anchor)
    assert found is not None
    assert squeeze(found.words) == squeeze("82 words correct per minute")
    page.join(1)
    found = page.find(anchor)
    assert found is not None
    assert found.words == "82 words correct per minute"


def test_it_follows_a_move_and_tells_twins_apart_by_what_stands_ahead() -> None:
    page = Page("Goal 1: 80 percent of chances, four weeks.", "Goal 2: 80 percent of chances, two settings.", OTHER)
    first, second = page.anchor("80 percent of chances"), page.anchor("80 percent of chances", 1)
    page.move(1, 2)
    page.move(0, 2)
    assert page.words(0) == OTHER
    for anchor, start in ((first, "Goal 1"), (second, "Goal 2")):
        found = page.find(anchor)
        assert found is not None
        assert found.how == MOVED
        assert page.words(found.pieces[0].text).startswith(start)


def test_it_is_gone_and_a_short_word_elsewhere_is_not_taken_for_it() -> None:
    page = Page("One of the goals.", "Another one, and the rest.", "Nothing more.")
    short, long = page.anchor("the"), page.anchor("One of the goals.")
    page.delete(0, 0, len("One of the goals."))
    assert page.find(long) is None
    assert page.find(short) is None
    page.insert(0, 0, "One of the goals.")  # undone by hand
    found = page.find(long)
    assert found is not None
    assert found.words == "One of the goals."


def test_a_deleted_block_that_is_restored_has_it_again() -> None:
    page = Page(OTHER, READS)
    old = page.state
    anchor = page.anchor("82 words correct per minute")
    del page.root.children[1]
    assert page.find(anchor) is None
    apply(page.doc, restore(page.state, old))
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.words) == (MOVED, "82 words correct per minute")


def test_another_paragraph_made_of_its_letters_is_not_taken_for_it() -> None:
    """Moving a paragraph may rewrite both texts letter by letter, and leave the ends of the passage in the other."""
    page = Page("Jonah reads well in science class.", "Ms. Bell writes every week in class.")
    anchor = page.anchor("Jonah reads well in science class.")
    # What a comparison from both ends makes of swapping them: " class." and "." stay, the rest is written anew.
    page.insert(0, len("Jonah reads well in science"), "Ms. Bell writes every week in")
    page.delete(0, 0, len("Jonah reads well in science"))
    page.delete(1, 0, len("Ms. Bell writes every week in"))
    page.insert(1, 0, "Jonah reads well in science")
    found = page.find(anchor)
    assert found is not None
    assert (found.how, found.pieces[0].text) == (MOVED, 1)


def test_over_several_blocks() -> None:
    page = Page("Reads aloud", "every day", "in class")
    anchor = page.anchor("aloud every day in")
    found = page.find(anchor)
    assert found is not None
    assert [piece.text for piece in found.pieces] == [0, 1, 2]
    assert found.words == "aloud every day in"


@QUICK
@given(
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(["insert", "split", "join", "move", "restore", "other"]), max_size=12),
)
def test_the_words_are_found_as_long_as_they_stand_anywhere(rng: random.Random, acts: list[str]) -> None:
    """Whatever happens around a passage, but never inside it, by whomever: it is found where its words are."""
    names = ["alpha", "bravo", "charlie", "delta", "echo"]
    page = Page(*(f"{name} comes first, {name} is what we mean here, then more of {name}." for name in names))
    quote = f"{rng.choice(names)} is what we mean here"
    anchor = page.anchor(quote)
    states = [page.state]
    for act in acts:
        count = len(list(page.root.children))
        number = rng.randrange(count)
        words = page.words(number)
        start = words.find(quote)
        if act == "insert":
            at = rng.randrange(len(words) + 1)
            if not start < at < start + len(quote):
                page.insert(number, at, rng.choice(("x", "é😀", " and ")))
        elif act == "split" and words:
            page.split(number, rng.randrange(len(words)))
        elif act == "join" and number + 1 < count:
            page.join(number)
        elif act == "move" and count > 1:
            page.move(number, rng.randrange(count))
        elif act == "restore":
            apply(page.doc, restore(page.state, rng.choice(states)))
        elif act == "other" and squeeze(quote) not in squeeze(words) and count > 1:
            neighbours = "".join(page.words(n) for n in range(count) if n != number)
            if squeeze(quote) in squeeze(neighbours):
                del page.root.children[number]
        states.append(page.state)
        reading = Reading(page.state)
        found = reading.find(anchor)
        if reading.holds(quote):
            assert found is not None
            assert squeeze(found.words) == squeeze(quote), (act, found)


@QUICK
@given(st.integers(0, 10_000))
def test_items_stand_where_the_library_has_them(seed: int) -> None:
    """Three people edit at once, again and again: an item deleted by its id is the character that was named."""
    rng = random.Random(seed)
    docs: list[Doc[Any]] = [Doc(client_id=client) for client in (1, 2, 3)]
    insert_nodes(docs[0].get("default", type=XmlFragment), 0, random_blocks(rng))
    for _ in range(3):
        updates = [doc.get_update() for doc in docs]
        for doc in docs:
            for update in updates:
                apply(doc, update)
            edit(rng, doc, 4)
    for doc in docs[1:]:
        apply(docs[0], doc.get_update())
    state = docs[0].get_update()
    reading = Reading(state)
    plain = "".join(reading.words)
    ids = reading._positions.texts()
    assert len(ids) == len(reading.words)
    places = [(number, at) for number, words in enumerate(reading.words) for at in range(len(words))]
    for number, at in rng.sample(places, min(len(places), 5)):
        unit = reading.words[number][at]
        if "\ud800" <= unit < "\ue000":
            continue
        client, clock = reading._positions.item(ids[number], at)
        assert reading._positions.find(client, clock, after=False) == (ids[number], at)
        assert reading._positions.find(client, clock, after=True) == (ids[number], at + 1)
        gone = load(state)
        apply(gone, b"\x00\x01" + _varint(client) + b"\x01" + _varint(clock) + b"\x01")
        after = Reading(gone.get_update())
        index = sum(map(len, reading.words[:number])) + at
        assert "".join(after.words) == plain[:index] + plain[index + 1 :]
        assert after._positions.find(client, clock, after=True) == (ids[number], at)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


@QUICK
@given(st.dictionaries(st.sampled_from(["start", "end", "quote", "before"]), st.text() | st.binary() | st.integers()))
def test_what_a_stranger_sends_is_read_or_refused(values: dict[str, Any]) -> None:
    try:
        anchor = read_anchor(values)
    except Malformed:
        return
    assert read_anchor(anchor.facts()) == anchor


@QUICK
@given(st.binary(max_size=30), st.booleans())
def test_any_bytes_for_a_position(data: bytes, after: bool) -> None:
    import base64

    values = {"start": base64.b64encode(data).decode(), "end": "AAEBQQ==", "quote": "words", "before": ""}
    try:
        anchor = read_anchor(values)
    except Malformed:
        return
    Page(READS).find(anchor)  # whatever it names, it is found or it isn't


def test_items_that_the_document_never_had() -> None:
    for start in (End(7, 3, after=False), End(2**53 - 1, 2**31 - 1, after=False)):
        found = Page(READS).find(Anchor(start, End(9, 9, after=True), "82 words correct", ""))
        assert found is not None
        assert found.how == MOVED
    assert Page(READS).find(Anchor(End(7, 3, after=False), End(9, 9, after=True), "not there", "")) is None


def test_browser_and_server_find_the_same(node: NodeProgram, tmp_path: Any) -> None:
    """Documents with a history of splits, moves and restores, and anchors in them: both programs say the same."""
    rng = random.Random(20270225)
    cases: list[dict[str, Any]] = []
    for _ in range(120):
        page = Page(*(rng.choice((READS, OTHER, "É 😀 so it is.", "Reads the text.")) for _ in range(4)))
        words = page.words(rng.randrange(4))
        start = rng.randrange(len(words) - 1)
        quote = words[start : start + rng.randrange(1, 40)].strip() or "text"
        try:
            anchor = page.anchor(quote)
        except LookupError:
            continue
        states = [page.state]
        for _ in range(rng.randrange(8)):
            count = len(list(page.root.children))
            number = rng.randrange(count)
            length = len(page.words(number))
            act = rng.randrange(7)
            if act == 0:
                page.insert(number, rng.randrange(length + 1), rng.choice(("x", " 😀 ")))
            elif act == 1:
                page.delete(number, *sorted((rng.randrange(length + 1), rng.randrange(length + 1))))
            elif act == 2:
                page.split(number, rng.randrange(length + 1))
            elif act == 3 and number + 1 < count:
                page.join(number)
            elif act == 4:
                page.move(number, rng.randrange(count))
            elif act == 5 and count > 1:
                del page.root.children[number]
            else:
                apply(page.doc, restore(page.state, rng.choice(states)))
            states.append(page.state)
        found = page.find(anchor)
        expected = None if found is None else {"how": found.how, "pieces": [list(piece) for piece in found.pieces]}
        cases.append({"state": page.state.hex(), "anchor": anchor.facts(), "expected": expected})
    assert {(case["expected"] or {}).get("how") for case in cases} == {EXACT, CHANGED, MOVED, None}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    answers = node("documents/anchors.mjs", str(file))
    assert answers == [case["expected"] for case in cases]


def test_the_anchor_of_the_browser_is_that_of_the_server(node: NodeProgram, tmp_path: Any) -> None:
    page = Page(OTHER, READS)
    page.insert(1, 6, "really ")
    quotes = ["really", "82 words correct", "minute 😀 in", "well. Jonah"]
    file = tmp_path / "quotes.json"
    file.write_text(json.dumps({"state": page.state.hex(), "quotes": quotes}), encoding="utf-8")
    made = node("documents/anchors.mjs", str(file), "make")
    assert made == [page.anchor(quote).facts() for quote in quotes]


def test_an_empty_document_has_nothing() -> None:
    empty = Page()
    assert empty.find(Anchor(End(1, 1, after=False), End(1, 2, after=True), "x", "")) is None
    assert not Reading(empty.state).holds("x")
