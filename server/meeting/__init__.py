"""Everything that changes a meeting but its text as it is typed: each function is one act, one journal entry."""

from server.meeting.actor import Actor, load_actor
from server.meeting.conduct import restore_section, set_editing_paused, set_phase, set_section_state
from server.meeting.create import create_meeting
from server.meeting.people import add_participant, change_participant, issue_invitation, remove_participant

__all__ = [
    "Actor",
    "add_participant",
    "change_participant",
    "create_meeting",
    "issue_invitation",
    "load_actor",
    "remove_participant",
    "restore_section",
    "set_editing_paused",
    "set_phase",
    "set_section_state",
]
