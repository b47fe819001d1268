"""A school for page tests: the real app on a real SQLite file, people in it, and a browser for each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

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

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class School:
    """Enter it with `with`. `call` runs an async function in the app's own loop."""

    data: Path
    settings: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> "School":
        lay(self.data)
        self.app = create_app(Settings(data=self.data, log_level="error", **self.settings))
        base = self.settings.get("base_url") or "http://testserver"
        self.client = Client(self.app, base_url=base, follow_redirects=False)
        self.client.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.client.__exit__(*exc)

    @property
    def state(self) -> Any:
        return self.app.state

    def call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        assert self.client.portal is not None

        async def run() -> Any:
            return await function(*args, **named)

        return self.client.portal.call(run)

    # People

    def person(self, name: str, **values: Any) -> Person:
        return self.call(create_person, self.state.database, name=name, **values)

    def browser(
        self, person: Person | None = None, *, accept: str = "text/html", headers: dict[str, str] | None = None
    ) -> "Browser":
        """A browser of its own, signed in as `person`."""
        client = Client(
            self.app,
            base_url=str(self.client.base_url),
            follow_redirects=False,
            headers={"accept": accept, **(headers or {})},
        )
        client.portal = self.client.portal
        if person is not None:
            token = self.call(start_session, self.state.database, person.id, lifetime=timedelta(days=1))
            host = client.base_url.host
            # As the client's jar files what the app sets, so that a later sign-in replaces this cookie.
            domain = host if "." in host else f"{host}.local"
            client.cookies.set(cookie_name(SESSION, secure=self.state.settings.secure), token, domain=domain)
        return Browser(client)

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

        return self.call(make)

    def actor(self, person: Person, meeting_id: str) -> Actor:
        return self.call(load_actor, self.state.database, person.id, meeting_id)

    def seat(self, leader: Person, meeting_id: str, person: Person, role: str, title: str = "") -> str:
        """The new participant's id."""
        actor = self.actor(leader, meeting_id)
        return self.call(add_participant, self.state.journal, actor, person_id=person.id, role=role, title=title)

    def invite(self, leader: Person, meeting_id: str, person: Person, lifetime: timedelta = timedelta(days=7)) -> str:
        actor = self.actor(leader, meeting_id)
        return self.call(issue_invitation, self.state.journal, actor, person_id=person.id, lifetime=lifetime)

    def phase(self, leader: Person, meeting_id: str, *phases: str) -> None:
        for phase in phases:
            self.call(set_phase, self.state.journal, self.actor(leader, meeting_id), phase, reason="as planned")

    def share(self, leader: Person, meeting_id: str) -> None:
        """The whole draft goes out to the family."""
        wanted = [document_id for section, document_id in self.documents(meeting_id).items() if section in SHAREABLE]
        self.call(share_sections, self.state.journal, self.actor(leader, meeting_id), wanted)

    def documents(self, meeting_id: str) -> dict[str, str]:
        """Document ids by section."""
        rows = self.rows(select(Document).where(Document.meeting_id == meeting_id, Document.kind == "section"))
        return {document.section: document.id for document in rows}

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
