"""Wiring: what the application is made of, and how it starts and stops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from alembic.util import CommandError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from server import health
from server.bus.base import Bus
from server.bus.local import LocalBus
from server.bus.redis_bus import RedisBus
from server.jobs.departures import Departures
from server.jobs.mail import Mailman
from server.jobs.marks import EVERY as MARKS_EVERY
from server.jobs.marks import Marks
from server.jobs.registry import Registry
from server.jobs.returns import Returns
from server.jobs.runner import Job, Runner
from server.jobs.sweep import Sweep
from server.jobs.wipe import Wipe
from server.journal.authorship import Authorships
from server.journal.checkpoint import Signer
from server.journal.writer import Journal
from server.mail.post import Post
from server.mail.smtp import Server
from server.meeting.accesses import Accesses
from server.settings import Settings
from server.static import static_files
from server.storage.engine import Database
from server.storage.migrate import migrate
from server.sync.endpoint import sync
from server.sync.hub import Hub
from server.web.kept import Kept
from server.web.making_shelf import Shelf
from server.web.makings import Makings
from server.web.middleware import middleware
from server.web.readings import Readings
from server.web.reminders import Reminders
from server.web.routes import exception_handlers, routes

log = structlog.get_logger()

LIVE = "/sync"
SWEEP_EVERY = 3600.0  # seconds
DEPARTURES_EVERY = 10.0
MAIL_EVERY, MAIL_LONGEST = 3.0, 90.0
REMINDERS_EVERY = 60.0
RETURNS_EVERY = 300.0
WIPE_EVERY, WIPE_LONGEST = 30.0, 600.0


class Application(Starlette):
    """Pages pass what pages need: headers, who asks, the forgery guard. A live socket goes straight to its
    conversation: it lasts for hours, and every layer before it would keep a coroutine waiting for as long.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"] == LIVE:
            scope["app"] = self
            await sync(WebSocket(scope, receive, send))
        else:
            await super().__call__(scope, receive, send)


def jobs_of(settings: Settings, database: Database, journal: Journal, post: Post) -> list[Job]:
    """What one node at a time does beside serving pages."""
    marks, returns = Marks(database, settings.secret_keys[-1]), Returns(database, journal)
    wipe = Wipe(database, journal)
    jobs = [
        Job("sweep", SWEEP_EVERY, Sweep(database)),
        Job("marks", MARKS_EVERY, marks, due=marks.due),
        Job("wipe", WIPE_EVERY, wipe, WIPE_LONGEST, wipe.due),
        Job("returns", RETURNS_EVERY, returns, due=returns.due),
    ]
    if settings.smtp_url:
        mailman = Mailman(database, journal, post, Server(settings.smtp_url, settings.mail_from))
        base = str(settings.base_url or "").rstrip("/")
        reminders = Reminders(database, journal, post, settings.mail_from, base)
        jobs.append(Job("mail", MAIL_EVERY, mailman, MAIL_LONGEST, mailman.due))
        jobs.append(Job("reminders", REMINDERS_EVERY, reminders, due=reminders.due))
    if not database.is_sqlite:
        jobs.append(Job("departures", DEPARTURES_EVERY, Departures(database, journal)))
    return jobs


def create_app(settings: Settings) -> Starlette:
    """The application; its database is migrated and opened when it starts, not before."""
    settings = settings.prepared()
    settings.checked_key()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = open_database(settings)
        journal = Journal(database, Signer(settings.signing_seed))
        bus: Bus = RedisBus(settings.redis_url, settings.secret_keys) if settings.redis_url else LocalBus()
        hub = Hub(journal, settings.secret_keys, bus, others=not database.is_sqlite)
        app.state.database, app.state.journal, app.state.bus, app.state.hub = database, journal, bus, hub
        await journal.start()
        await bus.start()
        registry = Registry(database, bus.node, hub.attendance.again, hub.relay.liveness.living)
        if not database.is_sqlite:
            await registry.start()
        runner = Runner(database, bus.node, jobs_of(settings, database, journal, app.state.post))
        hub.start()
        runner.start()
        app.state.accesses = accesses = Accesses(database)
        accesses.start()
        log.info("started")
        try:
            yield
        finally:
            await runner.stop()
            await app.state.makings.stop()
            await accesses.stop()
            await registry.stop()
            await hub.stop()
            await bus.stop()
            await journal.stop()
            await database.close()
            log.info("stopped")

    app = Application(
        routes=[
            *health.routes,
            static_files(),
            *routes(),
        ],
        middleware=middleware(settings),
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
    app.state.settings, app.state.kept, app.state.readings = settings, Kept(), Readings()
    shelf = Shelf(settings.redis_url, settings.secret_keys) if settings.redis_url else None
    app.state.authorships, app.state.makings = Authorships(), Makings(shelf)
    app.state.post = Post(settings.secret_keys, ready=bool(settings.smtp_url))
    app.state.draining = False
    return app


class DatabaseUnusable(RuntimeError):
    """The configured database cannot be opened; the message is for the operator and names the setting."""

    def __init__(self, settings: Settings, reason: str) -> None:
        setting = "ROUNDTABLE_DATABASE_URL" if settings.database_url else "ROUNDTABLE_DATA"
        super().__init__(f"{setting}: the database cannot be used: {reason}")


def open_database(settings: Settings) -> Database:
    """The configured database, migrated, and known to keep what it has committed.

    Raises `NotDurable`, or `DatabaseUnusable` when it does not answer or is none of ours.
    """
    try:
        database = Database(settings.url)
        migrate(database.sync)
        database.check_durable()
    except CommandError as error:
        raise DatabaseUnusable(settings, "it was made by another version of Roundtable") from error
    except SQLAlchemyError as error:
        if isinstance(error, DBAPIError) and isinstance(error.orig, InsufficientPrivilege):
            reason = "its schema is not this version's, and this role may not change it: let the owner's address run "
            raise DatabaseUnusable(settings, f"{reason}`roundtable migrate`") from error
        raise DatabaseUnusable(settings, in_words(error)) from error
    return database


def in_words(error: SQLAlchemyError) -> str:
    """The driver's own first line, without the statement and the values."""
    told = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return told.partition("\n")[0] or type(error).__name__
