"""When and where the meeting is, changed by the case manager: one entry that tells what it was before, and why."""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select

from server.documents.links import is_allowed_href
from server.domain.arrangement import CHANGEABLE, LINK_LENGTH, PLACE_LENGTH, REASON_LENGTH, Arrangement, fits
from server.domain.errors import Refused
from server.domain.roles import CLOSED
from server.journal.kinds import ARRANGED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.storage.tables import Meeting

# The name of a host in any script, or an address in numbers; of an IPv6 one what stood between the brackets.
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f]*:[0-9a-f:.]+")
_SPACE = re.compile(r"\s")


def clean_arrangement(typed: Arrangement) -> Arrangement:
    """As it is kept. Raises `Refused("invalid", field)`: ends_at, time_zone, place, video_link."""
    if typed.time_zone not in available_timezones():
        raise Refused("invalid", "time_zone")
    if not fits(typed.starts_at, typed.ends_at):
        raise Refused("invalid", "ends_at")
    return typed._replace(
        place=clean.line(typed.place, "place", most=PLACE_LENGTH, required=False),
        video_link=clean_video_link(typed.video_link, "video_link"),
    )


def clean_video_link(value: str, field: str) -> str:
    """An address of the web, or "" for none. Raises `Refused("invalid", field)`."""
    value = value.strip()
    if value and not (_leads_to_a_host(value) and len(value) <= LINK_LENGTH and is_allowed_href(value)):
        raise Refused("invalid", field)
    return value


def _leads_to_a_host(value: str) -> bool:
    """Whether somebody who presses it comes anywhere: a web address names a host, and has no space in it."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _HOST.fullmatch(host) is not None and not _SPACE.search(value)


async def arrange_meeting(journal: Journal, actor: Actor, typed: Arrangement, *, reason: str = "") -> bool:
    """Another time or place. Whether anything was changed: what stands so already makes no entry.

    Raises `Refused`: "closed" for a meeting that is over, "phase" for another time of one that is on, "invalid".
    """
    wanted = clean_arrangement(typed)
    reason = clean.text(reason, "reason", most=REASON_LENGTH, required=False)

    def perform(transaction: Transaction) -> bool:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        phase = transaction.rules(actor.meeting_id).phase
        if phase == CLOSED:
            raise Refused("closed")
        before = read_arrangement(transaction, actor.meeting_id)
        changes = wanted.changes(before)
        if changes - CHANGEABLE[phase]:
            raise Refused("phase", "starts_at")
        if not changes:
            return False
        about = {**wanted.facts(), "before": before.facts(), "reason": reason}
        transaction.append(actor.meeting_id, ARRANGED, author, facts(about))
        return True

    return await journal.act(perform)


def read_arrangement(transaction: Transaction, meeting_id: str) -> Arrangement:
    row = transaction.connection.execute(
        select(Meeting.starts_at, Meeting.ends_at, Meeting.time_zone, Meeting.place, Meeting.video_link).where(
            Meeting.id == meeting_id
        )
    ).one()
    # The zone is part of how a moment is told, not of which one it is.
    zone = ZoneInfo(row.time_zone)
    return Arrangement(
        row.starts_at.astimezone(zone),
        None if row.ends_at is None else row.ends_at.astimezone(zone),
        row.time_zone,
        row.place,
        row.video_link,
    )
