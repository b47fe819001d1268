"""The structural reader: what pycrdt writes is read for what it is; what nobody writes is refused."""

import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import get_state, merge_updates

from server.documents.errors import Malformed
from server.documents.outline import Outline
from server.documents.schema import check_update
from server.documents.state_vector import read_state_vector, write_state_vector
from server.documents.tree import Node, Text, apply, content_update, load
from server.documents.update import MOST_COUNTED, read_update
from server.documents.varint import write_varint
from tests.documents.making import (
    beside,
    copy_of,
    delete_set,
    edit,
    in_root,
    inside,
    random_blocks,
    string,
    update_of,
    varints,
)

STRING, FORMAT, TYPE, ANY = 4, 6, 7, 8
seeds = st.integers(0, 2**32 - 1)
clients = st.integers(1, 2**53 - 1)


def ends(update: bytes) -> dict[int, int]:
    return {client: ranges[-1][1] for client, ranges in read_update(update).ranges.items() if ranges}


@given(seeds)
def test_ranges_are_those_of_the_library(seed):
    rng = random.Random(seed)
    base = content_update(random_blocks(rng), client_id=7)
    first, second = copy_of(base, 2**32 - 1), copy_of(base, 300)
    one, two = edit(rng, first), edit(rng, second)
    for update in (base, first.get_update(), second.get_update(), first.get_update(first.get_state())):
        assert ends(update) == read_state_vector(get_state(update))
    assert ends(merge_updates(*one, *two)).keys() <= {2**32 - 1, 300}
    first.apply_update(second.get_update())
    second.apply_update(first.get_update())
    assert ends(first.get_update()) == ends(second.get_update()) == read_state_vector(first.get_state())


@given(seeds)
def test_each_edit_builds_on_the_one_before(seed):
    rng = random.Random(seed)
    base = content_update(random_blocks(rng), client_id=7)
    doc = copy_of(base, 300)
    state = read_state_vector(doc.get_state())
    updates = [data for data in map(read_update, edit(rng, doc)) if data.ranges]
    for update in updates:
        assert not update.missing(state)
        state.update({client: ranges[-1][1] for client, ranges in update.ranges.items()})
    if len(updates) > 1:
        assert updates[-1].missing(read_state_vector(get_state(base)))


@given(seeds)
def test_deleted_and_inserted_are_counted(seed):
    rng = random.Random(seed)
    text = rng.choice(("plain", "日本", "😀😀", "é"))
    units = len(text.encode("utf-16-le")) // 2
    base = content_update([Node("paragraph", {}, (Text(text),))], client_id=1)
    read = read_update(base)
    assert read.inserted == units
    assert read.deleted == 0
    assert read.structural
    doc = copy_of(base, 2)
    root = doc.get("default", type=type(load(base)["default"]))
    before = doc.get_state()
    del root.children[0]
    gone = read_update(doc.get_update(before))
    assert gone.inserted == 0
    assert gone.deleted == units + 2
    assert not gone.structural
    assert not gone.empty
    assert not gone.ranges


def test_a_typed_character_is_read_as_such():
    update = read_update(update_of(9, 5, beside(STRING, (1, 2), (1, 3)) + string("x")))
    assert update.ranges == {9: [(5, 6)]}
    assert update.needs == {1: 4}
    assert (update.inserted, update.deleted, update.structural, update.empty) == (1, 0, False, False)


def test_nothing_is_empty():
    assert read_update(b"\x00\x00").empty


def test_a_skip_leaves_a_hole():
    skip = b"\x0a" + varints(5)
    update = read_update(update_of(9, 0, in_root(TYPE) + varints(6), skip, beside(STRING, (9, 0)) + string("ab")))
    assert update.ranges == {9: [(0, 1), (6, 8)]}
    assert update.missing({})
    assert not update.missing({9: 6})


def test_what_it_brings_itself_is_not_needed():
    own = update_of(9, 0, in_root(TYPE) + b"\x06", inside(STRING, (9, 0)) + string("ab"))
    assert read_update(own).needs == {}
    assert read_update(own).roots == {"default"}


