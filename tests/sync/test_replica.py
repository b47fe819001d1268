"""A document in memory: the same text whichever way it is kept, and no Yjs document for those who only read."""

import random
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.merge import merge
from server.documents.state_vector import read_state_vector, write_state_vector
from server.documents.tree import read_tree
from server.documents.update import read_update
from server.journal.snapshot import EMPTY_UPDATE, Loaded
from server.sync.replica import Replica


def history(seed: int, edits: int) -> list[bytes]:
    """Updates of two authors who write into, and delete from, one paragraph."""
    dice = random.Random(seed)
    authors: list[Doc] = [Doc(), Doc()]
    authors[0].get("default", type=XmlFragment).children.append(XmlElement("paragraph")).children.append(XmlText("."))
    updates = [authors[0].get_update()]
    authors[1].apply_update(updates[0])
    for _ in range(edits):
        author = dice.choice(authors)
        before = author.get_state()
        text = author.get("default", type=XmlFragment).children[0].children[0]
        at = dice.randrange(len(text) + 1)
        if at < len(text) and dice.random() < 0.4:
            del text[at : at + 1]
        else:
            text.insert(at, dice.choice("abc "))
        updates.append(author.get_update(before))
        for other in authors:
            other.apply_update(updates[-1])
    return updates


def packing(replica: Replica) -> None:
    plain = replica.to_pack()
    if plain is not None:
        replica.pack(plain, zlib.compress(plain))


def tree_of(state: bytes) -> object:
    return read_tree(state)


@given(st.integers(0, 10_000), st.integers(0, 25), st.integers(0, 25))
@settings(deadline=None, max_examples=60)
def test_every_way_of_keeping_it_is_the_same_text(seed: int, kept: int, more: int) -> None:
    updates = history(seed, kept + more)
    whole: Doc = Doc()
    for update in updates:
        whole.apply_update(update)
    before: Doc = Doc()
    for update in updates[: kept + 1]:
        before.apply_update(update)
    base = before.get_update() if kept else EMPTY_UPDATE
    tail = updates[kept + 1 :] if kept else updates
    replica = Replica(Loaded(base, tail, len(updates), kept))
    loose = replica.state()
    assert tree_of(loose) == tree_of(whole.get_update())
    assert replica.vector() == Replica(Loaded(whole.get_update(), [], 1, 1)).vector()
    compact = replica.compact_state()
    assert tree_of(compact) == tree_of(loose)
    assert replica.state() == compact
    replica.rest()
    assert replica.state() == compact


def test_who_only_reads_needs_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    updates = history(7, 40)
    replica = Replica(Loaded(EMPTY_UPDATE, updates, len(updates), 0))

    def refuse(*_arguments: object) -> None:
        raise AssertionError("a document was made")

    monkeypatch.setattr("server.sync.replica.Doc", refuse)
    assert replica.since(b"\x00") == replica.state()
    assert replica.vector()


def test_an_edit_after_reading_is_not_lost() -> None:
    updates = history(11, 30)
    replica = Replica(Loaded(EMPTY_UPDATE, updates[:20], 20, 0))
    replica.state()
    for number, update in enumerate(updates[20:], start=21):
        replica.apply(number, update, read_update(update))
    whole: Doc = Doc()
    for update in updates:
        whole.apply_update(update)
    assert tree_of(replica.state()) == tree_of(whole.get_update())


def test_an_outline_forgets_only_what_it_took_note_of() -> None:
    """Where two nodes write at once many an update is judged twice; to put the outline together each time is dear."""
    doc: Doc = Doc()
    paragraphs = doc.get("default", type=XmlFragment).children
    text = paragraphs.append(XmlElement("paragraph")).children.append(XmlText("."))
    replica = Replica(Loaded(doc.get_update(), [], 1, 1))
    outline = replica.outline

    def step(change: Callable[[], object]) -> None:
        before = doc.get_state()
        change()
        update = read_update(doc.get_update(before))
        assert outline.judge(update) is None
        outline.add(update)
        replica.not_joined(update)

    step(lambda: text.insert(0, "typed"))
    assert replica.outline is outline
    step(lambda: paragraphs.append(XmlElement("paragraph")))
    assert replica.outline is not outline


@given(
    st.integers(0, 10_000),
    st.lists(st.sampled_from(["edit", "pack", "rest", "join", "vector", "snapshot"]), max_size=30),
)
@settings(deadline=None, max_examples=60)
def test_it_is_the_same_text_however_often_it_is_packed(seed: int, steps: list[str]) -> None:
    updates = history(seed, 30)
    whole: Doc = Doc()
    whole.apply_update(updates[0])
    replica = Replica(Loaded(whole.get_update(), [], 1, 1))
    number = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.sync.replica.WORTH_PACKING", 0)
        for step in steps:
            if step == "edit":
                whole.apply_update(updates[number])
                replica.apply(number + 1, updates[number], read_update(updates[number]))
                number += 1
            elif step == "pack":
                packing(replica)
            elif step == "rest":
                replica.rest()
            elif step == "join":
                assert tree_of(replica.state()) == tree_of(whole.get_update())
            elif step == "vector":
                assert replica.vector() == write_state_vector(read_state_vector(whole.get_state()))
            else:
                assert tree_of(replica.compact_state()) == tree_of(whole.get_update())
    assert tree_of(replica.state()) == tree_of(whole.get_update())


def test_what_nobody_edits_is_packed() -> None:
    paragraph = "The student reads grade-level text with support. " * 100
    doc: Doc = Doc()
    doc.get("default", type=XmlFragment).children.append(XmlElement("paragraph")).children.append(XmlText(paragraph))
    replica = Replica(Loaded(doc.get_update(), [], 1, 1))
    joined = replica.state()
    assert replica.to_pack() == joined
    packing(replica)
    assert replica.to_pack() is None
    assert replica.state() == joined  # for who comes
    assert replica.to_pack() is None  # what was compressed is still there
    assert replica.state() == joined
    replica.apply(2, EMPTY_UPDATE, read_update(EMPTY_UPDATE))
    assert replica.to_pack() is None  # somebody edits


def test_what_changed_while_it_was_compressed_stays() -> None:
    updates = history(1, 3)
    replica = Replica(Loaded(updates[0], [], 1, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.sync.replica.WORTH_PACKING", 0)
        plain = replica.to_pack()
        assert plain is not None
        for number, update in enumerate(updates[1:], start=2):
            replica.apply(number, update, read_update(update))
        replica.pack(plain, zlib.compress(plain))
        assert tree_of(replica.state()) == tree_of(merge(updates))
        replica.pack(plain, zlib.compress(plain))
        assert tree_of(replica.state()) == tree_of(merge(updates))
