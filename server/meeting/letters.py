"""Letters that go out with an act of a meeting: put into the outbox in its transaction, told of in its entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.journal.entry import Author
from server.journal.transaction import Transaction
from server.mail import Letter, Post


@dataclass(frozen=True, slots=True)
class Letters:
    """To whom (a person's id) which letter goes; `purpose` and `about` as `tables.Mailing` keeps them."""

    post: Post
    to: Sequence[tuple[str, Letter]]
    purpose: str

    def put(
        self, transaction: Transaction, meeting_id: str, author: Author, *, about: str | None = None
    ) -> list[dict[str, Any]]:
        """The facts of each mailing, for the entry. Raises `NotSetUp`, `BadAddress`."""
        return [
            self.post.put_mailing(
                transaction.connection,
                letter,
                meeting_id=meeting_id,
                author=(author.person_id, author.role),
                person_id=person_id,
                purpose=self.purpose,
                about=about,
            )
            for person_id, letter in self.to
        ]
