"""`roundtable verify`: what it says, and how it ends."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import Run, one_line
from tests.support.tamper import make_record, opened

FILE = "roundtable.sqlite3"


def test_the_sample_is_sound(roundtable: Run) -> None:
    assert roundtable("demo").returncode == 0
    done = roundtable("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Checked 1 meetings: ")
    assert "20 documents replayed" in done.stdout
    assert done.stdout.endswith("Everything is as it was written.\n")
    chain = roundtable("verify", "--chain")
    assert chain.returncode == 0
    assert "documents replayed" not in chain.stdout
    assert "Texts and tables were not held against them (--chain)." in chain.stdout
    report = json.loads(roundtable("verify", "--json").stdout)
    assert report.pop("entries") > 11
    assert report == {"meetings": 1, "documents": 20, "snapshots": 0, "checkpoints": 0, "destroyed": [], "faults": []}


def test_a_changed_entry_is_named(roundtable: Run, data_dir: Path) -> None:
    made = make_record(data_dir / FILE)
    with opened(data_dir / FILE) as connection:
        change = (
            "UPDATE entry SET payload = CAST(payload || x'00' AS BLOB) WHERE meeting_id = :id AND number IN (29, 31)"
        )
        connection.execute(text(change), {"id": made["meeting"]})
        connection.commit()
    done = roundtable("verify")
    assert done.returncode == 1
    assert f"CHANGED: meeting {made['meeting']}, entry 29" in done.stdout
    assert "its payload was changed" in done.stdout
    assert "entry 31" not in done.stdout  # nothing after the first is certain
    assert done.stdout.endswith("1 found.\n")
    assert done.stderr == ""
    one = roundtable("verify", "--json", "--meeting", made["meeting"])
    assert one.returncode == 1
    (fault,) = json.loads(one.stdout)["faults"]
    assert (fault["meeting_id"], fault["number"]) == (made["meeting"], 29)
    assert roundtable("verify", "--meeting", made["other"]).returncode == 0


def test_a_damaged_file_is_no_sound_one(roundtable: Run, data_dir: Path) -> None:
    """A page in the middle of the file overwritten, as a failing disk does."""
    make_record(data_dir / FILE)
    data = bytearray((data_dir / FILE).read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    (data_dir / FILE).write_bytes(data)
    done = roundtable("verify")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "Everything is as it was written" not in done.stdout


def test_a_meeting_that_is_not_there(roundtable: Run) -> None:
    roundtable("demo")
    done = roundtable("verify", "--meeting", "m_nowhere")
    assert done.returncode == 2
    assert one_line(done) == "roundtable: there is no meeting m_nowhere"


@pytest.mark.parametrize("setting", ["data", "database_url"])
def test_nothing_to_verify_is_not_all_well(roundtable: Run, tmp_path: Path, setting: str) -> None:
    value = {"data": str(tmp_path / "empty"), "database_url": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}[setting]
    done = roundtable("verify", **{setting: value})
    assert done.returncode == 2
    assert one_line(done).startswith(f"roundtable: ROUNDTABLE_{setting.upper()}: ")
