"""Threads of comments: opened, answered, edited, resolved, disposed of, and a proposal made text of the draft."""

from sqlalchemy import Connection, update

from server.journal import kinds
from server.journal.effects import follow_ups
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Comment, FollowUp, Thread

OPEN, RESOLVED = "open", "resolved"
ADOPTED, IN_PART, DECLINED, PARKED = "adopted", "adopted_in_part", "declined", "parked"


def opened(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Thread,
        id=about["thread"],
        meeting_id=entry.meeting_id,
        target=about["target"],
        document_id=about["document"],
        item_id=about["item"],
        decision_id=about["decision"],
        anchor=about["anchor"],
        proposal=about["proposal"],
        words_of=about.get("words_of"),
        words_question=about.get("words_question"),
        state=OPEN,
        created_by=entry.author.person_id,
        created_role=entry.author.role,
        created_at=moment(entry),
    )
    _add_comment(connection, entry, about)


def answered(connection: Connection, entry: Entry, about: Facts) -> None:
    """An answer to a thread that was resolved opens it again: nobody's words end up where nobody looks."""
    _add_comment(connection, entry, about)
    _change(connection, about["thread"], state=OPEN, resolved_by=None, resolved_at=None)


def edited(connection: Connection, entry: Entry, about: Facts) -> None:
    change_row(
        connection,
        Comment,
        about["comment"],
        text=about["text"],
        lang=about["lang"],
        mentions=about["mentions"],
        edited_at=moment(entry),
    )


def resolved(connection: Connection, entry: Entry, about: Facts) -> None:
    by = entry.author.person_id
    _change(connection, about["thread"], state=RESOLVED, resolved_by=by, resolved_at=moment(entry))


def reopened(connection: Connection, _entry: Entry, about: Facts) -> None:
    _change(connection, about["thread"], state=OPEN, resolved_by=None, resolved_at=None)


def disposed(connection: Connection, entry: Entry, about: Facts) -> None:
    """What came of it. One that is parked becomes a promise of its owner, as long as it is."""
    _withdraw_promise(connection, entry, about["thread"])
    _change(
        connection,
        about["thread"],
        disposition=about["disposition"],
        reason=about["reason"],
        owner_id=about["owner"],
        due=about["due"],
        answered_by_decision=about["decision"],
        adopted_number=about["edit"],
        disposed_by=entry.author.person_id,
        disposed_at=moment(entry),
    )
    if about["disposition"] == PARKED:
        promise = {name: about[name] for name in ("follow_up", "what", "owner", "due", "thread")}
        follow_ups.added(connection, entry, promise | {"kind": "task"})


def adopted(connection: Connection, entry: Entry, about: Facts) -> None:
    _withdraw_promise(connection, entry, about["thread"])
    _change(
        connection,
        about["thread"],
        disposition=ADOPTED,
        reason="",
        owner_id=None,
        due=None,
        answered_by_decision=None,
        adopted_number=entry.number,
        disposed_by=entry.author.person_id,
        disposed_at=moment(entry),
    )


def _add_comment(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Comment,
        id=about["comment"],
        meeting_id=entry.meeting_id,
        thread_id=about["thread"],
        number=entry.number,
        author_id=entry.author.person_id,
        author_role=entry.author.role,
        text=about["text"],
        lang=about["lang"],
        mentions=about["mentions"],
        created_at=moment(entry),
    )


def _change(connection: Connection, thread_id: str, **values: object) -> None:
    change_row(connection, Thread, thread_id, **values)


def _withdraw_promise(connection: Connection, entry: Entry, thread_id: str) -> None:
    """Parked no longer: what was promised then is not to be done any more, unless it has been done."""
    connection.execute(
        update(FollowUp)
        .where(
            FollowUp.thread_id == thread_id,
            FollowUp.decision_id.is_(None),
            FollowUp.done_at.is_(None),
            FollowUp.removed_at.is_(None),
        )
        .values(removed_at=moment(entry))
    )


EFFECTS: dict[str, Effect] = {
    kinds.THREAD_OPENED: opened,
    kinds.COMMENTED: answered,
    kinds.COMMENT_EDITED: edited,
    kinds.THREAD_RESOLVED: resolved,
    kinds.THREAD_REOPENED: reopened,
    kinds.DISPOSED: disposed,
    kinds.ADOPTED: adopted,
}
