"""Somebody in a meeting whose own screen no test looks at: they act by the forms of the pages, and write by a socket.

A page opened only so that something is done there costs as much as the one that is looked at.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import StorageState
from pycrdt import XmlElement, XmlFragment, XmlText

from tests.support.person import Person
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient
from tests.support.workspace import person

SECTION = re.compile(r'<section-editor document="([^"]+)" section="([^"]+)"')


def texts(node: XmlFragment | XmlElement) -> Iterator[XmlText]:
    """Every text within, in the order in which it is read."""
    for child in node.children:
        if isinstance(child, XmlText):
            yield child
        else:
            yield from texts(child)


class Colleague:
    """Signed in by their link. `with` closes what they opened."""

    def __init__(self, meeting: dict[str, Any], role: str, number: int = 0) -> None:
        self._meeting = meeting
        self._who = person(meeting, role, number)
        self._wire: WireClient | None = None
        address = urlsplit(meeting["url"])
        self._origin, self.here = f"{address.scheme}://{address.netloc}", address.path
        self.person = Person(self._origin).sign_in(self._who["sign_in_url"])

    def __enter__(self) -> "Colleague":
        return self

    def __exit__(self, *exc: object) -> None:
        self.person.client.close()
        if self._wire is not None:
            self._wire.end()

    def cookies(self) -> StorageState:
        """For a page of theirs after all: their link works once."""
        found = self.person.client.cookies.jar
        host = urlsplit(self._origin).hostname
        return {
            "cookies": [
                {"name": one.name, "value": one.value or "", "domain": host or "", "path": one.path} for one in found
            ]
        }

    @cached_property
    def documents(self) -> dict[str, str]:
        """The documents they may read, by section."""
        return {section: name for name, section in SECTION.findall(self.person.look(self.here))}

    def act(self, path: str, **form: str) -> None:
        """Send a form of the meeting's pages: `act("/pause", paused="yes")`. Fails unless it was done."""
        self.person.act(self.here + path, form, seen="/account")

    def discuss(self, section: str) -> None:
        self._state(section, state="in_discussion")

    def pause(self, *, paused: bool = True) -> None:
        self.act("/pause", paused="yes" if paused else "no")

    def finalize(self, section: str, reason: str = "The team has looked at every point.") -> None:
        """Read the words back and make them final."""
        self.act(f"/sections/{self.documents[section]}/read-back")
        self._state(section, state="final", reason=reason)

    def reopen(self, section: str, reason: str = "One more word.") -> None:
        self._state(section, state="draft", reason=reason)

    def _state(self, section: str, **form: str) -> None:
        self.act(f"/sections/{self.documents[section]}/state", **form)

    def open(self, section: str) -> Document:
        """The section's text, in sync over a socket."""
        if self._wire is None:
            self._wire = WireClient(self._meeting["websocket"], origin=self._origin)
        name = self.documents[section]
        return self._wire.documents.get(name) or self._wire.open(name, self._who["token"])

    def add(self, section: str, *paragraphs: str, at: int | None = None) -> None:
        """Write paragraphs at a place in a section, or at its end, and wait until they are saved."""
        document = self.open(section)
        for index, words in enumerate(paragraphs):
            document.add_paragraph(words, None if at is None else at + index)
        self._saved(document)

    def remove(self, section: str, count: int, at: int | None = None) -> None:
        """Take away blocks from a place on, or the last ones, and wait until that is saved."""
        document = self.open(section)
        document.remove_blocks(count, at)
        self._saved(document)

    def change(self, section: str, change: Callable[[XmlFragment], object]) -> None:
        """Do something to their copy of a section, send what it made of it, and wait until that is saved."""
        document = self.open(section)
        before = document.doc.get_state()
        change(document.root)
        document.send(document.doc.get_update(before))
        self._saved(document)

    def reads(self, section: str, words: str) -> None:
        """Wait until these words are in the section."""
        document = self.open(section)
        until(lambda: words in document.whole_text, f"{words!r} in {section}")

    @staticmethod
    def _saved(document: Document) -> None:
        until(lambda: document.settled, "the text to be saved")
        assert not document.refused
