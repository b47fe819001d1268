"""An archive proves itself, to two verifiers that know nothing of each other; what is not the reader's is not in it."""

import base64
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from server.journal import kinds
from server.journal.archive import LAST, check_archive, hash_in_archive
from server.journal.checkpoint import Signer, parse, wrong_with
from server.journal.checkpoints import checkpoints, differs, public_keys
from server.journal.verify import verify
from server.journal.writer import Journal
from server.meeting import finalize_section, read_back_section, set_phase
from server.meeting.archive import take_archive
from server.meeting.messages import write_message
from server.meeting.notices import compose_notice
from server.meeting.own_words import give_words, write_words
from server.storage.tables import Document, Entry
from tests.support.amending import final_plan, propose
from tests.support.desk import Desk, drop_triggers, refused
from tests.support.second_verifier import verify as verify_again

SIGNER = Signer(bytes(range(32)))
KEYS = {SIGNER.key_id: SIGNER.public}


@pytest_asyncio.fixture
async def signing(desk: Desk) -> Desk:
    """The desk's journal with a key to sign with."""
    await desk.journal.stop()
    desk.journal = Journal(desk.database, SIGNER)
    await desk.journal.start()
    return desk


def readable(desk: Desk) -> set[str]:
    return {row[0] for row in desk.rows(select(Document.id).where(Document.meeting_id == desk.meeting))}


async def taken(desk: Desk, role: str = "case_manager") -> bytes:
    return await take_archive(desk.journal, desk.database, desk.actor(role), readable(desk))


def second(data: bytes, keys: dict[str, bytes]) -> bool:
    try:
        verify_again(data, keys)
    except Exception:  # noqa: BLE001 - it says what is wrong in any way it likes
        return False
    return True


async def filled(desk: Desk) -> None:
    desk.writer("goals", "parent").write("Owls. ")
    await read_back_section(desk.journal, desk.actor("lea_representative"), desk.documents["placement"])
    await finalize_section(
        desk.journal, desk.actor("lea_representative"), desk.documents["placement"], override="Looked at."
    )


async def test_a_final_section_and_the_close_are_signed(signing: Desk) -> None:
    desk = signing
    await filled(desk)
    await set_phase(desk.journal, desk.actor(), "closed")
    with desk.database.sync.connect() as connection:
        found = checkpoints(connection, desk.meeting)
        assert [one.reason for one in found] == ["finalized", "closed"]
        assert public_keys(connection) == KEYS
        assert verify(connection).checkpoints == 2
    for one in found:
        assert wrong_with(one, KEYS) is None
        assert parse(one.text()) == one
    assert desk.faults() == []


async def test_both_verifiers_find_it_whole(signing: Desk) -> None:
    desk = signing
    await filled(desk)
    data = await taken(desk)
    checked = check_archive(data, KEYS)
    assert checked.faults == []
    assert (checked.entries, checked.withheld) == (len(desk.entries()), 0)
    assert checked.documents >= 11
    assert second(data, KEYS)
    other = Signer(bytes(32))
    assert not check_archive(data, {other.key_id: other.public}).sound
    assert not second(data, {other.key_id: other.public})
    assert check_archive(data).sound  # with its own keys
    assert not check_archive(data).trusted
    assert desk.faults() == []


