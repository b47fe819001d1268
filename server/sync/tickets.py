"""Tickets: what a page sends on its socket instead of a cookie. Signed, bound to a session, and short-lived."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may attach to which meeting's documents. `schema_version` is what the page's editor was built for."""

    session_id: str
    person_id: str
    meeting_id: str
    schema_version: int


@lru_cache(8)
def _serializer(secret_keys: tuple[str, ...]) -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys, salt="roundtable.ticket")


def _serializer_of(secret_keys: str | Sequence[str]) -> URLSafeSerializer:
    return _serializer((secret_keys,) if isinstance(secret_keys, str) else tuple(secret_keys))


def issue(
    secret_key: str, *, session_id: str, person_id: str, meeting_id: str, schema_version: int, seconds: int = 60
) -> str:
    """A token that works for `seconds` from now, and only while the session does."""
    expires = int(time.time()) + seconds
    token = _serializer_of(secret_key).dumps([session_id, person_id, meeting_id, schema_version, expires])
    return token if isinstance(token, str) else token.decode()


def read(secret_keys: str | Sequence[str], token: str) -> Ticket | None:
    """The ticket in a token that was signed with one of the keys and that has not expired, or None."""
    try:
        session_id, person_id, meeting_id, schema_version, expires = _serializer_of(secret_keys).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    if expires < time.time():
        return None
    return Ticket(session_id, person_id, meeting_id, schema_version)
