"""Entries come in any order, twice, late or never; the database tells the rest: each is handed out once, in order."""

import contextlib
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.journal.news import News
from server.sync import messages
from server.sync.lib0 import Malformed
from server.sync.stream import Diverged, Stream

settings.register_profile("stream", deadline=None)
settings.load_profile("stream")


BEGINNING = bytes(32)


def chain(length: int, seed: bytes = b"", previous: bytes = BEGINNING) -> list[News]:
    made = []
    for number in range(1, length + 1):
        digest = hashlib.sha256(previous + seed).digest()
        made.append(News(number, "edit", "d_1", b"%d" % number, previous, digest))
        previous = digest
    return made


def numbers(news: Sequence[News]) -> list[int]:
    return [one.number for one in news]


WHOLE = chain(40)
# It begins elsewhere too: its first entry would continue the beginning, and be taken for what it says it is.
OTHER = chain(40, b"another history", b"x" * 32)


@given(
    start=st.integers(0, 40),
    heard=st.lists(st.lists(st.integers(0, 39), max_size=6), max_size=30),
    forged=st.lists(st.integers(0, 39), max_size=6),
    reads=st.lists(st.integers(0, 30), max_size=5),
)
@example(start=0, heard=[[]], forged=[0], reads=[])
def test_whatever_is_heard_each_is_handed_out_once_and_in_order(
    start: int, heard: list[list[int]], forged: list[int], reads: list[int]
) -> None:
    stream, out = Stream(), []
    begin_at = len(heard) // 3
    for turn, places in enumerate(heard):
        if turn == begin_at:
            out += stream.begin(start, WHOLE[start - 1].hash if start else BEGINNING)
        out += stream.offer([WHOLE[place] for place in places])
        if turn < len(forged):
            out += stream.offer([OTHER[forged[turn]]])
        if turn in reads and stream.begun:
            before = stream.waiting
            out += stream.offer(WHOLE[stream.number :], proven=True)
            stream.read(40, before)
    if not stream.begun:
        out += stream.begin(start, WHOLE[start - 1].hash if start else BEGINNING)
    before = stream.waiting
    out += stream.offer(WHOLE[stream.number :], proven=True)
    stream.read(40, before)
    assert numbers(out) == list(range(start + 1, 41))
    assert [one.hash for one in out] == [one.hash for one in WHOLE[start:]]
    assert stream.head == (40, WHOLE[-1].hash)
    assert not stream.gap


@given(st.permutations(range(12)))
def test_a_gap_is_there_exactly_while_something_waits(order: list[int]) -> None:
    stream = Stream()
    stream.begin(0, BEGINNING)
    seen: set[int] = set()
    for place in order:
        stream.offer([WHOLE[place]])
        seen.add(place + 1)
        whole = 0
        while whole + 1 in seen:
            whole += 1
        assert stream.number == whole
        assert stream.gap == (len(seen) > whole)


def test_what_does_not_continue_the_chain_asks_for_a_look() -> None:
    stream = Stream()
    stream.begin(3, WHOLE[2].hash)
    assert stream.offer([OTHER[3]]) == []
    assert stream.gap
    assert numbers(stream.offer(WHOLE[3:5], proven=True)) == [4, 5]
    stream.read(5, ())
    assert not stream.gap


def test_a_database_with_another_history_is_told() -> None:
    stream = Stream()
    stream.begin(3, WHOLE[2].hash)
    with pytest.raises(Diverged):
        stream.offer(OTHER[3:5], proven=True)


def test_what_the_database_does_not_have_is_not_waited_for() -> None:
    stream = Stream()
    stream.begin(3, WHOLE[2].hash)
    stream.offer([WHOLE[9]])
    stream.read(3, stream.waiting)
    assert not stream.gap


def test_an_endless_hole_does_not_fill_the_memory() -> None:
    stream = Stream()
    stream.begin(0, BEGINNING)
    stream.offer(News(number, "edit", "d_1", b"", bytes(32), bytes(32)) for number in range(2, 5000))
    assert len(stream.waiting) < 2100
    assert stream.gap


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["edit", "restore", "comment.opened"]),
            st.none() | st.text(min_size=1, max_size=20),
            st.none() | st.binary(max_size=50),
            st.binary(min_size=32, max_size=32),
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 2**40),
    st.binary(min_size=32, max_size=32),
)
def test_entries_survive_the_wire(
    made: list[tuple[str, str | None, bytes | None, bytes]], first: int, prev_hash: bytes
) -> None:
    news = []
    for place, (kind, document_id, update, digest) in enumerate(made):
        news.append(News(first + place, kind, document_id, update, prev_hash, digest))
        prev_hash = digest
    data = messages.entries(news)
    assert messages.read_entries(data) == news
    for end in range(1, len(data)):
        with pytest.raises(Malformed):
            messages.read_entries(data[:end])


def test_a_text_too_big_to_travel_is_marked_as_missing() -> None:
    big = News(1, "edit", "d_1", bytes(messages.MOST_CARRIED + 1), bytes(32), bytes(32))
    (read,) = messages.read_entries(messages.entries([big]))
    assert read.incomplete
    assert len(messages.entries([big])) < 200


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for reader in (messages.read_entries, messages.read_presence, messages.read_hello):
        with contextlib.suppress(Malformed):
            reader(bytes((1,)) + data)
