"""After the meeting, on pages: closing with a read-back, four signatures, statements that stay with the plan."""

from sqlalchemy import select

from server.storage.tables import Meeting, Signoff, Statement
from tests.support.school import Browser, School, words


def held(school: School, *phases: str) -> tuple[str, Browser, Browser]:
    dana = school.person("Dana Whitlock", is_staff=True)
    elena = school.person("Elena Vasquez", locale="es")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent", "Mother")
    school.phase(dana, meeting, *phases)
    return f"/m/{meeting}", school.browser(dana), school.browser(elena)


def test_the_meeting_is_read_back_and_closed_on_one_page(school: School) -> None:
    here, dana, elena = held(school, "live")
    dana.post(f"{here}/attendance", {"person": school.rows(select(Meeting))[0].id, "how": "phone"})
    page = dana.get(f"{here}/closing").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert "Carried over" in page or "carried over" in page
    assert "Goals" in words(page)
    assert elena.get(f"{here}/closing").status_code == 403
    answer = dana.post(f"{here}/phase", {"phase": "closed", "seen": seen, "read_back": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}/review")
    assert "Nobody can write" not in elena.text(f"{here}/review")
    assert "se leyeron en voz alta" in elena.text(f"{here}/review")
    meeting = school.rows(select(Meeting))[0]
    assert meeting.read_back_at is not None
    assert len(meeting.carried) == 11


def test_a_list_that_changed_closes_nothing(school: School) -> None:
    here, dana, _ = held(school, "live")
    answer = dana.post(f"{here}/phase", {"phase": "closed", "seen": "0" * 16})
    assert answer.status_code == 409
    assert "What is left open has changed" in words(answer.text)
    assert school.rows(select(Meeting))[0].phase == "live"


def test_a_parent_signs_what_she_means_and_nothing_else(school: School) -> None:
    here, _, elena = held(school, "live", "closed")
    sign = f"{here}/review/sign"
    answer = elena.post(sign, {"kind": "consent", "answer": "in_part", "understood": "yes"}, seen=f"{here}/review")
    assert answer.status_code == 422
    assert "Diga qué parte" in words(answer.text)
    without = elena.post(sign, {"kind": "consent", "answer": "yes", "words": "Solo lectura."})
    assert without.status_code == 422
    assert "Solo lectura." in without.text  # what was typed is still there
    done = elena.post(sign, {"kind": "consent", "answer": "in_part", "words": "Solo lectura.", "understood": "yes"})
    assert done.status_code == 303
    (row,) = school.rows(select(Signoff))
    assert (row.kind, row.answer, row.lang) == ("consent", "in_part", "es")
    assert row.statement.startswith("Me explicaron en mi idioma")
    text = elena.text(f"{here}/review")
    assert "da su consentimiento en parte" in text
    assert "Solo lectura." in text
    gone = elena.post(f"{here}/review/sign/{row.id}/revoke", {"understood": "yes", "words": "Ya no."})
    assert gone.status_code == 303
    assert "Ya no." in elena.text(f"{here}/review")
    assert elena.post(sign, {"kind": "applause"}).status_code == 422


def test_a_statement_goes_where_the_plan_goes(school: School) -> None:
    here, dana, elena = held(school, "live", "closed")
    goals = school.documents(here.removeprefix("/m/"))["goals"]
    empty = elena.post(f"{here}/statements", {"text": " "}, seen=f"{here}/review")
    assert empty.status_code == 422
    elena.post(f"{here}/statements", {"text": "No estoy <b>de acuerdo</b>.", "document": goals})
    (row,) = school.rows(select(Statement))
    assert row.text == "No estoy <b>de acuerdo</b>."
    number = dana.get(f"{here}/sections/{goals}/history").text.split(f"{goals}/history/")[1].split('"')[0]
    for place in (here, f"{here}/review", f"{here}/sections/{goals}/history/{number}", f"{here}/statements"):
        assert row.text in dana.text(place), place
    notes = school.documents(here.removeprefix("/m/"))["notes"]
    number = dana.get(f"{here}/sections/{notes}/history").text.split(f"{notes}/history/")[1].split('"')[0]
    assert row.text not in dana.text(f"{here}/sections/{notes}/history/{number}")
