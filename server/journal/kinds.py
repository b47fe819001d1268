"""The kinds of journal entries, and which topics of the event stream each of them concerns."""

CREATED = "meeting.created"
PHASE = "meeting.phase"
PAUSED = "meeting.paused"
ARRANGED = "meeting.arranged"  # another time or place
FILE_DATES = "meeting.file_dates"  # when the student was evaluated, and the parents got the safeguards notice
GATHERED = "meeting.gathered"  # everybody is asked to come to one place
STAGED = "meeting.staged"  # what the projector shows
DOCUMENT = "document.created"
EDIT = "edit"
RESTORE = "restore"
SECTION = "section.state"
READ_BACK = "section.read_back"
SHARED = "draft.shared"  # sections go out to the family before the meeting
OPENED = "draft.opened"  # somebody of the family opened sections for the first time
VIEWED = "draft.viewed"  # somebody of the family says that a section is fine, or that they want to talk about it
WORDS_WRITTEN = "own_words.written"  # somebody of the family keeps an answer of theirs
WORDS_GIVEN = "own_words.given"  # their words go to the team
ADDED = "participant.added"
CHANGED = "participant.changed"
REMOVED = "participant.removed"
INVITED = "invitation.issued"

AGENDA_ADDED = "agenda.added"
AGENDA_CHANGED = "agenda.changed"
AGENDA_ORDERED = "agenda.ordered"
AGENDA_REMOVED = "agenda.removed"
AGENDA_POINTED = "agenda.pointed"  # the meeting goes to an item
AGENDA_STATE = "agenda.state"
PARKED = "parking.added"
UNPARKED = "parking.left"

ARRIVED = "attendance.arrived"
LEFT = "attendance.left"
ATTENDANCE_NOTED = "attendance.noted"
ATTENDANCE_CORRECTED = "attendance.corrected"

THREAD_OPENED = "comment.opened"
COMMENTED = "comment.answered"
COMMENT_EDITED = "comment.edited"
THREAD_RESOLVED = "comment.resolved"
THREAD_REOPENED = "comment.reopened"
DISPOSED = "comment.disposed"
ADOPTED = "comment.adopted"

DECISION_PROPOSED = "decision.proposed"
DECISION_CHANGED = "decision.changed"
DECISION_READ_BACK = "decision.read_back"
DECISION_SETTLED = "decision.settled"
POSITION = "decision.position"

FOLLOW_UP_ADDED = "follow_up.added"
FOLLOW_UP_CHANGED = "follow_up.changed"
FOLLOW_UP_DONE = "follow_up.done"
FOLLOW_UP_REMOVED = "follow_up.removed"

MEETING_NOTICE_SENT = "meeting_notice.sent"  # also a reminder, and that the meeting is cancelled
REMINDER_PLANNED = "meeting_notice.reminder_planned"  # for a day, or no longer
MEETING_NOTICE_OPENED = "meeting_notice.opened"
MEETING_NOTICE_ANSWERED = "meeting_notice.answered"
MAIL_ACCEPTED = "mail.accepted"  # by the mail server
MAIL_REFUSED = "mail.refused"  # by the mail server, or given up
EXCUSAL_PROPOSED = "excusal.proposed"
EXCUSAL_AGREED = "excusal.agreed"
EXCUSAL_INPUT = "excusal.input"
EXCUSAL_REVOKED = "excusal.revoked"
CONTACT_NOTED = "contact.noted"
CONTACT_REMOVED = "contact.removed"
PROGRESS_NOTED = "progress.noted"  # a measured value on a goal; one that corrects another names it
PROGRESS_REMOVED = "progress.removed"
REPORT_DAYS = "progress.report_days"  # when reports are due this year
REPORT_ISSUED = "progress.reported"
MESSAGE_WRITTEN = "message.written"  # between the family and the school, at any time of the year
MESSAGE_READ = "message.read"  # by the other side
SIGNED = "signing.signed"
REVOKED = "signing.revoked"
STATED = "statement.added"
ACKNOWLEDGED = "duties.acknowledged"  # somebody has read what the final plan asks of them

AMENDMENT_PROPOSED = "amendment.proposed"  # a final section's words copied, to be changed in the copy
AMENDMENT_OFFERED = "amendment.offered"
AMENDMENT_TAKEN_BACK = "amendment.taken_back"  # to be worded otherwise
AMENDMENT_ANSWERED = "amendment.answered"
AMENDMENT_WITHDRAWN = "amendment.withdrawn"
AMENDED = "amendment.made"  # a final section reads as was agreed

NOTICE_COMPOSED = "notice.composed"
NOTICE_CHANGED = "notice.changed"
NOTICE_REMOVED = "notice.removed"
NOTICE_APPROVED = "notice.approved"
NOTICE_TRANSLATED = "notice.translated"
NOTICE_TRANSLATION_REVIEWED = "notice.translation_reviewed"
NOTICE_GIVEN = "notice.given"
DECISION_REVIEWED = "decision.reviewed"
ARCHIVED = "record.archived"  # somebody took the whole record away
HELD = "record.held"  # it may not be destroyed
HOLD_LIFTED = "record.hold_lifted"
LEFT_SCHOOL = "record.left_school"  # from when on some states count how long a record is kept
DESTRUCTION_ASKED = "record.destruction_asked"  # by the parents
PARENTS_INFORMED = "record.parents_informed"  # that it is needed no longer
DESTROYED = "record.destroyed"  # what entries before this one held is gone; always the last entry

