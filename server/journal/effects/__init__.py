"""What each kind of entry does to the tables: one function a kind, and nothing else writes a meeting's rows.

An act judges, seals its entry, and the effect follows in the same transaction; replaying a journal into an empty
database gives the same rows, and `server.journal.verify` holds the tables against that. So an effect reads nothing but
the entry and the rows that earlier effects wrote, and takes every time from the entry.
"""

from sqlalchemy import Connection

from server.journal.effects import (
    agenda,
    amendments,
    attendance,
    comments,
    decisions,
    duties,
    excusals,
    follow_ups,
    mailings,
    meeting,
    meeting_notices,
    messages,
    notices,
    own_words,
    progress,
    reports,
    retention,
    sharing,
    signing,
)
from server.journal.effects.form import Effect
from server.journal.entry import Entry
from server.journal.payload import facts_of

EFFECTS: dict[str, Effect] = {
    **meeting.EFFECTS,
    **agenda.EFFECTS,
    **attendance.EFFECTS,
    **comments.EFFECTS,
    **decisions.EFFECTS,
    **follow_ups.EFFECTS,
    **mailings.EFFECTS,
    **excusals.EFFECTS,
    **sharing.EFFECTS,
    **own_words.EFFECTS,
    **progress.EFFECTS,
    **reports.EFFECTS,
    **messages.EFFECTS,
    **signing.EFFECTS,
    **duties.EFFECTS,
    **notices.EFFECTS,
    **amendments.EFFECTS,
    **meeting_notices.EFFECTS,
    **retention.EFFECTS,
}


def apply(connection: Connection, entry: Entry) -> None:
    """Change the tables as the entry tells. Raises `KeyError` or a database error for one that makes no sense."""
    effect = EFFECTS.get(entry.kind)
    if effect is not None:
        effect(connection, entry, facts_of(entry.kind, entry.payload) or {})
