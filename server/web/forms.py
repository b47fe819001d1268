"""Forms: what was typed is kept, and what is wrong is said beside the field and once at the top."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from server.domain.days import can_be_meant
from server.domain.errors import Refused
from server.web import words
from server.web.i18n import N_, time_zone
from server.web.templates import is_fragment
from server.web.visitor import visitor


@dataclass(slots=True)
class Form:
    """Values as typed, and messages (already in the reader's language) by field; "" is the form as a whole."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def add_error(self, request: Request, name: str, message: str) -> None:
        self.errors.setdefault(name, visitor(request).language.gettext(message))

    def add_refusal(self, request: Request, refusal: Refused, messages: dict[str, str] | None = None) -> None:
        """A refusal of a command, at its field when it names one. `messages` words it for this form, by field."""
        known = (messages or {}).get(refusal.field or "")
        name = (refusal.field or "") if known else ""
        self.add_error(request, name, known or words.REFUSALS[refusal.code])

    def checked(self, request: Request, name: str, clean: Callable[[str, str], Any], message: str) -> Any:
        """`clean(value, field)`, or None with `message` at the field when it refuses."""
        try:
            return clean(self[name], name)
        except Refused:
            self.add_error(request, name, message)
            return None


def typed(data: FormData, *, secret: tuple[str, ...] = ()) -> Form:
    """What was typed. Fields named in `secret` are read from `data` and never sent back."""
    return Form({name: value for name, value in data.items() if isinstance(value, str) and name not in secret})


def sent_once(request: Request, values: Mapping[str, Any]) -> str:
    """The mark of the form on the page that was sent, or "".

    A page's script keeps a form for the next words, with its mark, and sends nothing twice itself.
    """
    mark = "" if is_fragment(request) else values.get("once", "")
    return mark if isinstance(mark, str) else ""


async def read_form(request: Request) -> Form:
    return typed(await request.form())


BAD_NAME = N_("Enter a name of at most 80 characters.")
BAD_EMAIL = N_("Enter an e-mail address like name@example.org, or leave it empty.")
TAKEN_EMAIL = N_("This e-mail address belongs to somebody else here.")


def local_moment(date: str, time: str, zone: str) -> datetime | None:
    """A moment from `<input type=date>` and `<input type=time>`, or None when it can be none."""
    try:
        moment = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=time_zone(zone))
    except ValueError:
        return None
    return moment if can_be_meant(moment.date()) else None
