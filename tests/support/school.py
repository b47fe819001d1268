"""A school for page tests: the real app on a real SQLite file, people in it, and a browser for each."""

import pickle
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.app import create_app
from server.domain.sharing import SHAREABLE
from server.meeting import Actor, add_participant, create_meeting, issue_invitation, load_actor, set_phase
from server.meeting.sharing import share_sections
from server.people.accounts import create_person
from server.people.sessions import start_session
from server.settings import Settings
from server.storage.tables import Document, Meeting, Participant, Person, Student, new_id
from server.web.cookies import SESSION, cookie_name
from tests.support.client import Client
from tests.support.fresh import lay
from tests.support.openings import Opening, begin

T = TypeVar("T")
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class School:
    """Enter it with `with`. `call` runs an async function in the app's own loop.

    Its first steps may have been taken by another school (`tests.support.openings`): the app starts when it is used.
    """

    data: Path
    settings: dict[str, Any] = field(default_factory=dict)
    _client: Client | None = None
    _opening: Opening | None = None

    def __enter__(self) -> "School":
        self._opening = begin(self.data, self.settings)
        self.address = self.settings.get("base_url") or "http://testserver"
        if self._opening is None:
            self._start(None)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._client is not None:
            self._client.__exit__(*exc)

    def _start(self, opening: Opening | None) -> Client:
        if self._client is None:
            if opening is None:
                lay(self.data)
            else:
                opening.lay(self.data)
            app = create_app(Settings(data=self.data, log_level="error", **self.settings))
            self._client = Client(app, base_url=self.address, follow_redirects=False)
            self._client.__enter__()
        return self._client

    def _step(self, take: Callable[[], T], *about: Hashable) -> T:
        """A step of the school's opening, if it is still in it: taken, or found taken. `about` is all it depends on."""
        opening, self._opening = self._opening, None
        if opening is None:
            return take()
        if about in opening.steps:
            gave, self._opening = opening.steps[about]
            return pickle.loads(gave)
        self._start(opening)
        made = take()
        self._opening = opening.add(about, made, self.data)
        return made

    @property
    def client(self) -> Client:
        opening, self._opening = self._opening, None
        return self._start(opening)

    @property
    def app(self) -> Any:
        return self.client.app

    @property
    def state(self) -> Any:
        return self.app.state

    def call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        portal = self.client.portal
        assert portal is not None

        async def run() -> Any:
            return await function(*args, **named)

        return portal.call(run)

    # People

    def person(self, name: str, **values: Any) -> Person:
        def make() -> Person:
            return self.call(create_person, self.state.database, name=name, **values)

        return self._step(make, "person", name, *sorted(values.items()))

    def browser(
        self, person: Person | None = None, *, accept: str = "text/html", headers: dict[str, str] | None = None
    ) -> "Browser":
        """A browser of its own, signed in as `person`."""
        client = _Client(self, follow_redirects=False, headers={"accept": accept, **(headers or {})})
        if person is not None:
            host = client.base_url.host
            # As the client's jar files what the app sets, so that a later sign-in replaces this cookie.
            domain = host if "." in host else f"{host}.local"
            secure = self.address.startswith("https://")
            client.cookies.set(cookie_name(SESSION, secure=secure), self._session(person), domain=domain)
        return Browser(client)

    def _session(self, person: Person) -> str:
        def start() -> str:
            return self.call(start_session, self.state.database, person.id, lifetime=timedelta(days=1))

        return self._step(start, "session", person.id)

    # Meetings

    def meeting(self, leader: Person, *, student: str = "Jonah Vasquez-Lind") -> str:
        async def make() -> str:
            made = Student(id=new_id("s"), name=student)
            async with self.state.database.transaction() as session:
                session.add(made)
            return await create_meeting(
                self.state.journal,
                creator_id=leader.id,
                student_id=made.id,
                title="Annual review",
                purpose="annual_review",
                place="Room 12",
                starts_at=datetime(2027, 2, 25, 19, 30, tzinfo=UTC),
                ends_at=None,
                time_zone="America/New_York",
                gettext=lambda text: text,
                creator_title="Special education teacher",
            )

        return self._step(lambda: self.call(make), "meeting", leader.id, student)

    def actor(self, person: Person, meeting_id: str) -> Actor:
        def load() -> Actor:
            return self.call(load_actor, self.state.database, person.id, meeting_id)

        return self._step(load, "actor", person.id, meeting_id)

    def seat(self, leader: Person, meeting_id: str, person: Person, role: str, title: str = "") -> str:
        """The new participant's id."""

        def add() -> str:
            actor = self.actor(leader, meeting_id)
            return self.call(add_participant, self.state.journal, actor, person_id=person.id, role=role, title=title)

        return self._step(add, "seat", leader.id, meeting_id, person.id, role, title)

    def invite(self, leader: Person, meeting_id: str, person: Person, lifetime: timedelta = timedelta(days=7)) -> str:
        actor = self.actor(leader, meeting_id)
        return self.call(issue_invitation, self.state.journal, actor, person_id=person.id, lifetime=lifetime)

    def phase(self, leader: Person, meeting_id: str, *phases: str) -> None:
        def reach(phase: str) -> None:
            self.call(set_phase, self.state.journal, self.actor(leader, meeting_id), phase, reason="as planned")

        for phase in phases:
            self._step(partial(reach, phase), "phase", leader.id, meeting_id, phase)

    def share(self, leader: Person, meeting_id: str) -> None:
        """The whole draft goes out to the family."""

        def go_out() -> None:
            wanted = [document for section, document in self.documents(meeting_id).items() if section in SHAREABLE]
            self.call(share_sections, self.state.journal, self.actor(leader, meeting_id), wanted)

        self._step(go_out, "share", leader.id, meeting_id)

    def documents(self, meeting_id: str) -> dict[str, str]:
        """Document ids by section."""

        def read() -> dict[str, str]:
            rows = self.rows(select(Document).where(Document.meeting_id == meeting_id, Document.kind == "section"))
            return {document.section: document.id for document in rows}

        return self._step(read, "documents", meeting_id)

    def rows(self, query: Any) -> list[Any]:
        # Here and now: each statement in the app's loop wakes two threads.
        with Session(self.state.database.sync, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def load_meeting(self, meeting_id: str) -> Meeting:
        return self.rows(select(Meeting).where(Meeting.id == meeting_id))[0]

    def participants(self, meeting_id: str) -> list[Participant]:
        return self.rows(
            select(Participant).where(Participant.meeting_id == meeting_id, Participant.removed_at.is_(None))
        )


async def _nowhere(_scope: Any, _receive: Any, _send: Any) -> None:
    """Instead of an app that has not started."""


class _Client(Client):
    """A client of a school's app, which starts when it is asked."""

    def __init__(self, school: School, **options: Any) -> None:
        super().__init__(_nowhere, base_url=school.address, **options)
        self._school = school

    @property
    def portal(self) -> Any:  # type: ignore[override]
        client = self._school.client
        self.app = client.app
        return client.portal


class Browser:
    """A client that sends the token of the page it last saw, as forms do."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = ""

    def get(self, url: str, **options: Any) -> Any:
        response = self.client.get(url, **options)
        found = TOKEN.search(response.text)
        if found:
            self.token = found[1]
        return response

    def post(self, url: str, data: dict[str, Any] | None = None, *, seen: str | None = None, **options: Any) -> Any:
        """Post a form; first look at `seen` for a token, or at the home page when none was looked at yet."""
        if seen is not None or not self.token:
            self.get(seen or "/sign-in")
        if not self.token:
            self.get("/account")
        # As a browser says of a form that a tap or a key sent.
        headers = {"sec-fetch-user": "?1", **options.pop("headers", {})}
        return self.client.post(url, data={"csrf": self.token, **(data or {})}, headers=headers, **options)

    def text(self, url: str) -> str:
        """The page's words as a reader sees them, tags and all entities gone."""
        return words(self.get(url).text)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
