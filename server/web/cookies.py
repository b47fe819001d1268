"""The cookies we set, and nothing else: the session, the language, and the key of signed-out forms."""

from starlette.responses import Response

SESSION, LANGUAGE, FORM = "session", "language", "form"
YEAR = 365 * 24 * 3600


def cookie_name(name: str, *, secure: bool) -> str:
    """`__Host-` binds a cookie to this very host and to https (RFC 6265bis, 4.1.3.2); only https has it."""
    return f"__Host-roundtable_{name}" if secure else f"roundtable_{name}"


def set_cookie(response: Response, name: str, value: str, *, secure: bool, max_age: int | None = None) -> None:
    response.set_cookie(
        cookie_name(name, secure=secure), value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="lax"
    )


def clear_cookie(response: Response, name: str, *, secure: bool) -> None:
    response.delete_cookie(cookie_name(name, secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
