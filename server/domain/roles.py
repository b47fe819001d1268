"""Who may do what, when: the role x phase x section-state matrix, as data and one function.

Nothing else in the code decides a permission; pages, the sync endpoint and the journal all ask here, and the journal
asks again inside the transaction that appends.
"""

from server.domain.sections import FINAL

CASE_MANAGER = "case_manager"
LEA_REPRESENTATIVE = "lea_representative"
TEAM_STAFF = "team_staff"
PARENT = "parent"
STUDENT = "student"
ADVOCATE = "advocate"
INTERPRETER = "interpreter"
OBSERVER = "observer"

# Whoever runs the installation: no participant, and shown nothing of what is written in a meeting.
ADMINISTRATOR = "administrator"

ROLES = (CASE_MANAGER, LEA_REPRESENTATIVE, TEAM_STAFF, PARENT, STUDENT, ADVOCATE, INTERPRETER, OBSERVER)

PREWORK, LIVE, CLOSED = "prework", "live", "closed"
PHASES = (PREWORK, LIVE, CLOSED)
# What is left of a meeting whose record was destroyed: nobody may do anything with it, ever.
DESTROYED = "destroyed"

STAFF = frozenset({CASE_MANAGER, LEA_REPRESENTATIVE, TEAM_STAFF})
FAMILY = frozenset({PARENT, STUDENT})
CASE_MANAGERS = frozenset({CASE_MANAGER})
LEADS = frozenset({CASE_MANAGER, LEA_REPRESENTATIVE})
TEAM = STAFF | FAMILY
EVERYBODY = frozenset(ROLES)
ADMINISTRATORS = frozenset({ADMINISTRATOR})
NOBODY: frozenset[str] = frozenset()

