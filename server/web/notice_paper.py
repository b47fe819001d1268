"""A prior written notice as a paper, in one of its languages: the same on a page, in a mail and in print."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain.notices import APPROVED, OF_A_PART, OPTIONS
from server.meeting.notice_reader import NoticeView
from server.meeting.signing_reader import Stated
from server.papers import Facts, Heading, Items, Note, Paper, Table, Text
from server.papers.model import Block
from server.storage.tables import Meeting, NoticeTranslation, Student
from server.web.decision_paper import statement_blocks
from server.web.i18n import N_, Language, language
from server.web.words_notices import ELEMENTS, PART_KINDS

DRAFT_MARK = N_("DRAFT")
MACHINE = N_("Made by a machine and reviewed by nobody. It is not the record; the notice in English is.")
UNREVIEWED = N_("Nobody has reviewed this translation yet. It is not the record; the notice in English is.")
STALE = N_("The notice was changed after this translation was made. This is not what it says now.")


def notice_paper(
    view: NoticeView,
    meeting: Meeting,
    student: Student,
    *,
    translation: NoticeTranslation | None = None,
    stated: Sequence[Stated] = (),
) -> Paper:
    """In the notice's own language, or as this translation says it; what is no record says so on every page.

    Statements of disagreement (`stated`) follow it, as their authors wrote them.
    """
    told = translation or view.row
    spoken = language(told.lang)
    say = spoken.gettext
    blocks: list[Block] = []
    mark = "" if view.row.state == APPROVED else say(DRAFT_MARK)
    if translation is not None and (warning := not_the_record(view, translation)):
        mark = mark or say(DRAFT_MARK)
        blocks.append(Note(say(warning)))
    blocks += [Facts(_facts(view, meeting, student, spoken)), *part_blocks(told.parts, say)]
    blocks += [Heading(say(ELEMENTS[4])), Text(told.safeguards), Heading(say(ELEMENTS[5])), Text(told.contacts)]
    blocks += statement_blocks(stated, spoken, meeting.time_zone)
    return Paper(
        title=say(N_("Prior written notice")),
        subtitle=say(N_("34 CFR 300.503: what the school proposes or refuses, and why")),
        language=told.lang,
        running=f"{say(N_('Prior written notice'))} {view.name} – {student.name}",
        page_of=say(N_("Page {page} of {pages}")),
        marking=mark,
        blocks=blocks,
    )


def not_the_record(view: NoticeView, translation: NoticeTranslation) -> str:
    """Why a translation may not be taken for the notice; "" for one that may."""
    if translation.source_revision != view.row.revision:
        return STALE
    if translation.reviewed_at is None:
        return MACHINE if translation.machine else UNREVIEWED
    return ""


def part_blocks(parts: Sequence[Mapping[str, Any]], say: Any) -> list[Block]:
    """Each proposal and refusal, element by element."""
    blocks: list[Block] = []
    for number, part in enumerate(parts, 1):
        blocks += [Heading(f"{number}. {say(PART_KINDS[part['kind']])}"), Text(part["action"])]
        for element, name in OF_A_PART.items():
            if name == "factors":
                blocks += _options(part["options"], say)
            if name == "action" or not part[name].strip():
                continue
            blocks.append(Heading(say(ELEMENTS[element]), 2))
            lines = [line for line in part[name].split("\n") if line.strip()]
            blocks.append(Items(lines) if name == "basis" else Text(part[name]))
    return blocks


def _options(options: Sequence[Mapping[str, str]], say: Any) -> list[Block]:
    if not options:
        return []
    rows = [(option["text"], option["why"]) for option in options]
    header = (say(N_("Option")), say(N_("Why it was not chosen")))
    return [Heading(say(ELEMENTS[OPTIONS]), 2), Table(header, rows)]


def _facts(view: NoticeView, meeting: Meeting, student: Student, spoken: Language) -> list[tuple[str, str]]:
    say = spoken.gettext
    rows = [
        (say(N_("Student")), student.name),
        (say(N_("School")), ", ".join(part for part in (student.school, student.district) if part)),
        (say(N_("Meeting")), f"{meeting.title}, {spoken.date(meeting.starts_at, meeting.time_zone, length='long')}"),
    ]
    if view.row.approved_at is not None:
        day = spoken.date(view.row.approved_at, meeting.time_zone, length="long")
        rows.append((say(N_("Date of this notice")), f"{day}, {view.approved_by}"))
    if view.row.takes_effect:
        rows.append((say(N_("Carried out from")), spoken.day(view.row.takes_effect)))
    return [(name, value) for name, value in rows if value]
