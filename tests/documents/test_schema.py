"""Updates and documents against the tables."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents import schema
from server.documents.nodes import ATTRIBUTES, FIELDS, MARKS, NODES
from server.documents.schema import check_structure, check_tree, check_update
from server.documents.tree import Node, Text, content_update
from server.documents.update import read_update
from tests.documents.making import beside, delete_set, in_root, inside, random_blocks, string, update_of, varints
from tests.documents.test_links import ALLOWED, REFUSED

STRING, FORMAT, TYPE, ANY = 4, 6, 7, 8
EMPTY = b"\x00\x00"


def mark(name: str, attributes: str) -> bytes:
    return update_of(9, 0, beside(FORMAT, (1, 2)) + string(name) + string(attributes))


@given(st.integers(0, 2**32))
def test_what_the_editor_makes_is_admitted(seed):
    blocks = random_blocks(random.Random(seed))
    update = content_update(blocks)
    assert check_update(read_update(update)) is None
    assert check_structure(EMPTY, update) is None
    assert check_tree(Node("doc", {}, tuple(blocks))) is None


@pytest.mark.parametrize("name", [*MARKS])
def test_marks(name):
    assert check_update(read_update(mark(name, "{}"))) is None
    assert check_update(read_update(mark(name, "null"))) is None
    assert check_update(read_update(mark(name, '{"style":"color:red"}'))) == "invalid"
    assert check_update(read_update(mark(name, '"x"'))) == "invalid"


@pytest.mark.parametrize("name", ["code", "textStyle", "ychange", "onclick", ""])
def test_unknown_marks(name):
    assert check_update(read_update(mark(name, "{}"))) == "invalid"
    assert check_update(read_update(mark(name, "null"))) == "invalid"


@pytest.mark.parametrize(
    "href", [href for href in REFUSED if isinstance(href, str) and "\ud800" not in href], ids=ascii
)
def test_links_that_lead_astray(href):
    assert check_update(read_update(mark("link", json.dumps({"href": href})))) == "invalid"


@pytest.mark.parametrize("href", ALLOWED)
def test_links(href):
    attributes = {"href": href, "target": "_blank", "rel": "noopener", "class": None, "title": "T"}
    assert check_update(read_update(mark("link", json.dumps(attributes)))) is None


@pytest.mark.parametrize("name", ["script", "doc", "iframe", "image", "text", "codeBlock", "", "Paragraph"])
def test_unknown_nodes(name):
    update = update_of(9, 0, in_root(TYPE) + varints(3) + string(name))
    assert check_update(read_update(update)) == "invalid"


@pytest.mark.parametrize("root", ["", "Default", "evil", "prosemirror"])
def test_other_roots(root):
    for kind, content in ((TYPE, varints(3) + string("paragraph")), (STRING, string("x"))):
        assert check_update(read_update(update_of(9, 0, in_root(kind, root) + content))) == "invalid"


@pytest.mark.parametrize("key", ["onclick", "style", "id", "href", "", "textAlign"])
def test_unknown_attributes(key):
    assert key not in ATTRIBUTES
    update = update_of(9, 0, inside(ANY, (1, 0), key) + varints(1) + b"\x77" + string("x"))
    assert check_update(read_update(update)) == "invalid"


def test_long_attributes():
    long = update_of(9, 0, inside(ANY, (1, 0), "type") + varints(1) + b"\x77" + string("a" * 2001))
    assert check_update(read_update(long)) == "invalid"


def test_rings_are_refused():
    """Two structs of two clients, each after the other: the library would park both and say nothing."""
    ring = varints(2, 1, 8, 0) + beside(STRING, (9, 0)) + string("a") + varints(1, 9, 0) + beside(STRING, (8, 0))
    assert check_update(read_update(ring + string("b") + b"\x00")) == "invalid"
    chain = varints(2, 1, 8, 0) + beside(STRING, (9, 1)) + string("a") + varints(2, 9, 0)
    chain += beside(STRING, (1, 2)) + string("b") + beside(STRING, (9, 0)) + string("c") + b"\x00"
    assert check_update(read_update(chain)) is None


def test_structs_that_crowd_are_refused():
    crowd = [beside(STRING, (1, 2), (1, 3 + i)) + string("a") for i in range(1000)]
    assert check_update(read_update(update_of(9, 0, *crowd))) == "too_big"


def test_typing_backwards_is_no_crowd():
    typed = [inside(STRING, (1, 1)) + string("a")] + [bytes([0x44]) + varints(9, i) + string("a") for i in range(5000)]
    assert check_update(read_update(update_of(9, 0, *typed))) is None


def test_too_much_at_once():
    many = update_of(9, 0, *(beside(STRING, (1, i)) + string("a") for i in range(schema.MOST_STRUCTS + 1)))
    assert check_update(read_update(many)) == "too_big"
    cuts = b"\x00" + delete_set({1: [(2 * i, 1) for i in range(schema.MOST_DELETIONS + 1)]})
    assert check_update(read_update(cuts)) == "too_big"


def test_a_document_may_not_outgrow_its_limit(monkeypatch):
    monkeypatch.setattr(schema, "MOST_DOCUMENT", 200)
    assert check_structure(EMPTY, content_update([Node("paragraph", {}, (Text("x" * 100),))])) is None
    assert check_structure(EMPTY, content_update([Node("paragraph", {}, (Text("x" * 200),))])) == "too_big"


def test_what_is_no_update_is_invalid():
    assert check_structure(EMPTY, b"\xff") == "invalid"


BAD_TREES = [
    Node("script"),
    Node("listItem"),
    Node("paragraph", {"style": "color:red"}),
    Node("heading", {"level": 7}),
    Node("heading", {"level": True}),
    Node("bulletList", {}, (Text("x"),)),
    Node("paragraph", {}, (Node("#embed"),)),
    Node("paragraph", {}, (Text("x", {"link": {"href": "javascript:alert(1)"}}),)),
    Node("goal", {}, (Node("field", {"name": "minutes"}),)),
    Node("goal", {}, (Node("paragraph"),)),
    Node("table", {}, (Node("tableRow", {}, (Node("tableCell", {"colspan": 0}),)),)),
]


@pytest.mark.parametrize("block", BAD_TREES, ids=repr)
def test_trees_that_no_editor_makes(block):
    assert check_tree(Node("doc", {}, (block,))) == "invalid"


def test_what_merges_may_leave_is_valid():
    odd = (Node("bulletList"), Node("goal"), Node("table"), Node("service", {}, (Node("field"), Node("field"))))
    assert check_tree(Node("doc", {}, odd)) is None
    assert check_structure(EMPTY, content_update(odd)) is None


def test_the_tables_name_only_what_they_hold():
    assert {child for node in NODES.values() for child in node.children} | {"doc"} == set(NODES)
    assert set(FIELDS) == {"goal", "service", "accommodation"}
