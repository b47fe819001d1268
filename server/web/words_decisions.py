"""Words for decisions: outcomes, positions, what is missing, and why an act on one was refused."""

from server.documents.labels import FIELD_LABELS
from server.web.i18n import N_

# name, icon, what it means in one plain sentence
OUTCOMES = {
    "agreed": (N_("Agreed"), "handshake", N_("The team agrees on this.")),
    "proposed": (
        N_("School’s proposal, without consensus"),
        "school",
        N_("The team does not agree. The school proposes to do this, and tells the parents so in writing."),
    ),
    "refused": (
        N_("Refused by the school, without consensus"),
        "ban",
        N_("Somebody asked for it. The school says no, and tells the parents why in writing."),
    ),
    "deferred": (
        N_("Put off until later"),
        "calendar-clock",
        N_("Somebody brings the answer by a day that is named here."),
    ),
    "withdrawn": (N_("Request withdrawn"), "undo-2", N_("Whoever asked no longer asks for it.")),
}
NO_OUTCOME = (N_("Not decided yet"), "circle-dashed")
# name, icon; what a member says of themselves
POSITIONS = {
    "agree": (N_("Agrees"), "circle-check", N_("I agree")),
    "agree_in_part": (N_("Agrees in part"), "contrast", N_("I agree in part")),
    "disagree": (N_("Disagrees"), "circle-x", N_("I disagree")),
    "no_position": (N_("Takes no position yet"), "hourglass", N_("I need time, or to ask")),
    "not_present": (N_("Was not present"), "user-x", N_("Not present")),
}
# After a position that was on other words than those that stand there now.
SAID_BEFORE = N_("said before the words were changed")
DECISION_STATES = {
    "open": (N_("Still open"), "pencil-line"),
    "settled": (N_("Settled"), "lock"),
    "superseded": (N_("Replaced by a later decision"), "history"),
}
# What stands in the way of reading it back, after "Still missing:".
MISSING = {
    "outcome": N_("what comes of it"),
    "action": N_("the action in one sentence"),
    "deferred_to": N_("who brings the answer"),
    "deferred_until": N_("by which day"),
}
# The elements of the written notice to the parents, 34 CFR 300.503(b).
NOTICE_ELEMENTS = {
    1: N_("the action"),
    2: N_("the reasons"),
    3: N_("what it is based on"),
    6: N_("the other options, and why each was not chosen"),
    7: N_("other factors"),
}
# What an entry of the journal did, after its author's name.
STEPS = {
    "decision.proposed": N_("wrote it down"),
    "decision.changed": N_("changed the words"),
    "decision.read_back": N_("read the words back to everybody"),
    "put_off": N_("put the read-back off"),
    "decision.settled": N_("confirmed and settled it"),
}
# Refusals of acts on a decision, by field; those without one are worded like all others.
REFUSALS = {
    "revision": N_("Somebody changed the words of this decision a moment ago. Please look at them again."),
    "read_back": N_("These words were not read back. Read them back to everybody first."),
    "positions": N_("Somebody’s position changed a moment ago. Nothing was settled. Please look again."),
    "state": N_("This decision is settled. It is not changed any more; a new decision can take its place."),
    "supersedes": N_("The decision that this one takes the place of is not in force. Please look at it."),
    "decisions": N_("A meeting holds at most 500 decisions."),
    "outcome": N_("Say what comes of it."),
    "action": N_("Write the action in one sentence of at most 500 characters."),
    "question": N_("Write the question or the action, each in at most 500 characters."),
    "deferred_to": N_("Choose who brings the answer."),
    "deferred_until": N_("Enter by which day the answer is brought: today or later."),
    "raised_by": N_("Choose somebody of this meeting."),
    "reasons": N_("Shorten the reasons to at most 4,000 characters."),
    "other_factors": N_("Shorten the other factors to at most 4,000 characters."),
    "sections": N_("Choose sections of this draft."),
    "options": N_("List at most 12 options, and mark at most one as chosen."),
    "basis": N_("List at most 30 documents."),
    "numbers": N_("Link at most 40 numbers."),
    "position": N_("Choose one of the positions."),
    "words": N_("Shorten your words to at most 2,000 characters."),
    "person": N_("Positions are noted for members of the team. Each of you records your own."),
    "absent": N_("Only members of the team who are not here can be noted as not present."),
    "thread": N_("That comment is no longer there."),
    "on": N_("Enter the day of the review."),
}
ROW_REFUSALS = {
    "options": N_("Write each option in at most 1,000 characters, or leave all of its fields empty."),
    "basis": N_("Name each document in at most 1,000 characters, with a date or without one."),
    "numbers": N_("Write a number or a date that this field is to say."),
}

TABLES = {
    "decision_outcomes": OUTCOMES,
    "no_outcome": NO_OUTCOME,
    "decision_positions": POSITIONS,
    "decision_states": DECISION_STATES,
    "missing_words": MISSING,
    "notice_elements": NOTICE_ELEMENTS,
    "decision_steps": STEPS,
    "field_labels": FIELD_LABELS,
}
