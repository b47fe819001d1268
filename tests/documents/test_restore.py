"""Going back: the text of then, as an edit of now."""

import random

from hypothesis import given
from hypothesis import strategies as st

from server.documents.restore import restore
from server.documents.schema import check_structure, check_update
from server.documents.state_vector import read_state_vector
from server.documents.template import template
from server.documents.tree import EMPTY_STATE, Node, Text, content_update, load, read_tree, text_of
from server.documents.update import read_update
from tests.documents.making import copy_of, edit, merged, random_blocks, recorded


def paragraphs(*texts: str) -> list[Node]:
    return [Node("paragraph", {}, (Text(text),)) for text in texts]


@given(st.integers(0, 2**32))
def test_it_reads_as_it_did(seed):
    rng = random.Random(seed)
    old = content_update(random_blocks(rng), client_id=7)
    doc = copy_of(old, 8)
    edit(rng, doc, 10)
    current = doc.get_update()
    update = restore(current, old)
    assert read_tree(merged(current, update)) == read_tree(old)
    read = read_update(update)
    assert check_update(read) is None
    assert check_structure(current, update) is None
    assert not read.missing(read_state_vector(load(current).get_state()))


@given(st.integers(0, 2**32))
def test_to_a_text_of_another_history(seed):
    rng = random.Random(seed)
    current, old = (content_update(random_blocks(rng)) for _ in range(2))
    assert read_tree(merged(current, restore(current, old))) == read_tree(old)


def test_nothing_to_do():
    state = template("goals", str)
    assert restore(state, state) == EMPTY_STATE
    assert restore(state, template("goals", str)) == EMPTY_STATE


def test_what_stayed_the_same_is_left_alone():
    old = content_update(paragraphs("one", "two", "three"), client_id=7)
    current = merged(old, recorded(old, lambda root: root.children[1].children[0].insert(3, " changed")))
    update = restore(current, old)
    assert text_of(read_tree(merged(current, update))) == "one\ntwo\nthree"
    assert read_update(update).deleted == len("two changed") + 2
    meanwhile = recorded(current, lambda root: root.children[2].children[0].insert(5, "!"), client_id=9)
    assert text_of(read_tree(merged(current, update, meanwhile))) == "one\ntwo\nthree!"
    assert text_of(read_tree(merged(current, meanwhile, update))) == "one\ntwo\nthree!"


def test_to_an_empty_text():
    current = content_update(paragraphs("one", "two"))
    assert read_tree(merged(current, restore(current, EMPTY_STATE))) == Node("doc")
