"""The summary that everybody gets by mail when a meeting is closed, each in their language."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from server.domain.sections import FINAL
from server.meeting.decision_reader import DecisionView, read_decisions
from server.meeting.letters import Letters
from server.meeting.signing_reader import Stated, statements
from server.papers import Facts, Heading, Items, Link, Paper, Run, Text
from server.papers.model import Block
from server.storage.tables import FollowUp, Participant, Person
from server.web.access import MeetingPage
from server.web.decision_paper import statement_blocks
from server.web.i18n import N_, Language, language
from server.web.letters import base_url, is_address, paper_letter
from server.web.words import SECTIONS
from server.web.words_decisions import NO_OUTCOME, OUTCOMES, POSITIONS, SAID_BEFORE

PURPOSE = "summary"
RECEIPT = N_(
    "A receipt of the record waits for you: a short signed text. Keep it, and you can find out at any time whether the "
    "record is still what it was when the meeting closed."
)


async def closing_letters(request: Request, page: MeetingPage) -> Letters | None:
    """One for each participant who has an address; None where this installation sends no mail."""
    post = request.app.state.post
    if not post.ready:
        return None

    def load(session: Session) -> tuple[list[DecisionView], list[FollowUp]]:
        return read_decisions(session, page.meeting.id), promises(session, page.meeting.id)

    found, promised = await request.app.state.database.read(load)

    def read(connection: Connection) -> tuple[list[Any], list[Stated]]:
        people = connection.execute(
            select(Person.id, Person.name, Person.email, Person.locale)
            .join(Participant, Participant.person_id == Person.id)
            .where(
                Participant.meeting_id == page.meeting.id,
                Participant.removed_at.is_(None),
                Person.email.is_not(None),
                Person.disabled_at.is_(None),
            )
            .order_by(Person.name)
        )
        return list(people), statements(connection, page.meeting.id)

    people, stated = await request.app.state.journal.read(read)
    people = [one for one in people if is_address(one.email)]  # a wrong one must not keep a meeting open
    papers = {
        code: summary_paper(page, found, promised, stated, language(code)) for code in {one.locale for one in people}
    }
    link = f"{base_url(request)}{page.url}/review"
    to = []
    for one in people:
        say = language(one.locale).gettext
        lead = say(N_("The meeting about %(name)s is over. This is what it came to. Everything stands in Roundtable:"))
        lead %= {"name": page.student.name}
        kept: list[Block] = [
            Text(say(RECEIPT)),
            Link(say(N_("Receipt of the record")), f"{base_url(request)}{page.url}/receipt"),
        ]
        paper = replace(papers[one.locale], blocks=[*papers[one.locale].blocks, *kept])
        letter = paper_letter(paper, one.email, one.name, lead, say(N_("Open the record")), link)
        to.append((one.id, letter))
    return Letters(post, to, PURPOSE)


def promises(session: Session, meeting_id: str) -> list[FollowUp]:
    return list(
        session.scalars(
            select(FollowUp)
            .where(FollowUp.meeting_id == meeting_id, FollowUp.removed_at.is_(None))
            .order_by(FollowUp.due, FollowUp.id)
        )
    )


def summary_paper(
    page: MeetingPage,
    found: Sequence[DecisionView],
    promised: Sequence[FollowUp],
    stated: Sequence[Stated],
    spoken: Language,
) -> Paper:
    say, meeting = spoken.gettext, page.meeting
    final = [say(SECTIONS[one.section]) for one in page.documents if one.state == FINAL]
    carried = [say(SECTIONS[one.section]) for one in page.documents if one.state != FINAL]
    facts = [
        (say(N_("Student")), page.student.name),
        (say(N_("Meeting")), f"{meeting.title}, {spoken.date(meeting.starts_at, meeting.time_zone)}"),
        (say(N_("Final:")).rstrip(":"), ", ".join(final)),
        (say(N_("Carried over to the next meeting")), ", ".join(carried)),
    ]
    blocks: list[Block] = [Facts([(name, value) for name, value in facts if value])]
    settled = sorted((one for one in found if one.is_settled), key=lambda one: one.row.ordinal)
    if settled:
        blocks.append(Heading(say(N_("What was decided"))))
    for one in settled:
        outcome = say(OUTCOMES[one.row.outcome][0] if one.row.outcome else NO_OUTCOME[0])
        blocks.append(Text([Run(f"{one.name}. ", strong=True), Run(f"{one.row.action} ({outcome})")]))
        dissent = [
            f"{position.member.name}: {say(POSITIONS[position.row.position][0])}"
            + (f" ({say(SAID_BEFORE)})" if position.is_older else "")
            + (f" “{position.row.words}”" if position.row.words else "")
            for position in one.positions
            if position.is_dissent
        ]
        if dissent:
            blocks.append(Items(dissent))
    people = found[0].people if found else {}
    if promised:
        blocks.append(Heading(say(N_("Who does what by when"))))
        blocks.append(
            Items(
                [
                    ", ".join(
                        part
                        for part in (
                            one.what,
                            people[one.owner_id].name if one.owner_id and one.owner_id in people else "",
                            spoken.day(one.due) if one.due else "",
                        )
                        if part
                    )
                    for one in promised
                ]
            )
        )
    blocks += statement_blocks(stated, spoken, meeting.time_zone)
    blocks.append(
        Text(
            say(
                N_(
                    "Nobody has signed anything by this letter. A written notice of what the school proposes or refuses follows."
                )
            )
        )
    )
    title = say(N_("Summary of the meeting"))
    return Paper(
        title=title,
        language=spoken.code,
        blocks=blocks,
        running=f"{title} – {page.student.name}",
        page_of=say(N_("Page {page} of {pages}")),
    )
