"""The outline: honest edits are admitted in every order; what would break a document or an editor is not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import XmlElement, XmlText

from server.documents.errors import Malformed
from server.documents.outline import Outline
from server.documents.schema import check_structure, check_tree, check_update
from server.documents.state_vector import read_state_vector
from server.documents.template import filled_block
from server.documents.tree import Node, Text, apply, content_update, load, read_doc, read_tree
from server.documents.update import read_update
from tests.documents.making import (
    beside,
    copy_of,
    delete_set,
    edit,
    inside,
    merged,
    random_blocks,
    recorded,
    string,
    update_of,
    varints,
)
from tests.documents.test_update import mutated

DELETED, STRING, FORMAT, TYPE, ANY = 1, 4, 6, 7, 8
seeds = st.integers(0, 2**32 - 1)

BASE = content_update(
    [
        Node("paragraph", {}, (Text("a😀b"),)),  # (1, 0), its text (1, 1), characters (1, 2) to (1, 5)
        Node("heading", {"level": 2}, (Text("Heading"),)),  # (1, 6), its level (1, 7), its text (1, 8)
        Node("bulletList", {}, (Node("listItem", {}, (Node("paragraph"),)),)),  # (1, 16), (1, 17), (1, 18)
        filled_block("accommodation", {"what": "Notes"}),  # (1, 19), the first field (1, 20)
    ],
    client_id=1,
)


def judge(update: bytes, state: bytes = BASE) -> str | None:
    """As a room does: the update by itself, then where it stands."""
    read = read_update(update)
    assert not read.missing(read_state_vector(load(state).get_state()))
    assert check_structure(state, update) == (check_update(read) or Outline(state).judge(read))
    return check_update(read) or Outline(state).judge(read)


def test_the_base_is_as_these_tests_think():
    outline = Outline(BASE)
    names = {clock: place.node for clock in range(25) if (place := outline.known((1, clock))) and place.node}
    expected = {0: "paragraph", 1: "#text", 6: "heading", 8: "#text", 16: "bulletList", 17: "listItem"}
    assert names == {**expected, 18: "paragraph", 19: "accommodation", 20: "field", 22: "#text"}


@given(seeds)
def test_honest_edits_are_admitted_whatever_their_order(seed):
    rng = random.Random(seed)
    base = content_update(random_blocks(rng), client_id=7)
    docs = [copy_of(base, client) for client in (8, 2**32 - 1)]
    streams = [edit(rng, doc) for doc in docs]
    server, outline = load(base), Outline(base)
    while any(streams):
        stream = rng.choice([stream for stream in streams if stream])
        update = stream.pop(0)
        read = read_update(update)
        assert (check_update(read) or outline.judge(read)) is None
        assert check_structure(server.get_update(), update) is None
        outline.add(read)
        apply(server, update)
        if rng.random() < 0.2:
            outline = Outline(server.get_update())  # as after a restart, when what was deleted is only half known
    assert check_tree(read_doc(server)) is None
    for doc in docs:
        again = read_update(doc.get_update())  # a client that comes back and sends all it has
        assert (check_update(again) or outline.judge(again) or Outline(server.get_update()).judge(again)) is None


@given(seeds)
def test_what_is_admitted_makes_a_valid_document(seed):
    rng = random.Random(seed)
    base = content_update(random_blocks(rng, 3), client_id=7)
    doc = copy_of(base, 300)
    state = read_state_vector(doc.get_state())
    outline = Outline(base)
    for update in edit(rng, doc, 3)[:1] * 40:
        data = mutated(rng, update)
        try:
            read = read_update(data)
        except Malformed:
            continue
        if read.missing(state) or check_update(read) is not None or outline.judge(read) is not None:
            continue
        changed = load(base)
        apply(changed, data)
        assert check_tree(read_doc(changed)) is None
        known = {**state, **{client: ranges[-1][1] for client, ranges in read.ranges.items() if ranges}}
        assert {c: max(k, state.get(c, 0)) for c, k in known.items()} == read_state_vector(changed.get_state())
        assert load(changed.get_update()).get_state() == changed.get_state()


MISPLACED = {
    "text among blocks": beside(STRING, (1, 0)) + string("x"),
    "text before blocks": bytes([STRING | 0x40]) + varints(1, 0) + string("x"),
    "text right in a list": inside(STRING, (1, 16)) + string("x"),
    "text in a character": inside(STRING, (1, 2)) + string("x"),
    "text in a level": inside(STRING, (1, 7)) + string("x"),
    "text after a level": beside(STRING, (1, 7)) + string("x"),
    "a mark among blocks": beside(FORMAT, (1, 0)) + string("bold") + string("{}"),
    "a paragraph in text": beside(TYPE, (1, 2)) + varints(3) + string("paragraph"),
    "a break in a Yjs text": inside(TYPE, (1, 1)) + varints(3) + string("hardBreak"),
    "a paragraph in a list": inside(TYPE, (1, 16)) + varints(3) + string("paragraph"),
    "a list item in a paragraph": inside(TYPE, (1, 0)) + varints(3) + string("listItem"),
    "a list item at the top": beside(TYPE, (1, 0)) + varints(3) + string("listItem"),
    "a goal in a list item": inside(TYPE, (1, 17)) + varints(3) + string("goal"),
    "a field at the top": beside(TYPE, (1, 0)) + varints(3) + string("field"),
    "text right in a list item": inside(TYPE, (1, 17)) + varints(6),
    "text at the top": beside(TYPE, (1, 0)) + varints(6),
    "a document in a document": beside(TYPE, (1, 0)) + varints(3) + string("doc"),
    "a level on a paragraph": inside(ANY, (1, 0), "level") + varints(1) + b"\x7d\x02",
    "a level on a text": inside(ANY, (1, 1), "level") + varints(1) + b"\x7d\x02",
    "a level of 7": beside(ANY, (1, 7)) + varints(1) + b"\x7d\x07",
    "a level of 2.5": beside(ANY, (1, 7)) + varints(1) + b"\x7c\x40\x20\x00\x00",
    "a level that is true": beside(ANY, (1, 7)) + varints(1) + b"\x78",
    "a field of another block": inside(ANY, (1, 20), "name") + varints(1) + b"\x77" + string("baseline"),
    "a value among blocks": beside(ANY, (1, 0)) + varints(1) + b"\x7d\x02",
    "a style": inside(ANY, (1, 0), "style") + varints(1) + b"\x77" + string("color:red"),
    "between text and block": beside(STRING, (1, 2), (1, 6)) + string("x"),
    "in the middle of a character": beside(STRING, (1, 3)) + string("x"),
    "before the second half of a character": beside(STRING, (1, 2), (1, 4)) + string("x"),
}


@pytest.mark.parametrize("struct", MISPLACED.values(), ids=MISPLACED.keys())
def test_what_stands_where_it_may_not_is_refused(struct):
    assert judge(update_of(9, 0, struct)) == "invalid"


PLACED = {
    "a paragraph": beside(TYPE, (1, 0)) + varints(3) + string("paragraph"),
    "a paragraph in a list item": inside(TYPE, (1, 17)) + varints(3) + string("paragraph"),
    "a text in a paragraph": inside(TYPE, (1, 18)) + varints(6),
    "a break beside a text": beside(TYPE, (1, 1)) + varints(3) + string("hardBreak"),
    "another level": beside(ANY, (1, 7)) + varints(1) + b"\x7d\x03",
    "a mark in text": beside(FORMAT, (1, 2)) + string("bold") + string("{}"),
    "deleted text": beside(DELETED, (1, 2)) + varints(3),
    "a deleted block": beside(DELETED, (1, 0)) + varints(2),
    "what was collected": b"\x00" + varints(5),
    # The library takes the left one's parent, and editors fare well.
    "between texts of two blocks": beside(STRING, (1, 2), (1, 9)) + string("x"),
    "the same field twice": beside(TYPE, (1, 20)) + varints(3) + string("field"),
}


@pytest.mark.parametrize("struct", PLACED.values(), ids=PLACED.keys())
def test_what_stands_where_it_may_is_admitted(struct):
    update = update_of(9, 0, struct)
    assert judge(update) is None
    after = merged(BASE, update)
    assert check_tree(read_tree(after)) is None
    assert load(after).get_state() == load(merged(after, update)).get_state()


@pytest.mark.parametrize(
    ("start", "length", "reason"), [(2, 1, None), (3, 2, None), (3, 1, "invalid"), (4, 1, "invalid")]
)
def test_no_half_character_is_deleted(start, length, reason):
    """The library would write a state that is a character short."""
    assert judge(b"\x00" + delete_set({1: [(start, length)]})) == reason


def test_half_of_a_character_of_the_same_update():
    text = inside(TYPE, (1, 18)) + varints(6)
    pair = inside(STRING, (9, 0)) + string("😀")
    assert judge(update_of(9, 0, text, pair, beside(STRING, (9, 2)) + string("x"))) is None
    assert judge(update_of(9, 0, text, pair, beside(STRING, (9, 1)) + string("x"))) == "invalid"


def test_typing_into_what_somebody_else_deleted():
    def delete_first_and_list(root):
        del root.children[2]
        del root.children[0]

    def write_there(root):
        root.children[0].children[0].insert(1, "x")
        root.children[2].children.append(XmlElement("listItem"))
        root.children[2].children[0].children[0].children.append(XmlText("y"))
        root.children.insert(1, XmlElement("paragraph"))

    gone = recorded(BASE, delete_first_and_list, client_id=8)
    mine = recorded(BASE, write_there, client_id=9)
    kept = Outline(BASE)
    kept.add(read_update(gone))
    after = merged(BASE, gone)
    assert kept.judge(read_update(mine)) is None
    assert judge(mine, after) is None
    assert check_tree(read_tree(merged(after, mine))) is None


def test_nesting_ends():
    deep: Node = Node("paragraph")
    for _ in range(31):
        deep = Node("blockquote", {}, (deep,))
    state = content_update([deep], client_id=1)
    assert check_structure(b"\x00\x00", state) is None
    assert check_tree(read_tree(state)) is None
    deeper = content_update([Node("blockquote", {}, (deep,))], client_id=1)
    assert check_structure(b"\x00\x00", deeper) == "invalid"
    assert check_tree(read_tree(deeper)) == "invalid"


def test_an_outline_of_many_deleted_runs_finds_each():
    doc = copy_of(content_update([Node("paragraph")] * 50, client_id=1), 2)
    root = doc["default"]
    for index in range(24, -1, -1):
        del root.children[index * 2]
    outline = Outline(doc.get_update())
    places = [outline.known((1, clock)) for clock in range(50)]
    assert [place and place.node for place in places] == ["", "paragraph"] * 25
