"""The decision log on pages: read by everybody, written by those who may, without script too."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import insert, select

from server.domain import roles
from server.meeting import Target, Words, open_thread
from server.storage.tables import Comment, Decision, Thread
from tests.support.decision_team import ACTION, Team, value
from tests.support.school import School, words

WORDS_ELENA = "Acepto 45 minutos para empezar."


@pytest.fixture
def team(school: School) -> Team:
    return Team(school)


def test_from_the_form_to_a_settled_decision_without_script(team: Team) -> None:
    team.live()
    form = {
        "question": "How much reading instruction?",
        "raised_by": team.people["parent"],
        "reasons": "Last year’s dose did not do.",
        "other_factors": "A group of two is there already.",
        "section-services": "yes",
        "option-0-text": "Five times 30",
        "option-0-why": "Not enough.",
        "option-2-text": "Five times 45",
        "option-2-by": team.people["parent"],
        "option-2-considered": "Tried out in March.",
        "chosen": "2",
        "basis-0-text": "Fluency probes",
        "basis-0-date": "2027-02-10",
        "basis-1-text": "",
    }
    url = team.propose(**form)
    (row,) = team.decisions()
    assert [(option["text"], option["chosen"]) for option in row.options] == [
        ("Five times 30", False),
        ("Five times 45", True),
    ]
    assert row.basis == [{"text": "Fluency probes", "date": "2027-02-10"}]
    assert row.sections == [team.documents["services"]]
    assert team.elena.post(f"{url}/position", {"position": "agree_in_part", "words": WORDS_ELENA}).status_code == 303
    team.settle(url)
    (row,) = team.decisions()
    assert (row.state, row.outcome) == ("settled", "agreed")
    for role, browser in team.browsers.items():
        page = browser.text(url)
        for text in ("D1", ACTION, "How much reading", "Five times 30", "Not enough", "Fluency probes", WORDS_ELENA):
            assert text in page, (role, text)
    html = team.browsers["observer"].get(url).text
    (pin,) = row.pins
    assert f'href="/m/{team.meeting}/sections/{pin["document"]}/history/{pin["number"]}"' in html
    assert team.elena.get(f"/m/{team.meeting}/sections/{pin['document']}/history/{pin['number']}").status_code == 200
    assert pin["hash"] in html


def test_who_may_what(team: Team) -> None:
    url = team.live().propose()
    for role, browser in team.browsers.items():
        page = browser.get(url).text
        assert ('name="position"' in page) == roles.may(role, "record_position", "live"), role
        assert ("/read-back" in page) == roles.may(role, "settle_decision", "live"), role
        assert (f"{url}/edit" in page) == roles.may(role, "propose_decision", "live"), role
        expected = 200 if roles.may(role, "propose_decision", "live") else 403
        assert browser.get(f"{team.url}/new").status_code == expected, role
        assert browser.get(f"{url}/edit").status_code == expected, role
        if not roles.may(role, "record_position", "live"):
            assert browser.post(f"{url}/position", {"position": "agree"}).status_code == 403, role
            assert browser.post(f"{team.url}/new", {"action": "Mine"}).status_code == 403, role
            assert browser.post(f"{team.url}/quick", {"action": "Mine"}).status_code == 403, role
        if not roles.may(role, "settle_decision", "live"):
            for act in ("read-back", "settle"):
                assert browser.post(f"{url}/{act}", {"revision": "1"}).status_code == 403, role
            noting = {"person": team.people["student"], "position": "agree"}
            assert browser.post(f"{url}/position", noting).status_code == 403, role
    assert len(team.decisions()) == 1


def test_before_the_meeting_nothing_looks_decided(team: Team) -> None:
    assert "Nothing is decided" in team.dana.text(team.url)
    url = team.propose("parent", outcome="agreed", question="What about summer?", action="")
    (row,) = team.decisions()
    assert row.outcome is None
    page = team.dana.text(url)
    assert "Not decided yet" in page
    assert "Questions for the meeting" in team.dana.text(team.url)
    assert "/read-back" not in team.dana.get(url).text
    assert 'name="outcome"' not in team.dana.get(f"{team.url}/new").text


def test_a_parent_reads_it_in_their_language(team: Team) -> None:
    url = team.live().propose()
    page = team.elena.get(url)
    assert 'lang="es"' in page.text
    assert "Acordado" in words(page.text)
    assert "Estoy de acuerdo en parte" in words(page.text)
    team.elena.post(f"{url}/position", {"position": "disagree", "words": WORDS_ELENA})
    (row,) = team.decisions()
    assert team.positions(row.id)["parent"].lang == "es"


def test_somebody_changed_it_first_and_nothing_typed_is_lost(team: Team) -> None:
    url = team.live().propose()
    page = team.dana.get(f"{url}/edit").text
    revision = value(page, "revision")
    mine = {"action": "My own sentence.", "outcome": "agreed", "reasons": "My reasons.", "revision": revision}
    assert team.elena.post(f"{url}/edit", {"action": "Their sentence.", "revision": revision}).status_code == 303
    answer = team.dana.post(f"{url}/edit", mine)
    assert answer.status_code == 409
    for text in ("My own sentence.", "My reasons.", "Their sentence.", "Somebody changed the words"):
        assert text in words(answer.text) or text in answer.text, text
    assert team.decisions()[0].action == "Their sentence."
    # Saved again on purpose, it takes their place.
    mine["revision"] = value(answer.text, "revision")
    assert team.dana.post(f"{url}/edit", mine).status_code == 303
    assert (team.decisions()[0].action, team.decisions()[0].revision) == ("My own sentence.", 3)


def test_more_rows_come_without_script_and_keep_what_was_typed(team: Team) -> None:
    form = {"question": "Kept?", "option-1-text": "Typed", "basis-0-text": "Probes", "add": "option"}
    answer = team.live().dana.post(f"{team.url}/new", form)
    assert answer.status_code == 200
    assert 'name="option-2-text"' in answer.text
    assert 'name="option-3-text"' not in answer.text
    for typed in ("Kept?", "Typed", 'value="Probes"'):
        assert typed in answer.text
    assert not team.decisions()


@pytest.mark.parametrize("kind", ["option", "basis"])
def test_one_more_row_is_where_the_browser_goes_on(team: Team, kind: str) -> None:
    team.live()
    form = {"question": "Kept?", "option-1-text": "Typed", "basis-0-text": "Probes"}
    page = team.dana.post(f"{team.url}/new", {**form, "add": "option"}).text
    (field,) = re.findall(rf'name="add" value="{kind}" formaction="{team.url}/new#([^"]+)"', page)
    assert f'id="{field}"' not in page
    again = team.dana.post(f"{team.url}/new", {**form, "option-2-text": "", "add": kind}).text
    assert f'<textarea id="{field}"' in again or f'<input id="{field}"' in again


def test_what_is_wrong_is_said_at_the_top_and_at_its_field(team: Team) -> None:
    team.live()
    for form, target, kept in (
        ({"question": "", "action": "  "}, "field-question", ""),
        ({"action": "Fine.", "option-1-why": "Why, but what?"}, "field-option-1-text", "Why, but what?"),
        ({"action": "Fine.", "basis-3-date": "2027-01-01"}, "field-basis-3-text", "2027-01-01"),
        ({"action": "Fine.", "raised_by": "p_nobody"}, "field-raised_by", "Fine."),
        (
            {"action": "Fine.", "outcome": "deferred", "deferred_until": "2020-01-01"},
            "field-deferred_until",
            'value="2020-01-01"',
        ),
        ({"action": "x" * 501}, "field-action", "x" * 501),
    ):
        answer = team.dana.post(f"{team.url}/new", form)
        assert answer.status_code in {404, 422}, form
        assert f'href="#{target}"' in answer.text, form
        assert f'id="{target}"' in answer.text, form
        assert kept in answer.text
    answer = team.dana.post(f"{team.url}/new", {"action": "Fine.", "then": "read_back"})
    assert answer.status_code == 422
    assert 'href="#field-outcome"' in answer.text
    assert len(team.decisions()) == 1  # saved; only what it lacks is asked for
    address = re.search(r'action="([^"]+/edit)"', answer.text)
    assert address
    form = {"action": "Fine.", "outcome": "agreed", "then": "read_back", "revision": value(answer.text, "revision")}
    assert team.dana.post(address[1], form).status_code == 303
    assert team.decisions()[0].read_back_revision == 2


def test_words_that_not_everybody_may_read_are_not_copied_into_a_decision(team: Team) -> None:
    """Before the meeting, a section is the school's alone until it is shared; a decision is everybody's."""
    said = Words("Ask the agency what a day costs.")
    dana = team.school.actor(team.leader, team.meeting)
    target = Target("section", team.documents["placement"])
    thread = team.school.call(open_thread, team.school.state.journal, dana, target, said, proposal="A day program.")
    page = team.dana.get(f"{team.url}/new?thread={thread}").text
    assert "the agency" not in page
    assert "A day program" not in page
    assert "words are not copied here" in unescape(page)
    assert f'value="{thread}"' in page
    team.school.share(team.leader, team.meeting)
    page = team.dana.get(f"{team.url}/new?thread={thread}").text
    assert "Ask the agency what a day costs." in page
    assert "A day program" in page
    assert "words are not copied here" not in unescape(page)


def test_a_comment_and_a_settled_decision_are_where_a_new_one_begins(team: Team) -> None:
    async def comment() -> None:
        async with team.school.state.database.transaction() as session:
            at = (await session.execute(select(Decision.created_at))).scalar_one()
            parent = team.people["parent"]
            await session.execute(
                insert(Thread).values(
                    id="t_1",
                    meeting_id=team.meeting,
                    target="section",
                    document_id=team.documents["services"],
                    proposal="60 minutes a day",
                    state="open",
                    reason="",
                    created_by=parent,
                    created_role="parent",
                    created_at=at,
                )
            )
            await session.execute(
                insert(Comment).values(
                    id="c_1",
                    meeting_id=team.meeting,
                    thread_id="t_1",
                    number=1,
                    author_id=parent,
                    author_role="parent",
                    text="Why 30 minutes?",
                    lang="en",
                    mentions=[],
                    created_at=at,
                )
            )

    old = team.live().propose(reasons="Because.")
    team.school.call(comment)
    page = team.dana.get(f"{team.url}/new?thread=t_1").text
    for text in ("Why 30 minutes?", "60 minutes a day", 'name="thread" value="t_1"'):
        assert text in page
    assert re.search(r'id="section-services"[^>]*checked', page)
    url = team.propose(thread="t_1")
    assert team.decisions()[1].thread_id == "t_1"
    page = team.elena.get(url).text
    assert "#thread-t_1" in page
    assert "Why 30 minutes?" in page
    assert "/decisions/new?thread=t_1" in team.dana.get(f"/m/{team.meeting}/comments?show=all").text
    assert team.dana.get(f"{team.url}/new?thread=t_other").status_code == 404
    assert team.dana.get(f"{team.url}/new?supersedes=d_other").status_code == 404

    team.settle(old)
    assert f"supersedes={team.decisions()[0].id}" in team.dana.get(old).text
    page = team.dana.get(f"{team.url}/new?supersedes={team.decisions()[0].id}").text
    assert ACTION in page
    assert "Because." in page
    new = team.propose(action="240 minutes.", supersedes=team.decisions()[0].id)
    team.settle(new)
    assert team.decisions()[0].state == "superseded"
    assert f'href="{new}"' in team.elena.get(old).text
    assert f'href="{old}"' in team.elena.get(new).text
    assert team.dana.get(f"{old}/edit").status_code == 303
    late = team.dana.post(f"{old}/position", {"position": "agree", "words": "Too late, and not lost."})
    assert late.status_code == 409
    assert "Too late, and not lost." in late.text
    late = team.dana.post(f"{old}/edit", {"action": "Too late, and not lost.", "revision": "1"})
    assert late.status_code == 409
    assert "Too late, and not lost." in late.text
    assert "settled" in words(late.text)


def test_of_another_meeting_it_is_not_found(team: Team) -> None:
    url = team.live().propose()
    made = team.decisions()[0].id
    other = team.school.meeting(team.leader)
    team.school.phase(team.leader, other, "live")
    assert url.endswith(made)
    for path in ("", "/edit"):
        assert team.dana.get(f"/m/{other}/decisions/{made}{path}").status_code == 404
    for path, form in (
        ("/position", {"position": "agree"}),
        ("/read-back", {"revision": "1"}),
        ("/settle", {"revision": "1", "seen": ""}),
        ("/edit", {"action": "Mine.", "revision": "1"}),
    ):
        assert team.dana.post(f"/m/{other}/decisions/{made}{path}", form).status_code == 404


def test_a_closed_meetings_log_is_read_by_everybody_and_changed_by_nobody(team: Team) -> None:
    url = team.live().propose()
    team.settle(url)
    team.school.phase(team.leader, team.meeting, "closed")
    for role, browser in team.browsers.items():
        assert ACTION in browser.text(team.url), role
        assert browser.get(f"{team.url}/new").status_code == 403, role
    assert "supersedes=" not in team.dana.get(url).text


def test_nothing_of_a_student_stands_in_an_address(team: Team) -> None:
    url = team.live().propose()
    html = team.dana.get(url).text + team.dana.get(team.url).text
    for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]+)"', html):
        assert "Jonah" not in address
    assert "Jonah" not in re.search(r"<title>(.*?)</title>", html)[1]  # type: ignore[index]


def test_odd_revisions_are_no_accident(team: Team) -> None:
    url = team.live().propose()
    for odd in ("", "-1", "²", "9" * 30, json.dumps({})):
        assert team.dana.post(f"{url}/read-back", {"revision": odd}).status_code == 409
        assert team.dana.post(f"{url}/edit", {"action": "x", "revision": odd}).status_code == 409
