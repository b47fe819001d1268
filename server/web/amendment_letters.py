"""What an amendment changes, in words: for letters, and for the draft of the written notice that follows."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, select
from starlette.requests import Request

from server.documents.difference import CAME, WENT
from server.documents.labels import BLOCK_LABELS, FIELD_LABELS
from server.documents.told import BlockChange, Change, FieldChange
from server.domain.roles import FAMILY, LEA_REPRESENTATIVE, TEAM
from server.domain.year import planned_on, review_due
from server.meeting.amendment_reader import AmendmentView
from server.meeting.letters import Letters
from server.papers import Heading, Items, Paper, Text
from server.papers.model import Block
from server.storage.tables import Meeting, Participant, Person
from server.web import words_amendments as words
from server.web.access import MeetingPage
from server.web.i18n import Language, language
from server.web.letters import base_url, is_address, paper_letter
from server.web.words import SECTIONS

PURPOSE = "amendment"


def lines(changes: Iterable[Change], spoken: Language) -> list[str]:
    """One line for each thing that reads otherwise: “Reading, Minutes: 30 → 45”."""
    return [_line(change, spoken) for change in changes]


def _line(change: Change, spoken: Language) -> str:
    say = spoken.gettext
    blank = say(words.NOT_FILLED_IN)
    if isinstance(change, FieldChange):
        label = say(FIELD_LABELS[change.kind][change.field])
        return f"{_called(change, say)}, {label}: {change.before or blank} → {change.after or blank}"
    if isinstance(change, BlockChange):
        how = say(words.ADDED if change.change == CAME else words.REMOVED)
        fields = "; ".join(f"{say(FIELD_LABELS[change.kind][name])}: {text}" for name, text in change.others.items())
        return f"{_called(change, say)}: {how}" + (f" ({fields})" if fields else "")
    was, reads = (" ".join("".join(text for how, text in change.pieces if how != but).split()) for but in (CAME, WENT))
    if change.change == CAME:
        return f"{say(words.ADDED_WORDS)}: “{reads}”"
    if change.change == WENT:
        return f"{say(words.TAKEN_OUT)}: “{was}”"
    return f"{say(words.CHANGED)}: “{was}” → “{reads}”"


def _called(change: FieldChange | BlockChange, say: Callable[..., str]) -> str:
    return change.called or say(BLOCK_LABELS[change.kind], number=change.place)


def review_day(meeting: Meeting) -> date:
    """The day by which the plan is reviewed (34 CFR 300.324(b)(1)): a year after it was made, however it is amended."""
    return review_due(planned_on(meeting.closed_at or meeting.starts_at, meeting.time_zone))


def told_by_section(view: AmendmentView, spoken: Language) -> list[tuple[str, list[str]]]:
    return [
        (spoken.gettext(SECTIONS[section]), lines((one.change for one in changed.told), spoken))
        for section, changed in view.told
    ]


def what_changes(view: AmendmentView, spoken: Language) -> str:
    """All of it as plain lines, for the written notice."""
    return "\n".join(f"{name}: {line}" for name, told in told_by_section(view, spoken) for line in told)


def amendment_paper(page: MeetingPage, view: AmendmentView, reason: str, spoken: Language, *, made: bool) -> Paper:
    say = spoken.gettext
    blocks: list[Block] = [Heading(say(words.WHAT))]
    for name, told in told_by_section(view, spoken):
        blocks += [Heading(name, 2), Items(told)]
    blocks += [Heading(say(words.WHY)), Text(reason)]
    review = say(words.REVIEW_STAYS, day=spoken.date(review_day(page.meeting), length="long"))
    if made:
        blocks.append(Text(review))
    else:
        blocks += [Heading(say(words.LAW_TITLE)), Items([*(say(one) for one in words.LAW), review])]
    title = say(words.MADE_TITLE if made else words.OFFER_TITLE)
    return Paper(title=title, language=spoken.code, blocks=blocks)


async def offer_letters(request: Request, page: MeetingPage, view: AmendmentView, reason: str) -> Letters | None:
    """To those who have a say; None where this installation sends no mail."""
    asked = {one.person_id for one in view.asked}
    to = [one for one in await _people(request, page, FAMILY | {LEA_REPRESENTATIVE}) if one.id in asked]
    return _letters(request, page, view, to, reason, made=False)


async def made_letters(request: Request, page: MeetingPage, view: AmendmentView) -> Letters | None:
    """To the whole team (34 CFR 300.324(a)(4)(ii))."""
    return _letters(request, page, view, await _people(request, page, TEAM), view.row.reason, made=True)


async def _people(request: Request, page: MeetingPage, roles: frozenset[str]) -> Sequence[Person]:
    def read(connection: Connection) -> list[Person]:
        rows = connection.execute(
            select(Person.id, Person.name, Person.email, Person.locale)
            .join(Participant, Participant.person_id == Person.id)
            .where(
                Participant.meeting_id == page.meeting.id,
                Participant.removed_at.is_(None),
                Participant.role.in_(sorted(roles)),
                Person.email.is_not(None),
                Person.disabled_at.is_(None),
            )
            .order_by(Person.name)
        )
        return [Person(**row._mapping) for row in rows]

    found: list[Person] = await request.app.state.journal.read(read)
    return [one for one in found if is_address(one.email)]  # a wrong one must not keep the plan as it is


def _letters(
    request: Request, page: MeetingPage, view: AmendmentView, people: Sequence[Person], reason: str, *, made: bool
) -> Letters | None:
    post = request.app.state.post
    if not post.ready:
        return None
    link = f"{base_url(request)}{page.url}/amendments/{view.row.id}"
    to = []
    for one in people:
        spoken = language(one.locale)
        paper = amendment_paper(page, view, reason, spoken, made=made)
        lead = spoken.gettext(words.MADE_LEAD if made else words.OFFER_LEAD, name=page.student.name)
        open_text = spoken.gettext(words.MADE_OPEN if made else words.OFFER_OPEN)
        to.append((one.id, paper_letter(paper, one.email or "", one.name, lead, open_text, link)))
    return Letters(post, to, PURPOSE)
