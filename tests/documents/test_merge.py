"""Many updates as one say what they say one after the other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.merge import merge
from server.documents.state_vector import read_state_vector
from server.documents.update import read_update

EDITS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.text("abc ", max_size=3)), min_size=1, max_size=30)


def written(edits: list[tuple[int, int, str]]) -> list[bytes]:
    """Updates of three writers who see each other's words now and then; no text: a character goes."""
    first = Doc[Any](client_id=1)
    root = first.get("default", type=XmlFragment)
    root.children.append(XmlElement("paragraph")).children.append(XmlText("The first words."))
    found = [first.get_update()]
    docs = [Doc[Any](client_id=number) for number in (2, 3, 4)]
    for doc in docs:
        doc.get("default", type=XmlFragment)
        doc.apply_update(found[0])
    for turn, (who, at, words) in enumerate(edits):
        doc = docs[who]
        before = doc.get_state()
        text = doc.get("default", type=XmlFragment).children[0].children[0]
        place = min(at, len(str(text)))
        if words:
            text.insert(place, words)
        elif place < len(str(text)):
            del text[place : place + 1]
        found.append(doc.get_update(before))
        if turn % 5 == 0:
            for other in docs:
                other.apply_update(doc.get_update())
    return found


def state(updates: list[bytes]) -> tuple[str, dict[int, int], object]:
    """The text, who wrote how far, and what was taken out."""
    doc = Doc[Any]()
    root = doc.get("default", type=XmlFragment)
    for update in updates:
        doc.apply_update(update)
    return str(root), read_state_vector(doc.get_state()), read_update(doc.get_update()).deletes


@given(EDITS, st.integers(1, 50))
def test_many_are_put_together(edits: list[tuple[int, int, str]], times: int) -> None:
    updates = written(edits) * times
    assert state([merge(updates)]) == state(updates)


def test_one_is_itself() -> None:
    assert merge([b"\x00\x00"]) == b"\x00\x00"


def test_what_is_no_update_is_refused() -> None:
    with pytest.raises(Exception, match=r".+"):
        merge([b"\x00\x00", b"\xff"])
