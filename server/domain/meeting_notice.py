"""The notice of an IEP meeting (34 CFR 300.322(b)): what it says, what it lacks, and what people answer to it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from server.domain.roles import FAMILY, STUDENT

NOTICE, CANCELLATION, REMINDER = "notice", "cancellation", "reminder"
KINDS = (NOTICE, CANCELLATION, REMINDER)

COMING, BY_PHONE, ANOTHER_TIME = "coming", "by_phone", "another_time"
ANSWERS = (COMING, BY_PHONE, ANOTHER_TIME)
WORDS_LENGTH = 500
AGENCIES, AGENCY_LENGTH = 10, 120

# What 300.322(b)(1)(i) asks for, and (b)(2)(i) of a meeting about life after school. That either side may bring people
# with knowledge or special expertise, and of Part C at a first IEP, (b)(1)(ii), stands in every notice.
TIME, PLACE, ATTENDEES, INVITED_STUDENT = "time", "place", "attendees", "student"


class Attendee(NamedTuple):
    """By participant id. The law asks for the position, so a title is enough and no name stands in a notice."""

    participant: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a notice says. Times are ISO 8601 with offset; `agencies`: those invited to a transition meeting."""

    purpose: str
    starts_at: str
    ends_at: str | None
    time_zone: str
    place: str
    video_link: str
    attendees: tuple[Attendee, ...]
    transition: bool = False
    agencies: tuple[str, ...] = ()

    @property
    def first(self) -> bool:
        """Whether this is a first IEP, to which somebody of Part C may be invited."""
        return self.purpose == "initial"

    def facts(self) -> dict[str, Any]:
        about = asdict(self)
        about["attendees"] = [attendee._asdict() for attendee in self.attendees]
        return {**about, "agencies": list(self.agencies)}

    def digest(self) -> str:
        """Another one as soon as it says anything else."""
        told = json.dumps(self.facts(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def content_of(facts: dict[str, Any]) -> Content:
    """From the facts of an entry."""
    about = {**facts, "agencies": tuple(facts["agencies"])}
    return Content(**{**about, "attendees": tuple(Attendee(**one) for one in facts["attendees"])})


def lacks(content: Content) -> tuple[str, ...]:
    """The elements that this notice does not have."""
    found = []
    if not content.starts_at:
        found.append(TIME)
    if not content.place and not content.video_link:
        found.append(PLACE)
    if all(attendee.role in FAMILY for attendee in content.attendees):
        found.append(ATTENDEES)
    if content.transition and all(attendee.role != STUDENT for attendee in content.attendees):
        found.append(INVITED_STUDENT)
    return tuple(found)


# What of a notice must be told anew once it is otherwise.
_TOLD = ("starts_at", "ends_at", "time_zone", "place", "video_link", "purpose")


def outdated(sent: Content, now: Content) -> bool:
    """Whether time, place or purpose are no longer what was told. Times are compared as they are written."""
    return any(getattr(sent, name) != getattr(now, name) for name in _TOLD)


def clean_agencies(lines: Sequence[str]) -> tuple[str, ...]:
    """One a line, blanks left out. Raises `ValueError` for too many or too long ones."""
    found = tuple(line for typed in lines if (line := " ".join(typed.split())))
    if len(found) > AGENCIES or any(len(line) > AGENCY_LENGTH for line in found):
        raise ValueError("agencies")
    return found
