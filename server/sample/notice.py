"""The sample's notice: printed and given to the family and the team by hand."""

from collections.abc import Mapping

from server.domain.meeting_notice import NOTICE
from server.domain.roles import OBSERVER
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.mail.post import by_hand
from server.meeting.meeting_notices import current_content
from server.sample import people
from server.storage.tables import new_id


def add_notice(transaction: Transaction, author: Author, meeting_id: str, authors: Mapping[str, Author]) -> None:
    """`authors`: the sample's people by name."""
    content = current_content(transaction.connection, meeting_id)
    notice_id = new_id("nt")
    mailings = [
        by_hand(person_id=authors[person.name].person_id, purpose=NOTICE, language=person.locale, about=notice_id)
        for person in people.PEOPLE
        if person.role != OBSERVER and authors[person.name] != author
    ]
    about = {
        "notice": notice_id,
        "kind": NOTICE,
        "sequence": 0,
        "new": True,
        "content": content.facts(),
        "digest": content.digest(),
        "mailings": mailings,
        "links": [],
    }
    transaction.append(meeting_id, kinds.MEETING_NOTICE_SENT, author, facts(about))
