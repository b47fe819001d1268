"""Follow-ups. Acts on other things make some too: their effects call `added` with the same facts."""

from sqlalchemy import Connection

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import FollowUp


def added(connection: Connection, entry: Entry, about: Facts) -> None:
    """`about`: follow_up (its id), kind, what, owner, due; and, where there is one, decision, thread, item."""
    add_row(
        connection,
        FollowUp,
        id=about["follow_up"],
        meeting_id=entry.meeting_id,
        kind=about["kind"],
        what=about["what"],
        owner_id=about["owner"],
        due=about["due"],
        decision_id=about.get("decision"),
        thread_id=about.get("thread"),
        item_id=about.get("item"),
        created_by=entry.author.person_id,
        created_at=moment(entry),
    )


def changed(connection: Connection, _entry: Entry, about: Facts) -> None:
    _set(connection, about, what=about["what"], owner_id=about["owner"], due=about["due"])


def done(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["done"]:
        _set(connection, about, done_at=moment(entry), done_by=entry.author.person_id, done_note=about["note"])
    else:
        _set(connection, about, done_at=None, done_by=None, done_note="")


def removed(connection: Connection, entry: Entry, about: Facts) -> None:
    _set(connection, about, removed_at=moment(entry))


def _set(connection: Connection, about: Facts, **values: object) -> None:
    change_row(connection, FollowUp, about["follow_up"], **values)


EFFECTS: dict[str, Effect] = {
    kinds.FOLLOW_UP_ADDED: added,
    kinds.FOLLOW_UP_CHANGED: changed,
    kinds.FOLLOW_UP_DONE: done,
    kinds.FOLLOW_UP_REMOVED: removed,
}
