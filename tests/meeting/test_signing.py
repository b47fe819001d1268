"""Four signatures that stay apart, consent taken back, and statements that nobody edits."""

import pytest
from sqlalchemy import select, update

from server.domain.roles import ROLES, may
from server.domain.signing import ACTION, ANSWERS, SIGNINGS
from server.journal.kinds import REVOKED, SIGNED, STATED
from server.journal.payload import read_facts
from server.meeting import note_attendance, set_phase
from server.meeting.closing import left_over
from server.meeting.signing import revoke_consent, sign, state_disagreement
from server.meeting.signing_reader import consents_in_force, signatures, statements
from server.storage.tables import Meeting, Signoff, Student
from tests.support.deciding import propose
from tests.support.desk import Desk, refused
from tests.support.finalizing import make_final

SENTENCE = "I understand."


async def closed(desk: Desk, *there: str) -> None:
    for role in there:
        await note_attendance(desk.journal, desk.actor(), desk.people[role], how="phone")
    await set_phase(desk.journal, desk.actor(), "closed")


def signing(desk: Desk, kind: str, role: str = "parent", **about):
    about = {"understood": True, "statement": SENTENCE, **about}
    return sign(desk.journal, desk.actor(role), kind, **about)


def rows(desk: Desk):
    return desk.rows(select(Signoff.__table__).order_by(Signoff.number))


async def test_one_signature_says_one_thing(desk: Desk) -> None:
    await closed(desk, "parent")
    for kind in SIGNINGS:
        await signing(desk, kind, lang="es")
        last = rows(desk)[-1]
        assert (last.kind, last.person_id, last.role) == (kind, desk.people["parent"], "parent")
        assert (last.answer, last.statement, last.lang) == ("yes", SENTENCE, "es")
        entry = desk.entries()[-1]
        assert (entry.kind, entry.author_id, entry.number) == (SIGNED, last.person_id, last.number)
    assert [row.kind for row in rows(desk)] == list(SIGNINGS)  # none brought another with it
    assert desk.faults() == []


@pytest.mark.parametrize("kind", SIGNINGS)
async def test_everybody_for_themselves_and_only_who_may(desk: Desk, kind: str) -> None:
    await closed(desk, *ROLES)
    for role in ROLES:
        act = signing(desk, kind, role)
        if may(role, ACTION[kind], "closed") and (kind, role) != ("consent", "student"):
            await act
            assert rows(desk)[-1].person_id == desk.people[role]
        else:
            assert await refused(desk, act) == "role"


@pytest.mark.parametrize("kind", ["received", "agreement", "consent"])
async def test_nothing_to_agree_to_before_the_close(desk: Desk, kind: str) -> None:
    assert await refused(desk, signing(desk, kind)) == "phase"


async def test_what_is_no_signature(desk: Desk) -> None:
    await closed(desk)
    for act, why in [
        (signing(desk, "consent", understood=False), "invalid: understood"),
        (signing(desk, "consent", answer="in_part"), "invalid: words"),
        (signing(desk, "received", answer="no"), "invalid: answer"),
        (signing(desk, "applause"), "invalid: kind"),
        (signing(desk, "consent", statement=" "), "invalid: statement"),
        (signing(desk, "attended"), "conflict: attended"),
        (signing(desk, "consent", lang="xx"), "invalid: lang"),
    ]:
        assert await refused(desk, act) == why


@pytest.mark.parametrize(
    ("purpose", "about"), [("initial", "services"), ("reevaluation", "evaluation"), ("annual_review", "plan")]
)
async def test_what_consent_is_to_follows_from_the_meeting(desk: Desk, purpose: str, about: str) -> None:
    desk.run(update(Meeting).values(purpose=purpose))
    await closed(desk)
    await signing(desk, "consent", answer="in_part", words="Not the counseling.")
    assert (rows(desk)[0].about, rows(desk)[0].words) == (about, "Not the counseling.")


@pytest.mark.parametrize(("born", "allowed"), [("2000-01-01", True), ("2020-01-01", False), (None, False)])
async def test_a_student_consents_when_the_rights_have_passed(desk: Desk, born: str | None, allowed: bool) -> None:
    desk.run(update(Student).values(birth_date=born))
    await closed(desk)
    if allowed:
        await signing(desk, "consent", "student")
    else:
        assert await refused(desk, signing(desk, "consent", "student")) == "role"


