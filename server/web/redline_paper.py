"""Two moments of a section as a paper: the text with what came underlined and what went struck through."""

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
from server.web.section_paper import tree_blocks
from server.web.visitor import visitor


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


ROUTES = [Route(f"/m/{{meeting_id}}/sections/{{document_id}}/compare/{kind}", as_file) for kind in KINDS]