# Kinds whose payload changes a document's text. Of these, an agenda item's first notes, an adopted proposal and an
# amendment hold facts too; every kind that is not here holds facts alone.
TEXT_KINDS = frozenset({DOCUMENT, EDIT, RESTORE, AGENDA_ADDED, ADOPTED, AMENDMENT_PROPOSED, AMENDED})
FACTS_AND_TEXT = frozenset({AGENDA_ADDED, ADOPTED, AMENDMENT_PROPOSED, AMENDED})

# What of a page may read otherwise after an entry of this kind: `server.web` fragments name the topics they show.
TOPICS: dict[str, tuple[str, ...]] = {
    CREATED: (),
    ARCHIVED: (),
    HELD: (),
    HOLD_LIFTED: (),
    LEFT_SCHOOL: (),
    DESTRUCTION_ASKED: (),
    PARENTS_INFORMED: ("mailings",),
    DESTROYED: ("people",),
    DOCUMENT: (),
    EDIT: (),
    RESTORE: (),
    INVITED: (),
    PHASE: ("phase", "agenda", "attendance"),
    PAUSED: ("paused",),
    ARRANGED: ("arrangement",),
    FILE_DATES: ("arrangement",),
    GATHERED: ("gathering",),
    STAGED: ("stage",),
    SECTION: ("section",),
    READ_BACK: ("section",),
    SHARED: ("sharing",),
    OPENED: ("sharing",),
    VIEWED: ("sharing",),
    WORDS_WRITTEN: ("own_words",),
    WORDS_GIVEN: ("own_words",),
    ADDED: ("people",),
    CHANGED: ("people",),
    REMOVED: ("people",),
    AGENDA_ADDED: ("agenda",),
    AGENDA_CHANGED: ("agenda",),
    AGENDA_ORDERED: ("agenda",),
    AGENDA_REMOVED: ("agenda",),
    AGENDA_POINTED: ("agenda",),
    AGENDA_STATE: ("agenda",),
    PARKED: ("parking",),
    UNPARKED: ("parking", "follow_ups"),
    ARRIVED: ("attendance",),
    LEFT: ("attendance",),
    ATTENDANCE_NOTED: ("attendance",),
    ATTENDANCE_CORRECTED: ("attendance",),
    THREAD_OPENED: ("comments",),
    COMMENTED: ("comments",),
    COMMENT_EDITED: ("comments",),
    THREAD_RESOLVED: ("comments",),
    THREAD_REOPENED: ("comments",),
    DISPOSED: ("comments", "follow_ups"),
    ADOPTED: ("comments", "follow_ups"),
    DECISION_PROPOSED: ("decisions",),
    DECISION_CHANGED: ("decisions",),
    DECISION_READ_BACK: ("decisions",),
    DECISION_SETTLED: ("decisions", "comments", "follow_ups"),
    POSITION: ("decisions",),
    FOLLOW_UP_ADDED: ("follow_ups",),
    FOLLOW_UP_CHANGED: ("follow_ups",),
    FOLLOW_UP_DONE: ("follow_ups",),
    FOLLOW_UP_REMOVED: ("follow_ups",),
    MEETING_NOTICE_SENT: ("mailings",),
    REMINDER_PLANNED: ("mailings",),
    MEETING_NOTICE_OPENED: ("mailings",),
    MEETING_NOTICE_ANSWERED: ("mailings",),
    MAIL_ACCEPTED: ("mailings",),
    MAIL_REFUSED: ("mailings",),
    EXCUSAL_PROPOSED: ("excusals",),
    EXCUSAL_AGREED: ("excusals",),
    EXCUSAL_INPUT: ("excusals",),
    EXCUSAL_REVOKED: ("excusals",),
    CONTACT_NOTED: ("contacts",),
    CONTACT_REMOVED: ("contacts",),
    PROGRESS_NOTED: ("progress",),
    PROGRESS_REMOVED: ("progress",),
    REPORT_DAYS: ("progress",),
    REPORT_ISSUED: ("progress",),
    MESSAGE_WRITTEN: ("messages",),
    MESSAGE_READ: ("messages",),
    SIGNED: ("signing",),
    REVOKED: ("signing",),
    STATED: ("statements",),
    ACKNOWLEDGED: ("duties",),
    AMENDMENT_PROPOSED: ("amendments",),
    AMENDMENT_OFFERED: ("amendments",),
    AMENDMENT_TAKEN_BACK: ("amendments",),
    AMENDMENT_ANSWERED: ("amendments",),
    AMENDMENT_WITHDRAWN: ("amendments",),
    AMENDED: ("amendments", "section", "decisions", "duties", "notices"),
    NOTICE_COMPOSED: ("notices",),
    NOTICE_CHANGED: ("notices",),
    NOTICE_REMOVED: ("notices",),
    NOTICE_APPROVED: ("notices",),
    NOTICE_TRANSLATED: ("notices",),
    NOTICE_TRANSLATION_REVIEWED: ("notices",),
    NOTICE_GIVEN: ("notices",),
    DECISION_REVIEWED: ("decisions",),
}