async def test_consent_is_taken_back_by_who_gave_it(desk: Desk) -> None:
    await closed(desk)
    given = await signing(desk, "consent")
    other = revoke_consent(desk.journal, desk.actor("student"), given, understood=True)
    assert await refused(desk, other) == "not_found"
    parent = desk.actor("parent")
    careless = revoke_consent(desk.journal, parent, given, understood=False)
    assert await refused(desk, careless) == "invalid: understood"
    await revoke_consent(desk.journal, parent, given, understood=True, words="We go elsewhere.")
    row = rows(desk)[0]
    assert row.revoked_at is not None
    assert (row.revoked_words, row.answer) == ("We go elsewhere.", "yes")  # what was signed is as it was
    assert desk.kinds()[-1] == REVOKED
    again = revoke_consent(desk.journal, parent, given, understood=True)
    assert await refused(desk, again) == "conflict: revoked"
    no = await signing(desk, "consent", answer="no")
    nothing = revoke_consent(desk.journal, parent, no, understood=True)
    assert await refused(desk, nothing) == "conflict: revoked"
    assert desk.faults() == []


async def test_the_newest_answer_is_in_force_and_all_are_kept(desk: Desk) -> None:
    await closed(desk)
    await signing(desk, "consent", answer="no")
    second = await signing(desk, "consent")
    with desk.database.sync.connect() as connection:
        found = signatures(connection, desk.meeting)
    assert len(found) == 2
    assert [one.row.id for one in consents_in_force(found).values()] == [second]
    await revoke_consent(desk.journal, desk.actor("parent"), second, understood=True)
    await set_phase(desk.journal, desk.actor(), "live", reason="one thing more")
    await set_phase(desk.journal, desk.actor(), "closed")
    with desk.database.sync.connect() as connection:
        found = signatures(connection, desk.meeting)
    assert consents_in_force(found) == {}
    assert all(one.is_earlier for one in found)


async def test_a_statement_is_kept_as_written_and_stays_with_its_section(desk: Desk) -> None:
    text = "No estoy de acuerdo.\n\nQuiero que conste."
    goals = desk.documents["goals"]
    await state_disagreement(desk.journal, desk.actor("parent"), text, document_id=goals, lang="es")
    await state_disagreement(desk.journal, desk.actor("team_staff"), "The whole plan is too thin.")
    entry = desk.entries()[-2]
    assert (entry.kind, read_facts(entry.payload)["text"]) == (STATED, text)
    with desk.database.sync.connect() as connection:
        every = statements(connection, desk.meeting)
        of_goals = statements(connection, desk.meeting, goals)
        of_services = statements(connection, desk.meeting, desk.documents["services"])
    assert (every[0].text, every[0].section, every[0].lang) == (text, "goals", "es")
    assert of_goals == every
    assert of_services == every[1:]
    for act, why in [
        (state_disagreement(desk.journal, desk.actor("parent"), " "), "invalid: text"),
        (state_disagreement(desk.journal, desk.actor("parent"), "x", document_id="d_none"), "not_found"),
        (state_disagreement(desk.journal, desk.actor("advocate"), "x"), "role"),
    ]:
        assert await refused(desk, act) == why
    assert desk.faults() == []


async def test_closing_carries_over_what_is_not_final_and_notes_the_read_back(desk: Desk) -> None:
    await make_final(desk, "goals")
    with desk.database.sync.connect() as connection:
        seen = left_over(connection, desk.meeting).mark
    await propose(desk)
    stale = set_phase(desk.journal, desk.actor(), "closed", seen=seen)
    assert await refused(desk, stale) == "conflict: closing"
    with desk.database.sync.connect() as connection:
        left = left_over(connection, desk.meeting)
    assert "goals" not in {one["section"] for one in left.carried}
    assert len(left.open) == 1
    await set_phase(desk.journal, desk.actor(), "closed", seen=left.mark, read_back=True)
    row = desk.row()
    assert row.carried == list(left.carried)
    assert row.read_back_at == row.closed_at
    assert read_facts(desk.entries()[-1].payload)["open"] == list(left.open)
    await set_phase(desk.journal, desk.actor(), "live", reason="one thing more")
    assert (desk.row().carried, desk.row().read_back_at) == (None, None)
    assert desk.faults() == []


def test_every_kind_of_signature_has_answers_and_an_action() -> None:
    assert set(ANSWERS) == set(ACTION) == set(SIGNINGS)
