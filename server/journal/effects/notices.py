"""Prior written notices, their translations and deliveries, and reviews of decisions."""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from server.domain.notices import APPROVED, DRAFT, REMOVED
from server.journal import kinds
from server.journal.effects import mailings
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import DecisionReview, Notice, NoticeDelivery, NoticeTranslation

TEXTS = ("parts", "safeguards", "contacts")


def composed(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Notice,
        id=about["notice"],
        meeting_id=entry.meeting_id,
        ordinal=about["ordinal"],
        revision=1,
        state=DRAFT,
        lang=about["lang"],
        takes_effect=about["takes_effect"],
        created_by=entry.author.person_id,
        created_at=moment(entry),
        **{name: about[name] for name in TEXTS},
    )


def changed(connection: Connection, _entry: Entry, about: Facts) -> None:
    values = {name: about[name] for name in (*TEXTS, "takes_effect", "revision")}
    _update(connection, about["notice"], **values)


def removed(connection: Connection, _entry: Entry, about: Facts) -> None:
    _update(connection, about["notice"], state=REMOVED)


def approved(connection: Connection, entry: Entry, about: Facts) -> None:
    _update(
        connection,
        about["notice"],
        state=APPROVED,
        approved_by=entry.author.person_id,
        approved_at=moment(entry),
        approved_number=entry.number,
    )


def translated(connection: Connection, entry: Entry, about: Facts) -> None:
    """In place of an earlier one in that language: what was reviewed of it is so no more."""
    which = (NoticeTranslation.notice_id == about["notice"], NoticeTranslation.lang == about["lang"])
    connection.execute(delete(NoticeTranslation).where(*which))
    add_row(
        connection,
        NoticeTranslation,
        notice_id=about["notice"],
        lang=about["lang"],
        meeting_id=entry.meeting_id,
        source_revision=about["source_revision"],
        machine=about["machine"],
        translator=about["translator"],
        written_by=entry.author.person_id,
        written_at=moment(entry),
        **{name: about[name] for name in TEXTS},
    )


def reviewed(connection: Connection, entry: Entry, about: Facts) -> None:
    which = (NoticeTranslation.notice_id == about["notice"], NoticeTranslation.lang == about["lang"])
    connection.execute(select(NoticeTranslation.lang).where(*which)).one()
    values = {"reviewed_by": entry.author.person_id, "reviewed_at": moment(entry)}
    connection.execute(update(NoticeTranslation).where(*which).values(**values))


def given(connection: Connection, entry: Entry, about: Facts) -> None:
    for one in about["to"]:
        add_row(
            connection,
            NoticeDelivery,
            id=one["delivery"],
            meeting_id=entry.meeting_id,
            notice_id=about["notice"],
            person_id=one["person"],
            how=about["how"],
            lang=one["lang"],
            given_by=entry.author.person_id,
            given_at=moment(entry),
        )
    mailings.added(connection, entry, about["mailings"])


def decision_reviewed(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        DecisionReview,
        id=about["review"],
        meeting_id=entry.meeting_id,
        decision_id=about["decision"],
        state=about["state"],
        words=about["words"],
        lang=about["lang"],
        reviewed_on=about["on"],
        author_id=entry.author.person_id,
        number=entry.number,
        created_at=moment(entry),
    )


def _update(connection: Connection, notice_id: str, **values: Any) -> None:
    connection.execute(select(Notice.id).where(Notice.id == notice_id)).one()
    change_row(connection, Notice, notice_id, **values)


EFFECTS: dict[str, Effect] = {
    kinds.NOTICE_COMPOSED: composed,
    kinds.NOTICE_CHANGED: changed,
    kinds.NOTICE_REMOVED: removed,
    kinds.NOTICE_APPROVED: approved,
    kinds.NOTICE_TRANSLATED: translated,
    kinds.NOTICE_TRANSLATION_REVIEWED: reviewed,
    kinds.NOTICE_GIVEN: given,
    kinds.DECISION_REVIEWED: decision_reviewed,
}
