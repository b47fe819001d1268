"""The decision log as a paper: what a reader takes home, with the exact words of the sections as they were then."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from server.domain.decisions import DEFERRED
from server.meeting.decision_reader import DecisionView
from server.meeting.signing_reader import Stated
from server.papers import Facts, Heading, Items, Paper, Run, Table, Text
from server.papers.model import Block
from server.web.access import MeetingPage
from server.web.i18n import N_, Language
from server.web.words import SECTIONS
from server.web.words_decisions import DECISION_STATES, NO_OUTCOME, OUTCOMES, POSITIONS, SAID_BEFORE


class Grouped(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def decisions(self) -> Sequence[DecisionView]: ...


def log_paper(
    page: MeetingPage,
    groups: Sequence[Grouped],
    texts: Mapping[tuple[str, int], str],
    stated: Sequence[Stated],
    language: Language,
) -> Paper:
    """In the reader's language; people's own words stay in theirs. Statements of disagreement go with it."""
    say, meeting = language.gettext, page.meeting
    blocks: list[Block] = [
        Facts(
            [
                (say(N_("Student")), page.student.name),
                (say(N_("Meeting")), f"{meeting.title}, {language.date(meeting.starts_at, meeting.time_zone)}"),
            ]
        )
    ]
    if not any(group.decisions for group in groups):
        blocks.append(Text(say(N_("Nothing has been decided yet."))))
    for group in groups:
        blocks.append(Heading(group.title or say(N_("Under no item of the agenda"))))
        for one in group.decisions:
            blocks += decision_blocks(page, one, texts, language)
    blocks += statement_blocks(stated, language, page.meeting.time_zone)
    title = say(N_("Decisions"))
    return Paper(
        title=title,
        language=language.code,
        blocks=blocks,
        subtitle=page.student.name,
        running=f"{title} – {page.student.name}",
        page_of=say(N_("Page {page} of {pages}")),
    )


def decision_blocks(  # noqa: PLR0912 - one branch for each thing that a decision may lack
    page: MeetingPage, one: DecisionView, texts: Mapping[tuple[str, int], str], language: Language
) -> list[Block]:
    say, row = language.gettext, one.row
    outcome = say(OUTCOMES[row.outcome][0] if row.outcome else NO_OUTCOME[0])
    facts: list[tuple[str, str]] = [(say(N_("Outcome")), outcome)]
    if row.question:
        facts.insert(0, (say(N_("Question")), row.question))
    if row.state != "settled":
        facts.append((say(N_("State")), say(DECISION_STATES[row.state][0])))
    if row.raised_by and row.raised_by in one.people:
        facts.append((say(N_("Raised by")), one.people[row.raised_by].name))
    if row.outcome == DEFERRED and row.deferred_to and row.deferred_to in one.people and row.deferred_until:
        facts.append((say(N_("Answer")), f"{one.people[row.deferred_to].name}, {language.day(row.deferred_until)}"))
    if row.settled_at is not None:
        facts.append((say(N_("Settled")), language.date_and_time(row.settled_at, page.meeting.time_zone)))
    blocks: list[Block] = [Heading(one.name, 2)]
    if row.action:
        blocks.append(Text([Run(row.action, strong=True)]))
    blocks.append(Facts(facts))
    blocks += _positions(one, language)
    if row.options:
        header = (say(N_("Option")), say(N_("Chosen")), say(N_("Why, or why not")))
        rows = [
            (option["text"], say(N_("Yes")) if option["chosen"] else say(N_("No")), option["why"])
            for option in row.options
        ]
        blocks += [Heading(say(N_("Options the team looked at")), 3), Table(header, rows, (5, 2, 5))]
    for title, words in ((N_("Reasons"), row.reasons), (N_("Other factors"), row.other_factors)):
        if words:
            blocks += [Heading(say(title), 3), Text(words)]
    if row.basis:
        based = [f"{one['text']}, {language.day(one['date'])}" if one["date"] else one["text"] for one in row.basis]
        blocks += [Heading(say(N_("What it is based on")), 3), Items(based)]
    if one.follow_ups:
        promised = [_promise(one, follow_up, language) for follow_up in one.follow_ups]
        blocks += [Heading(say(N_("Who does what by when")), 3), Items(promised)]
    for pin in row.pins:
        then = texts.get((pin["document"], pin["number"]))
        if then:
            title = say(N_("The exact words of “%(section)s” at that moment")) % {
                "section": say(SECTIONS[pin["section"]])
            }
            where = say(N_("entry %(number)s")) % {"number": pin["number"]}
            blocks += [Heading(title, 3), Text([Run(f"{where}, {pin['hash'][:12]}", emphasis=True)]), Text(then)]
    return blocks


def _positions(one: DecisionView, language: Language) -> list[Block]:
    items = []
    for position in one.positions:
        said = f"{position.member.name}: {language.gettext(POSITIONS[position.row.position][0])}"
        if position.is_older:
            said += f" ({language.gettext(SAID_BEFORE)})"
        items.append(f"{said}. “{position.row.words}”" if position.row.words else said)
    return [Heading(language.gettext(N_("What each member says")), 3), Items(items)] if items else []


def _promise(one: DecisionView, follow_up: Any, language: Language) -> str:
    parts = [follow_up.what]
    if follow_up.owner_id in one.people:
        parts.append(one.people[follow_up.owner_id].name)
    if follow_up.due:
        parts.append(language.day(follow_up.due))
    return ", ".join(parts)


def statement_blocks(stated: Sequence[Stated], language: Language, time_zone: str) -> list[Block]:
    """Statements of disagreement, as their authors wrote them."""
    if not stated:
        return []
    blocks: list[Block] = [Heading(language.gettext(N_("Statements of disagreement")))]
    for one in stated:
        about = language.gettext(SECTIONS[one.section]) if one.section else language.gettext(N_("The whole plan"))
        when = language.date_and_time(one.at, time_zone)
        blocks += [Heading(f"{one.name}: {about}", 2), Text([Run(when, emphasis=True)]), Text(one.text)]
    return blocks