def test_what_it_deletes_must_be_there():
    update = read_update(b"\x00" + delete_set({5: [(10, 3), (2, 1)]}))
    assert update.deletes == {5: [(10, 13), (2, 3)]}
    assert update.deleted == 4
    assert update.missing({5: 12})
    assert not update.missing({5: 13})


def test_what_is_counted_fits_the_journal_s_columns():
    update = read_update(b"\x00" + delete_set({5: [(0, 2**31)], 6: [(0, 2**31)]}))
    assert update.deleted == MOST_COUNTED == 2**31 - 1
    assert update.deletes == {5: [(0, 2**31)], 6: [(0, 2**31)]}


@pytest.mark.parametrize(
    ("structs", "other"),
    [
        ([in_root(1) + varints(3)], None),
        ([in_root(2) + varints(1) + string("{}")], "json"),
        ([in_root(3) + varints(2) + b"ab"], "binary"),
        ([in_root(5) + string("{}")], "embed"),
        ([in_root(TYPE) + varints(0)], "array"),
        ([in_root(TYPE) + varints(5) + string("hook")], "hook"),
        ([in_root(9) + string("guid") + b"\x76\x00"], "subdocument"),
        ([in_root(ANY) + varints(1) + b"\x7e"], "any"),
        ([inside(STRING, (1, 0), "level") + string("x")], "text attribute"),
        ([inside(TYPE, (1, 0), "level") + varints(6)], "type attribute"),
    ],
)
def test_what_no_section_holds_is_named(structs, other):
    update = read_update(update_of(9, 0, *structs))
    assert update.others == ({other} if other else set())
    assert (check_update(update) is None) == (other is None)