MATRIX: dict[str, dict[str, frozenset[str]]] = {
    "read": {PREWORK: EVERYBODY, LIVE: EVERYBODY, CLOSED: EVERYBODY},
    # The draft before it is shared: the team of the school works on it, and nobody else is shown half of it.
    "read_unshared": {PREWORK: STAFF, LIVE: EVERYBODY, CLOSED: EVERYBODY},
    "share_draft": {PREWORK: CASE_MANAGERS, LIVE: NOBODY, CLOSED: NOBODY},
    "note_opening": {PREWORK: FAMILY, LIVE: NOBODY, CLOSED: NOBODY},
    # "Fine with me" or "I want to talk about this": a fact for the agenda, and no consent to anything.
    "say_about_section": {PREWORK: FAMILY, LIVE: NOBODY, CLOSED: NOBODY},
    "edit_section": {PREWORK: STAFF, LIVE: TEAM, CLOSED: NOBODY},
    "edit_parent_input": {PREWORK: FAMILY, LIVE: FAMILY, CLOSED: NOBODY},
    "propose_item": {PREWORK: CASE_MANAGERS | FAMILY, LIVE: CASE_MANAGERS | FAMILY, CLOSED: NOBODY},
    "park": {PREWORK: NOBODY, LIVE: TEAM | {ADVOCATE}, CLOSED: NOBODY},
    "comment": {PREWORK: TEAM | {ADVOCATE}, LIVE: TEAM | {ADVOCATE}, CLOSED: TEAM | {ADVOCATE}},
    "dispose_comment": {PREWORK: STAFF, LIVE: STAFF, CLOSED: NOBODY},
    "propose_decision": {PREWORK: TEAM, LIVE: TEAM, CLOSED: NOBODY},
    "record_position": {PREWORK: TEAM, LIVE: TEAM, CLOSED: NOBODY},
    "settle_decision": {PREWORK: NOBODY, LIVE: LEADS, CLOSED: NOBODY},
    "finalize_section": {PREWORK: NOBODY, LIVE: LEADS, CLOSED: NOBODY},
    "reopen_section": {PREWORK: NOBODY, LIVE: LEADS, CLOSED: NOBODY},
    "ask_reopening": {PREWORK: NOBODY, LIVE: FAMILY, CLOSED: FAMILY},
    "manage_follow_ups": {PREWORK: STAFF, LIVE: STAFF, CLOSED: NOBODY},
    "mark_follow_up": {PREWORK: TEAM, LIVE: TEAM, CLOSED: TEAM},
    "propose_excusal": {PREWORK: STAFF, LIVE: STAFF, CLOSED: NOBODY},
    "agree_excusal": {PREWORK: TEAM, LIVE: TEAM, CLOSED: NOBODY},
    "note_excusal": {PREWORK: LEADS, LIVE: LEADS, CLOSED: NOBODY},
    "revoke_excusal": {PREWORK: TEAM, LIVE: TEAM, CLOSED: NOBODY},
    "log_contact": {PREWORK: STAFF, LIVE: STAFF, CLOSED: NOBODY},
    # The family writes at any time; those of the school who lead the meeting answer, and its whole staff reads.
    "write_message": {PREWORK: LEADS | FAMILY, LIVE: LEADS | FAMILY, CLOSED: LEADS | FAMILY},
    "read_messages": {PREWORK: TEAM, LIVE: TEAM, CLOSED: TEAM},
    # What the student's year must keep, and by when: the team's own dates, the family's as much as the school's.
    "read_due": {PREWORK: TEAM, LIVE: TEAM, CLOSED: TEAM},
    # Progress is measured all year, also when the meeting is over (34 CFR 300.320(a)(3)).
    "log_progress": {PREWORK: STAFF, LIVE: STAFF, CLOSED: STAFF},
    # Reports of progress are about the plan that is in force.
    "issue_report": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: STAFF},
    # What the final plan asks of each of the school's people; of a reopened meeting it is still read.
    "read_duties": {PREWORK: STAFF, LIVE: STAFF, CLOSED: STAFF},
    "acknowledge_duties": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: STAFF},
    # Facts for whoever runs the meeting, to mend before they weigh: nobody else is shown them.
    "read_guard": {PREWORK: CASE_MANAGERS, LIVE: CASE_MANAGERS, CLOSED: CASE_MANAGERS},
    "manage_meeting": {PREWORK: CASE_MANAGERS, LIVE: CASE_MANAGERS, CLOSED: CASE_MANAGERS},
    "sign_attendance": {PREWORK: NOBODY, LIVE: EVERYBODY, CLOSED: EVERYBODY},
    "sign_receipt": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: TEAM},
    "sign_agreement": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: TEAM},
    "consent": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: FAMILY},
    "revoke_consent": {PREWORK: NOBODY, LIVE: FAMILY, CLOSED: FAMILY},
    "state_disagreement": {PREWORK: NOBODY, LIVE: TEAM, CLOSED: TEAM},
    # Changing a final plan without a meeting: only after one, and only by agreement (34 CFR 300.324(a)(4)).
    "propose_amendment": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: CASE_MANAGERS},
    "edit_amendment": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: CASE_MANAGERS},
    "answer_amendment": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: FAMILY | {LEA_REPRESENTATIVE}},
    # Proposed words while they are being written; whoever is to agree reads them as they were offered.
    "read_proposed": {PREWORK: STAFF, LIVE: STAFF, CLOSED: STAFF},
    "write_notice": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: LEADS},
    "translate_notice": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: LEADS | {INTERPRETER}},
    "approve_notice": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: frozenset({LEA_REPRESENTATIVE})},
    "review_decision": {PREWORK: NOBODY, LIVE: NOBODY, CLOSED: TEAM},
    "answer_notice": {PREWORK: EVERYBODY, LIVE: NOBODY, CLOSED: NOBODY},
    # Who has had the record before them is the family's to see, and of who answers for it (34 CFR 300.614).
    "read_accesses": {PREWORK: FAMILY | LEADS, LIVE: FAMILY | LEADS, CLOSED: FAMILY | LEADS},
    # The whole record, with every earlier wording: before the meeting half of the draft is not the family's to read.
    "archive": {PREWORK: STAFF, LIVE: TEAM, CLOSED: TEAM},
    "export": {PREWORK: TEAM, LIVE: TEAM, CLOSED: TEAM},
    # With nothing withheld, to go on at another installation: whoever runs this one has all of it before them anyway.
    "archive_whole": {PREWORK: ADMINISTRATORS, LIVE: ADMINISTRATORS, CLOSED: ADMINISTRATORS},
    # How long the record is kept, and its end (34 CFR 300.624): no participant's, so that no party to it decides.
    "hold_record": {PREWORK: ADMINISTRATORS, LIVE: ADMINISTRATORS, CLOSED: ADMINISTRATORS},
    "note_retention": {PREWORK: ADMINISTRATORS, LIVE: ADMINISTRATORS, CLOSED: ADMINISTRATORS},
    "destroy_record": {PREWORK: ADMINISTRATORS, LIVE: NOBODY, CLOSED: ADMINISTRATORS},
}  # fmt: skip
ACTIONS = tuple(MATRIX)

# A pause by the facilitator stops text from everybody, and text alone.
PAUSABLE = frozenset({"edit_section", "edit_parent_input"})
# What a final section still allows is reading, and the logged act that reopens it.
REFUSED_WHEN_FINAL = frozenset({"edit_section", "edit_parent_input", "finalize_section", "edit_amendment"})

# A closed meeting can be reopened, so every pair but a step back to prework stands here.
PHASE_STEPS = frozenset({(PREWORK, LIVE), (LIVE, CLOSED), (CLOSED, LIVE)})


def why_not(role: str, action: str, phase: str, *, section_state: str = "draft", paused: bool = False) -> str | None:
    """The reason code (`server.domain.errors.REASONS`) that forbids this act, or None when it is allowed."""
    if phase == DESTROYED:
        return "conflict"
    by_phase = MATRIX[action]
    if role not in by_phase[phase]:
        if not any(role in roles for roles in by_phase.values()):
            return "role"
        return "closed" if phase == CLOSED else "phase"
    if section_state == FINAL and action in REFUSED_WHEN_FINAL:
        return "final"
    if paused and action in PAUSABLE:
        return "paused"
    return None


def may(role: str, action: str, phase: str, *, section_state: str = "draft", paused: bool = False) -> bool:
    return why_not(role, action, phase, section_state=section_state, paused=paused) is None
