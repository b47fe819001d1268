"""What the scripts need to make a meeting's page live (`PageData` in web/page-data.ts)."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from server.documents.schema import SCHEMA_VERSION
from server.storage.tables import Document
from server.web.access import MeetingPage
from server.web.i18n import script_strings
from server.web.visitor import visitor


def page_data(request: Request, page: MeetingPage, documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`documents`: those that the page opens, each from `document_data`."""
    who = visitor(request)
    found = who.signed_in
    assert found is not None  # noqa: S101 - `enter_meeting` lets nobody else in
    return {
        "meeting": {"id": page.meeting.id, "phase": page.meeting.phase, "paused": page.meeting.editing_paused},
        "person": {
            "id": page.actor.person_id,
            "name": found.person.name,
            "role": page.actor.role,
            "color": page.me.color,
        },
        "sync_url": "/sync",
        "ticket_url": f"{page.url}/ticket",
        # The meeting was read before anything else that the page shows.
        "told_url": f"{page.url}/told?since={page.meeting.head_number}",
        "said_url": f"{page.url}/said",
        "number": page.meeting.head_number,
        "csrf": who.csrf,
        "schema_version": SCHEMA_VERSION,
        "locale": who.language.code,
        "sections": list(documents),
        "notes": [document_data(page, document, page.label(document, who.language.gettext)) for document in page.notes],
        # Those of the page that checks records are its own.
        "strings": {k: text for k, text in script_strings(who.language.code).items() if not k.startswith("check.")},
    }


def document_data(page: MeetingPage, document: Document, label: str) -> dict[str, Any]:
    reason = page.edit_refusal(document)
    return {
        "document": document.id,
        "section": document.section,
        "label": label,
        "scope": "readonly" if reason else "read-write",
        "reason": reason,
        "state": document.state,
    }
