"""Reports of progress, and the dates on which they are due."""

from sqlalchemy import Connection, update

from server.journal import kinds
from server.journal.effects import mailings
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Meeting, ProgressReport


def days(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(connection, Meeting, entry.meeting_id, report_days=about["days"])


def issued(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["corrects"]:
        old = update(ProgressReport).where(ProgressReport.id == about["corrects"])
        connection.execute(old.values(corrected_by=about["report"]))
    add_row(
        connection,
        ProgressReport,
        id=about["report"],
        meeting_id=entry.meeting_id,
        number=entry.number,
        issued_by=entry.author.person_id,
        issued_at=moment(entry),
        **{name: about[name] for name in ("period", "goals", "left", "lang", "corrects")},
    )
    mailings.added(connection, entry, about["mailings"])


EFFECTS: dict[str, Effect] = {kinds.REPORT_DAYS: days, kinds.REPORT_ISSUED: issued}
