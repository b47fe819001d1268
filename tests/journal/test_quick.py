"""The quick look at a chain says the same as the slow one, and doubts nothing that is whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import Connection, text

from server.documents.typed import typed_start
from server.documents.update import Malformed, read_update
from server.journal import quick
from server.journal.chain import Doubt
from server.journal.replay import Replay
from server.journal.verify import verify
from tests.support.tamper import make_record, opened


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, dict[str, Any]]]:
    path: Path = tmp_path_factory.mktemp("record") / "roundtable.sqlite3"
    made = make_record(path)
    with opened(path) as connection:
        yield connection, made


def test_a_whole_chain_leaves_no_doubt(record: tuple[Connection, dict[str, Any]]) -> None:
    connection, made = record
    heads = connection.execute(text("SELECT id, head_number, head_hash FROM meeting")).all()
    assert len(heads) == 2
    for meeting, number, digest in heads:
        replay = Replay()
        assert quick.walk(connection, meeting, None) == (number, digest)
        assert quick.walk(connection, meeting, replay.take) == (number, digest)
        replay.close()
    report = verify(connection, made["meeting"], chain=True)
    assert report.sound
    assert (report.entries, report.documents) == (dict(tuple(row)[:2] for row in heads)[made["meeting"]], 0)


@pytest.mark.parametrize(
    "change",
    [
        "payload = CAST(payload || x'00' AS BLOB)",
        "kind = CAST('edit' AS BLOB)",
        "hash = CAST(hash AS TEXT)",
        "author_role = 'parent'",
        "time = time + 1",
        "salt = zeroblob(16)",
        "salt = CAST(salt || substr(payload, 1, 1) AS BLOB), payload = substr(payload, 2)",
        "number = 1000000",
    ],
)
def test_the_chain_alone_names_the_entry(record: tuple[Connection, dict[str, Any]], change: str) -> None:
    connection, made = record
    which = "WHERE meeting_id = :meeting AND kind = 'edit' AND author_role = 'case_manager'"
    number = connection.scalar(text(f"SELECT min(number) FROM entry {which}"), {"meeting": made["meeting"]})
    statement = text(f"UPDATE entry SET {change} WHERE meeting_id = :meeting AND number = :number")
    connection.execute(statement, {"meeting": made["meeting"], "number": number})
    try:
        with pytest.raises(Doubt):
            quick.walk(connection, made["meeting"], None)
        (found,) = verify(connection, made["meeting"], chain=True).faults
        assert found.number == number
    finally:
        connection.rollback()


def typed(words: list[tuple[int, str]]) -> list[bytes]:
    doc, found = Doc[Any](), list[bytes]()
    root = doc.get("default", type=XmlFragment)
    line = root.children.append(XmlElement("paragraph")).children.append(XmlText(""))
    subscription = doc.observe(lambda event: found.append(event.update))
    for at, word in words:
        line.insert(min(at, len(str(line))), word)
    doc.unobserve(subscription)
    return found


WORDS = st.lists(st.tuples(st.integers(0, 9), st.text("ab ", min_size=1, max_size=3)), min_size=1, max_size=5)


@given(WORDS, st.integers(0, 40), st.integers(0, 255))
def test_characters_are_counted_as_by_reading_it_all(words: list[tuple[int, str]], at: int, mask: int) -> None:
    for update in typed(words):
        changed = bytearray(update)
        changed[at % len(changed)] ^= mask
        for one in (update, bytes(changed)):
            try:
                read = read_update(one)
            except Malformed:
                continue  # what is no update the document refuses
            assert quick.sizes(one) == (read.inserted, read.deleted)
            start = typed_start(one)
            assert start is None or {start[0]: [(start[1], start[1] + read.inserted)]} == read.ranges
