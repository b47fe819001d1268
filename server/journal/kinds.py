"""The kinds of journal entries."""

CREATED = "meeting.created"
PHASE = "meeting.phase"
PAUSED = "meeting.paused"
DOCUMENT = "document.created"
EDIT = "edit"
RESTORE = "restore"
SECTION = "section.state"
ADDED = "participant.added"
CHANGED = "participant.changed"
REMOVED = "participant.removed"
INVITED = "invitation.issued"

# Kinds whose payload changes a document's text; every other kind holds canonical JSON.
TEXT_KINDS = frozenset({DOCUMENT, EDIT, RESTORE})
