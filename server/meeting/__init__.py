"""Everything that changes a meeting but its text as it is typed: each function is one act, one journal entry."""

from server.meeting.actor import Actor, load_actor
from server.meeting.adopt import adopt_proposal
from server.meeting.agenda import (
    ItemPlan,
    add_item,
    change_item,
    gather,
    move_item,
    point_to,
    remove_item,
    set_item_state,
)
from server.meeting.arrange import arrange_meeting
from server.meeting.attendance import correct_attendance, note_attendance, remove_attendance
from server.meeting.comments import Target, Words, answer, edit_comment, open_thread, set_resolved
from server.meeting.conduct import discuss_section, restore_passages, restore_section, set_editing_paused, set_phase
from server.meeting.contacts import note_contact, remove_contact
from server.meeting.create import create_meeting
from server.meeting.dispositions import dispose
from server.meeting.excusals import (
    agree_to_excusal,
    give_input,
    note_agreement,
    propose_excusal,
    revoke_excusal,
)
from server.meeting.finalize import finalize_section, read_back_section, reopen_section
from server.meeting.follow_ups import (
    Promise,
    add_follow_up,
    change_follow_up,
    mark_follow_up,
    more_time,
    remove_follow_up,
)
from server.meeting.parking import park, unpark
from server.meeting.people import add_participant, change_participant, issue_invitation, remove_participant

__all__ = [
    "Actor",
    "ItemPlan",
    "Promise",
    "Target",
    "Words",
    "add_follow_up",
    "add_item",
    "add_participant",
    "adopt_proposal",
    "agree_to_excusal",
    "answer",
    "arrange_meeting",
    "change_follow_up",
    "change_item",
    "change_participant",
    "correct_attendance",
    "create_meeting",
    "discuss_section",
    "dispose",
    "edit_comment",
    "finalize_section",
    "gather",
    "give_input",
    "issue_invitation",
    "load_actor",
    "mark_follow_up",
    "more_time",
    "move_item",
    "note_agreement",
    "note_attendance",
    "note_contact",
    "open_thread",
    "park",
    "point_to",
    "propose_excusal",
    "read_back_section",
    "remove_attendance",
    "remove_contact",
    "remove_follow_up",
    "remove_item",
    "remove_participant",
    "reopen_section",
    "restore_passages",
    "restore_section",
    "revoke_excusal",
    "set_editing_paused",
    "set_item_state",
    "set_phase",
    "set_resolved",
    "unpark",
]
