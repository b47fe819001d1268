"""The tabs beside the draft, in their order."""

from typing import NamedTuple

from server.web.i18n import N_


class Panel(NamedTuple):
    """`path` follows the meeting's address; {document} in it is the first section's."""

    name: str
    label: str
    icon: str
    path: str


PANELS = (
    Panel("comments", N_("Comments"), "message-square", "/comments"),
    Panel("decisions", N_("Decisions"), "list-checks", "/decisions"),
    Panel("notes", N_("Notes"), "notebook-pen", "/agenda/notes"),
    Panel("to_do", N_("To do"), "circle-check", "/to-do"),
    Panel("people", N_("People"), "users", "/people"),
    Panel("history", N_("History"), "history", "/sections/{document}/history"),
)
