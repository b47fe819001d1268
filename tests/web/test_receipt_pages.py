"""Receipts and archives on pages, and what `roundtable verify` says of the files."""

from pathlib import Path

import pytest

from server.cli import main
from server.journal.archive import check_archive
from server.journal.checkpoint import parse
from server.meeting import finalize_section, read_back_section
from tests.support.school import School, words
from tests.web.test_sharing_pages import Team


def closed(school: School) -> Team:
    team = Team(school)
    lea = school.person("Priya Raman", is_staff=True)
    school.seat(team.leader, team.id, lea, "lea_representative")
    school.phase(team.leader, team.id, "live")
    actor, placement = school.actor(lea, team.id), team.documents["placement"]
    school.call(read_back_section, school.state.journal, actor, placement)
    school.call(finalize_section, school.state.journal, actor, placement, override="Looked at.")
    school.phase(team.leader, team.id, "closed")
    return team


def test_a_parent_keeps_a_receipt_and_anybody_checks_it(school: School) -> None:
    team = closed(school)
    parent = team.browsers["parent"]
    page = parent.get(f"{team.url}/receipt").text
    assert "<svg" in page
    assert "The meeting was closed." in words(page)
    number = school.load_meeting(team.id).head_number
    receipt = parent.get(f"{team.url}/receipt/{number}").text
    assert parse(receipt).meeting_id == team.id
    stranger = school.browser()
    answer = words(stranger.post("/verify", {"receipt": receipt}, seen="/verify").text)
    assert "The record still contains this very moment." in answer
    other = receipt.replace(f"entry {number}", f"entry {number - 1}")
    assert "This was not signed here" in words(stranger.post("/verify", {"receipt": other}).text)
    assert stranger.post("/verify", {"receipt": "Dear school"}).status_code == 422
    assert parent.get(f"{team.url}/receipt/99999").status_code == 404
    assert "Jonah" not in receipt


def test_the_whole_record_is_taken_and_checked_offline(
    school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    team = closed(school)
    answer = team.browsers["parent"].post(f"{team.url}/papers/record.zip", {}, seen=f"{team.url}/papers")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert check_archive(answer.content).sound
    archive, keys, receipt = (tmp_path / name for name in ("record.zip", "keys.txt", "receipt.txt"))
    archive.write_bytes(answer.content)
    keys.write_text(school.browser().get("/verify/keys.txt").text)
    number = school.load_meeting(team.id).head_number - 1
    receipt.write_text(team.browsers["parent"].get(f"{team.url}/receipt/{number}").text)
    assert main(["verify", str(archive), "--key", str(keys)]) == 0
    assert "Everything is as it was signed." in capsys.readouterr().out
    assert main(["verify", str(archive), "--key", str(keys), "--receipt", str(receipt)]) == 0
    assert "still contains this very moment" in capsys.readouterr().out
    archive.write_bytes(answer.content[:-40])
    assert main(["verify", str(archive)]) == 1
    assert main(["verify", str(tmp_path / "none.zip")]) == 2
    assert list(elsewhere.iterdir()) == []  # a file is checked with nothing but itself
    assert "took away: the whole record" in team.browsers["parent"].text(f"{team.url}/access")
    for role in ("advocate", "observer"):
        refused = team.browsers[role].post(f"{team.url}/papers/record.zip", {}, seen=team.url)
        assert refused.status_code == 403


def test_before_the_meeting_the_family_takes_no_record(school: School) -> None:
    team = Team(school)
    assert team.browsers["parent"].post(f"{team.url}/papers/record.zip", {}, seen=team.url).status_code == 403
    assert "Take the whole record" not in team.browsers["parent"].text(f"{team.url}/papers")
    assert team.browsers["case_manager"].post(f"{team.url}/papers/record.zip", {}, seen=team.url).status_code == 200
