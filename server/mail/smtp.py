"""Sending through a mail server (RFC 5321), and what its answers mean."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from server.mail.letter import BadAddress, Letter, message

SECONDS = 30.0  # for each step of a conversation
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`accepted`: the server took it. Else `final`: it never will; if not, it is worth trying again."""

    accepted: bool
    final: bool = True
    because: str = ""


class Trouble(Exception):
    """No conversation with the server, or it broke off: nobody's letter is at fault. The message names no address."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as ROUNDTABLE_SMTP_URL names it: smtp://user:password@host:587, or smtps:// for TLS at once.

    smtp:// turns TLS on where the server offers it (STARTTLS, RFC 3207); a password goes to another machine under TLS
    or not at all.
    """

    url: str
    sender: str

    @asynccontextmanager
    async def talk(self) -> AsyncIterator["Conversation"]:
        """Raises `Trouble`."""
        parts = parse(self.url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        tls = parts.scheme == "smtps"
        client = SMTP(
            hostname=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            timeout=SECONDS,
            use_tls=tls,
            start_tls=None if not tls and (not user or _here(parts.hostname or "")) else not tls,
        )
        try:
            await client.connect()
            if user:
                await client.login(user, password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise Trouble(_told(error)) from None
        try:
            yield Conversation(client, self.sender)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()  # where it broke off, nobody waits for an answer to a goodbye: a node may be stopping


@dataclass(frozen=True, slots=True)
class Conversation:
    client: SMTP
    sender: str

    async def send(self, letter: Letter, message_id: str, at: datetime) -> Outcome:
        """One letter. Raises `Trouble` when nothing more can be sent in this conversation."""
        try:
            whole = message(letter, self.sender, message_id, at)
            await self.client.send_message(whole)
        except BadAddress:
            return Outcome(False, because="no mail address")
        except aiosmtplib.SMTPNotSupported:
            return Outcome(False, because="the mail server cannot take this address")
        except aiosmtplib.SMTPRecipientsRefused as error:
            answer = error.recipients[0]
            return Outcome(False, answer.code >= 500, _answer(answer.code, answer.message))
        except aiosmtplib.SMTPDataError as error:
            return Outcome(False, error.code >= 500, _answer(error.code, error.message))
        except aiosmtplib.SMTPResponseException as error:
            # About our own address, or the conversation: not the letter's fault, whoever runs this can mend it.
            return Outcome(False, False, _answer(error.code, error.message))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Trouble(_told(error)) from None
        return Outcome(True)


def parse(url: str) -> SplitResult:
    """Raises `ValueError` for what is no address of a mail server."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.port == 0:
        raise ValueError("use smtp://USER:PASSWORD@HOST:587, or smtps://USER:PASSWORD@HOST:465")
    return parts


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answer(code: int, text: str) -> str:
    return f"{code} {' '.join(text.split())}"[:200]


def _told(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answer(error.code, error.message)
    return f"the mail server could not be reached ({type(error).__name__})"
