"""C01 to C05, C25 and C26: is this a meeting that may finalize, are those there who must be, was notice given."""

from collections.abc import Callable, Iterator, Mapping

from server.domain.calendar import Beyond
from server.domain.excusals import EXCUSED, NOT_NEEDED
from server.domain.file_dates import school_year_of
from server.domain.readiness.facts import Answer, Facts, Finding, Place, Unchecked
from server.domain.roles import INTERPRETER, LIVE, PARENT
from server.domain.seats import GIVEN, SEATS
from server.domain.sections import PARENT_INPUT

PRODUCT_LANGUAGE = "en"  # of the talk at the table


def in_session(facts: Facts) -> Iterator[Answer]:
    if facts.phase != LIVE and not facts.by_agreement:
        yield Finding("C01", "not_in_session", Place(facts.section))


def required_members(facts: Facts) -> Iterator[Answer]:
    """Whether each seat that this section concerns is filled by somebody here. The parents have a rule of their own.

    A seat whose every holder is excused is no finding. Where it was agreed that the area is not discussed, that is
    told: the section is about to become final.
    """
    if facts.phase != LIVE:
        yield Unchecked("C02", "before_the_meeting")
        return
    for member in GIVEN:
        if facts.section not in SEATS[member].sections:
            continue
        holders = [seat for seat in facts.seats if member in seat.fills]
        if any(seat.is_here for seat in holders):
            continue
        stands = {seat.excusal for seat in holders}
        if holders and stands == {EXCUSED}:
            continue
        came = any(seat.came for seat in holders)
        if holders and stands <= {EXCUSED, NOT_NEEDED}:
            code = "member_not_needed"
        elif "incomplete" in stands:
            code = "excusal_incomplete"
        else:
            code = "member_left" if came else "member_absent" if holders else "member_not_named"
        yield Finding("C02", code, Place(facts.section), {"member": member})


def parent_present(facts: Facts) -> Iterator[Answer]:
    """A meeting goes on without a parent only where the school kept a record of its attempts to have one there."""
    if facts.phase != LIVE:
        yield Unchecked("C03", "before_the_meeting")
        return
    parents = [seat for seat in facts.seats if seat.role == PARENT]
    if not any(seat.is_here for seat in parents):
        if any(seat.came for seat in parents):
            yield Finding("C03", "parent_left", Place(facts.section))
        elif facts.contacts:
            yield Finding("C03", "parent_absent_tried", Place(facts.section), {"attempts": facts.contacts})
        else:
            yield Finding("C03", "parent_absent", Place(facts.section))


def interpreter(facts: Facts) -> Iterator[Answer]:
    """A parent who reads Roundtable in another language needs an interpreter at the table."""
    if facts.phase != LIVE:
        yield Unchecked("C05", "before_the_meeting")
        return
    needed = any(seat.role == PARENT and seat.locale != PRODUCT_LANGUAGE for seat in facts.seats)
    if needed and not any(seat.role == INTERPRETER and seat.is_here for seat in facts.seats):
        yield Finding("C05", "no_interpreter", Place(facts.section))


def draft_shared(facts: Facts) -> Iterator[Answer]:
    """Whether the section went out to the parents by the day that the state's profile asks for.

    Nothing is asked of what the profile keeps open until the meeting, nor of what the family itself wrote.
    """
    profile = facts.profile
    if profile.draft is None or facts.section in {PARENT_INPUT, *profile.hold_sections}:
        return
    try:
        due = profile.days.before(facts.held_on, profile.draft)
    except Beyond:
        yield Unchecked("C25", "calendar_unknown")
        return
    about = {"due": due.isoformat(), "days": profile.draft.days, "day_kind": profile.draft.kind}
    if facts.shared_on is None:
        yield Finding("C25", "draft_not_shared", Place(facts.section), about)
    elif facts.shared_on > due:
        yield Finding("C25", "draft_late", Place(facts.section), about | {"shared": facts.shared_on.isoformat()})


def notice_given(facts: Facts) -> Iterator[Answer]:
    notice = facts.notice
    if notice is None or notice.cancelled or not notice.to_parents:
        yield Finding("C04", "no_notice", Place(facts.section))
        return
    if notice.lacks:
        yield Finding("C04", "meeting_notice_lacks", Place(facts.section), {"parts": notice.lacks})
    if notice.outdated:
        yield Finding("C04", "notice_outdated", Place(facts.section))


def safeguards_given(facts: Facts) -> Iterator[Answer]:
    """Once a school year the parents get the notice of their rights (300.504(a))."""
    given = facts.file.safeguards_on
    if given is None:
        yield Unchecked("C26", "safeguards_unknown")
    elif given < (began := school_year_of(facts.held_on, facts.profile.school_year)):
        about = {"given": given.isoformat(), "began": began.isoformat()}
        yield Finding("C26", "safeguards_old", Place(facts.section), about)


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {
    "C01": in_session,
    "C02": required_members,
    "C03": parent_present,
    "C04": notice_given,
    "C05": interpreter,
    "C25": draft_shared,
    "C26": safeguards_given,
}
