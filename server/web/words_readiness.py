"""The points of a section's readiness in words: what a rule is about, what was found, and where it is mended."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.documents.labels import BLOCK_LABELS, FIELD_LABELS
from server.domain.calendar import BUSINESS, SCHOOL
from server.domain.readiness import Finding, Place, Unchecked
from server.domain.readiness.prompts import HEADINGS
from server.web.i18n import N_, Language

RULES: Mapping[str, str] = {
    "C01": N_("The meeting is on"),
    "C02": N_("The people the law requires are here"),
    "C03": N_("A parent is here"),
    "C04": N_("The notice of the meeting was complete"),
    "C05": N_("An interpreter is here when one is needed"),
    "C06": N_("Present levels and how the disability affects learning"),
    "C07": N_("The parents’ concerns are written down"),
    "C08": N_("The five special factors are answered"),
    "C09": N_("Each goal can be measured and has a baseline"),
    "C10": N_("Short-term objectives with an alternate assessment"),
    "C11": N_("How progress is measured and reported"),
    "C12": N_("Each service has its frequency, minutes, place and dates"),
    "C13": N_("Support for staff is answered"),
    "C14": N_("Time away from classmates is explained and equals the grid"),
    "C15": N_("State and district tests are answered"),
    "C16": N_("Plan for life after school"),
    "C17": N_("Rights at the age of majority"),
    "C18": N_("Extended school year is decided, with its basis"),
    "C19": N_("Placement: options, harmful effects and reasons"),
    "C20": N_("Each need has a goal, a service or an accommodation"),
    "C21": N_("Every comment of the family has an answer"),
    "C22": N_("The draft says what was decided"),
    "C23": N_("Each decision has what a written notice needs"),
    "C24": N_("Review, reevaluation and effective dates"),
    "C25": N_("The draft was shared in time"),
    "C26": N_("The parents got the safeguards notice this school year"),
    "C27": N_("No other student is named"),
}

# By code of a finding.
FINDINGS: Mapping[str, str] = {
    "not_in_session": N_("The meeting is not on. A section becomes final only in the meeting."),
    "member_absent": N_("Not here: %(member)s."),
    "member_not_named": N_("Nobody in this meeting is named as %(member)s."),
    "member_left": N_("Has left: %(member)s."),
    "member_not_needed": N_(
        "%(member)s: parent and district agreed that this area is not discussed. Now this section is to become final."
    ),
    "excusal_incomplete": N_("%(member)s: an excusal was asked for, and something it needs is missing or came late."),
    "parent_absent_tried": N_(
        "No parent is here. Attempts to reach them before the meeting that stand in the log: %(attempts)s."
    ),
    "parent_absent": N_("No parent is here."),
    "parent_left": N_("The parents have left."),
    "no_interpreter": N_("A parent uses Roundtable in another language, and no interpreter is here."),
    "no_notice": N_("No notice of this meeting to the parents is in Roundtable."),
    "meeting_notice_lacks": N_("The notice did not say: %(parts)s."),
    "notice_outdated": N_("The meeting’s time, place or purpose is not what the notice said."),
    "heading_gone": N_("The heading “%(heading)s” is not in the section any more, so its answer was not found."),
    "no_answer": N_("Not answered yet: “%(heading)s”."),
    "no_concerns": N_("Nothing from the family stands here. If they were asked and have nothing to add, write that."),
    "no_goal": N_("There is no goal yet."),
    "fields_missing": N_("%(block)s: not filled in: %(fields)s."),
    "no_number": N_("%(block)s: “%(field)s” has no number, so nobody can say when it is reached."),
    "other_behavior": N_(
        "%(block)s: “%(field)s” seems to speak of another behavior than the goal. They have no word in common."
    ),
    "measure_vague": N_("%(block)s: “How progress is measured” does not say what is counted."),
    "no_objectives": N_(
        "The tests section tells of an alternate assessment. Then each goal needs short-term objectives."
    ),
    "no_service": N_("There is no service yet."),
    "row_incomplete": N_("%(block)s: not filled in, or not definite: %(fields)s."),
    "no_staff_support": N_("Nothing is said of support for staff. If none is needed, write that."),
    "outside_unexplained": N_("The services take the student out of the regular class. Why, is not explained yet."),
    "time_differs": N_(
        "The text says “%(said)s”. The services add up to %(minutes)s of %(week)s minutes a week outside the regular "
        "class (%(inside)s%% inside)."
    ),
    "one_option": N_("Fewer than two options stand here. Write down each option that the team looked at."),
    "need_unanswered": N_("No goal, service or accommodation uses a word of this need: “%(need)s”."),
    "comment_undisposed": N_("A comment of the family has no answer yet: “%(words)s”"),
    "proposal_undisposed": N_("A proposal of the family has no answer yet: “%(words)s”"),
    "thread_open": N_("A comment is still open: “%(words)s”"),
    "decided_block_gone": N_(
        "Decision D%(decision)s sets “%(decided)s” for “%(label)s”, which is no longer in the section."
    ),
    "decided_otherwise": N_(
        "%(block)s, “%(field)s”: the draft says %(held)s, decision D%(decision)s says %(decided)s."
    ),
    "before_notice": N_(
        "%(block)s: “%(field)s” is on the day of the meeting or before it. The written notice must come first."
    ),
    "after_review": N_(
        "%(block)s: “%(field)s” is more than a year after the meeting, when the plan is reviewed again."
    ),
    "reevaluation_late": N_(
        "The last evaluation is more than three years old: the next was due by %(due)s, unless it was agreed to leave "
        "it out."
    ),
    "safeguards_old": N_(
        "The parents last got the safeguards notice on %(given)s. This school year began on %(began)s."
    ),
    "notice_lacks": N_("Decision D%(decision)s does not tell yet: %(elements)s."),
    "other_student": N_("The name of another student stands here: %(name)s."),
    "draft_not_shared": N_("Not shared with the parents before the meeting. Due by %(due)s: %(span)s before it."),
    "draft_late": N_("Shared with the parents on %(shared)s. It was due by %(due)s: %(span)s before the meeting."),
}
WEEKLY = N_("%(held)s (%(weekly)s minutes a week)")

# By code: why a rule was not looked at.
UNCHECKED: Mapping[str, str] = {
    "calendar_unknown": N_("The district’s calendar does not reach to these days."),
    "not_known": N_("Roundtable does not know this."),  # in seals of before
    "safeguards_unknown": N_("Nobody has noted when the parents last got it."),
    "before_the_meeting": N_("Looked at when the meeting is on."),
    "section_unknown": N_("Another section that it needs cannot be read just now."),
    "evaluation_unknown": N_("Nobody has noted when the student was last evaluated."),
    "birth_date_unknown": N_("The student’s birth date is not known here."),
    "grid_unclear": N_("The minutes or the frequency of a service cannot be reckoned by the week."),
}
MEMBERS: Mapping[str, str] = {
    "lea_representative": N_("the district representative"),
    "special_teacher": N_("the special education teacher or provider"),
    "regular_teacher": N_("the regular education teacher"),
    "evaluation": N_("the one who explains evaluation results"),
}
# Elements of 34 CFR 300.503(b) by number.
ELEMENTS: Mapping[int, str] = {
    1: N_("the action"),
    2: N_("the reasons"),
    3: N_("what it is based on"),
    6: N_("the other options, and why not"),
    7: N_("other factors"),
}
# Elements of 34 CFR 300.322(b).
NOTICE_PARTS: Mapping[str, str] = {
    "time": N_("when"),
    "place": N_("where"),
    "attendees": N_("who will be there"),
    "student": N_("that the student is invited"),
}
LEVELS: Mapping[str, str] = {"block": N_("To settle first"), "warn": N_("To look at")}


def finding_text(finding: Finding, language: Language) -> str:
    """A finding as a sentence; one that begins with a member begins with a capital all the same."""
    text = language.gettext(FINDINGS[finding.code], **_filled(finding, language))
    return text[:1].upper() + text[1:]


def _filled(finding: Finding, language: Language) -> dict[str, Any]:  # noqa: PLR0912 - one for each kind of value
    said, about, kind = language.gettext, dict(finding.about), finding.place.kind
    if kind:
        about["block"] = said(BLOCK_LABELS[kind], number=about["number"])
    if kind and "field" in about:
        about["field"] = said(FIELD_LABELS[kind][about["field"]])
    if "fields" in about:
        about["fields"] = ", ".join(said(FIELD_LABELS[kind][field]) for field in about["fields"])
    if "heading" in about:
        about["heading"] = said(HEADINGS[about["heading"]][0])
    if "member" in about:
        about["member"] = said(MEMBERS[about["member"]])
    if "elements" in about:
        about["elements"] = ", ".join(said(ELEMENTS[element]) for element in about["elements"])
    if "parts" in about:
        about["parts"] = ", ".join(said(NOTICE_PARTS[part]) for part in about["parts"])
    if about.get("weekly"):
        about["held"] = said(WEEKLY, held=about["held"], weekly=language.number(about["weekly"]))
    for name in ("due", "shared", "given", "began"):
        if name in about:
            about[name] = language.date(date.fromisoformat(about[name]), length="long")
    if "day_kind" in about:
        about["span"] = span_text(about["days"], about["day_kind"], language)
    for name in ("minutes", "week"):
        if name in about:
            about[name] = language.number(about[name])
    return about


def span_text(days: int, kind: str, language: Language) -> str:
    """So many days of a kind: "5 business days"."""
    if kind == BUSINESS:
        return language.ngettext("%(num)s business day", "%(num)s business days", days)
    if kind == SCHOOL:
        return language.ngettext("%(num)s school day", "%(num)s school days", days)
    return language.ngettext("%(num)s day", "%(num)s days", days)


def place_text(place: Place, language: Language) -> str:
    """The words of the link to where a finding is mended, or "" for the section as a whole."""
    if place.thread_id:
        return language.gettext(N_("Go to the comment"))
    if place.kind:
        block = language.gettext(BLOCK_LABELS[place.kind], number=place.ordinal)
        return language.gettext(N_("Go there: %(place)s"), place=block)
    if place.decision_id:
        return language.gettext(N_("Go to the decision"))
    return language.gettext(N_("Go to the place")) if place.heading else ""


def unchecked_text(unchecked: Unchecked, language: Language) -> str:
    return f"{language.gettext(RULES[unchecked.rule])}: {language.gettext(UNCHECKED[unchecked.code])}"
