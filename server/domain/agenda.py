"""Agenda, parking lot and follow-ups: the states they pass and the bounds of what is typed there."""

from typing import NamedTuple

PROPOSED, OPEN, CURRENT, DONE = "proposed", "open", "current", "done"
ITEM_STATES = (PROPOSED, OPEN, CURRENT, DONE)

MOST_ITEMS = 60
MOST_MINUTES = 240
TITLE_LENGTH = 200
PRESENTER_LENGTH = 200
OUTCOME_LENGTH = 300

# Where an item may be moved to, besides the id of the item that it is to come before.
UP, DOWN, END = "up", "down", "end"

TASK, MEETING, NEXT_MEETING, REQUEST = "task", "meeting", "next_meeting", "request"
FOLLOW_UP_KINDS = (TASK, MEETING, NEXT_MEETING, REQUEST)
# A promise and a request that must be answered are nobody's without a name, and never's without a day.
NEEDS_OWNER_AND_DAY = frozenset({TASK, REQUEST})

WITHDRAWN = "withdrawn"
# What a parked item may leave as, and the kind of follow-up that it becomes.
LEAVES_AS = {"follow_up": TASK, "next_meeting": NEXT_MEETING, "request": REQUEST, WITHDRAWN: None}

MOST_PARKED = 200
MOST_FOLLOW_UPS = 500
WORDS_LENGTH = 1000
NOTE_LENGTH = 500

# What an item that comes back was in the meeting that left it.
FROM_DECISION, FROM_FOLLOW_UP, FROM_GOAL = "decision", "follow_up", "goal"


class CameFrom(NamedTuple):
    """What an item comes back from: its id, what it is, and the meeting that left it."""

    id: str
    kind: str
    meeting_id: str
