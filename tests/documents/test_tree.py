"""Bytes to tree and back."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.errors import Malformed
from server.documents.tree import Node, Text, apply, content_update, load, plain, read_doc, read_tree, text_of
from tests.documents.making import copy_of, edit, random_blocks


@given(st.integers(0, 2**32))
def test_a_tree_comes_back(seed):
    blocks = random_blocks(random.Random(seed))
    assert read_tree(content_update(blocks)) == Node("doc", {}, tuple(blocks))


@given(st.integers(0, 2**32))
def test_reading_changes_nothing(seed):
    rng = random.Random(seed)
    doc = copy_of(content_update(random_blocks(rng), client_id=7), 8)
    edit(rng, doc)
    state = doc.get_update()
    assert read_doc(doc) == read_tree(state) == read_tree(state)
    assert doc.get_update() == state


def test_numbers_are_whole_again():
    read = read_tree(content_update([Node("heading", {"level": 2})]))
    assert isinstance(next(read.nodes()).attributes["level"], int)
    assert plain({"a": [1.0, 2.5, True, None, "x"]}) == {"a": [1, 2.5, True, None, "x"]}


def test_an_empty_state_is_an_empty_document():
    assert read_tree(b"\x00\x00") == Node("doc")


def test_the_same_content_and_client_give_the_same_bytes():
    blocks = [Node("paragraph", {}, (Text("x", {"bold": {}}),))]
    assert content_update(blocks, client_id=5) == content_update(blocks, client_id=5)


def test_text_of():
    blocks = Node(
        "doc", {}, (Node("paragraph", {}, (Text("a"), Node("hardBreak"), Text("b"))), Node("paragraph"), Text("c"))
    )
    assert text_of(blocks) == "a\nb\nc"


@pytest.mark.parametrize("state", [b"", b"\xff", b"\x01\xff\xff\xff\xff\x0f"])
def test_bytes_that_are_no_document(state):
    with pytest.raises(Malformed):
        load(state)


def test_a_panic_of_the_library_is_malformed():
    class Panic(BaseException):
        pass

    class Doc:
        def apply_update(self, _update: bytes) -> None:
            raise Panic

    with pytest.raises(Malformed):
        apply(Doc(), b"\x00\x00")  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_goes_on(error):
    class Doc:
        def apply_update(self, _update: bytes) -> None:
            raise error

    with pytest.raises(error):
        apply(Doc(), b"\x00\x00")  # type: ignore[arg-type]
