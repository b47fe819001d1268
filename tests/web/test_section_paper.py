"""A section on paper says everything that the section says."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.difference import compare
from server.documents.template import filled_block
from server.documents.tree import Node, Text, content_update, read_tree, text_of
from server.papers import Heading, Items, Paper, Table
from server.papers.model import as_text
from server.web.section_paper import tree_blocks
from tests.documents.making import random_blocks


def p(text: str) -> Node:
    return Node("paragraph", {}, (Text(text),))


def doc(*blocks: Node) -> Node:
    return Node("doc", {}, blocks)


@given(st.integers(0, 2**32))
def test_no_word_is_lost_and_headings_go_down_one_by_one(seed: int) -> None:
    tree = read_tree(content_update(random_blocks(random.Random(seed))))
    blocks = tree_blocks(tree, str, level=1)
    Paper("A", "en", [Heading("B"), *blocks])  # or it would raise
    said = "".join(as_text(blocks).split())
    for word in text_of(tree).split():
        assert word in said


def test_a_list_in_a_list_and_a_table_in_a_list() -> None:
    inner = Node("bulletList", {}, (Node("listItem", {}, (p("b"),)),))
    table = Node("table", {}, (Node("tableRow", {}, (Node("tableCell", {}, (p("t"),)),)),))
    tree = doc(Node("orderedList", {}, (Node("listItem", {}, (p("a"), inner, table)),)))
    items, rest = tree_blocks(tree, str, level=1)
    assert isinstance(items, Items)
    assert items.numbered
    assert isinstance(items.items[1], Items)
    assert isinstance(rest, Table)


@pytest.mark.parametrize(("across", "down", "places"), [(2, 1, 2), (1, 2, 2), (100, 1000, 101)])
def test_cells_that_span_others(across: int, down: int, places: int) -> None:
    wide = Node("tableCell", {"colspan": across, "rowspan": down}, (p("wide"),))
    rows = (Node("tableRow", {}, (wide,)), Node("tableRow", {}, (Node("tableCell", {}, (p("next"),)),)))
    (table,) = tree_blocks(doc(Node("table", {}, rows)), str, level=1)
    assert isinstance(table, Table)
    assert table.columns == places
    assert "next" in as_text([table])


def test_spans_that_ask_for_a_million_places_get_one() -> None:
    cell = Node("tableCell", {"colspan": 100, "rowspan": 1000}, (p("x"),))
    rows = tuple(Node("tableRow", {}, (cell,) * 10) for _ in range(200))
    (table,) = tree_blocks(doc(Node("table", {}, rows)), str, level=1)
    assert isinstance(table, Table)
    assert table.columns == 10


def test_what_changed_is_marked_without_colour_and_in_words() -> None:
    row = {"service": "Reading", "minutes": "30"}
    before = doc(p("We meet on Monday."), filled_block("service", row))
    after = doc(
        p("We meet on Friday."),
        filled_block("service", {**row, "minutes": "45"}),
        filled_block("goal", {"area": "Math"}),
    )
    said = as_text(tree_blocks(compare(before, after), str, level=1))
    assert "We meet on [removed: Monday][added: Friday]." in said
    assert "Minutes: [removed: 30][added: 45]" in said
    assert "Area of need: [added: Math]" in said
