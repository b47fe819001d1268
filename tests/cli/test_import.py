"""`roundtable export` and `import`: the whole record goes on elsewhere as an equal meeting, or not at all."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from server.journal.archive import line_of, open_archive, pack
from server.journal.checkpoint import Checkpoint, Signer, parse
from server.journal.checkpoints import imported_keys, public_keys
from server.journal.replay import rows_of
from server.journal.verify import entry_of, verify
from server.journal.view import MEETING_TABLES
from server.meeting.archive import digest_of
from server.meeting.imported import NotEqual, import_record
from server.meeting.whole import take_whole
from server.sample.load import load_sample
from server.settings import Settings
from server.storage.engine import Database
from server.storage.tables import Access, Base, Entry, Meeting, Person, Session
from tests.cli.conftest import Run, one_line
from tests.support.fresh import lay_at
from tests.support.school import School
from tests.web.test_events import SCENES, Story

HERE, THERE = Signer(bytes(32)), Signer(bytes(range(32)))
ADA = "ada@example.org"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path / "school") as entered:
        assert entered.client  # it has started, and said so, before what commands say is caught
        yield entered


def opened(url: str) -> Database:
    lay_at(url)
    return Database(url)


def told(database: Database, meeting_id: str) -> dict[str, Any]:
    """Everything that the tables say of a meeting, and who had it before them."""
    with database.sync.connect() as connection:
        rows: dict[str, Any] = {table.__tablename__: rows_of(connection, table, meeting_id) for table in MEETING_TABLES}
        accesses = select(Access.__table__).where(Access.meeting_id == meeting_id).order_by(Access.id)
        rows["access"] = [dict(row) for row in connection.execute(accesses).mappings()]
        return rows


def journal(database: Database, meeting_id: str) -> str:
    entries = select(Entry.__table__).where(Entry.meeting_id == meeting_id).order_by(Entry.number)
    with database.sync.connect() as connection:
        return "".join(line_of(entry_of(row), withheld=False) for row in connection.execute(entries))


def everything(database: Database) -> dict[str, list[str]]:
    with database.sync.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').cursor.fetchall()))
            for name in Base.metadata.tables
        }


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check_equal(source: Database, target: Database, meeting_id: str, data: bytes) -> None:
    assert told(target, meeting_id) == told(source, meeting_id)
    lines = unzipped(data)["journal.jsonl"].decode()
    assert journal(target, meeting_id) == journal(source, meeting_id) == lines
    with target.sync.connect() as connection:
        assert verify(connection).faults == []
    with target.sync.execution_options(writes=True).begin() as connection:
        connection.execute(insert(Person).values(id="p_there", name="There", is_administrator=True))
    again = unzipped(take_whole(target, THERE, "p_there", meeting_id))["journal.jsonl"].decode()
    assert again.startswith(lines)
    assert [json.loads(line)["kind"] for line in again.removeprefix(lines).splitlines()] == ["record.archived"]
    with target.sync.connect() as connection:
        assert verify(connection).faults == []


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.txt"
    path.write_text(f"{HERE.key_id} {HERE.public.hex()}\n")
    return str(path)


def imported(inside: Run, file: Path, keys: str, **settings: str) -> dict[str, Any]:
    done = inside("import", str(file), "--key", keys, "--json", **settings)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["verified"]["faults"] == []
    return answer


def test_every_kind_of_act_arrives(school: School, inside: Run, tmp_path: Path, postgres_url: str, keys: str) -> None:
    story = Story(school)
    for _, scene in SCENES:
        school.call(scene, story)
    school.call(school.state.accesses.flush)
    source = school.state.database
    data = take_whole(source, HERE, story.ada, story.id)
    own = Signer(Settings(data=school.data).prepared().signing_seed)
    Path(keys).write_text("".join(f"{one.key_id} {one.public.hex()}\n" for one in (HERE, own)))
    file = tmp_path / "record.zip"
    file.write_bytes(data)
    for url in (f"sqlite:///{tmp_path / 'there.sqlite3'}", postgres_url):
        assert imported(inside, file, keys, database_url=url)["meeting"] == story.id
        target = opened(url)
        try:
            check_equal(source, target, story.id, data)
            with target.sync.connect() as connection:
                people = connection.execute(select(Person.__table__).where(Person.id != "p_there")).all()
                assert len(people) >= len(story.people)
                assert {(row.email, row.password_hash, row.is_staff, row.is_administrator) for row in people} == {
                    (None, None, False, False)
                }
                assert connection.execute(select(Session.id)).all() == []
                assert imported_keys(connection) == {HERE.key_id, own.key_id}
                assert public_keys(connection).keys() == {HERE.key_id, own.key_id, THERE.key_id}
            before = everything(target)
            done = inside("import", str(file), "--key", keys, database_url=url)
            assert done.returncode == 3
            assert "is here already" in done.stderr
            assert everything(target) == before
        finally:
            target.sync.dispose()


@pytest.fixture
def sample(tmp_path: Path) -> tuple[Database, str]:
    database = opened(f"sqlite:///{tmp_path / 'here.sqlite3'}")
    meeting = load_sample(database, "http://here", None)
    with database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(insert(Person).values(id="p_ada", name="Ada", email=ADA, is_administrator=True))
    return database, meeting["id"]


Fault = Callable[[dict[str, bytes]], dict[str, bytes]]


def _withheld(files: dict[str, bytes]) -> dict[str, bytes]:
    lines = files["journal.jsonl"].decode().splitlines()
    about = json.loads(lines[-2])
    lines[-2] = json.dumps(about | {"payload": None, "salt": None}, separators=(",", ":"))
    return files | {"journal.jsonl": "".join(f"{line}\n" for line in lines).encode()}


def _flipped(files: dict[str, bytes]) -> dict[str, bytes]:
    lines = files["journal.jsonl"].decode().splitlines()
    about = json.loads(lines[3])
    payload = bytearray(base64.b64decode(about["payload"]))
    payload[-1] ^= 1
    lines[3] = json.dumps(about | {"payload": base64.b64encode(payload).decode()}, separators=(",", ":"))
    return files | {"journal.jsonl": "".join(f"{line}\n" for line in lines).encode()}


def _renamed(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"record.json": files["record.json"].replace(b"Jonah", b"Jonas")}


def _without_student(files: dict[str, bytes]) -> dict[str, bytes]:
    record = json.loads(files["record.json"])
    return files | {"record.json": json.dumps(record | {"student": None}).encode()}


def _another_student(files: dict[str, bytes]) -> dict[str, bytes]:
    record = json.loads(files["record.json"])
    return files | {"record.json": json.dumps(record | {"student": record["student"] | {"id": "s_x"}}).encode()}


def _born_on_no_day(files: dict[str, bytes]) -> dict[str, bytes]:
    record = json.loads(files["record.json"])
    return files | {
        "record.json": json.dumps(record | {"student": record["student"] | {"birth_date": "12/04/17"}}).encode()
    }


def _nameless(files: dict[str, bytes]) -> dict[str, bytes]:
    record = json.loads(files["record.json"])
    return files | {"record.json": json.dumps(record | {"people": [{"id": "p_1"}]}).encode()}


def signed_anew(files: dict[str, bytes]) -> bytes:
    """As whoever has the key could make it."""
    last = parse(files["checkpoint.txt"].decode())
    rest = {name: content for name, content in files.items() if name not in ("checkpoint.txt", "SHA256SUMS")}
    fresh = Checkpoint(last.meeting_id, last.number, last.hash, last.time, last.reason, digest_of(rest))
    return pack(rest, HERE.sign(fresh))


FAULTS: list[tuple[Fault, bool, int, str]] = [
    (_flipped, False, 1, "journal.jsonl was changed"),
    (_flipped, True, 1, "entry 4: its payload was changed"),
    (_renamed, False, 1, "record.json was changed"),
    (_withheld, True, 3, "withheld from whoever took it"),
    (_without_student, True, 3, "of an earlier version"),
    (_another_student, True, 3, "another student"),
    (_nameless, True, 3, "cannot be read"),
    (_born_on_no_day, True, 3, "cannot be read"),
]


def test_what_is_wrong_is_said_and_nothing_is_written(
    sample: tuple[Database, str], inside: Run, tmp_path: Path, keys: str
) -> None:
    source, meeting_id = sample
    whole = unzipped(take_whole(source, HERE, "p_ada", meeting_id))
    source.sync.dispose()
    file = tmp_path / "record.zip"
    target = opened(f"sqlite:///{tmp_path / 'there.sqlite3'}")
    before = everything(target)
    for change, resigned, code, said in FAULTS:
        files = change(whole)
        if resigned:
            file.write_bytes(signed_anew(files))
        else:
            with zipfile.ZipFile(file, "w") as archive:
                for name, content in files.items():
                    archive.writestr(name, content)
        done = inside("import", str(file), "--key", keys, database_url=target.sync.url.render_as_string())
        assert done.returncode == code, done.stderr
        assert said in done.stderr
        assert "nothing was imported" in done.stderr
        assert everything(target) == before, said
    target.sync.dispose()


def test_an_archive_touches_no_other_meeting(sample: tuple[Database, str]) -> None:
    """Made by somebody who knows ids of a meeting that is here, and has a key that is believed."""
    source, meeting_id = sample
    whole = open_archive(take_whole(source, HERE, "p_ada", meeting_id))
    before = everything(source)
    forged = whole._replace(
        entries=[entry._replace(meeting_id="m_other") for entry in whole.entries],
        record=whole.record | {"meeting": "m_other"},
    )
    first = forged.entries[:1]
    for entries, said in ((forged.entries, "a document of another meeting"), (first, "tells of another meeting")):
        with source.sync.execution_options(writes=True).connect() as connection:
            with pytest.raises(NotEqual, match=said):
                import_record(connection, forged._replace(entries=entries))
            connection.rollback()
    assert everything(source) == before
    source.sync.dispose()


def test_from_one_command_to_the_other(sample: tuple[Database, str], inside: Run, tmp_path: Path) -> None:
    source, meeting_id = sample
    source.sync.dispose()
    here, there = f"sqlite:///{tmp_path / 'here.sqlite3'}", f"sqlite:///{tmp_path / 'there.sqlite3'}"
    file = tmp_path / "record.zip"
    export = ("export", meeting_id, str(file), "--by")
    assert "nobody has the address" in one_line(inside(*export, "x@example.org", database_url=here))
    with source.sync.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE person SET email = 'dana@example.org' WHERE name LIKE 'Dana%'"))
    source.sync.dispose()
    assert "only an administrator" in one_line(inside(*export, "dana@example.org", database_url=here))
    assert "no such meeting" in one_line(inside("export", "m_x", str(file), "--by", ADA, database_url=here))
    done = inside(*export, ADA, "--json", database_url=here)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert "is there already" in one_line(inside(*export, ADA, database_url=here))
    assert inside("import", str(file), database_url=there).returncode == 2
    assert inside("import", str(tmp_path / "none.zip"), "--own-keys", database_url=there).returncode == 2
    done = inside("import", str(file), "--own-keys", database_url=there)
    assert done.returncode == 0, done.stderr
    assert "Its people have no way in yet" in done.stdout
    target = Database(there)
    with target.sync.connect() as connection:
        assert connection.scalars(select(Meeting.id)).all() == [meeting_id]
    assert told(target, meeting_id) == told(source, meeting_id)
    source.sync.dispose()
    target.sync.dispose()
