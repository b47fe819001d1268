"""A run of typing is the update that Yjs itself would make of its characters, and nothing else joins it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.update import read_update
from server.sync.typing import run_of


class Typist:
    """A document in which somebody types, each keystroke an update of its own."""

    def __init__(self, seed: str) -> None:
        self.doc: Doc[Any] = Doc(client_id=1000)
        root = self.doc.get("default", type=XmlFragment)
        self.text = root.children.append(XmlElement("paragraph")).children.append(XmlText(seed))
        self.before = self.doc.get_update()
        # Who types is another client than who wrote what stands there.
        self.doc = Doc(client_id=123_456_789)
        self.doc.apply_update(self.before)
        self.text = self.doc.get("default", type=XmlFragment).children[0].children[0]

    def type(self, at: int, what: str) -> bytes:
        state = self.doc.get_state()
        self.text.insert(at, what)
        return self.doc.get_update(state)


def applied(before: bytes, *updates: bytes) -> bytes:
    doc: Doc[Any] = Doc()
    doc.apply_update(before)
    for update in updates:
        doc.apply_update(update)
    return doc.get_update()


@settings(deadline=None)
@given(st.integers(1, 8), st.lists(st.text("abc 1", min_size=1, max_size=3), min_size=2, max_size=40))
def test_a_run_is_what_its_characters_are_one_by_one(at: int, typed: list[str]) -> None:
    typist = Typist("somebody")
    updates = []
    for what in typed:
        updates.append(typist.type(at, what))
        at += len(what)
    run = run_of(updates[0], read_update(updates[0]))
    assert run is not None
    assert all(run.extend(update) for update in updates[1:])
    whole = run.update()
    assert read_update(whole).inserted == len("".join(typed))
    assert applied(typist.before, whole) == applied(typist.before, *updates) == typist.doc.get_update()


def test_what_does_not_follow_stays_out() -> None:
    typist = Typist("somebody")
    first = typist.type(4, "a")
    run = run_of(first, read_update(first))
    assert run is not None
    assert not run.extend(first)  # the same again
    assert not run.extend(typist.type(1, "b"))  # elsewhere
    later = typist.type(2, "c")
    assert not run.extend(later)  # after something that was left out


def test_letters_of_several_bytes_and_deletions_are_no_run() -> None:
    typist = Typist("somebody")
    accented = typist.type(4, "é")
    assert run_of(accented, read_update(accented)) is None
    first = typist.type(1, "a")
    run = run_of(first, read_update(first))
    assert run is not None
    assert not run.extend(typist.type(2, "ñ"))
    state = typist.doc.get_state()
    del typist.text[0:2]
    deletion = typist.doc.get_update(state)
    assert not run.extend(deletion)
    assert run_of(deletion, read_update(deletion)) is None


@settings(deadline=None)
@given(st.data())
def test_a_run_takes_only_what_can_be_read_alone(data: Any) -> None:
    """Bytes changed on the way either stay out, or say the same kind of thing: never is half an update taken."""
    typist = Typist("somebody")
    first, second = typist.type(4, "a"), typist.type(5, "b")
    run = run_of(first, read_update(first))
    assert run is not None
    changed = bytearray(second)
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    if run.extend(bytes(changed)):
        assert read_update(bytes(changed)).inserted == 1
    read_update(run.update())
