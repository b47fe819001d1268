"""A document in memory: the same text whichever way it is kept, and no Yjs document for those who only read."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

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
