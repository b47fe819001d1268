"""Long chains, of which SQLite tells the texts by those that came before: what it tells is what stands there."""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server.journal.entry import GENESIS, Author, seal
from server.journal.kinds import EDIT, SECTION
from tests.support.fresh import FILE, lay

MEETING, LENGTH = "m_long", 2_000
PROGRAM = [sys.executable, "-m", "server.journal.file_chain"]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A file and its last entry's hash: first few people write, then more at once than are told, then few again."""
    folder = tmp_path_factory.mktemp("long")
    lay(folder)
    rng = random.Random(11)
    previous, rows = GENESIS, []
    for number in range(1, LENGTH + 1):
        person = rng.randrange(24 if 800 < number <= 1_300 else 3)
        author = Author(f"p_{person}", "team_staff" if person else "parent")
        event = number % 500 == 1
        document = None if event and number % 2 else f"d_{number % 2}"
        entry = seal(previous, MEETING, number, SECTION if event else EDIT, document, author, number, rng.randbytes(9))
        previous = entry.hash
        rows.append((*entry[:4], *author, *entry[5:], 0, 0))
    with closing(_opened(folder / FILE)) as file, file:
        file.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * len(rows[0]))})", rows)
    return folder / FILE, previous


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path)
    file.execute("PRAGMA foreign_keys = OFF")
    file.execute("DROP TRIGGER IF EXISTS entry_no_update")
    return file


def followed(path: Path, number: int = LENGTH) -> str:
    asked = json.dumps([MEETING, number])
    done = subprocess.run([*PROGRAM, str(path)], input=asked, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_is_followed_to_its_end(chain: tuple[Path, bytes]) -> None:
    path, last = chain
    assert followed(path) == last.hex()
    assert followed(path, LENGTH + 1) == ""


@pytest.fixture
def changed(chain: tuple[Path, bytes], tmp_path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    path = tmp_path / FILE
    path.write_bytes(chain[0].read_bytes())
    file = _opened(path)
    yield path, file
    file.close()


@pytest.mark.parametrize("number", [2, 700, 1_100, 1_900])
@pytest.mark.parametrize(
    "change",
    [
        "author_id = CASE author_id WHEN 'p_0' THEN 'p_1' ELSE 'p_0' END",
        "author_role = CASE author_role WHEN 'parent' THEN 'team_staff' ELSE 'parent' END",
        "document_id = CASE document_id WHEN 'd_0' THEN 'd_1' ELSE 'd_0' END",
        "document_id = CASE WHEN document_id IS NULL THEN 'd_0' END",
        "kind = CASE kind WHEN 'edit' THEN 'section' ELSE 'edit' END",
        "author_id = CAST(author_id AS BLOB)",
        "author_id = author_id || char(0)",
        "kind = 'Edit'",
    ],
)
def test_a_text_changed_to_another_that_is_known_is_doubted(
    changed: tuple[Path, sqlite3.Connection], change: str, number: int
) -> None:
    path, file = changed
    with file:
        file.execute(f"UPDATE entry SET {change} WHERE number = ?", (number,))
    assert file.total_changes == 1
    file.close()
    assert followed(path) == ""
