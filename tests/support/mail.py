"""A real mail server on loopback, which keeps what it is given, or answers as it is told to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from server.mail import Letter
from tests.support.ports import free_port


@dataclass
class Inbox:
    """`got`: messages taken, in order. `rcpt`, `data`: what to answer instead of taking them, by address."""

    got: list[EmailMessage] = field(default_factory=list)
    rcpt: Callable[[str], str | None] = lambda _: None
    data: Callable[[], str | None] = lambda: None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if (answer := self.rcpt(address)) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        return await asyncio.shield(self._take(envelope))  # also from who hangs up before the answer

    async def _take(self, envelope: Any) -> str:
        if (answer := await asyncio.to_thread(self.data)) is not None:
            return answer
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"


class MailServer:
    """Enter it with `with`. `url` is for ROUNDTABLE_SMTP_URL."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self._controller = Controller(self.inbox, hostname="127.0.0.1", port=free_port())
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._controller.stop()


def letter(to: str = "rosa@example.org", **changes: str) -> Letter:
    about = {
        "name": "Rosa Lind",
        "language": "es",
        "subject": "Reunión escolar",
        "text": "Buenos días.\n",
        "html": "<!doctype html><p>Buenos días.</p>",
    }
    return Letter(to, **{**about, **changes})
