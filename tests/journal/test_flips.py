"""Bytes flipped at random: in the file of a database, and in that of an archive. What reads differently is found."""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from server.journal.archive import check_archive
from server.journal.checkpoint import Signer
from server.journal.verify import verify
from server.journal.view import MEETING_TABLES
from server.journal.writer import Journal
from server.meeting.archive import take_archive
from server.sample.load import load_sample
from tests.support.desk import Desk, open_desk
from tests.support.finalizing import make_final
from tests.support.second_verifier import contents
from tests.support.second_verifier import verify as verify_again

SIGNER = Signer(bytes(range(32)))
KEYS = {SIGNER.key_id: SIGNER.public}
TABLES = ("entry", "snapshot", "checkpoint", "signing_key", *(table.__tablename__ for table in MEETING_TABLES))
# A name for the row, and an order in a list: nothing is told by them, and nothing rests on them.
TELLS_NOTHING = {("checkpoint", "id"), ("signing_key", "first_used")}
IN_DATABASE, IN_ARCHIVE = 24, 400  # flips that change something; flips of any kind


@pytest_asyncio.fixture
async def signed(tmp_path: Path) -> Any:
    """A desk whose journal signs, with a bit of typing, a snapshot and a final section."""
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}") as desk:
        await desk.journal.stop()
        desk.journal = Journal(desk.database, SIGNER)
        await desk.journal.start()
        desk.writer().write("Owls. ")
        await desk.journal.settle()
        loaded = await desk.journal.load(desk.documents["notes"])
        desk.journal.snapshot_soon(desk.documents["notes"], loaded.number, loaded.document().get_update())
        await make_final(desk)
        yield desk


def flips(data: bytes, rng: random.Random, places: list[range]) -> Iterator[tuple[int, bytes]]:
    """Copies of the data with one bit changed, or one byte."""
    while True:
        place = rng.choice(places)
        at = place.start + rng.randrange(len(place))
        changed = bytearray(data)
        changed[at] ^= 1 << rng.randrange(8) if rng.random() < 0.7 else rng.randrange(1, 256)
        yield at, bytes(changed)


async def test_in_the_file_of_a_database(signed: Desk, tmp_path: Path) -> None:
    load_sample(signed.database, "http://127.0.0.1", None)
    await signed.journal.settle()
    whole = tmp_path / "whole.sqlite3"
    with sqlite3.connect(tmp_path / "roundtable.sqlite3") as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    data, was = whole.read_bytes(), rows(whole)
    assert was is not None
    flipped = tmp_path / "flipped.sqlite3"
    engine = create_engine(f"sqlite:///{flipped}")
    found = 0
    for at, changed in flips(data, random.Random(29), pages(whole)):
        flipped.write_bytes(changed)
        if rows(flipped) == was:
            continue
        assert not sound(engine), f"byte {at}: {data[at]} -> {changed[at]}"
        found += 1
        if found == IN_DATABASE:
            break
    flipped.write_bytes(data)
    assert sound(engine)


def pages(path: Path) -> list[range]:
    """Where the tables lie, each page as likely as any other: most others hold what people signed in with."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name, pgoffset, pgsize - unused FROM dbstat WHERE pagetype != 'overflow'")
        return [range(offset, offset + size) for name, offset, size in found if name in TABLES and size > 40]


def rows(path: Path) -> dict[str, Any] | None:
    """All rows of what `verify` vouches for, as the database gives them; None where it cannot."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    try:
        return {table: told(connection.execute(f'SELECT * FROM "{table}"'), table) for table in TABLES}
    except (sqlite3.Error, UnicodeError):
        return None
    finally:
        connection.close()


def told(cursor: sqlite3.Cursor, table: str) -> tuple[list[str], list[str]]:
    names = [column[0].lower() for column in cursor.description]
    told_by = [at for at, name in enumerate(names) if (table, name) not in TELLS_NOTHING]
    return names, sorted(repr([row[at] for at in told_by]) for row in cursor)


def sound(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return verify(connection, keys=KEYS).sound
    except SQLAlchemyError:
        return False  # the command says that the database cannot be used
    finally:
        engine.dispose()


async def test_in_the_file_of_an_archive(signed: Desk) -> None:
    documents = frozenset(signed.documents.values())
    data = await take_archive(signed.journal, signed.database, signed.actor(), documents)
    was = contents(data)
    for at, changed in itertools.islice(flips(data, random.Random(31), [range(len(data))]), IN_ARCHIVE):
        first, second = check_archive(changed, KEYS).sound, agrees(changed)
        assert first == second, f"byte {at}: {data[at]} -> {changed[at]}"
        try:
            same = contents(changed) == was
        except Exception:  # noqa: BLE001 - whatever opening nonsense raises
            same = False
        assert same or not first, f"byte {at}: {data[at]} -> {changed[at]}"
    assert check_archive(data, KEYS).sound


async def test_a_size_in_the_archive_s_directory(signed: Desk) -> None:
    data = await take_archive(signed.journal, signed.database, signed.actor(), frozenset(signed.documents.values()))
    directory = data.index(b"PK\x01\x02")
    for at in range(directory + 24, directory + 28):  # the size of the first file, before it was packed
        for mask in (0x01, 0x80):
            changed = bytearray(data)
            changed[at] ^= mask
            assert not check_archive(bytes(changed), KEYS).sound
            assert not agrees(bytes(changed))


def agrees(data: bytes) -> bool:
    try:
        verify_again(data, KEYS)
    except Exception:  # noqa: BLE001 - it says what is wrong in any way it likes
        return False
    return True
