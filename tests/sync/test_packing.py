"""Which documents are compressed, and that whoever comes gets their text."""

from types import SimpleNamespace
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.update import read_update
from server.journal.snapshot import Loaded
from server.sync.packing import Packing
from server.sync.replica import Replica

NOW = 1000.0


def room(*, rested: float = 5.0, failed: bool = False) -> Any:
    """As much of one as is looked at: a document of some thousand characters that was left alone so many seconds."""
    doc: Doc[Any] = Doc()
    words = XmlText("Reads grade-level text with support. " * 100)
    doc.get("default", type=XmlFragment).children.append(XmlElement("paragraph")).children.append(words)
    replica = Replica(Loaded(doc.get_update(), [], 1, 1))
    return SimpleNamespace(replica=replica, touched=NOW - rested, failed=failed)


def kept(room: Any) -> int:
    """Bytes that are held of the text, in whichever form."""
    replica = room.replica
    return sum(len(form) for form in (replica._plain, replica._packed) if form is not None)


async def test_what_was_left_alone_is_packed_and_nothing_else() -> None:
    resting, busy, broken = room(), room(rested=0.1), room(failed=True)
    written = room()
    edit: Doc[Any] = Doc()
    edit.get("default", type=XmlFragment).children.append(XmlElement("paragraph"))
    written.replica.apply(2, edit.get_update(), read_update(edit.get_update()))
    before = [kept(one) for one in (resting, busy, broken, written)]
    text = resting.replica.state()
    packing = Packing()
    await packing.turn([resting, busy, broken, written], NOW)
    after = [kept(one) for one in (resting, busy, broken, written)]
    assert after[0] < before[0] / 2
    assert after[1:] == before[1:]
    assert resting.replica.state() == text
    await packing.turn([resting], NOW)
    assert kept(resting) == after[0]


async def test_many_at_once_are_all_packed_in_the_end() -> None:
    rooms = [room() for _ in range(30)]
    texts = [one.replica.state() for one in rooms]
    packing = Packing()
    await packing.turn(iter(rooms), NOW)
    assert all(one.replica.to_pack() is None for one in rooms)
    assert [one.replica.state() for one in rooms] == texts
