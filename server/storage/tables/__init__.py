"""The tables. One schema for SQLite and PostgreSQL; every time is UTC."""

from server.storage.tables.accesses import Access
from server.storage.tables.after import (
    Amendment,
    AmendmentAnswer,
    DecisionReview,
    Notice,
    NoticeDelivery,
    NoticeTranslation,
    Signoff,
    Statement,
)
from server.storage.tables.agenda import AgendaItem, Attendance, FollowUp, ParkedItem
from server.storage.tables.base import Base, UtcDateTime, new_id, now
from server.storage.tables.checkpoints import CheckpointRow, SigningKey
from server.storage.tables.comments import Comment, ReadMark, Thread
from server.storage.tables.decisions import Decision, Position
from server.storage.tables.duties import Acknowledgment
from server.storage.tables.excusals import ContactAttempt, Excusal
from server.storage.tables.guard import MarkedMeeting, SentenceMark
from server.storage.tables.imports import WordImport
from server.storage.tables.journal import NO_EDIT, Entry, Snapshot
from server.storage.tables.looks import Look
from server.storage.tables.mail import Mailing, Outbox
from server.storage.tables.meeting import Document, Meeting, Participant
from server.storage.tables.meeting_notices import MeetingNotice, NoticeAnswer
from server.storage.tables.messages import Message
from server.storage.tables.nodes import Attending, Client, Lease, Node
from server.storage.tables.own_words import OwnWords
from server.storage.tables.people import Invitation, Person, Session, Student
from server.storage.tables.progress import ProgressPoint
from server.storage.tables.reports import ProgressReport
from server.storage.tables.retention import Destruction, Hold, Retention
from server.storage.tables.sharing import Opening, SectionView

__all__ = [
    "NO_EDIT",
    "Access",
    "Acknowledgment",
    "AgendaItem",
    "Amendment",
    "AmendmentAnswer",
    "Attendance",
    "Attending",
    "Base",
    "CheckpointRow",
    "Client",
    "Comment",
    "ContactAttempt",
    "Decision",
    "DecisionReview",
    "Destruction",
    "Document",
    "Entry",
    "Excusal",
    "FollowUp",
    "Hold",
    "Invitation",
    "Lease",
    "Look",
    "Mailing",
    "MarkedMeeting",
    "Meeting",
    "MeetingNotice",
    "Message",
    "Node",
    "Notice",
    "NoticeAnswer",
    "NoticeDelivery",
    "NoticeTranslation",
    "Opening",
    "Outbox",
    "OwnWords",
    "ParkedItem",
    "Participant",
    "Person",
    "Position",
    "ProgressPoint",
    "ProgressReport",
    "ReadMark",
    "Retention",
    "SectionView",
    "SentenceMark",
    "Session",
    "SigningKey",
    "Signoff",
    "Snapshot",
    "Statement",
    "Student",
    "Thread",
    "UtcDateTime",
    "WordImport",
    "new_id",
    "now",
]
