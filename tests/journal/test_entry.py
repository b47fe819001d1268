"""The chain: whatever is changed, taken out, put in or moved, the first bad entry is found."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.journal.entry import GENESIS, Author, Entry, fault, faults, seal

texts = st.text(max_size=20)
acts = st.lists(
    st.tuples(st.sampled_from(["edit", "meeting.phase"]), st.none() | texts, texts, texts, st.binary(max_size=40)),
    min_size=1,
    max_size=8,
)


def chain(facts: list[tuple[str, str | None, str, str, bytes]]) -> list[Entry]:
    entries: list[Entry] = []
    head = GENESIS
    for number, (kind, document, person, role, payload) in enumerate(facts, start=1):
        entry = seal(head, "m_1", number, kind, document, Author(person, role), 1_700_000_000_000_000 + number, payload)
        entries.append(entry)
        head = entry.hash
    return entries


def first_fault(entries: list[Entry]) -> int | None:
    found = next(faults(iter(entries)), None)
    return None if found is None else found[0].number


@given(acts)
def test_an_untouched_chain_is_sound(facts: list[tuple[str, str | None, str, str, bytes]]) -> None:
    assert list(faults(iter(chain(facts)))) == []


@given(acts, st.data())
def test_any_changed_field_is_found_at_its_entry(
    facts: list[tuple[str, str | None, str, str, bytes]], data: st.DataObject
) -> None:
    entries = chain(facts)
    index = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[index]
    field = data.draw(
        st.sampled_from(["kind", "document_id", "author", "time", "payload", "salt", "payload_hash", "hash"])
    )
    changed: Any = {
        "kind": entry.kind + "x",
        "document_id": "d_other" if entry.document_id is None else None,
        "author": entry.author._replace(role=entry.author.role + "x"),
        "time": entry.time + 1,
        "payload": entry.payload + b"\0",
        "salt": bytes(byte ^ 1 for byte in entry.salt),
        "payload_hash": bytes(byte ^ 1 for byte in entry.payload_hash),
        "hash": bytes(byte ^ 1 for byte in entry.hash),
    }[field]
    entries[index] = entry._replace(**{field: changed})
    assert first_fault(entries) == entry.number


@given(acts.filter(lambda facts: len(facts) > 1), st.data())
def test_a_missing_or_moved_entry_is_found(
    facts: list[tuple[str, str | None, str, str, bytes]], data: st.DataObject
) -> None:
    entries = chain(facts)
    index = data.draw(st.integers(0, len(entries) - 2))
    without = entries[:index] + entries[index + 1 :]
    assert first_fault(without) == entries[index + 1].number
    swapped = list(entries)
    swapped[index], swapped[index + 1] = swapped[index + 1], swapped[index]
    assert first_fault(swapped) == entries[index + 1].number


def test_texts_cannot_flow_into_each_other() -> None:
    one = seal(GENESIS, "m", 1, "edit", "ab", Author("c", "parent"), 1, b"")
    other = seal(GENESIS, "m", 1, "edit", "a", Author("bc", "parent"), 1, b"")
    assert other._replace(salt=one.salt).hash != one.hash


def test_a_salt_hides_equal_payloads() -> None:
    author = Author("p", "parent")
    first, second = (seal(GENESIS, "m", 1, "edit", "d", author, 1, b"yes") for _ in range(2))
    assert first.payload_hash != second.payload_hash


@given(st.binary(max_size=40), st.integers(0, 40))
def test_no_byte_moves_between_salt_and_payload(payload: bytes, at: int) -> None:
    entry = seal(GENESIS, "m", 1, "edit", "d", Author("p", "parent"), 0, payload)
    both = entry.salt + entry.payload
    at = min(at, len(both))
    moved = entry._replace(salt=both[:at], payload=both[at:])
    assert (fault(moved, GENESIS, 1) is None) == (at == 16)
