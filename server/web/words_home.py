"""What the home page says: what is asked of somebody, what is due by which rule, and how near a day is."""

from datetime import date

from server.domain import year
from server.meeting import asked
from server.web.i18n import N_, Language

# Of one thing, of more (%(num)s), icon, and the page of the meeting that it leads to.
ASKED: dict[str, tuple[str, str, str, str]] = {
    asked.INVITATION: (N_("Say whether you are coming"), "", "calendar-clock", "/notice"),
    asked.READ_DRAFT: (
        N_("Read one part of the draft that was shared with you"),
        N_("Read %(num)s parts of the draft that were shared with you"),
        "book-open-text",
        "/before",
    ),
    asked.OWN_WORDS: (N_("Write to the team in your own words, and send it"), "", "pencil-line", "/words"),
    asked.EXCUSAL: (N_("Answer whether %(name)s may be excused from the meeting"), "", "user-round", "/excusals"),
    asked.EXCUSAL_INPUT: (N_("Give your written input before the meeting"), "", "notebook-pen", "/excusals"),
    asked.SIGNATURES: (
        N_("Sign what you have not signed yet"),
        N_("Sign %(num)s things that you have not signed yet"),
        "pencil-line",
        "/review",
    ),
    asked.DUTIES: (N_("Read what the plan asks of you, and say that you have"), "", "clipboard-list", "/duties"),
    asked.NOTICE_APPROVAL: (N_("Approve a prior written notice"), "", "gavel", "/notices"),
    asked.MESSAGE: (
        N_("Answer a message of the family, which has waited for one day"),
        N_("Answer a message of the family, which has waited for %(num)s days"),
        "send",
        "/messages",
    ),
    asked.AMENDMENT: (N_("Answer a proposed change of the plan"), "", "pencil-line", "/amendments"),
    asked.ANSWER: (N_("Read what the school wrote to you"), "", "send", "/messages"),
    asked.COMMENTS: (
        N_("Answer one comment of the family"),
        N_("Answer %(num)s comments of the family"),
        "message-square",
        "/comments",
    ),
    asked.PROPOSED_ITEMS: (
        N_("Say whether one proposed topic goes on the agenda"),
        N_("Say whether %(num)s proposed topics go on the agenda"),
        "list-checks",
        "/agenda",
    ),
    asked.FOLLOW_UP: (N_("You promised:"), "", "circle-check", "/to-do"),
    asked.OPEN_DECISIONS: (N_("Put off until a day, for you to decide:"), "", "scale", "/decisions"),
}
TODAY = N_("Answer a message of the family, which came today")
DUE: dict[str, tuple[str, str]] = {
    year.FIRST_PLAN: (N_("Meeting for the first plan"), "/file-dates"),
    year.REVIEW: (N_("Annual review of the plan"), ""),
    year.REEVALUATION: (N_("Evaluate again, unless parents and school agree that it is not needed"), "/file-dates"),
    year.COPY: (N_("Copy of the plan for the parents, at no cost"), "/review"),
    year.REPORT: (N_("Reports of progress to the parents"), "/progress"),
    year.SAFEGUARDS: (N_("Procedural safeguards notice, once a school year"), "/file-dates"),
    year.WRITTEN_NOTICE: (N_("Prior written notice, before it is carried out"), "/notices"),
}
UNDATED = {
    year.FIRST_PLAN: N_("The district’s calendar does not reach that far."),
    year.COPY: N_("The rule names no day."),
    year.SAFEGUARDS: N_("Nobody has noted when it was last given."),
    year.WRITTEN_NOTICE: N_("No day is named yet."),
}
NEARNESS = {
    year.OVERDUE: (N_("Overdue"), "triangle-alert"),
    year.SOON: (N_("Soon"), "clock"),
    year.UNDATED: (N_("Without a day"), "circle-dashed"),
    year.LATER: (N_("Later"), "calendar"),
}


def how_far(spoken: Language, day: date, today: date) -> str:
    """A day as a distance, in words: what is late never hangs on a colour."""
    days = (day - today).days
    if days < 0:
        return spoken.ngettext("%(num)s day late", "%(num)s days late", -days)
    if days == 0:
        return spoken.gettext(N_("today"))
    return spoken.ngettext("in %(num)s day", "in %(num)s days", days)
