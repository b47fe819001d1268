"""The plan as a paper: whose it is, every section that the reader may read, who made it, and who signed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.documents.tree import Node
from server.domain.sections import FINAL
from server.domain.signing import ATTENDED
from server.journal.checkpoint import Checkpoint
from server.meeting.attended import Attended
from server.meeting.signing_reader import Signed, Stated
from server.papers import Facts, Figure, Heading, Link, Note, Paper, Run, Table, Text
from server.papers.model import Block
from server.storage.tables import Document
from server.web.access import MeetingPage
from server.web.decision_paper import statement_blocks
from server.web.i18n import N_, Language
from server.web.plan_progress import followed_blocks
from server.web.progress import Followed
from server.web.receipts import qr_drawing
from server.web.section_paper import tree_blocks
from server.web.words import PURPOSES, ROLES, SECTIONS
from server.web.words_signing import ANSWERS

DRAFT_MARK = N_("DRAFT")
PRELIMINARY = N_("Preliminary, for discussion; nothing here is decided.")
PEN = "_" * 24  # to sign on paper


@dataclass(frozen=True, slots=True)
class Plan:
    """What the paper is made from, read at `at`. `trees` by document id: None for what cannot be read just now.

    A section that is not among them has not been shared with the reader. `langs`: of their words, where it is known.
    `receipt`: the newest signed moment, once the meeting is closed; `verify` the address where anybody can check it.
    """

    trees: Mapping[str, Node | None]
    langs: Mapping[str, str]
    people: Sequence[Attended]
    signed: Sequence[Signed]
    stated: Sequence[Stated]
    at: datetime
    progress: Sequence[Followed] = ()
    receipt: Checkpoint | None = None
    verify: str = ""


def plan_paper(page: MeetingPage, plan: Plan, language: Language) -> Paper:
    """In the reader's language; the words of the plan stay in theirs. A draft until every section is final."""
    say = language.gettext
    final = page.all_final
    blocks: list[Block] = [Facts(_facts(page, plan, language))]
    if not final:
        blocks.append(Note([Run(say(PRELIMINARY), strong=True)] if page.meeting.phase == "prework" else say(NOT_FINAL)))
    for document in page.documents:
        blocks.append(Heading(say(SECTIONS[document.section])))
        blocks += _section(document, plan, language, page.meeting.time_zone)
        if document.section == "goals":
            blocks += followed_blocks(plan.progress, language)
    blocks += _people(page, plan, language)
    blocks += statement_blocks(plan.stated, language, page.meeting.time_zone)
    if plan.receipt is not None:
        blocks += _receipt(plan.receipt, plan.verify, language)
    title = say(N_("Individualized Education Program (IEP)"))
    return Paper(
        title=title,
        subtitle=page.student.name,
        language=language.code,
        running=f"{title} – {page.student.name}",
        page_of=say(N_("Page {page} of {pages}")),
        marking="" if final else say(DRAFT_MARK),
        blocks=blocks,
    )


NOT_FINAL = N_("Not every section is final yet. What is final says so beneath its heading.")
CANNOT_SHOW = N_("This section cannot be shown just now.")
NOT_SHARED = N_("The school has not shared this section yet.")
EMPTY = N_("Nothing is written here.")


def _facts(page: MeetingPage, plan: Plan, language: Language) -> list[tuple[str, str]]:
    say, student, meeting = language.gettext, page.student, page.meeting
    rows = [
        (say(N_("Student")), student.name),
        (say(N_("Date of birth")), language.day(student.birth_date) if student.birth_date else ""),
        (say(N_("Grade")), student.grade),
        (say(N_("School")), ", ".join(part for part in (student.school, student.district) if part)),
        (say(N_("Purpose")), say(PURPOSES[meeting.purpose]) if meeting.purpose in PURPOSES else ""),
        (say(N_("Meeting")), language.date(meeting.starts_at, meeting.time_zone, length="long")),
        (say(N_("As it stood on")), language.date_and_time(plan.at, meeting.time_zone)),
    ]
    return [(name, value) for name, value in rows if value]


def _section(document: Document, plan: Plan, language: Language, zone: str) -> list[Block]:
    say = language.gettext
    blocks: list[Block] = []
    if document.state == FINAL and document.sealed_at is not None:
        about = {"time": language.date_and_time(document.sealed_at, zone), "number": document.sealed_number}
        sealed = say(N_("Final since %(time)s, entry %(number)s of the record")) % about
        blocks.append(Text([Run(f"{sealed} ({(document.sealed_hash or '')[:12]})", emphasis=True)]))
    if document.id not in plan.trees:
        return [*blocks, Note(say(NOT_SHARED))]
    tree = plan.trees[document.id]
    if tree is None:
        return [*blocks, Note(say(CANNOT_SHOW))]
    lang = plan.langs.get(document.id, "")
    written = tree_blocks(tree, say, level=1, lang=lang if lang != language.code else "")
    return [*blocks, *(written or [Text([Run(say(EMPTY), emphasis=True)])])]


def _people(page: MeetingPage, plan: Plan, language: Language) -> list[Block]:
    """Who took part, and what each signed; a line for a pen where somebody who was there signed nothing."""
    say = language.gettext
    if page.meeting.phase == "prework" or not plan.people:
        return []
    rows = []
    for one in plan.people:
        part = one.title or say(ROLES[one.role])
        there = say(N_("No")) if one.is_away else say(N_("Yes"))
        signed = [_signature(signature, language, page.meeting.time_zone) for signature in _of(plan, one.person_id)]
        rows.append((one.name, part, there, "\n".join(signed) or ("" if one.is_away else PEN)))
    header = (say(N_("Name")), say(N_("Role")), say(N_("Took part")), say(N_("Signed")))
    said = Text(
        say(N_("To have taken part is not to agree, and to agree is not to consent: each is signed by itself."))
    )
    return [Heading(say(N_("The team"))), said, Table(header, rows, (4, 4, 2, 6))]


RECEIPT = N_(
    "The record of this meeting was signed at this moment. Whoever keeps these lines can find out whether the "
    "record still contains that very moment: enter them, or what a phone reads from the square, at the address below."
)


def _receipt(receipt: Checkpoint, verify: str, language: Language) -> list[Block]:
    """The signed moment as words and as a picture that a phone reads."""
    say = language.gettext
    return [
        Heading(say(N_("Receipt of the record"))),
        Text(say(RECEIPT)),
        Link(say(N_("Check a receipt")), verify),
        Note(receipt.text().strip()),
        Figure(qr_drawing(receipt.text()), say(N_("The same lines as a square code for a phone’s camera.")), 0.4),
    ]


def _of(plan: Plan, person_id: str) -> list[Signed]:
    """What stands of what somebody signed: the newest of each kind that was not taken back."""
    newest: dict[str, Signed] = {}
    for one in plan.signed:
        if one.row.person_id == person_id and not one.is_earlier:
            newest.pop(one.row.kind, None)
            newest[one.row.kind] = one
    return [one for one in newest.values() if one.row.revoked_at is None]


def _signature(one: Signed, language: Language, zone: str) -> str:
    answer = language.gettext(ANSWERS[one.row.kind, one.row.answer])
    day = language.date(one.row.at, zone, length="medium")
    words = f" “{one.row.words}”" if one.row.words and one.row.kind != ATTENDED else ""
    return f"{answer}, {day}{words}"
