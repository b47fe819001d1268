"""What came of a meeting's letters, as the mail server told. The job that sends calls this; nobody else does."""

from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction


def note_accepted(transaction: Transaction, meeting_id: str, mailing_id: str, author: Author) -> None:
    """`author`: who sent it; the entry says nothing that they could have chosen."""
    transaction.append(meeting_id, kinds.MAIL_ACCEPTED, author, facts({"mailing": mailing_id}))


def note_refused(transaction: Transaction, meeting_id: str, mailing_id: str, author: Author, because: str) -> None:
    """The server will not have it, or it was given up."""
    transaction.append(meeting_id, kinds.MAIL_REFUSED, author, facts({"mailing": mailing_id, "because": because[:200]}))