def altered(data: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """The archive with one byte of one file changed, a file less, a line less, two lines in another order."""
    rng = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    def packed(changed: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in changed.items():
                archive.writestr(name, content)
        return out.getvalue()

    for name, content in files.items():
        for _ in range(6):
            at = rng.randrange(len(content)) if content else 0
            flipped = bytearray(content or b"\0")
            flipped[at] ^= 1 << rng.randrange(8)
            yield f"{name} at {at}", packed({**files, name: bytes(flipped)})
        yield f"{name} is gone", packed({other: files[other] for other in files if other != name})
    lines = files["journal.jsonl"].split(b"\n")[:-1]
    yield "the end cut off", packed({**files, "journal.jsonl": b"\n".join(lines[:-1]) + b"\n"})
    swapped = [*lines[:3], lines[4], lines[3], *lines[5:]]
    yield "two entries swapped", packed({**files, "journal.jsonl": b"\n".join(swapped) + b"\n"})
    yield "a file more", packed({**files, "more.txt": b"x"})


async def test_whatever_is_changed_is_found_by_both(signing: Desk) -> None:
    desk = signing
    await filled(desk)
    data = await taken(desk)
    for what, changed in altered(data, 7):
        assert not check_archive(changed, KEYS).sound, what
        assert not second(changed, KEYS), what


async def test_what_is_not_the_readers_is_not_in_it(prework: Desk) -> None:
    await prework.journal.stop()
    prework.journal = Journal(prework.database, SIGNER)
    await prework.journal.start()
    desk = prework
    await write_words(desk.journal, desk.actor("parent"), "good_at", "He sings owls to sleep.", lang="en", seen=0)
    hidden = desk.documents["services"]
    data = await take_archive(desk.journal, desk.database, desk.actor(), readable(desk) - {hidden})
    assert b"sings owls" not in _all(data)
    checked = check_archive(data, KEYS)
    assert checked.faults == []
    assert checked.withheld >= 2
    assert second(data, KEYS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert f"documents/{hidden}.yjs" not in archive.namelist()
        assert "own_words" not in json.loads(archive.read("record.json"))["tables"]
    await give_words(desk.journal, desk.actor("parent"))
    assert b"sings owls" in _all(await take_archive(desk.journal, desk.database, desk.actor(), readable(desk)))
    assert await refused(desk, take_archive(desk.journal, desk.database, desk.actor("parent"), set())) == "phase"


async def test_earlier_wordings_and_unapproved_notices_are_not_the_readers(signing: Desk) -> None:
    desk = signing
    parent = desk.actor("parent")
    seen = await write_words(desk.journal, parent, "worries", "I fear the new school.", lang="en", seen=0)
    await write_words(desk.journal, parent, "worries", "The bus is loud.", lang="en", seen=seen)
    await give_words(desk.journal, parent)
    await set_phase(desk.journal, desk.actor(), "closed")
    notice = await compose_notice(desk.journal, desk.actor(), [], safeguards="Half-written rights.", contacts="")
    for role in ("case_manager", "parent"):
        data = await taken(desk, role)
        told = _all(data)
        assert b"The bus is loud." in told
        assert (b"I fear the new school." in told) == (role == "parent")
        assert (b"Half-written rights." in told) == (role == "case_manager")
        assert (notice.encode() in told) == (role == "case_manager")
        assert check_archive(data, KEYS).faults == []
        assert second(data, KEYS)
    assert desk.faults() == []


async def test_a_change_that_is_not_offered_is_not_the_familys(signing: Desk) -> None:
    desk = signing
    await final_plan(desk)
    own = readable(desk)
    await propose(desk)
    data = await take_archive(desk.journal, desk.database, desk.actor("parent"), own)
    assert check_archive(data, KEYS).faults == []
    assert check_archive(data, KEYS).withheld >= 1
    assert second(data, KEYS)


def _all(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [archive.read(name) for name in archive.namelist()]
        for line in archive.read("journal.jsonl").splitlines():
            payload = json.loads(line)["payload"]
            files.append(base64.b64decode(payload) if payload else b"")
    return b"".join(files)


async def test_what_is_written_while_it_is_read_is_in_it(signing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes long, and nobody waits for it: what came meanwhile is read in the transaction that signs."""
    desk = signing
    parent = desk.actor("parent")
    await write_words(desk.journal, parent, "worries", "The bus is loud.", lang="en", seen=0)
    read = desk.database.read

    async def slow(work: Any) -> Any:
        found = await read(work)
        desk.writer("goals", "parent").write("Meanwhile. ")
        await give_words(desk.journal, parent)
        return found

    monkeypatch.setattr(desk.database, "read", slow)
    data = await taken(desk)
    checked = check_archive(data, KEYS)
    assert checked.faults == []
    assert (checked.entries, checked.withheld) == (len(desk.entries()), 0)
    assert desk.kinds()[-1] == kinds.ARCHIVED
    assert {kinds.EDIT, kinds.WORDS_GIVEN} <= set(desk.kinds()[-4:])
    assert b"The bus is loud." in _all(data)
    assert second(data, KEYS)
    assert desk.faults() == []


async def test_without_a_signature_nothing_is_taken(desk: Desk) -> None:
    await refused(desk, taken(desk))  # this journal has no key


async def test_a_record_that_was_written_anew_departs_from_its_receipt(signing: Desk) -> None:
    desk = signing
    await filled(desk)
    with desk.database.sync.connect() as connection:
        (receipt,) = checkpoints(connection, desk.meeting)
        stands = connection.scalar(select(Entry.hash).where(Entry.number == receipt.number))
        assert differs(receipt, bytes(stands or b"")) is None
    with desk.database.sync.begin() as connection:
        for trigger in (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("DELETE FROM entry WHERE number >= :n"), {"n": receipt.number})
    with desk.database.sync.connect() as connection:
        problems = [fault.problem for fault in verify(connection).faults]
    assert any("ends before" in one or "journal ends" in one for one in problems)


async def test_entries_cut_off_its_end_are_found_by_a_receipt_alone(signing: Desk) -> None:
    """Whoever owns the database can cut entries, move the head back and take away the signatures: all is sound then.
    A receipt that left the building says what is missing.
    """
    desk = signing
    desk.writer().write("Owls. ")
    await desk.journal.settle()
    desk.writer("goals", "parent").write("He sings.")
    with zipfile.ZipFile(io.BytesIO(await taken(desk))) as archive:
        receipt = parse(archive.read(LAST).decode())
    kept = desk.entries()[receipt.number - 3]  # without what the parent wrote
    with desk.database.sync.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("DELETE FROM checkpoint"))
        connection.execute(text("DELETE FROM entry WHERE number > :n"), {"n": kept.number})
        head = {"n": kept.number, "hash": kept.hash}
        connection.execute(text("UPDATE meeting SET head_number = :n, head_hash = :hash"), head)
    assert desk.faults() == []
    with desk.database.sync.connect() as connection:
        stands = connection.scalar(select(Entry.hash).where(Entry.number == receipt.number))
        assert differs(receipt, stands) == "the record ends before the entry that was signed"
    again = await taken(desk)
    assert check_archive(again, KEYS).sound
    assert hash_in_archive(again, receipt.number) is None


async def test_what_one_of_the_family_tells_the_school_is_no_other_households(signing: Desk) -> None:
    desk = signing
    await write_message(desk.journal, desk.actor("parent"), "The owls are ill.")
    theirs, schools = await taken(desk, "student"), await taken(desk)
    assert b"owls are ill" not in _all(theirs)
    assert b"owls are ill" in _all(schools)
    assert b"owls are ill" in _all(await taken(desk, "parent"))
    assert check_archive(theirs, KEYS).withheld == 1
    assert second(theirs, KEYS)
