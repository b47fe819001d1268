import pytest

from server.people import passwords


async def test_a_hash_verifies_its_own_password_and_no_other() -> None:
    stored = await passwords.hash_password("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify_password(stored, "correct horse battery")
    assert not await passwords.verify_password(stored, "correct horse batterY")
    assert not passwords.needs_rehash(stored)


async def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    stored = await passwords.hash_password("contraseña muy larga")  # ñ as one character
    assert await passwords.verify_password(stored, "contrasen\u0303a muy larga")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
async def test_no_hash_or_a_broken_one_is_never_right(stored: str | None) -> None:
    assert not await passwords.verify_password(stored, "nobody signs in with this")


async def test_a_megabyte_is_not_hashed() -> None:
    assert not await passwords.verify_password(await passwords.hash_password("x" * 20), "x" * 1_000_000)


def test_weaker_settings_are_noticed() -> None:
    old = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    assert passwords.needs_rehash(old)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", passwords.TOO_SHORT),
        ("elevenchars", passwords.TOO_SHORT),
        ("x" * 257, passwords.TOO_LONG),
        ("aaaaaaaaaaaaaa", passwords.TOO_EASY),
        ("passwordpassword", passwords.TOO_EASY),
        ("Password1234567890", passwords.TOO_EASY),
        ("elena vasquez 1", passwords.TOO_EASY),
        ("elena.vasquez@example.org", passwords.TOO_EASY),
        ("four quiet herons", None),
        ("ocho garzas tranquilas", None),
        ("mi Elena tiene ocho garzas", None),
    ],
)
def test_what_a_new_password_must_be(password: str, why: str | None) -> None:
    assert passwords.weakness(password, about=("Elena Vasquez", "elena.vasquez@example.org")) == why


def test_an_account_without_a_password_takes_as_long() -> None:
    assert not passwords.needs_rehash(passwords.NOBODY)
