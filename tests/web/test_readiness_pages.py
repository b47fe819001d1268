"""The way of a section to its seal on pages: points, read-back, seal, and the wish to reopen it; for every role."""

import re

import pytest
from sqlalchemy import select

from server.domain import roles
from server.domain.readiness import RULES
from server.domain.readiness.facts import Finding, Place
from server.domain.readiness.rules import BLOCK
from server.storage.tables import Document
from server.web import words_readiness
from server.web.i18n import LOCALES, language
from tests.support.desk import Writer
from tests.support.school import School, words
from tests.web.test_meeting_pages import Team

WHY = "The team has looked at every point."


@pytest.fixture
def team(school: School) -> Team:
    return Team(school)


def section(team: Team, name: str) -> str:
    return f"{team.url}/sections/{team.documents[name]}"


def live(team: Team) -> Team:
    team.school.phase(team.leader, team.meeting, "live")
    return team


def fingerprint(html: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    assert found
    return found[1]


def test_everybody_reads_the_points_and_only_the_leads_get_the_steps(team: Team) -> None:
    url = f"{section(team, 'goals')}/readiness"
    for phase in ("prework", "live"):
        if phase == "live":
            live(team)
        for role, browser in team.browsers.items():
            page = browser.get(url).text
            assert "There is no goal yet." in words(page), role
            assert "Not checked by Roundtable" in words(page), role
            assert ("/read-back" in page) is roles.may(role, "finalize_section", phase), role


def test_who_else_has_a_record_here_is_told_to_the_leads_alone(team: Team) -> None:
    """Names that somebody types into a section would otherwise tell them which children are students here."""
    team.school.meeting(team.leader, student="Quin Otherwise")
    names = Writer(team.school.state.journal, team.documents["notes"], team.leader.id)

    async def write() -> None:
        names.write("He plays with Quin Otherwise and with Ruby Nobody.")
        await team.school.state.journal.settle()

    team.school.call(write)
    for phase in ("prework", "live"):
        if phase == "live":
            live(team)
        for role, browser in team.browsers.items():
            page = browser.get(f"{section(team, 'notes')}/readiness").text
            assert ("Quin Otherwise" in page) is (role in roles.LEADS), role
            assert ("C27" in page) is (role in roles.LEADS), role
            assert "Ruby Nobody" not in page, role


def test_a_point_leads_to_its_place(team: Team) -> None:
    page = team.dana.get(f"{section(team, 'special_factors')}/readiness").text
    assert re.search(rf'href="{team.url}\?at=special_factors-heading-5#section-special_factors"', page)
    assert 'data-place="special_factors-heading-5"' in page


def test_the_case_manager_is_shown_who_can_pass_over_a_point(team: Team) -> None:
    url = section(live(team), "goals")
    assert team.dana.post(f"{url}/read-back").headers["location"] == f"{url}/readiness"
    for role, may in (("case_manager", False), ("lea_representative", True)):
        page = team.browsers[role].get(f"{url}/readiness").text
        assert ("<textarea" in page) is may, role
        assert ("ask the district representative" in page) is not may, role
    answer = team.dana.post(f"{url}/state", {"state": "final", "reason": WHY}, headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert "Points stand open" in words(answer.text)


def test_a_reason_is_asked_and_everybody_reads_it(team: Team) -> None:
    url = section(live(team), "goals")
    priya = team.browsers["lea_representative"]
    priya.post(f"{url}/read-back")
    seen = fingerprint(priya.get(f"{url}/readiness").text)
    assert priya.post(f"{url}/state", {"state": "final", "seen": seen}).status_code == 409
    stale = priya.post(f"{url}/state", {"state": "final", "reason": WHY, "seen": "0" * 16})
    assert stale.status_code == 409
    assert priya.post(f"{url}/state", {"state": "final", "reason": WHY, "seen": seen}).status_code == 303
    for role, browser in team.browsers.items():
        page = browser.text(f"{url}/readiness")
        assert WHY in page, role
        assert "The people the law requires are here (C02" in page, role
        assert "Not checked by Roundtable" in page, role
        assert "with open points" in words(browser.get(team.url).text.partition('id="head-goals"')[2][:6000]), role


def test_the_seal_tells_time_number_and_hash_in_the_head_and_at_the_version(team: Team) -> None:
    url = section(live(team), "notes")
    assert team.seal("notes").status_code == 303
    (document,) = team.school.rows(select(Document).where(Document.id == team.documents["notes"]))
    for browser in (team.dana, team.browsers["parent"]):
        head = browser.get(team.url).text.partition('id="head-notes"')[2].partition("</header>")[0]
        assert document.sealed_hash[:8] in head
        assert f"version {document.sealed_number}" in words(head)
        assert f'datetime="{document.sealed_at.isoformat()}"' in head
        version = browser.get(f"{url}/history/{document.sealed_number}").text
        assert f'value="{document.sealed_hash}"' in version
        assert "Made final on" in words(version)


def test_the_words_are_read_back_on_everybodys_page(team: Team) -> None:
    live(team)
    for browser in team.browsers.values():
        assert "read-back-card id" not in browser.get(team.url).text
    team.browsers["lea_representative"].post(f"{section(team, 'special_factors')}/read-back")
    for role, browser in team.browsers.items():
        page = browser.get(team.url).text
        assert 'id="read-back-special_factors"' in page, role
        fragment = browser.get(f"{team.url}/read-back", headers={"hx-request": "true"}).text
        assert "The lea_representative reads back “Special factors”." in words(fragment), role
        assert "Blindness or visual impairment: Braille" in words(fragment), role
        assert "<html" not in fragment
    team.seal("special_factors")
    assert "read-back-card id" not in team.browsers["parent"].get(f"{team.url}/read-back").text


def test_what_is_read_back_when_the_meeting_closes_leaves_every_screen(team: Team) -> None:
    live(team)
    team.browsers["lea_representative"].post(f"{section(team, 'special_factors')}/read-back")
    assert "Read back before it becomes final" in team.browsers["parent"].text(f"{team.url}/project")
    team.school.phase(team.leader, team.meeting, "closed")
    for role, browser in team.browsers.items():
        page = browser.get(team.url).text
        assert "These words become final" not in words(page), role
        assert "roundtable:phase" in page.partition('id="read-back"')[2].partition(">")[0], role
        assert "read-back-card id" not in browser.get(f"{team.url}/read-back").text, role
        for path in ("project", "stage", "follow"):
            assert "Read back before it becomes final" not in browser.text(f"{team.url}/{path}"), (role, path)


def test_the_family_may_ask_that_a_section_be_reopened(team: Team) -> None:
    url = section(live(team), "notes")
    elena = team.browsers["parent"]
    assert elena.post(f"{url}/ask-reopening", {"text": "A date is wrong."}).status_code == 409  # it is not final
    team.seal("notes")
    for role, browser in team.browsers.items():
        asks = role in roles.FAMILY
        assert ("/ask-reopening" in browser.get(f"{url}/readiness").text) is asks, role
        answer = browser.post(f"{url}/ask-reopening", {"text": f"A date is wrong, says the {role}."})
        assert answer.status_code == (303 if asks else 403), role
    assert elena.post(f"{url}/ask-reopening", {"text": "  "}).status_code == 422
    page = team.dana.text(f"{team.url}/comments?section={team.documents['notes']}&show=all")
    assert "A date is wrong, says the parent." in page
    assert team.section_states()["notes"] == "final"


def test_every_rule_and_every_code_has_words() -> None:
    assert words_readiness.RULES.keys() == RULES.keys()
    assert {rule.level for rule in RULES.values()} <= words_readiness.LEVELS.keys()
    assert BLOCK in words_readiness.LEVELS
    for code in LOCALES:
        said = language(code).gettext
        assert all(said(text) for text in words_readiness.FINDINGS.values())


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("member", words_readiness.MEMBERS)
def test_a_sentence_that_begins_with_a_member_begins_with_a_capital(code: str, member: str) -> None:
    for finding in ("excusal_incomplete", "member_not_needed", "member_absent"):
        told = Finding("C02", finding, Place("notes"), {"member": member})
        assert words_readiness.finding_text(told, language(code))[0].isupper()


@pytest.mark.parametrize("code", LOCALES)
def test_a_notice_that_lacks_something_and_a_decision_that_does_are_told_apart(code: str) -> None:
    meeting = Finding("C04", "meeting_notice_lacks", Place("notes"), {"parts": list(words_readiness.NOTICE_PARTS)})
    decision = Finding("C23", "notice_lacks", Place("notes"), {"decision": 3, "elements": [3]})
    spoken = language(code)
    told = [words_readiness.finding_text(finding, spoken) for finding in (meeting, decision)]
    assert spoken.gettext(words_readiness.NOTICE_PARTS["place"]) in told[0]
    assert "D3" in told[1]
    assert not [text for text in told if "%" in text]
