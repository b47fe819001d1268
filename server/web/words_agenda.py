"""Codes of agenda, parking lot and follow-ups into words."""

from server.web.i18n import N_

# word, icon
ITEM_STATES = {
    "proposed": (N_("Proposed"), "message-square"),
    "open": (N_("To come"), "clock"),
    "current": (N_("Now"), "play"),
    "done": (N_("Done"), "check"),
    "talked_about": (N_("Talked about"), "check"),
}
# What a follow-up is, and the icon beside it.
FOLLOW_UP_KINDS = {
    "task": (N_("Task"), "circle-check"),
    "meeting": (N_("Go on in another meeting"), "calendar"),
    "next_meeting": (N_("For the agenda of the next meeting"), "calendar-days"),
    "request": (N_("Request that needs an answer"), "message-square"),
}
FOLLOW_UP_HINTS = {
    "task": N_("Somebody promised to do this by a day."),
    "meeting": N_("The team needs more time and meets again."),
    "next_meeting": N_("It is on the agenda when the team meets next."),
    "request": N_(
        "The school owes the family an answer in writing. A request for an evaluation is always one of these."
    ),
}
# How a topic leaves the parking lot.
LEAVES_AS = {
    "follow_up": (N_("As a follow-up"), N_("Somebody does it by a day.")),
    "next_meeting": (N_("For the next meeting"), N_("It is put on the agenda when the team meets next.")),
    "request": (
        N_("As a request that needs an answer"),
        N_(
            "The school must answer the family in writing. A request for an evaluation belongs here: "
            "it has to be answered and cannot be parked."
        ),
    ),
    "withdrawn": (N_("Withdrawn"), N_("Only for whoever brought it up: it is settled, or no longer needed.")),
}
LEFT_AS = {
    "follow_up": N_("Became a follow-up"),
    "next_meeting": N_("Goes on the agenda of the next meeting"),
    "request": N_("Became a request that needs an answer"),
    "withdrawn": N_("Withdrawn by whoever brought it up"),
}
# What a form says at a field that does not fit, by the field of the refusal.
FIELDS = {
    "title": N_("Enter a title of at most 200 characters."),
    "minutes": N_("Enter how many minutes it may take, from 1 to 240."),
    "presenter": N_("Shorten this to at most 200 characters."),
    "outcome": N_("Shorten this to at most 300 characters."),
    "sections": N_("Choose sections of this draft."),
    "text": N_("Say in at most 1,000 characters what it is about."),
    "why": N_("Shorten this to at most 1,000 characters."),
    "what": N_("Say in at most 1,000 characters what is to be done."),
    "owner": N_("Choose who does it, from the people in this meeting."),
    "due": N_("Enter the day by which it is done: today or later."),
    "kind": N_("Choose what it is."),
    "leave_as": N_("Choose what becomes of it."),
    "note": N_("Shorten the note to at most 500 characters."),
}
# A refusal that names a field and has no form to stand in.
REFUSALS = {
    "parking": N_("There are still topics in the parking lot. Say first, under “To do”, what becomes of each of them."),
    "parked": N_("Somebody has said already what becomes of this topic. Please look again."),
    "current": N_("The meeting is at this item already."),
    "discussed": N_("The meeting has been at this item, so it stays in the record. You can mark it as done."),
    "order": N_("The item is there already."),
    "more_time": N_("The team has agreed already to go on with this item in another meeting."),
    "done": N_("Somebody marked this a moment ago. Please look again."),
    "agenda": N_("An agenda holds at most 60 items."),
    "follow_ups": N_("A meeting holds at most 500 follow-ups."),
}

# What an item that comes back was in the meeting that left it.
CAME_FROM = {
    "decision": N_("Comes back from a decision of the meeting"),
    "goal": N_("Not expected to be reached, by a report of progress on the plan of the meeting"),
    "follow_up": N_("Comes back from what was promised in the meeting"),
}
