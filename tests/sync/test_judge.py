"""Updates are judged from their clocks alone; held here against what the CRDT library then does with them."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, merge_updates

from server.documents.state_vector import read_state_vector
from server.documents.tree import Node, Text, content_update, read_doc
from server.documents.update import read_update
from server.sync.judge import Clocks, Verdict, advance, cuts_pair, judge
from server.sync.ranges import ClockSet
from tests.documents.making import beside, copy_of, delete_set, edit, random_blocks, string, update_of

seeds = st.integers(0, 2**32 - 1)


class Known:
    """A document, and what a room keeps beside it to judge by."""

    def __init__(self, state: bytes) -> None:
        self.doc: Doc[Any] = copy_of(state, 1)
        self.clocks: Clocks = read_state_vector(self.doc.get_state())

    @property
    def deleted(self) -> ClockSet:
        held = ClockSet()
        held.add(read_update(self.doc.get_update(self.doc.get_state())).deletes)
        return held

    def judge(self, data: bytes) -> Verdict:
        return judge(read_update(data), self.clocks, self.deleted)

    def apply(self, data: bytes) -> None:
        self.doc.apply_update(data)
        advance(self.clocks, read_update(data))


def histories(rng: random.Random) -> tuple[bytes, list[list[bytes]], list["Doc[Any]"]]:
    """A first state, and what three people did to it, now and then hearing of each other."""
    base = content_update(random_blocks(rng), client_id=7)
    docs = [copy_of(base, client) for client in (100, 2**31, 2**32 - 1)]
    updates: list[list[bytes]] = [[], [], []]
    for _ in range(rng.randrange(2, 6)):
        for doc, mine in zip(docs, updates, strict=True):
            mine.extend(edit(rng, doc, rng.randrange(1, 4)))
        if rng.random() < 0.5:
            one, two = rng.sample(docs, 2)
            one.apply_update(two.get_update(one.get_state()))
    return base, updates, docs


def deliveries(rng: random.Random, updates: list[list[bytes]]) -> list[bytes]:
    """The same updates out of order, some twice, some merged with others of their author."""
    found: list[bytes] = []
    for mine in updates:
        at = 0
        while at < len(mine):
            size = rng.randrange(1, 4)
            part = mine[at : at + size]
            found.append(part[0] if len(part) == 1 else merge_updates(*part))
            at += size
    found += rng.sample(found, len(found) // 3)
    rng.shuffle(found)
    return found


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_the_verdict_is_what_the_library_makes_of_it(seed: int) -> None:
    rng = random.Random(seed)
    base, updates, _ = histories(rng)
    room = Known(base)
    for data in deliveries(rng, updates):
        verdict = room.judge(data)
        trial = copy_of(room.doc.get_update(), 1)
        before = (trial.get_state(), trial.get_update())
        trial.apply_update(data)
        changed = (trial.get_state(), trial.get_update()) != before
        if verdict is Verdict.NEW:
            assert changed
            room.apply(data)
            assert read_state_vector(room.doc.get_state()) == room.clocks
        elif verdict is Verdict.NOTHING:
            assert not changed  # or text would be acked that is kept nowhere
    assert read_state_vector(room.doc.get_state()) == room.clocks


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_asking_again_at_each_gap_brings_everybody_to_one_text(seed: int) -> None:
    """What a room does: a gap is answered by all that the author has beyond the room's state."""
    rng = random.Random(seed)
    base, updates, docs = histories(rng)
    room = Known(base)
    authors = {data: doc for mine, doc in zip(updates, docs, strict=True) for data in mine}
    order = [data for mine in updates for data in mine]
    rng.shuffle(order)
    for data in order:
        if room.judge(data) is Verdict.GAP:
            data = authors[data].get_update(room.doc.get_state())  # noqa: PLW2901
        verdict = room.judge(data)
        assert verdict is not Verdict.GAP
        if verdict is Verdict.NEW:
            room.apply(data)
    for doc in docs:
        assert room.judge(doc.get_update()) is Verdict.NOTHING
        doc.apply_update(room.doc.get_update())
    assert all(read_doc(doc) == read_doc(room.doc) for doc in docs)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_a_gap_is_what_the_library_would_park(seed: int) -> None:
    """It takes such an update without a word, and leaves it out of the document's state."""
    rng = random.Random(seed)
    base, updates, _ = histories(rng)
    room = Known(base)
    for mine in updates:
        for data in mine[1:]:  # the first is missing
            if room.judge(data) is Verdict.GAP and not read_update(data).deletes:
                trial = copy_of(base, 1)
                trial.apply_update(data)
                brought = {client: ranges[-1][1] for client, ranges in read_update(data).ranges.items() if ranges}
                known = read_state_vector(trial.get_state())
                assert any(known.get(client, 0) < clock for client, clock in brought.items())


def test_two_different_things_under_one_clock_may_not_meet_inside_a_pair() -> None:
    """The library's merge of these two counts one clock less than they bring."""
    base = content_update([Node("paragraph", {}, (Text("x"),))], client_id=7)
    after_x = (7, 2)
    first = update_of(100, 0, beside(4, after_x) + string("日本語"))
    second = update_of(100, 1, beside(4, after_x) + string("a😀b"))
    room = Known(base)
    room.apply(first)
    assert read_update(merge_updates(first, second)).ranges == {100: [(0, 4)]}
    assert room.judge(second) is Verdict.NEW
    assert cuts_pair(read_update(second), room.clocks)
    assert not cuts_pair(read_update(second), {**room.clocks, 100: 2})
    assert not cuts_pair(read_update(first), room.clocks)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_honest_answers_never_meet_inside_a_pair(seed: int) -> None:
    rng = random.Random(seed)
    base, updates, docs = histories(rng)
    room = Known(base)
    for mine, doc in zip(updates, docs, strict=True):
        for data in mine:
            assert not cuts_pair(read_update(doc.get_update(room.doc.get_state())), room.clocks)
            if room.judge(data) is Verdict.NEW:
                room.apply(data)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), min_size=1, max_size=6))
def test_deletions_reach_no_further_than_what_is_known_whatever_their_order(pairs: list[tuple[int, int]]) -> None:
    update = read_update(b"\x00" + delete_set({5: pairs}))
    end = max(start + length for start, length in pairs)
    assert judge(update, {5: end - 1}, None) is Verdict.GAP
    assert judge(update, {5: end}, None) is Verdict.NEW
    held = ClockSet()
    held.add(update.deletes)
    assert judge(update, {5: end}, held) is Verdict.NOTHING
