"""Letters: into the outbox with the act that sends them, out through a real mail server, and what came of them."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import insert, select, update

from server.jobs.lease import LeaseLost, claim
from server.jobs.mail import NO_KEY, PAUSES, Mailman
from server.jobs.runner import Job, Runner
from server.journal.kinds import MAIL_ACCEPTED, MAIL_REFUSED
from server.journal.transaction import Transaction
from server.mail import Letter, NotSetUp, Post
from server.mail.letter import BadAddress
from server.mail.smtp import Server
from server.storage.clock import SECOND, clock
from server.storage.tables import Lease, Mailing, Outbox, now
from tests.support.desk import Desk, open_desk
from tests.support.mail import MailServer, letter
from tests.support.ports import free_port
from tests.support.wait import soon

SENDER = "Wren Valley Schools <iep@schools.example>"
KEY = "k" * 40


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}", phase="prework") as opened:
        yield opened


@pytest.fixture
def server():
    with MailServer() as opened:
        yield opened


def post(*keys: str) -> Post:
    return Post(keys or (KEY,), ready=True)


async def put(desk: Desk, *letters: Letter, sender: Post | None = None, fail: bool = False) -> list[str]:
    """Letters of the meeting, to its parent, by an act of the case manager."""

    def perform(transaction: Transaction) -> list[str]:
        author = transaction.permit(desk.meeting, desk.people["case_manager"], "manage_meeting")
        about = [
            (sender or post()).put_mailing(
                transaction.connection,
                one,
                meeting_id=desk.meeting,
                author=author,
                person_id=desk.people["parent"],
                purpose="notice",
            )
            for one in letters
        ]
        # No act of the product is needed for this: what effects do with the facts of an entry, done at once.
        rows = [
            {
                "id": one["mailing"],
                "meeting_id": desk.meeting,
                "person_id": one["person"],
                "purpose": one["purpose"],
                "about": None,
                "way": one["way"],
                "language": one["language"],
                "created_at": now(),
                "created_by": author.person_id,
                "because": "",
            }
            for one in about
        ]
        transaction.connection.execute(insert(Mailing), rows)
        if fail:
            raise RuntimeError
        return [one["mailing"] for one in about]

    return await desk.journal.act(perform)


def mailman(desk: Desk, url: str, sender: Post | None = None) -> Mailman:
    return Mailman(desk.database, desk.journal, sender or post(), Server(url, SENDER))


async def deliver(desk: Desk, url: str, node: str = "a", **about: Any) -> bool:
    man = mailman(desk, url, **about)
    return await Runner(desk.database, node, []).run_once(Job("mail", 60, man, due=man.due))


def outbox(desk: Desk) -> Any:
    return desk.rows(select(Outbox.__table__))[0]


def mailing(desk: Desk) -> Any:
    return desk.rows(select(Mailing.__table__))[0]


def later(desk: Desk) -> None:
    desk.run(update(Outbox).values(next_at=now() - timedelta(seconds=1)))


async def test_a_letter_goes_out_and_the_record_says_when(desk: Desk, server: MailServer) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    (sent,) = await put(desk, letter(name="Rosa\r\nBcc: x@example.org", calendar=calendar, method="REQUEST"))
    assert await deliver(desk, server.url)
    (message,) = server.inbox.got
    assert message["To"] == '"Rosa Bcc: x@example.org" <rosa@example.org>'
    assert message["Bcc"] is None
    assert message["From"] == SENDER
    assert message["Subject"] == "Reunión escolar"
    assert message["Content-Language"] == "es"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{sent}@schools.example>"
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert parts == ["text/plain", "text/html", "text/calendar"]
    last = list(message.iter_parts())[-1]
    assert last.get_param("method") == "REQUEST"
    assert last.get_content().splitlines() == calendar.splitlines()
    assert desk.kinds()[-1] == MAIL_ACCEPTED
    assert mailing(desk).accepted_at is not None
    assert (outbox(desk).state, outbox(desk).content) == ("accepted", None)
    assert not await deliver(desk, server.url)  # nothing is due


async def test_nothing_goes_out_for_an_act_that_was_rolled_back(desk: Desk, server: MailServer) -> None:
    with pytest.raises(RuntimeError):
        await put(desk, letter(), fail=True)
    assert not await deliver(desk, server.url)
    assert server.inbox.got == []


async def test_what_waits_can_be_read_by_nobody_else(desk: Desk) -> None:
    await put(desk, letter(text="https://r.example/invite/secret"))
    held = str(desk.everything())
    assert "secret" not in held
    assert "rosa" not in held


async def test_an_address_that_is_refused(desk: Desk, server: MailServer) -> None:
    server.inbox.rcpt = lambda _: "550 5.1.1 no such mailbox"
    await put(desk, letter())
    await deliver(desk, server.url)
    assert desk.kinds()[-1] == MAIL_REFUSED
    assert mailing(desk).because == "550 5.1.1 no such mailbox"
    assert mailing(desk).accepted_at is None
    assert outbox(desk).content is None
    assert not await deliver(desk, server.url)


async def test_no_for_now_is_tried_again_and_given_up_after_two_days(desk: Desk, server: MailServer) -> None:
    server.inbox.data = lambda: "451 4.3.0 try later"
    await put(desk, letter())
    for attempt, pause in enumerate(PAUSES, start=1):
        before = now()
        assert await deliver(desk, server.url)
        assert (outbox(desk).state, outbox(desk).attempts) == ("waiting", attempt)
        assert outbox(desk).because == "451 4.3.0 try later"
        assert outbox(desk).next_at >= before + pause
        assert not await deliver(desk, server.url)  # not yet
        later(desk)
    assert MAIL_REFUSED not in desk.kinds()
    await deliver(desk, server.url)
    assert desk.kinds()[-1] == MAIL_REFUSED
    assert mailing(desk).because == "451 4.3.0 try later"


async def test_a_server_that_is_away_costs_no_letter(desk: Desk, server: MailServer) -> None:
    await put(desk, letter())
    assert await deliver(desk, f"smtp://127.0.0.1:{free_port()}")
    assert "could not be reached" in outbox(desk).because
    later(desk)
    await deliver(desk, server.url)
    assert len(server.inbox.got) == 1


async def test_a_worker_that_dies_in_the_middle_is_followed_by_another(desk: Desk, server: MailServer) -> None:
    took, go_on = threading.Event(), threading.Event()

    def held_up() -> None:
        took.set()
        go_on.wait(20)

    server.inbox.data = held_up
    await put(desk, letter())
    first = asyncio.create_task(deliver(desk, server.url))
    assert await asyncio.to_thread(took.wait, 20)
    first.cancel()  # it is gone, its lease stays
    await asyncio.gather(first, return_exceptions=True)
    assert not server.inbox.got  # it has waited for no answer
    go_on.set()
    await soon(lambda: server.inbox.got, "the server to take what it was given")
    server.inbox.data = lambda: None
    assert outbox(desk).state == "waiting"
    later(desk)
    assert not await deliver(desk, server.url, "b")  # the lease
    desk.run(update(Lease).values(expires_at=clock() - SECOND))
    assert await deliver(desk, server.url, "b")
    assert outbox(desk).state == "accepted"
    taken, again = server.inbox.got
    assert taken["Message-ID"] == again["Message-ID"]
    assert desk.kinds().count(MAIL_ACCEPTED) == 1


async def test_whoever_lost_the_lease_sends_nothing(desk: Desk, server: MailServer) -> None:
    await put(desk, letter())
    held = await claim(desk.database, "mail", "a", 60)
    assert held is not None
    desk.run(update(Lease).values(owner="b", token=held.token + 1))
    with pytest.raises(LeaseLost):
        await mailman(desk, server.url)(held)
    assert server.inbox.got == []


async def test_a_key_that_was_changed_still_opens_what_waits(desk: Desk, server: MailServer) -> None:
    await put(desk, letter(), sender=post("old" * 20))
    await deliver(desk, server.url, sender=post("old" * 20, "new" * 20))
    assert len(server.inbox.got) == 1


async def test_without_its_key_a_letter_is_given_up_in_sight(desk: Desk, server: MailServer) -> None:
    await put(desk, letter(), sender=post("old" * 20))
    await deliver(desk, server.url)
    assert mailing(desk).because == NO_KEY


async def test_without_a_mail_server_nothing_pretends_to_be_sent(desk: Desk) -> None:
    with pytest.raises(NotSetUp):
        await put(desk, letter(), sender=Post((KEY,), ready=False))
    assert desk.rows(select(Outbox.id)) == []


@pytest.mark.parametrize("bad", ["", "rosa", "rosa@", "a b@example.org", "rosa@example.org\nBcc: x@example.org"])
async def test_what_is_no_address_is_said_at_once(desk: Desk, bad: str) -> None:
    with pytest.raises(BadAddress):
        await put(desk, letter(to=bad))


async def test_logs_name_nobody(desk: Desk, server: MailServer) -> None:
    server.inbox.rcpt = lambda address: f"550 5.1.1 <{address}> unknown"
    with structlog.testing.capture_logs() as told:
        await put(desk, letter(), letter("ana@example.org"))
        await deliver(desk, server.url)
        await put(desk, letter())
        await deliver(desk, f"smtp://127.0.0.1:{free_port()}")
    assert told != []
    assert "example.org" not in str(told)
    assert "Rosa" not in str(told)
