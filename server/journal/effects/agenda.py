"""The agenda, where the meeting is in it, what each item has taken, and the parking lot."""

from typing import Any

from sqlalchemy import Connection, select

from server.domain.agenda import CURRENT
from server.domain.roles import CLOSED, LIVE
from server.journal import kinds
from server.journal.effects import follow_ups
from server.journal.effects.documents import add_document
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import AgendaItem, Meeting, ParkedItem

FIELDS = ("title", "minutes", "presenter", "outcome", "sections")


def added(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        AgendaItem,
        id=about["item"],
        meeting_id=entry.meeting_id,
        position=about["position"],
        state=about["state"],
        notes_id=entry.document_id,
        seconds=0,
        created_by=entry.author.person_id,
        created_at=moment(entry),
        carried=about.get("carried"),
        removed_because="",
        **_source(about),
        **{name: about[name] for name in FIELDS},
    )
    add_document(connection, entry, entry.document_id or "", about["item"], about["position"], kind="notes")


def _source(about: Facts) -> dict[str, Any]:
    """Of an item that comes back from an earlier meeting."""
    came = about.get("came_from")
    if came is None:
        return {}
    return {"came_from": came["id"], "came_as": came["kind"], "came_meeting_id": came["meeting"]}


def changed(connection: Connection, _entry: Entry, about: Facts) -> None:
    _set(connection, about["item"], {name: about[name] for name in FIELDS})


def ordered(connection: Connection, _entry: Entry, about: Facts) -> None:
    for position, item_id in enumerate(about["order"]):
        _set(connection, item_id, {"position": position})


def removed(connection: Connection, entry: Entry, about: Facts) -> None:
    _set(connection, about["item"], {"removed_at": moment(entry), "removed_because": about.get("reason", "")})


def pointed(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["left"] is not None:
        stop_clock(connection, entry)
        _set(connection, about["left"], {"state": about["left_state"]})
    _go_to(connection, entry, about["item"])


def state(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["before"] == CURRENT:
        stop_clock(connection, entry)
        _go_to(connection, entry, None)
    _set(connection, about["item"], {"state": about["state"]})


def at_phase(connection: Connection, entry: Entry, about: Facts) -> None:
    """The meeting's clock: it starts with the first item, stands while the meeting is closed, and then goes on."""
    if about["phase"] == CLOSED:
        stop_clock(connection, entry)
    elif about["phase"] == LIVE and about.get("item") is not None:
        _go_to(connection, entry, about["item"])


def stop_clock(connection: Connection, entry: Entry) -> None:
    """What the current item has taken until now is added up; it stays where it is."""
    running = select(AgendaItem.id, AgendaItem.seconds, AgendaItem.current_since).where(
        AgendaItem.meeting_id == entry.meeting_id, AgendaItem.current_since.is_not(None)
    )
    for row in connection.execute(running).all():
        taken = max(int((moment(entry) - row.current_since).total_seconds()), 0)
        _set(connection, row.id, {"seconds": row.seconds + taken, "current_since": None})


def _go_to(connection: Connection, entry: Entry, item_id: str | None) -> None:
    if item_id is not None:
        _set(connection, item_id, {"state": CURRENT, "current_since": moment(entry)})
    change_row(connection, Meeting, entry.meeting_id, current_item_id=item_id)


def _set(connection: Connection, item_id: str, values: dict[str, Any]) -> None:
    change_row(connection, AgendaItem, item_id, **values)


def parked(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        ParkedItem,
        id=about["parked"],
        meeting_id=entry.meeting_id,
        text=about["text"],
        why=about["why"],
        raised_by=about["raised_by"],
        raised_at=moment(entry),
    )


def unparked(connection: Connection, entry: Entry, about: Facts) -> None:
    promise = about["follow_up"]
    if promise is not None:
        follow_ups.added(connection, entry, promise)
    change_row(
        connection,
        ParkedItem,
        about["parked"],
        left_as=about["as"],
        follow_up_id=None if promise is None else promise["follow_up"],
        left_at=moment(entry),
        left_by=entry.author.person_id,
    )


EFFECTS: dict[str, Effect] = {
    kinds.AGENDA_ADDED: added,
    kinds.AGENDA_CHANGED: changed,
    kinds.AGENDA_ORDERED: ordered,
    kinds.AGENDA_REMOVED: removed,
    kinds.AGENDA_POINTED: pointed,
    kinds.AGENDA_STATE: state,
    kinds.PARKED: parked,
    kinds.UNPARKED: unparked,
}
