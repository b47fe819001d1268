"""Passwords: argon2id by argon2-cffi, hashed in a thread so that nobody else waits."""

import unicodedata

import anyio
from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 256  # characters; hashing a megabyte for a stranger is no service

_hasher = PasswordHasher()  # RFC 9106, second recommended option: argon2id, 64 MiB, 3 passes
# Each hash holds 64 MiB while it runs: two at a time keeps a rush of sign-ins from taking the machine.
_at_once = anyio.CapacityLimiter(2)
# Of a long random text that nobody kept. Verified when an account has no password, so that an answer takes as long
# either way; a constant, because making one at each start costs as much as a sign-in.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$TTqqnyiyQHZYkcAJLO5Lhw$ZR0czaOaLNGAeb4UQO7ByXVQGlxOt7sK7WeVoHwIb14"

TOO_SHORT, TOO_LONG, TOO_EASY = "password_short", "password_long", "password_easy"


def weakness(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Why a new password will not do, or None. `about`: name and e-mail, which it must not merely repeat."""
    if len(password) < MIN_LENGTH:
        return TOO_SHORT
    if len(password) > MAX_LENGTH:
        return TOO_LONG
    plain = "".join(character for character in password.casefold() if character.isalnum())
    left = plain
    for word in ("password", "roundtable", "contraseña", "qwertyuiop", "1234567890", *_words(about)):
        left = left.replace(word, "")
    if len(set(plain)) < 5 or (len(left) < 4 and left != plain):
        return TOO_EASY
    return None


def _words(about: tuple[str, ...]) -> list[str]:
    parts = " ".join(about).casefold().replace("@", " ").replace(".", " ").replace("-", " ").split()
    return sorted((part for part in parts if len(part) >= 3), key=len, reverse=True)


def _normal(password: str) -> str:
    """The same password typed on another keyboard is the same password (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


async def hash_password(password: str) -> str:
    return await to_thread.run_sync(_hasher.hash, _normal(password), limiter=_at_once)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one in `stored` (an argon2 string). None costs the same time and is never right."""
    if len(password) > MAX_LENGTH:
        return False
    return await to_thread.run_sync(_matches, stored, _normal(password), limiter=_at_once)


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or NOBODY, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's; renew it while the password is at hand."""
    return _hasher.check_needs_rehash(stored)
