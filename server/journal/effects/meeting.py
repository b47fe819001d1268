"""A meeting, its people and its documents."""

from sqlalchemy import Connection

from server.domain.roles import CLOSED, LIVE
from server.domain.sections import DRAFT, FINAL
from server.journal import kinds
from server.journal.effects import attendance, mailings
from server.journal.effects.agenda import at_phase
from server.journal.effects.documents import add_document
from server.journal.effects.form import Effect, Facts, moment, time_or_none
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Document, Meeting, Participant


def created(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Meeting,
        id=about["meeting"],
        student_id=about["student"],
        title=about["title"],
        purpose=about["purpose"],
        place=about["place"],
        video_link=about.get("video_link", ""),
        starts_at=time_or_none(about["starts_at"]),
        ends_at=time_or_none(about["ends_at"]),
        time_zone=about["time_zone"],
        profile=about["profile"],
        created_at=moment(entry),
        # Journals of before say nothing of these.
        follows=source["meeting"] if (source := about.get("source")) and source["kind"] == "meeting" else None,
    )
    carried = about.get("carried") or {}
    for position, (section, document_id) in enumerate(about["sections"]):
        add_document(
            connection, entry, document_id, section, position, kind="section", carried_from=carried.get(section)
        )


def phase(connection: Connection, entry: Entry, about: Facts) -> None:
    values: dict[str, object] = {"phase": about["phase"], "editing_paused": False}
    if about["phase"] == CLOSED:
        values["closed_at"] = moment(entry)
        # Journals of before say nothing of these.
        values["carried"] = about.get("carried")
        values["read_back_at"] = moment(entry) if about.get("read_back") else None
    elif about["phase"] == LIVE:
        values |= {"closed_at": None, "carried": None, "read_back_at": None}
        if about["before"] != CLOSED:
            values["started_at"] = moment(entry)
    change_row(connection, Meeting, entry.meeting_id, **values)
    attendance.after_phase(connection, entry, about)
    mailings.added(connection, entry, about.get("mailings", []))
    at_phase(connection, entry, about)


def paused(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(connection, Meeting, entry.meeting_id, editing_paused=about["paused"])


def arranged(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(
        connection,
        Meeting,
        entry.meeting_id,
        starts_at=time_or_none(about["starts_at"]),
        ends_at=time_or_none(about["ends_at"]),
        time_zone=about["time_zone"],
        place=about["place"],
        video_link=about["video_link"],
    )


def file_dates(connection: Connection, entry: Entry, about: Facts) -> None:
    # Entries from before the finding of eligibility was noted do not name it.
    noted = {name: about.get(name) for name in ("evaluated_on", "safeguards_on", "eligible_on")}
    noted["file_noted_at"] = moment(entry)
    change_row(connection, Meeting, entry.meeting_id, **noted)


def gathered(connection: Connection, entry: Entry, about: Facts) -> None:
    call = {
        "by": entry.author.person_id,
        "to": about["to"],
        "number": entry.number,
        "at": moment(entry).isoformat(timespec="seconds"),
    }
    change_row(connection, Meeting, entry.meeting_id, gathering=call)


def staged(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(connection, Meeting, entry.meeting_id, stage=about["stage"])


def section_state(connection: Connection, entry: Entry, about: Facts) -> None:
    values: dict[str, object] = {"state": about["state"]}
    if about["state"] == FINAL:
        sealed = about["sealed"]
        values |= {
            "sealed_number": sealed["number"],
            "sealed_hash": sealed["hash"],
            "sealed_at": moment(entry),
            "sealed_by": entry.author.person_id,
            "overrides": about["overrides"],
        }
    elif about["before"] == FINAL and about["state"] == DRAFT:
        values |= dict.fromkeys(
            (
                "sealed_number",
                "sealed_hash",
                "sealed_at",
                "sealed_by",
                "overrides",
                "read_back_number",
                "read_back_at",
                "read_back_by",
            )
        )
    change_row(connection, Document, entry.document_id, **values)


def read_back(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(
        connection,
        Document,
        entry.document_id,
        read_back_number=about["number"],
        read_back_at=moment(entry),
        read_back_by=entry.author.person_id,
    )


def participant_added(connection: Connection, entry: Entry, about: Facts) -> None:
    """Somebody removed before gets their seat, and its colour, back."""
    values = _seat(about)
    if change_row(connection, Participant, about["participant"], **values, removed_at=None):
        return
    add_row(
        connection,
        Participant,
        id=about["participant"],
        meeting_id=entry.meeting_id,
        person_id=about["person"],
        color=about["color"],
        created_at=moment(entry),
        **values,
    )


def participant_changed(connection: Connection, _entry: Entry, about: Facts) -> None:
    change_row(connection, Participant, about["participant"], **_seat(about))


def _seat(about: Facts) -> dict[str, object]:
    # Journals of the first version say nothing of seats.
    return {"role": about["role"], "title": about["title"], "seats": about.get("seats")}


def participant_removed(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(connection, Participant, about["participant"], removed_at=moment(entry))
    attendance.end_stays(connection, entry, about["person"])


EFFECTS: dict[str, Effect] = {
    kinds.CREATED: created,
    kinds.PHASE: phase,
    kinds.PAUSED: paused,
    kinds.ARRANGED: arranged,
    kinds.FILE_DATES: file_dates,
    kinds.GATHERED: gathered,
    kinds.STAGED: staged,
    kinds.SECTION: section_state,
    kinds.READ_BACK: read_back,
    kinds.ADDED: participant_added,
    kinds.CHANGED: participant_changed,
    kinds.REMOVED: participant_removed,
}
