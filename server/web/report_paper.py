"""A report of progress as a paper: for each goal what is expected, in words, with its data."""

from collections.abc import Mapping

from server.meeting.reports import Issued
from server.papers import Facts, Figure, Heading, Note, Paper, Text
from server.papers.model import Block, Run
from server.storage.tables import Meeting, Student
from server.web.i18n import N_, Language
from server.web.progress_paper import values_table
from server.web.words_reports import OUTLOOKS

TITLE = N_("Report of progress")


def report_paper(
    issued: Issued, charts: Mapping[str, Figure], meeting: Meeting, student: Student, spoken: Language
) -> Paper:
    """In the reader's language; what its writer wrote stays in theirs. `charts`: by goal, where there is one."""
    say, row = spoken.gettext, issued.row
    blocks: list[Block] = []
    if row.corrected_by is not None:
        blocks.append(Note(say(N_("A later report stands in the place of this one."))))
    blocks.append(
        Facts(
            [
                (say(N_("Student")), student.name),
                (say(N_("For the report date")), spoken.day(row.period)),
                (say(N_("Issued")), f"{issued.by}, {spoken.date_and_time(row.issued_at, meeting.time_zone)}"),
            ]
        )
    )
    for one in row.goals:
        blocks += [Heading(one["goal"]), Text([Run(say(OUTLOOKS[one["outlook"]][0]), strong=True)])]
        blocks.append(Text([Run(one["words"], lang=row.lang)]))
        known = [(say(N_("Baseline")), one["baseline"]), (say(N_("Target")), one["criterion"])]
        if rows := [(name, value) for name, value in known if value]:
            blocks.append(Facts(rows))
        if one["points"]:
            if one["goal"] in charts:
                blocks.append(charts[one["goal"]])
            values = [
                (point["day"], f"{point['value']} {point['unit']}".strip(), point["note"]) for point in one["points"]
            ]
            blocks.append(values_table(values, spoken))
        else:
            blocks.append(Text(say(N_("Nothing is measured yet."))))
    return Paper(
        title=say(TITLE),
        subtitle=say(N_("How the goals of the plan are going (34 CFR 300.320(a)(3))")),
        language=spoken.code,
        running=f"{say(TITLE)} – {student.name}",
        page_of=say(N_("Page {page} of {pages}")),
        blocks=blocks,
    )
