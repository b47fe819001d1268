"""Everything that changes a meeting but its text as it is typed: each function is one act, one journal entry."""

from server.meeting.actor import Actor, load_actor
from server.meeting.adopt import adopt_proposal
from server.meeting.attendance import correct_attendance, note_attendance, remove_attendance
from server.meeting.comments import Target, Words, answer, edit_comment, open_thread, set_resolved
from server.meeting.conduct import discuss_section, restore_section, set_editing_paused, set_phase
from server.meeting.create import create_meeting
from server.meeting.dispositions import dispose
from server.meeting.finalize import finalize_section, read_back_section, reopen_section
from server.meeting.people import add_participant, change_participant, issue_invitation, remove_participant

__all__ = [
    "Actor",
    "Target",
    "Words",
    "add_participant",
    "adopt_proposal",
    "answer",
    "change_participant",
    "correct_attendance",
    "create_meeting",
    "discuss_section",
    "dispose",
    "edit_comment",
    "finalize_section",
    "issue_invitation",
    "load_actor",
    "note_attendance",
    "open_thread",
    "read_back_section",
    "remove_attendance",
    "remove_participant",
    "reopen_section",
    "restore_section",
    "set_editing_paused",
    "set_phase",
    "set_resolved",
]
