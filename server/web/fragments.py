"""The parts of a meeting's page that keep themselves fresh: where each is fetched, and which events concern it.

The event stream names topics (`server.journal.kinds.TOPICS`); a part whose topic is named fetches itself, rendered for
its reader's role. So whatever a part shows must belong to a topic that stands here: a test holds every act against it.
"""

from typing import NamedTuple


class Fragment(NamedTuple):
    """`path` follows the meeting's address."""

    path: str
    topics: tuple[str, ...]


FRAGMENTS: dict[str, Fragment] = {
    "live": Fragment("/live", ("phase", "paused", "section", "arrangement", "sharing")),
    "sharing": Fragment("/sharing", ("sharing", "phase", "people", "arrangement")),
    "sharing_more": Fragment("/sharing/more", ("sharing", "phase", "people")),
    "own_words": Fragment("/words", ("own_words", "comments", "people", "phase", "section", "paused")),
    "people": Fragment("/people", ("people", "attendance", "phase")),
    "seats": Fragment("/seats", ("phase", "section", "agenda", "attendance", "people", "excusals")),
    "excusal_asks": Fragment("/excusals/asks", ("excusals", "people", "phase", "agenda")),
    "comments": Fragment("/comments", ("comments", "people", "phase", "section", "paused", "decisions")),
    "agenda": Fragment("/agenda", ("agenda", "follow_ups", "phase", "people")),
    "to_do": Fragment("/to-do", ("parking", "follow_ups", "phase", "people", "decisions")),
    "parking_left": Fragment("/parking/left", ("parking",)),
    "gathering": Fragment("/gathering", ("gathering", "phase")),
    "readiness": Fragment(
        "/sections/{document}/readiness",
        (
            "section",
            "phase",
            "people",
            "attendance",
            "comments",
            "decisions",
            "excusals",
            "contacts",
            "agenda",
            "arrangement",
            "mailings",
            "own_words",
        ),
    ),
    "decisions": Fragment(
        "/decisions", ("decisions", "people", "phase", "attendance", "follow_ups", "comments", "agenda")
    ),
    "decision": Fragment(
        "/decisions/{decision}",
        ("decisions", "people", "phase", "attendance", "follow_ups", "comments", "agenda", "notices"),
    ),
    "decision_reading": Fragment("/decisions/reading", ("decisions", "people", "phase", "attendance")),
    "now": Fragment(
        "/now", ("phase", "paused", "section", "agenda", "decisions", "people", "attendance", "arrangement")
    ),
    "stage": Fragment("/stage", ("stage", "agenda", "section", "decisions", "phase")),
    "stage_now": Fragment("/stage/now", ("stage", "agenda", "section", "decisions", "phase")),
    "follow_agenda": Fragment("/follow/agenda", ("agenda", "phase")),
    "me": Fragment("/me", ("follow_ups", "decisions")),
    "read_back": Fragment("/read-back", ("section", "phase")),
    "closing_left": Fragment("/closing/left", ("section", "decisions", "phase")),
    "amendment": Fragment("/amendments/{amendment}", ("amendments", "people", "phase", "section", "decisions")),
    "progress": Fragment("/progress", ("progress", "section", "phase", "sharing", "people")),
    "messages": Fragment("/messages", ("messages", "people", "phase")),
    "statements": Fragment("/statements", ("statements", "phase", "people")),
}


def fresh_on(name: str) -> str:
    """The `hx-trigger` of a part: one fetch for all that comes within a tenth of a second."""
    return ", ".join(f"roundtable:{topic} from:document delay:100ms" for topic in FRAGMENTS[name].topics)
