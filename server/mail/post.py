"""The post: puts letters into the outbox, sealed, in the transaction of the act that sends them."""

import base64
import dataclasses
import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, insert, update

from server.mail.letter import Letter, address
from server.storage.tables import Outbox, new_id, now

WAITING, ACCEPTED, REFUSED, WITHDRAWN = "waiting", "accepted", "refused", "withdrawn"
BY_MAIL, BY_HAND = "mail", "hand"


class NotSetUp(RuntimeError):
    """This installation sends no mail."""


class Unsealed(RuntimeError):
    """What stands in the outbox was sealed with a key that we no longer have."""


class Post:
    """`ready`: whether mail is set up. `secret_keys`: the last one seals, every one opens (`Settings.secret_keys`).

    A letter holds a way in and an address, so what waits in the database, and in its backups, is sealed.
    """

    def __init__(self, secret_keys: Sequence[str], *, ready: bool) -> None:
        self.ready = ready
        self._seal = MultiFernet([Fernet(_key(key)) for key in reversed(secret_keys)])

    def put(
        self,
        connection: Connection,
        letter: Letter,
        *,
        meeting_id: str | None = None,
        author: tuple[str, str] | None = None,
    ) -> str:
        """Into the outbox; nothing goes out if the transaction ends badly. Returns the message's id.

        For a meeting's letters `put_mailing` is the one to use. Raises `NotSetUp`, `BadAddress`.
        """
        if not self.ready:
            raise NotSetUp
        address(letter.to)
        message_id, moment = new_id("ml"), now()
        author_id, author_role = author or (None, None)
        connection.execute(
            insert(Outbox).values(
                id=message_id,
                meeting_id=meeting_id,
                author_id=author_id,
                author_role=author_role,
                content=self.sealed(letter),
                state=WAITING,
                attempts=0,
                created_at=moment,
                next_at=moment,
                because="",
            )
        )
        return message_id

    def put_mailing(
        self,
        connection: Connection,
        letter: Letter,
        *,
        meeting_id: str,
        author: tuple[str, str],
        person_id: str,
        purpose: str,
        about: str | None = None,
    ) -> dict[str, Any]:
        """Into the outbox, for a meeting. Returns the facts of the mailing: they go into the act's entry.

        The act's effect gives them to `server.journal.effects.mailings.added`; what comes of the letter is told by
        entries of the kinds `mail.accepted` and `mail.refused`. Raises `NotSetUp`, `BadAddress`.
        """
        message_id = self.put(connection, letter, meeting_id=meeting_id, author=author)
        return mailing(message_id, person_id, purpose, letter.language, BY_MAIL, about)

    def sealed(self, letter: Letter) -> bytes:
        return self._seal.encrypt(json.dumps(dataclasses.asdict(letter)).encode())

    def unsealed(self, content: bytes) -> Letter:
        """Raises `Unsealed`."""
        try:
            return Letter(**json.loads(self._seal.decrypt(content)))
        except InvalidToken as error:
            raise Unsealed from error


def by_hand(*, person_id: str, purpose: str, language: str, about: str | None = None) -> dict[str, Any]:
    """The facts of a mailing that somebody hands over: nothing is sent."""
    return mailing(new_id("ml"), person_id, purpose, language, BY_HAND, about)


def mailing(
    mailing_id: str, person_id: str, purpose: str, language: str, way: str, about: str | None
) -> dict[str, Any]:
    return {
        "mailing": mailing_id,
        "person": person_id,
        "purpose": purpose,
        "language": language,
        "way": way,
        "about": about,
    }


def withdraw(connection: Connection, message_ids: Collection[str]) -> None:
    """Letters that would say what is no longer so: those that still wait do not go out."""
    if message_ids:
        connection.execute(
            update(Outbox)
            .where(Outbox.id.in_(message_ids), Outbox.state == WAITING)
            .values(state=WITHDRAWN, content=None, finished_at=now())
        )


def _key(secret_key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"roundtable outbox\0" + secret_key.encode()).digest())
