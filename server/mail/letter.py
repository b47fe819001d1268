"""A letter to one person, and the message that it becomes (RFC 5322, 2045 to 2047, 6047)."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr


class BadAddress(ValueError):
    """No mail can be sent to, or from, this."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`html` is a whole document. `calendar`: an iCalendar object whose METHOD is `method` (RFC 6047), or ""."""

    to: str
    name: str
    language: str
    subject: str
    text: str
    html: str
    calendar: str = ""
    method: str = ""


def address(text: str) -> Address:
    """Of "Name <who@example.org>", or of the address alone. Raises `BadAddress`."""
    name, found = parseaddr(text) if text.isprintable() else ("", "")
    try:
        parsed = Address(name, addr_spec=found)
    except (ValueError, IndexError):
        raise BadAddress("no mail address") from None
    if not parsed.username or not parsed.domain or " " in found:
        raise BadAddress("no mail address")
    return parsed


def message(letter: Letter, sender: str, message_id: str, at: datetime) -> EmailMessage:
    """The whole message: plain text and HTML as alternatives, and the calendar's as a third. Raises `BadAddress`.

    `message_id` stays the same however often it is tried: a mail program then shows once what a server took twice.
    """
    origin, target = address(sender), address(letter.to)
    whole = EmailMessage()
    whole["From"] = origin
    whole["To"] = Address(_line(letter.name), addr_spec=target.addr_spec)
    whole["Subject"] = _line(letter.subject)
    whole["Date"] = format_datetime(at)
    whole["Message-ID"] = f"<{message_id}@{origin.domain}>"
    # Holiday answers and the like are not to answer this (RFC 3834).
    whole["Auto-Submitted"] = "auto-generated"
    whole.set_content(letter.text)
    whole.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        whole.add_alternative(letter.calendar, subtype="calendar", params={"method": letter.method})
    whole["Content-Language"] = letter.language  # last: what is alternative takes such headers along
    return whole


def _line(text: str) -> str:
    """A header's words: a line end in a name must not begin another header."""
    return " ".join(text.split())
