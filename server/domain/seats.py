"""The seats that the law wants filled (34 CFR 300.321), whom they belong to, and which sections each one concerns.

A seat is not a role: one person may fill several, and the same role says nothing about what somebody teaches. What a
role alone makes sure of (a parent, the student, the district's representative) need not be said again.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from server.domain import roles
from server.domain.excusals import EXCUSED, NOT_NEEDED
from server.domain.sections import PARENT_INPUT, SECTIONS

PARENT = "parent"
REGULAR_TEACHER = "regular_teacher"
SPECIAL_TEACHER = "special_teacher"
LEA_REPRESENTATIVE = "lea_representative"
EVALUATION = "evaluation"
STUDENT = "student"


class Seat(NamedTuple):
    """`rule` is the paragraph of 34 CFR that asks for it; `sections` are those in which it must not stay empty."""

    rule: str
    sections: frozenset[str]


# What a team works out together; the family's own words and the notes are nobody's area.
WORKED_OUT = frozenset(SECTIONS) - {PARENT_INPUT, "notes"}

SEATS: dict[str, Seat] = {
    PARENT: Seat("300.321(a)(1)", frozenset(SECTIONS)),
    # 300.324(a)(3): behavior, supplementary aids, program modifications, support for staff; and the classroom itself.
    REGULAR_TEACHER: Seat("300.321(a)(2)", WORKED_OUT - {"extended_school_year", "transition"}),
    SPECIAL_TEACHER: Seat("300.321(a)(3)", WORKED_OUT),
    LEA_REPRESENTATIVE: Seat("300.321(a)(4)", WORKED_OUT),
    EVALUATION: Seat(
        "300.321(a)(5)", frozenset({"present_levels", "special_factors", "goals", "accommodations", "assessments"})
    ),
    STUDENT: Seat("300.321(b)(1)", frozenset({"transition"})),
}
# Those that a person of the school is given; the others follow from the role.
GIVEN = (REGULAR_TEACHER, SPECIAL_TEACHER, LEA_REPRESENTATIVE, EVALUATION)
OF_ROLE = {roles.PARENT: PARENT, roles.STUDENT: STUDENT, roles.LEA_REPRESENTATIVE: LEA_REPRESENTATIVE}


class Participation(NamedTuple):
    person_id: str
    role: str
    seats: Sequence[str]


class EmptySeat(NamedTuple):
    """`sections`: those under discussion that it concerns. `holders`: who would fill it, and is not here.

    `excused`: what `server.domain.excusals` says of it: "incomplete", or "not_needed" where parent and LEA agreed that
    the area is not discussed. One that is excused for what is discussed is not told of.
    """

    seat: str
    sections: tuple[str, ...]
    holders: tuple[str, ...]
    excused: str = ""


def filled_by(role: str, seats: Collection[str]) -> tuple[str, ...]:
    """The seats that somebody fills by role and by what they were given, in the law's order."""
    return tuple(seat for seat in SEATS if seat in seats or seat == OF_ROLE.get(role))


def ordered(seats: Collection[str]) -> list[str]:
    return [seat for seat in SEATS if seat in seats]


def allowed(role: str, seats: Collection[str]) -> bool:
    """Whether somebody in this role can be given these seats: they are the school's to fill."""
    return all(seat in GIVEN for seat in seats) and (not seats or role in roles.STAFF)


def empty_seats(
    participants: Iterable[Participation],
    here: Collection[str],
    discussed: Collection[str],
    excused: Callable[[Sequence[str], str], str] = lambda _holders, _section: "",
) -> list[EmptySeat]:
    """The required seats that nobody of those who are `here` fills, though a section they concern is `discussed`.

    `excused(holders, section)` is how the seat stands there: `server.domain.excusals.seat_standing`.
    """
    seated: dict[str, list[str]] = {seat: [] for seat in SEATS}
    for participant in participants:
        for seat in filled_by(participant.role, participant.seats):
            seated[seat].append(participant.person_id)
    found = []
    for seat, about in SEATS.items():
        concerned = tuple(section for section in SECTIONS if section in about.sections and section in discussed)
        if not concerned or any(person in here for person in seated[seat]):
            continue
        stands = {section: excused(seated[seat], section) for section in concerned}
        left = tuple(section for section in concerned if stands[section] != EXCUSED)
        if left:
            least = min((stands[section] for section in left), key=("", "incomplete", NOT_NEEDED).index)
            found.append(EmptySeat(seat, left, tuple(seated[seat]), least))
    return found
