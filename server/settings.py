"""Settings, all from the environment (prefix `ROUNDTABLE_`). README lists every one; a test keeps the list whole."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from server.journal.checkpoint import seed_from
from server.mail import letter, smtp


class Settings(BaseSettings):
    """What the operator decides. A wrong value stops the start with the name of the setting and the mend."""

    model_config = SettingsConfigDict(env_prefix="ROUNDTABLE_", extra="ignore")

    data: Path = Field(Path("data"), description="Folder for the embedded database and the secret key.")
    database_url: str = Field("", description="SQLAlchemy URL. Empty: SQLite in DATA.")
    redis_url: str = Field("", description="Redis, for live updates between several nodes. Empty: this node is alone.")
    secret_key: str = Field("", description="Signs tickets and forms. Empty: made once and kept in DATA.")
    signing_key: str = Field(
        "", description="Signs moments of the record: 64 hexadecimal digits. Empty: one of its own from SECRET_KEY."
    )
    accepted_secret_keys: str = Field(
        "", description="Other keys, by commas, that tickets and forms may bear while the key is being changed."
    )
    base_url: str = Field("", description="The address people use, e.g. https://iep.example.org. Empty: as requested.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_format: str = Field("json", description="json, or text for people.")
    session_days: int = Field(14, ge=1, le=90, description="A browser stays signed in for at most this many days.")
    invitation_days: int = Field(7, ge=1, le=60, description="A sign-in link works for this many days.")
    ticket_seconds: int = Field(60, ge=10, le=600, description="How long a page's ticket for the live socket works.")
    shutdown_seconds: int = Field(8, ge=1, le=60, description="How long a stop may take to flush and say goodbye.")
    drain_seconds: int = Field(
        0, ge=0, le=60, description="How long a stopping node serves on, not ready any more, so that a proxy leaves it."
    )
    trusted_proxies: str = Field("127.0.0.1", description="Addresses whose X-Forwarded headers are believed.")
    smtp_url: str = Field("", description="The mail server, smtp:// or smtps://. Empty: no mail is sent.")
    mail_from: str = Field("", description="Whom mail comes from, e.g. Wren Valley Schools <iep@schools.example>.")
    metrics_token: str = Field("", description="Bearer token for /metrics. Empty: only asked for from this machine.")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("use debug, info, warning or error")
        return value.lower()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in {"json", "text"}:
            raise ValueError("use json or text")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name() if value else "sqlite"
        except (ArgumentError, ValueError):
            backend = ""
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError("use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_bus(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("use redis://:PASSWORD@HOST:6379/0, or rediss:// for TLS")
        return value

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("start it with http:// or https://")
        return value.rstrip("/")

    @field_validator("accepted_secret_keys")
    @classmethod
    def _whole_keys(cls, value: str) -> str:
        if any(len(key) < 32 for key in _keys(value)):
            raise ValueError("each key has at least 32 characters; separate them by commas")
        return value

    @field_validator("signing_key")
    @classmethod
    def _whole_seed(cls, value: str) -> str:
        if value and (len(value) != 64 or set(value.lower()) - set("0123456789abcdef")):
            raise ValueError("use 64 hexadecimal digits (openssl rand -hex 32)")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if value:
            smtp.parse(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_sender(cls, value: str) -> str:
        if value:
            try:
                letter.address(value)
            except letter.BadAddress:
                raise ValueError("use who@schools.example, or Name <who@schools.example>") from None
        return value

    @property
    def secret_keys(self) -> list[str]:
        """Every key that a ticket or a form may bear. The last one signs."""
        return [*_keys(self.accepted_secret_keys), self.secret_key]

    @property
    def signing_seed(self) -> bytes:
        """The private key that signs moments of the record: 32 bytes."""
        return bytes.fromhex(self.signing_key) if self.signing_key else seed_from(self.checked_key())

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies and HSTS may rely on it."""
        return self.base_url.startswith("https://")

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'roundtable.sqlite3').resolve()}"

    @property
    def alone(self) -> bool:
        """Whether no other node can be at this database."""
        return make_url(self.url).get_backend_name() == "sqlite"

    def checked_key(self) -> str:
        """The secret key. Raises `NoSharedKey` where each node would make one of its own."""
        if not self.secret_key:
            raise NoSharedKey
        return self.secret_key

    def prepared(self) -> Self:
        """Make the data folder and the secret key where the operator gave none. Raises `ValueError` with the mend."""
        try:
            if not self.database_url or (not self.secret_key and self.alone):
                self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.secret_key and self.alone:
                self.secret_key = _kept_key(self.data / "secret.key")
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise ValueError(f"ROUNDTABLE_DATA: {error.filename}: {reason}; name a folder we may write to") from error
        if self.smtp_url and not self.mail_from:
            raise ValueError("ROUNDTABLE_SMTP_URL: say in ROUNDTABLE_MAIL_FROM whom mail comes from")
        return self


class NoSharedKey(RuntimeError):
    """A node on PostgreSQL without a key; the message is for the operator."""

    def __init__(self) -> None:
        super().__init__(
            "ROUNDTABLE_SECRET_KEY: with PostgreSQL every node needs the same one, so none is made up here; "
            "set 32 or more random characters (openssl rand -base64 33)"
        )


def _keys(listed: str) -> list[str]:
    return [key for part in listed.split(",") if (key := part.strip())]


def _kept_key(path: Path) -> str:
    """The key in `path`, made on first use.

    It gets its name only when it is written and on the disk, by a link that never replaces another: two processes that
    start at once agree on one key, and none is ever found half written.
    """
    if not path.exists():
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(name, path)
        finally:
            Path(name).unlink()
    key = path.read_text().strip()
    if len(key) < 32:
        raise ValueError(f"{path} holds no usable key; remove the file and everybody signs in anew")
    return key
