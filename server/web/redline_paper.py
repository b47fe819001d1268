"""Two moments of a section, or of a plan, as a paper: what came is underlined and what went struck through."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.papers import Facts, Heading, Note, Paper, Text
from server.papers.model import Block
from server.storage.tables import now
from server.web.access import MeetingPage, enter_meeting
from server.web.changes import Compared, read_compared
from server.web.i18n import N_, Language
from server.web.paper_files import KINDS, paper_file
from server.web.plan_paper import CANNOT_SHOW
from server.web.redline import URL, Redline, read_redline
from server.web.section_paper import tree_blocks
from server.web.visitor import visitor
from server.web.words import SECTIONS


async def as_file(request: Request) -> Response:
    """As a PDF or a Word file; `?from=` and `?to=` as on the page."""
    page = await enter_meeting(request)
    found = await read_compared(request, page)
    language = visitor(request).language
    name = f"changes-{found.before.number}-{found.after.number}-{language.code}"
    return await paper_file(request, page, redline_paper(page, found, language), now(), name)


def redline_paper(page: MeetingPage, found: Compared, language: Language) -> Paper:
    say, zone = language.gettext, page.meeting.time_zone
    label = page.label(found.document, say)
    moment = N_("%(time)s, after %(name)s had written")
    blocks: list[Block] = [
        Facts(
            [
                (say(N_("Student")), page.student.name),
                (say(N_("Section")), label),
                *(
                    (say(name), say(moment) % {"time": language.date_and_time(one.at, zone), "name": one.by})
                    for name, one in ((N_("Earlier text"), found.before), (N_("Later text"), found.after))
                ),
            ]
        )
    ]
    if page.meeting.phase == "prework":
        blocks.append(Note(say(N_("Preliminary, for discussion; nothing here is decided."))))
    if found.changed.told:
        blocks += [
            Text(say(N_("Underlined: added. Struck through: removed."))),
            Heading(label),
            *tree_blocks(found.changed.tree, say, level=1),
        ]
    else:
        blocks.append(Text(say(N_("Nothing is different between these two."))))
    title = say(N_("What changed in “%(section)s”")) % {"section": label}
    return Paper(
        title=title,
        language=language.code,
        blocks=blocks,
        running=f"{title} – {page.student.name}",
        page_of=say(N_("Page {page} of {pages}")),
    )


async def plan_as_file(request: Request) -> Response:
    """The whole plan, or two plans: `/redline` as a PDF or a Word file, with the same questions in its address."""
    page = await enter_meeting(request)
    found = await read_redline(request, page)
    language = visitor(request).language
    name = f"changes-{found.start.number}-{found.end.number}-{language.code}"
    return await paper_file(request, page, plan_redline_paper(found, language), now(), name)


def plan_redline_paper(found: Redline, language: Language) -> Paper:
    say, page = language.gettext, found.later
    names = (say(N_("Earlier text")), say(N_("Later text")))
    rows = [
        (name, f"{_whose(one, language)}{choice.text}" if found.of_two_plans else choice.text)
        for name, one, choice in zip(names, (found.earlier, page), (found.start, found.end), strict=True)
    ]
    blocks: list[Block] = [Facts([(say(N_("Student")), page.student.name), *rows])]
    if page.meeting.phase == "prework":
        blocks.append(Note(say(N_("Preliminary, for discussion; nothing here is decided."))))
    if found.different:
        blocks.append(Text(say(N_("Underlined: added. Struck through: removed."))))
    else:
        blocks.append(Text(say(N_("Nothing is different between these two."))))
    for part in found.different:
        blocks.append(Heading(say(SECTIONS[part.section])))
        if part.since is not None:
            since = language.date_and_time(part.since, found.earlier.meeting.time_zone)
            blocks.append(Note(say(SHARED_SINCE) % {"time": since}))
        if part.changed is None:
            blocks.append(Note(say(CANNOT_SHOW)))
        else:
            blocks += tree_blocks(part.changed.tree, say, level=1)
    if found.same and found.different:
        blocks += [
            Heading(say(N_("Nothing is different here"))),
            Text(", ".join(say(SECTIONS[part.section]) for part in found.same)),
        ]
    title = say(N_("This plan and an earlier one")) if found.of_two_plans else say(N_("What changed in the plan"))
    return Paper(
        title=title,
        language=language.code,
        blocks=blocks,
        running=f"{title} – {page.student.name}",
        page_of=say(N_("Page {page} of {pages}")),
    )


SHARED_SINCE = N_("Compared from %(time)s on, when it was shared with you.")


def _whose(page: MeetingPage, language: Language) -> str:
    """Which meeting's plan."""
    day = language.date(page.meeting.starts_at, page.meeting.time_zone, length="long")
    return language.gettext(N_("Plan of the meeting of %(day)s: ")) % {"day": day}


ROUTES = [
    *(Route(f"/m/{{meeting_id}}/sections/{{document_id}}/compare/{kind}", as_file) for kind in KINDS),
    *(Route(f"{URL}/{kind}", plan_as_file) for kind in KINDS),
]
