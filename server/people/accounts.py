"""People as accounts: made, renamed, disabled. What a name or an address may look like is decided here."""

import re
import unicodedata
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.errors import Refused
from server.people import passwords, sessions
from server.people.scope import Scope
from server.storage.engine import Database
from server.storage.tables import Person, new_id, now

NAME_LENGTH = 80
EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
LOCALES = ("en", "es")

# Enough to catch a slip of the finger; whether an address works is only known by writing to it.
_EMAIL = re.compile(r"[^@\s<>\"',;:\\()\[\]]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


def clean_line(value: str, field: str, *, limit: int, required: bool = True) -> str:
    """One line as people may read it: NFC, single spaces, no control, bidi or invisible characters.

    Raises `Refused("invalid", field)`; also when it is empty though required, or longer than `limit` characters.
    """
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in text):
        raise Refused("invalid", field)
    if len(text) > limit or (required and not text):
        raise Refused("invalid", field)
    return text


def clean_name(value: str, field: str = "name") -> str:
    return clean_line(value, field, limit=NAME_LENGTH)


def clean_email(value: str, field: str = "email") -> str | None:
    """An address in lower case, or None when left empty."""
    text = clean_line(value, field, limit=EMAIL_LENGTH, required=False).lower()
    if text and not _EMAIL.fullmatch(text):
        raise Refused("invalid", field)
    return text or None


def clean_locale(value: str) -> str:
    if value not in LOCALES:
        raise Refused("invalid", "locale")
    return value


async def enabled_person(session: AsyncSession, person_id: str) -> Person:
    """The person, or `Refused("not_found")` when there is none or the account is disabled."""
    person = await session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise Refused("not_found")
    return person


async def find_by_email(database: Database, email: str) -> Person | None:
    async with database.session() as session:
        return await session.scalar(select(Person).where(Person.email == email.strip().lower()))


async def create_person(
    database: Database,
    *,
    name: str,
    email: str = "",
    locale: str = "en",
    is_staff: bool = False,
    is_administrator: bool = False,
) -> Person:
    """Add a person. Raises `Refused`: "invalid" with the field, or "conflict" when the e-mail is somebody's already."""
    person = Person(
        id=new_id("p"),
        name=clean_name(name),
        email=clean_email(email),
        locale=clean_locale(locale),
        is_staff=is_staff or is_administrator,
        is_administrator=is_administrator,
    )
    try:
        async with database.transaction() as session:
            session.add(person)
    except IntegrityError:
        raise Refused("conflict", "email") from None
    return person


async def change_person(database: Database, person_id: str, **values: str) -> None:
    """Set `name`, `email` or `locale` (given as typed). Raises `Refused` as `create_person` does."""
    clean: dict[str, Callable[[str], str | None]] = {
        "name": clean_name,
        "email": clean_email,
        "locale": clean_locale,
    }
    checked = {field: clean[field](value) for field, value in values.items()}
    try:
        async with database.transaction() as session:
            person = await enabled_person(session, person_id)
            for field, value in checked.items():
                setattr(person, field, value)
    except IntegrityError:
        raise Refused("conflict", "email") from None


async def check_password(database: Database, email: str, password: str) -> Person | None:
    """The person who signs in with these, or None: unknown, wrong and disabled look alike and take as long."""
    person = await find_by_email(database, email)
    stored = person.password_hash if person is not None and person.disabled_at is None else None
    if not await passwords.verify_password(stored, password) or person is None or stored is None:
        return None
    if passwords.needs_rehash(stored):
        await _store_password(database, person.id, password)
    return person


async def set_password(
    database: Database,
    bus: sessions.Bus,
    person_id: str,
    password: str,
    *,
    keep_session: str | None,
    scope: Scope | None = None,
) -> None:
    """Set a checked new password (`passwords.weakness`) and sign every other browser of this person out.

    `scope`: what whoever sets it may open, and so what the password opens.
    """
    await _store_password(database, person_id, password, password_opens=None if scope is None else list(scope))
    await sessions.revoke_all(database, bus, person_id, keep=keep_session)


async def _store_password(database: Database, person_id: str, password: str, **values: list[str] | None) -> None:
    hashed = await passwords.hash_password(password)
    async with database.transaction() as session:
        person = await enabled_person(session, person_id)
        for name, value in {"password_hash": hashed, **values}.items():
            setattr(person, name, value)


async def set_disabled(database: Database, bus: sessions.Bus, person_id: str, disabled: bool) -> None:
    """Disable an account (every browser is signed out at once), or enable it again."""
    async with database.transaction() as session:
        person = await session.get(Person, person_id)
        if person is None:
            raise Refused("not_found")
        person.disabled_at = now() if disabled else None
    if disabled:
        await sessions.revoke_all(database, bus, person_id)
