"""Sharing the draft before the meeting: who reads what of it, what stays open, and by which day it is due.

Commentary to the regulations (71 Fed. Reg. 46678) asks that parents get a copy of any draft beforehand, marked as one.
When, and what stays out of it, is the state's to say (`server/domain/profiles`).
"""

from collections.abc import Iterable
from datetime import date

from server.domain.readiness.profile import Profile
from server.domain.roles import may
from server.domain.sections import PARENT_INPUT, SECTIONS, is_proposed, owner_of

# What the family writes is no part of the draft that the school shares.
SHAREABLE = tuple(section for section in SECTIONS if section != PARENT_INPUT)

# What a parent says about a section before the meeting. Neither is consent; the meeting is where things are decided.
FINE, TALK = "fine", "talk"
VIEWS = (FINE, TALK)


def why_not_read(role: str, phase: str, section: str, person_id: str, *, shared: bool) -> str | None:
    """The reason code that keeps a document's text from this person, or None.

    `shared`: the whole text of it was shared, with nothing held open. `section` as the document's row has it.
    """
    if is_proposed(section):
        return None if may(role, "read_proposed", phase) else "not_shared"
    owner = owner_of(section)
    if owner is not None:
        return None if shared or owner == person_id else "not_shared"
    if shared or section not in SHAREABLE or may(role, "read_unshared", phase):
        return None
    return "not_shared"


def is_shared(number: int | None, held: Iterable[str] | None) -> bool:
    """From a document's columns: it was shared by entry `number`, with no field held open."""
    return number is not None and not held


def due_on(profile: Profile, meeting_day: date) -> date | None:
    """The last day on which sharing the draft is in time, or None where the state asks nothing. Raises `Beyond`."""
    return None if profile.draft is None else profile.days.before(meeting_day, profile.draft)
