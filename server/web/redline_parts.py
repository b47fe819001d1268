"""One section of a redline: its two texts held against each other, and whose doing each difference is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request

from server.documents.credited import Writer, credited, writer_of
from server.documents.difference import WENT, compare
from server.documents.errors import Malformed
from server.documents.told import changes
from server.documents.tree import Node, read_tree
from server.journal.authorship import Authorship
from server.journal.removals import Removals
from server.journal.snapshot import Damaged, load
from server.meeting.changed import Changed, Told, moment_at, read_changed
from server.storage.tables import Document
from server.web.access import MeetingPage
from server.web.changes import readable_moment, view_of


@dataclass(frozen=True, slots=True)
class Part:
    """One section of both. `changed` None: it cannot be read just now.

    `since`: when what is compared from here is later than was asked for, for the reader may read nothing older.
    `writers`: who wrote what came or took away what went, in the order in which they first appear.
    """

    section: str
    changed: Changed | None
    since: datetime | None
    writers: Sequence[Writer]


def readable_section(page: MeetingPage, section: str) -> Document | None:
    """The section, where the reader may read it at least in part."""
    for one in page.documents:
        if one.section == section and (page.shows(one) or page.in_part(one)):
            return one
    return None


@dataclass(frozen=True, slots=True)
class Reader:
    request: Request
    connection: Connection
    earlier: MeetingPage
    later: MeetingPage
    writers: Mapping[str, Writer]

    def part(self, name: str, start: int, end: int) -> Part:
        before, after = readable_section(self.earlier, name), readable_section(self.later, name)
        since = None
        if before is not None:
            oldest = readable_moment(self.connection, self.earlier, before)
            if start < oldest:
                start = oldest
                moment = moment_at(self.connection, before.id, start)
                since = moment.at if moment else None
        try:
            changed, writers = self._changed(before, after, start, end)
        except (Damaged, Malformed):
            return Part(name, None, since, ())
        return Part(name, changed, since, writers)

    def _changed(
        self, before: Document | None, after: Document | None, start: int, end: int
    ) -> tuple[Changed, Sequence[Writer]]:
        if before is not None and before is after:
            if end <= start:
                return Changed(Node("doc"), (), ()), ()
            view = view_of(self.request, self.later, before)
            changed = read_changed(self.connection, self.later.meeting.id, before.id, start, end, view)
        else:
            tree = compare(self._tree(self.earlier, before, start), self._tree(self.later, after, end))
            changed = Changed(tree, [Told(one) for one in changes(tree)], ())
        seen: dict[str, Writer] = {}
        if changed.told and after is not None and self.later.shows(after):
            changed = self._credited(changed, after, start, end, with_removals=before is after)
            for one in _writers(changed.tree):
                seen.setdefault(one.name, one)
        return changed, list(seen.values())

    def _tree(self, page: MeetingPage, document: Document | None, number: int) -> Node:
        if document is None:
            return Node("doc")
        return view_of(self.request, page, document)(read_tree(load(self.connection, document.id, number).state()))

    def _credited(self, changed: Changed, document: Document, start: int, end: int, *, with_removals: bool) -> Changed:
        """Who wrote what came; between two moments of one text also who took away what went."""
        whose: Authorship = self.request.app.state.authorships.of(self.connection, document.id)
        tree = credited(changed.tree, self._state(document, end), whose.authors, self.writers)
        if with_removals:
            removed = Removals(self.connection, document.id, start, end)
            tree = credited(tree, self._state(document, start), removed.authors, self.writers, WENT)
        return Changed(tree, changed.told, changed.decisions)

    def _state(self, document: Document, number: int) -> bytes:
        return load(self.connection, document.id, number).state()


def _writers(node: Node) -> Iterator[Writer]:
    for child in node.children:
        if isinstance(child, Node):
            yield from _writers(child)
        elif (writer := writer_of(child)) is not None:
            yield writer
