"""Whose rights they are: the parents', and from the age of majority on the student's too (34 CFR 300.520)."""

from datetime import date

from sqlalchemy import Connection, select

from server.domain import signing
from server.domain.readiness import PROFILES
from server.domain.roles import FAMILY
from server.storage.tables import Meeting, Student, now


def speaks_for_family(connection: Connection, meeting_id: str, role: str) -> bool:
    """Whether somebody of this role may consent, agree or refuse for the family in this meeting."""
    if role not in FAMILY:
        return False
    row = connection.execute(
        select(Meeting.profile, Student.birth_date)
        .join(Student, Student.id == Meeting.student_id)
        .where(Meeting.id == meeting_id)
    ).one()
    return has_rights(role, row.birth_date, row.profile)


def has_rights(role: str, birth_date: str | None, profile: str) -> bool:
    """The same of one of the family, today. `birth_date`: ISO 8601; `profile`: the meeting's."""
    rules = PROFILES.get(profile, PROFILES["federal"])
    born = date.fromisoformat(birth_date) if birth_date else None
    return signing.may_consent(role, born, now().date(), rules.majority_age)
