"""Making a section final and a draft again, whatever else the rules would have to say about its content."""

from server.domain.errors import Refused
from server.domain.roles import LEA_REPRESENTATIVE
from server.journal.writer import Journal
from server.meeting import finalize_section, read_back_section, reopen_section
from tests.support.desk import Desk

WHY = "The team has looked at every point."


async def make_final(desk: Desk, section: str = "notes", *, journal: Journal | None = None) -> None:
    """Read the words back and seal them, again and again while somebody types in between."""
    journal, actor, document_id = journal or desk.journal, desk.actor(LEA_REPRESENTATIVE), desk.documents[section]
    while True:
        await read_back_section(journal, actor, document_id)
        try:
            await finalize_section(journal, actor, document_id, override=WHY)
        except Refused as refused:
            if refused.field != "read_back":
                raise
        else:
            return


async def reopen(desk: Desk, section: str = "notes", *, reason: str = "a word is wrong") -> None:
    await reopen_section(desk.journal, desk.actor(LEA_REPRESENTATIVE), desk.documents[section], reason=reason)
