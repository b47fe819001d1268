"""Going back: the text of then, as an edit of now."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.restore import GONE, OTHER, SAME, bring_back, passages, restore
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


@given(st.integers(0, 2**32))
def test_passages_brought_back_stand_in_the_text_again_and_take_nothing_else(seed):
    rng = random.Random(seed)
    old = content_update(random_blocks(rng), client_id=7)
    doc = copy_of(old, 8)
    edit(rng, doc, 10)
    current = doc.get_update()
    now, then = read_tree(current), read_tree(old)
    found = passages(now, then)
    wanted = [one.place for one in found if one.became != SAME and rng.random() < 0.5]
    brought = bring_back(current, old, wanted)
    read = read_update(brought.update)
    assert check_update(read) is None
    assert check_structure(current, brought.update) is None
    after = read_tree(merged(current, brought.update))
    blocks = list(after.nodes())
    for place in wanted:
        block = list(then.nodes())[place[0]]
        if len(place) == 1:
            assert block in blocks
        elif (place[0],) not in wanted:
            assert list(block.nodes())[place[1]] in [item for one in blocks for item in one.nodes()]
    same = [list(then.nodes())[one.place[0]] for one in found if one.became == SAME and len(one.place) == 1]
    assert all(block in blocks for block in same)
    assert (brought.update == EMPTY_STATE) == (not wanted)


def test_a_passage_finds_its_place_or_stands_at_the_end():
    old = content_update(paragraphs("one", "two is gone", "three"), client_id=7)
    current = merged(old, recorded(old, lambda root: root.children.__delitem__(1)))
    brought = bring_back(current, old, [(1,)])
    assert (text_of(read_tree(merged(current, brought.update))), brought.at_end) == ("one\ntwo is gone\nthree", False)
    elsewhere = content_update(paragraphs("quite another text", "of other words"))
    brought = bring_back(elsewhere, old, [(1,)])
    assert text_of(read_tree(merged(elsewhere, brought.update))).endswith("of other words\ntwo is gone")
    assert brought.at_end
    assert bring_back(old, old, [(1,)]).update == EMPTY_STATE
    with pytest.raises(LookupError):
        bring_back(old, old, [(7,)])


def test_one_item_of_a_list_comes_back_alone():
    def bullets(*texts: str) -> bytes:
        items = tuple(Node("listItem", {}, (one,)) for one in paragraphs(*texts))
        return content_update([Node("bulletList", {}, items)], client_id=7)

    old, current = bullets("reads aloud", "sums", "draws trees"), bullets("reads aloud", "draws trees", "sings")
    assert [one.became for one in passages(read_tree(current), read_tree(old))] == [OTHER, SAME, GONE, SAME]
    brought = bring_back(current, old, [(0, 1)])
    assert text_of(read_tree(merged(current, brought.update))) == "reads aloud\nsums\ndraws trees\nsings"