BOMBS = {
    "nothing": b"",
    "clients": write_varint(2**31),
    "structs": varints(1, 2**31, 1, 0),
    "clock": update_of(1, 2**31, in_root(STRING) + string("a")),
    "collected": update_of(1, 0, b"\x00" + varints(2**50)),
    "collected past the last clock": update_of(1, 1, b"\x00" + varints(2**31)),
    "deleted": update_of(1, 0, in_root(1) + varints(2**50)),
    "skipped": update_of(1, 0, b"\x0a" + varints(2**50)),
    "text": update_of(1, 0, in_root(STRING) + varints(2**30)),
    "json": update_of(1, 0, in_root(2) + varints(2**30)),
    "any": update_of(1, 0, in_root(ANY) + varints(2**30)),
    "array in any": update_of(1, 0, in_root(ANY) + varints(1) + b"\x75" + varints(2**30)),
    "object in any": update_of(1, 0, in_root(ANY) + varints(1) + b"\x76" + varints(2**30)),
    "nested any": update_of(1, 0, in_root(ANY) + varints(1) + b"\x75\x01" * 20 + b"\x7e"),
    "nested json": update_of(1, 0, in_root(FORMAT) + string("bold") + string("[" * 100 + "]" * 100)),
    "deep json": update_of(1, 0, in_root(5) + string("[" * 100_000)),
    "delete set clients": b"\x00" + write_varint(2**31),
    "delete set ranges": b"\x00" + varints(1, 1, 2**31),
    "delete set to the end": b"\x00" + delete_set({1: [(0, 2**50)]}),
    "no delete set": varints(0),
    "trailing": b"\x00\x00\x00",
    "endless number": b"\x80" * 50,
    "number past 2^53": update_of(2**60, 0, in_root(STRING) + string("a")),
    "half a character": update_of(1, 0, in_root(STRING) + varints(1) + b"\xf0"),
    "a surrogate": update_of(1, 0, in_root(STRING) + varints(3) + b"\xed\xa0\x80"),
    "half a surrogate pair in json": update_of(1, 0, in_root(FORMAT) + string("bold") + string('{"a":"\\ud800"}')),
    "json that is none": update_of(1, 0, in_root(FORMAT) + string("bold") + string("nul")),
    "json only for python": update_of(1, 0, in_root(FORMAT) + string("bold") + string("NaN")),
    "no text": update_of(1, 0, in_root(STRING) + string("")),
    "nothing collected": update_of(1, 0, b"\x00\x00"),
    "after itself": update_of(1, 3, beside(STRING, (1, 3)) + string("a")),
    "before itself": update_of(1, 3, beside(STRING, (1, 2), (1, 9)) + string("a")),
    "inside itself": update_of(1, 3, inside(STRING, (1, 3)) + string("a")),
    "unknown content": update_of(1, 0, in_root(11)),
    "unknown type": update_of(1, 0, in_root(TYPE) + varints(9)),
    "unknown parent": update_of(1, 0, bytes([STRING, 2]) + string("default") + string("a")),
    "collected, with flags": update_of(1, 0, b"\x80" + varints(1, 0, 1)),
    "a client twice": varints(2) + 2 * (varints(1, 1, 0) + in_root(STRING) + string("a")) + b"\x00",
    "a client deleted twice": b"\x00\x02\x01\x01\x00\x01\x01\x01\x00\x01",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_and_nonsense_are_malformed(data):
    with pytest.raises(Malformed):
        read_update(data)


@given(seeds)
def test_a_cut_update_is_malformed(seed):
    rng = random.Random(seed)
    data = content_update(random_blocks(rng), client_id=1)
    with pytest.raises(Malformed):
        read_update(data[: rng.randrange(len(data))])


def test_ten_thousand_mutated_updates():
    """Malformed or a value, never anything else; and what passes the checks, the library takes whole or not at all."""
    rng = random.Random(20270225)
    corpus = []
    for _ in range(60):
        base = content_update(random_blocks(rng), client_id=rng.randrange(1, 2**32))
        doc = copy_of(base, rng.randrange(1, 2**32))
        corpus += [base, *edit(rng, doc, 4), doc.get_update()]
    read = 0
    for _ in range(10_000):
        data = mutated(rng, rng.choice(corpus))
        try:
            update = read_update(data)
        except Malformed:
            continue
        read += 1
        if check_update(update) is None and not update.missing({}):
            doc = load(b"\x00\x00")
            try:
                apply(doc, data)
            except Malformed:
                continue  # a parent that holds nothing: only an outline of the document can tell
            assert read_state_vector(doc.get_state()) == ends(data)
    assert read > 500  # or the mutations are too wild to test anything


def mutated(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(out)) if out else 0
        match rng.randrange(6):
            case 0 | 1:
                out[at : at + 1] = bytes([rng.randrange(256)])
            case 2:
                out[at:at] = rng.randbytes(rng.randrange(1, 5))
            case 3:
                del out[at : at + rng.randrange(1, 5)]
            case 4:
                out[at : at + 1] = bytes([rng.choice((0, 1, 127, 128, 255))])
            case 5:
                out[at : at + 1] = b"\xff\xff\xff\xff\x07"
    return bytes(out)


@given(st.binary(max_size=200))
def test_noise_is_malformed_or_read(data):
    for read in (read_update, read_state_vector):
        with contextlib.suppress(Malformed):
            read(data)


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "corpus").glob("*.hex")), ids=lambda path: path.stem)
def test_corpus(path):
    """Inputs that once got through, or might: none of them may reach the library."""
    data = bytes.fromhex(path.read_text())
    with contextlib.suppress(Malformed):
        read = read_update(data)
        assert check_update(read) or Outline(b"\x00\x00").judge(read)


@given(st.dictionaries(clients, st.integers(0, 2**31), max_size=30))
def test_state_vectors_come_back(state):
    assert read_state_vector(write_state_vector(state)) == state


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        b"\x01\x01",
        b"\x00\x00",
        varints(2, 1, 1, 1, 1),
        varints(1, 1, 2**32),
        write_varint(2**40) + b"\x01\x01" * 10,
        # 27 bytes for which the library, unasked, set aside a gigabyte
        bytes.fromhex("ffffffff0f") + bytes(22),
    ],
)
def test_state_vectors_that_are_none(data):
    with pytest.raises(Malformed):
        read_state_vector(data)
