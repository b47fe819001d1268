"""Excusals and attempts to reach the parents."""

from sqlalchemy import Connection, update

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment, time_or_none
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import ContactAttempt, Excusal


def proposed(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Excusal,
        id=about["excusal"],
        meeting_id=entry.meeting_id,
        person_id=about["person"],
        kind=about["kind"],
        sections=about["sections"],
        items=about["items"],
        reason=about["reason"],
        proposed_by=entry.author.person_id,
        proposed_at=moment(entry),
    )


def agreed(connection: Connection, entry: Entry, about: Facts) -> None:
    """By the one who agrees, now; or noted from paper, with the time that stands there."""
    side, on_paper = about["side"], about["how"] == "paper"
    _set(
        connection,
        about,
        {
            f"{side}_by": about["person"],
            f"{side}_at": time_or_none(about["at"]) if on_paper else moment(entry),
            f"{side}_noted_by": entry.author.person_id if on_paper else None,
        },
    )


def given(connection: Connection, entry: Entry, about: Facts) -> None:
    """The member's written input."""
    on_paper = about["how"] == "paper"
    _set(
        connection,
        about,
        {
            "input": about["input"],
            "input_at": time_or_none(about["at"]) if on_paper else moment(entry),
            "input_noted_by": entry.author.person_id if on_paper else None,
        },
    )


def revoked(connection: Connection, entry: Entry, about: Facts) -> None:
    _set(
        connection,
        about,
        {"revoked_at": moment(entry), "revoked_by": entry.author.person_id, "revoked_reason": about["reason"]},
    )


def _set(connection: Connection, about: Facts, values: Facts) -> None:
    change_row(connection, Excusal, about["excusal"], **values)


def contact_noted(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        ContactAttempt,
        id=about["contact"],
        meeting_id=entry.meeting_id,
        person_id=about["person"],
        channel=about["channel"],
        language=about["language"],
        at=time_or_none(about["at"]),
        result=about["result"],
        note=about["note"],
        next_step=about["next_step"],
        noted_by=entry.author.person_id,
        noted_at=moment(entry),
    )


def contact_removed(connection: Connection, entry: Entry, about: Facts) -> None:
    taken_out = update(ContactAttempt).where(ContactAttempt.id == about["contact"])
    connection.execute(taken_out.values(removed_at=moment(entry)))


EFFECTS: dict[str, Effect] = {
    kinds.EXCUSAL_PROPOSED: proposed,
    kinds.EXCUSAL_AGREED: agreed,
    kinds.EXCUSAL_INPUT: given,
    kinds.EXCUSAL_REVOKED: revoked,
    kinds.CONTACT_NOTED: contact_noted,
    kinds.CONTACT_REMOVED: contact_removed,
}
