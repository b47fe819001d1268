"""Prior written notices on pages: from decisions to the parents, and never before the meeting or with a gap."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from server.storage.tables import Mailing, Notice, NoticeDelivery, NoticeTranslation, Outbox
from tests.support.school import Browser, School, words

PART = {
    "part-0-action": "The school evaluates writing.",
    "part-0-reasons": "Fourteen letters a minute.",
    "part-0-basis": "Writing samples (2027-01-20)\nOT input (2027-02-22)",
    "part-0-option-0-text": "No evaluation",
    "part-0-option-0-why": "It would leave the question open.",
    "part-0-factors": "None.",
    "part-0-kind": "proposes",
}
WHOLE = {**PART, "safeguards": "Your rights.", "contacts": "Dana Whitlock"}


class Team:
    def __init__(self, school: School, *phases: str) -> None:
        dana = school.person("Dana Whitlock", is_staff=True)
        priya = school.person("Priya Raman", is_staff=True)
        elena = school.person("Elena Vasquez", locale="es", email="elena@example.org")
        rosa = school.person("Rosa Imbert")
        self.school, self.meeting = school, school.meeting(dana)
        school.seat(dana, self.meeting, priya, "lea_representative", "Assistant principal")
        school.seat(dana, self.meeting, elena, "parent", "Mother")
        school.seat(dana, self.meeting, rosa, "interpreter")
        school.phase(dana, self.meeting, *phases)
        self.dana, self.priya, self.elena, self.rosa = (school.browser(one) for one in (dana, priya, elena, rosa))
        self.elena_id = elena.id
        self.url = f"/m/{self.meeting}/notices"

    @property
    def notice(self) -> Any:
        return self.school.rows(select(Notice))[-1]

    def compose(self, **told: str) -> str:
        """A notice about something else; the whole of it unless told otherwise."""
        self.dana.post(self.url, seen=self.url)
        one = f"{self.url}/{self.notice.id}"
        answer = self.dana.post(f"{one}/edit", {"revision": "1", **(told or WHOLE)})
        assert answer.status_code == 303
        return one

    def approve(self, one: str, browser: Browser | None = None) -> Any:
        return (browser or self.priya).post(f"{one}/approve", {"revision": str(self.notice.revision)}, seen=one)


@pytest.fixture
def team(school: School) -> Team:
    return Team(school, "live", "closed")


def test_none_before_the_meeting_is_over(school: School) -> None:
    team = Team(school, "live")
    assert "never before" in team.dana.text(team.url)
    assert team.dana.post(team.url).status_code == 403
    assert school.rows(select(Notice)) == []


@pytest.mark.parametrize("gap", ["action", "reasons", "basis", "option-0-why", "factors", "safeguards", "contacts"])
def test_each_missing_element_is_marked_and_blocks(team: Team, gap: str) -> None:
    name = gap if gap in WHOLE else f"part-0-{gap}"
    one = team.compose(**{**WHOLE, name: " "})
    page = team.priya.text(one)
    assert "It cannot be approved yet" in page
    answer = team.approve(one)
    assert answer.status_code == 409
    assert "An element of the notice is missing" in words(answer.text)
    assert team.notice.state == "draft"


def test_the_family_reads_it_when_the_school_stands_by_it(team: Team) -> None:
    one = team.compose()
    assert team.elena.get(one).status_code == 404
    assert team.elena.get(f"{one}/pdf").status_code == 404
    assert team.approve(one, team.dana).status_code == 403  # who leads the meeting does not speak for the school
    assert team.approve(one).status_code == 303
    assert "The school evaluates writing." in team.elena.text(one)
    late = team.dana.post(f"{one}/edit", {"revision": "2", **WHOLE})
    assert late.status_code == 409


def test_somebody_elses_words_are_not_written_over(team: Team) -> None:
    one = team.compose()
    answer = team.dana.post(f"{one}/edit", {"revision": "1", **WHOLE, "part-0-reasons": "Mine."})
    assert answer.status_code == 409
    assert "Mine." in answer.text  # what was typed is still there
    longer = team.dana.post(f"{one}/edit", {"revision": "2", **WHOLE, "add": "option-0"})
    assert 'name="part-0-option-1-text"' in longer.text
    assert f'value="option-0" formaction="{one}/edit#field-part-0-options"' in longer.text
    (field,) = re.findall(rf'value="part" formaction="{one}/edit#([^"]+)"', longer.text)
    part = team.dana.post(f"{one}/edit", {"revision": "2", **WHOLE, "add": "part"})
    assert f'<select id="{field}"' in part.text
    for no_row in ("option-²", "option-" + "9" * 5000, "option-7"):
        same = team.dana.post(f"{one}/edit", {"revision": "2", **WHOLE, "add": no_row})
        assert same.status_code == 200
        assert 'name="part-0-option-1-text"' not in same.text
    assert team.notice.revision == 2


def test_a_translation_is_no_record_until_a_person_reviewed_it_and_again_when_it_is_stale(team: Team) -> None:
    one = team.compose()
    spanish = {**WHOLE, "part-0-action": "La escuela evalúa la escritura.", "translator": "A machine", "machine": "yes"}
    assert team.rosa.post(f"{one}/translation/es", {"revision": "2", **spanish}, seen=one).status_code == 303
    page = team.dana.text(one)
    assert "La escuela evalúa la escritura." in page  # beside the source
    assert "The school evaluates writing." in page
    assert "Made by a machine and reviewed by nobody" in page
    assert team.rosa.post(f"{one}/translation/es/review", {}).status_code == 422
    assert team.rosa.post(f"{one}/translation/es/review", {"compared": "yes"}).status_code == 303
    assert "reviewed by nobody" not in team.dana.text(one)
    team.dana.post(f"{one}/edit", {"revision": "2", **WHOLE, "part-0-reasons": "Other words."})
    assert "changed after this translation was made" in team.dana.text(one)
    stale = team.rosa.post(f"{one}/translation/es/review", {"compared": "yes"})
    assert stale.status_code == 409
    assert "reviewed translation" in team.priya.text(one)  # Elena reads Spanish, and there is none


def test_given_on_paper_and_by_mail_in_the_familys_language(team: Team) -> None:
    one = team.compose()
    team.rosa.post(f"{one}/translation/es", {"revision": "2", **WHOLE, "translator": "Rosa Imbert"}, seen=one)
    team.rosa.post(f"{one}/translation/es/review", {"compared": "yes"})
    early = team.dana.post(f"{one}/given", {"person": team.elena_id, "how": "paper"}, seen=one)
    assert early.status_code == 409
    team.approve(one)
    assert team.dana.post(f"{one}/given", {"how": "paper"}).status_code == 422
    assert team.dana.post(f"{one}/given", {"person": team.elena_id, "how": "paper"}).status_code == 303
    no_mail = team.dana.post(f"{one}/given", {"person": team.elena_id, "how": "mail"})
    assert no_mail.status_code == 422
    team.school.state.post.ready = True
    assert team.dana.post(f"{one}/given", {"person": team.elena_id, "how": "mail"}).status_code == 303
    given = team.school.rows(select(NoticeDelivery).order_by(NoticeDelivery.given_at))
    assert [(row.how, row.lang, row.person_id) for row in given] == [
        ("paper", "es", team.elena_id),
        ("mail", "es", team.elena_id),
    ]
    (mailing,) = team.school.rows(select(Mailing))
    assert (mailing.purpose, mailing.about, mailing.language) == ("written_notice", team.notice.id, "es")
    assert len(team.school.rows(select(NoticeTranslation))) == 1


def test_what_the_family_disagrees_with_goes_where_the_notice_goes(team: Team) -> None:
    one = team.compose()
    team.approve(one)
    team.elena.post(f"/m/{team.meeting}/statements", {"text": "No estoy de acuerdo."})
    assert "No estoy de acuerdo." in team.dana.text(one)
    team.school.state.post.ready = True
    assert team.dana.post(f"{one}/given", {"person": team.elena_id, "how": "mail"}).status_code == 303
    (sealed,) = team.school.rows(select(Outbox))
    letter = team.school.state.post.unsealed(sealed.content)
    assert "No estoy de acuerdo." in letter.text


def test_everybody_with_an_address_gets_the_summary_in_their_language(school: School) -> None:
    team = Team(school, "live")
    school.state.post.ready = True
    team.dana.post(f"/m/{team.meeting}/phase", {"phase": "closed"}, seen=f"/m/{team.meeting}")
    (mailing,) = school.rows(select(Mailing))  # Elena alone has an address
    assert (mailing.purpose, mailing.person_id, mailing.language) == ("summary", team.elena_id, "es")
    (sealed,) = school.rows(select(Outbox))
    assert f"/m/{team.meeting}/receipt" in school.state.post.unsealed(sealed.content).text
