"""Codes into words: roles, phases, states, sections and refusals. English here; translated where they are shown."""

from server.web.i18n import N_

ROLES = {
    "case_manager": N_("Case manager"),
    "lea_representative": N_("District representative (LEA)"),
    "team_staff": N_("School staff"),
    "parent": N_("Parent or guardian"),
    "student": N_("Student"),
    "advocate": N_("Advocate"),
    "interpreter": N_("Interpreter"),
    "observer": N_("Observer"),
}
# What each role may do, said to whoever chooses one.
ROLE_HINTS = {
    "case_manager": N_("Prepares and leads the meeting, manages people, writes and finalizes sections."),
    "lea_representative": N_("Speaks for the district: writes and finalizes sections."),
    "team_staff": N_("Teachers and specialists: write in every section before and during the meeting."),
    "parent": N_("Reads everything, writes the family’s own section now and every section during the meeting."),
    "student": N_("Reads everything, writes with the family."),
    "advocate": N_("Comes with the family: reads everything."),
    "interpreter": N_("Reads everything, changes nothing."),
    "observer": N_("Reads everything, changes nothing."),
}
# name, icon
PHASES = {
    "prework": (N_("Getting ready"), "notebook-pen"),
    "live": (N_("Meeting now"), "radio"),
    "closed": (N_("Meeting closed"), "archive"),
}
STATES = {
    "draft": (N_("Draft"), "pencil-line"),
    "in_discussion": (N_("Being discussed"), "messages-square"),
    "final": (N_("Final"), "lock"),
}
SECTIONS = {
    "parent_input": N_("Family’s own words"),
    "present_levels": N_("Present levels"),
    "special_factors": N_("Special factors"),
    "goals": N_("Goals"),
    "services": N_("Services"),
    "accommodations": N_("Accommodations and modifications"),
    "assessments": N_("State and district tests"),
    "placement": N_("Placement"),
    "extended_school_year": N_("Extended school year"),
    "transition": N_("Life after school (transition)"),
    "notes": N_("Meeting notes"),
}
# One plain sentence under each heading: what a reader who has never seen an IEP will find there.
SECTION_HINTS = {
    "parent_input": N_("Written by the parents and the student. Staff can read it and cannot change it."),
    "present_levels": N_("How the student is doing now, in school work and in everyday life."),
    "special_factors": N_(
        "Questions the law asks about every student: behavior, language, vision, communication, technology."
    ),
    "goals": N_("What the student should be able to do in one year, and how we will measure it."),
    "services": N_("The teaching and support the school will give: what, how often, where and from when."),
    "accommodations": N_("Changes in how the student learns and shows learning, or in what is expected."),
    "assessments": N_("How the student takes part in state and district tests."),
    "placement": N_("Where the student learns, and how much time is spent with classmates without disabilities."),
    "extended_school_year": N_("Whether the student needs services when school is out, and why."),
    "transition": N_("Plans for work, more school and living as an adult, from age 16 or earlier."),
    "notes": N_("Anything the team wants to remember that belongs in no other section."),
}
PURPOSES = {
    "initial": N_("First IEP"),
    "annual_review": N_("Annual review"),
    "reevaluation": N_("Reevaluation"),
    "amendment": N_("Amendment"),
    "transition": N_("Transition planning"),
    "other": N_("Other"),
}
# Why something was not done (`server.domain.errors.REASONS`, and the codes of server.people), to the person who tried.
REFUSALS = {
    "role": N_("Your part in this meeting does not include that. The case manager can help you."),
    "phase": N_("That is not possible at this stage of the meeting."),
    "paused": N_("The facilitator has paused writing for everybody. Please wait a moment."),
    "final": N_("This section is final. To change it, the case manager or the district representative must reopen it."),
    "closed": N_("The meeting is closed. You can still read everything."),
    "invalid": N_("Something in the form is not right. Please look at it again."),
    "too_big": N_("That is too large."),
    "not_shared": N_(
        "The school has not shared this part of the draft yet. It opens when the meeting starts, or before."
    ),
    "conflict": N_("Somebody else changed this a moment ago. Please look again and repeat what you still need."),
    "not_found": N_("That is no longer there."),
    "password_short": N_("Use at least 12 characters. A few words in a row are easy to remember."),
    "password_long": N_("Use at most 256 characters."),
    "password_easy": N_("That password is too easy to guess. Use words that are not your name and not “password”."),
}
# A refusal that names a field of a form without a page of its own.
FIELD_REFUSALS = {
    "makings": N_("Two files of yours are being made already. Wait for one of them, or cancel it."),
    "reason": N_("Please give a reason, in at most 500 characters."),
    "phase": N_("The meeting is not at that stage any more. Please load the page again."),
    "state": N_("The section is not in that state any more. Please load the page again."),
    "closing": N_("What is left open has changed since you looked. Please look at the list again."),
    "readiness": N_("Points stand open, or have changed since you looked. Please look at the list again."),
    "read_back": N_(
        "The words must be read back before they become final, and not change in between. Please read them back again."
    ),
}
# That a section cannot be written in, in a few words beside its heading. A final one says so by its state.
READ_ONLY = {
    "role": N_("Read only"),
    "phase": N_("Read only for now"),
    "paused": N_("Writing is paused"),
    "closed": N_("Read only"),
}
# What a change of a section's state did, by the state before and after.
STATE_CHANGES = {
    ("draft", "final"): N_("made the section final"),
    ("in_discussion", "final"): N_("made the section final"),
    ("final", "draft"): N_("reopened the section"),
    ("final", "in_discussion"): N_("reopened the section"),
    ("draft", "in_discussion"): N_("opened the discussion"),
    ("in_discussion", "draft"): N_("ended the discussion"),
}
# What a revision did (`server.journal.kinds`), after its author's name.
REVISION_KINDS = {
    "edit": N_("wrote"),
    "restore": N_("brought back earlier words"),
    "document.created": N_("made the first draft"),
    "comment.adopted": N_("adopted a proposed wording"),
    "amendment.made": N_("put an agreed amendment into effect"),
}
