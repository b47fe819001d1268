"""Words for prior written notices and for reviews of decisions."""

from server.web.i18n import N_

NOTICE_STATES = {
    "draft": (N_("Draft of the school"), "pencil-line"),
    "approved": (N_("Approved by the school"), "lock"),
}
# The seven elements of 34 CFR 300.503(b), as headings of the notice.
ELEMENTS = {
    1: N_("What the school will or will not do"),
    2: N_("Why"),
    3: N_("Each evaluation, test, record or report that this is based on"),
    4: N_("Your rights"),
    5: N_("Who can help you understand this"),
    6: N_("Other options that the team considered, and why they were not chosen"),
    7: N_("Other factors that mattered"),
}
PART_KINDS = {
    "proposes": N_("The school proposes"),
    "refuses": N_("The school refuses"),
}
FIELDS = {1: "action", 2: "reasons", 3: "basis", 4: "safeguards", 5: "contacts", 6: "options", 7: "factors"}
WAYS_GIVEN = {
    "mail": N_("by e-mail"),
    "paper": N_("on paper"),
    "aloud": N_("read aloud in their language"),
}
REVIEW_STATES = {
    "on_course": (N_("On course"), "circle-check"),
    "behind": (N_("Behind"), "circle-alert"),
    "done": (N_("Done"), "check"),
    "not_done": (N_("Not done"), "circle-x"),
    "changed": (N_("To be decided anew"), "refresh-cw"),
}
# 34 CFR 300.503(b)(4): what a new draft says of the safeguards; the school words it as it does.
SAFEGUARDS = N_(
    "As the parents of a child with a disability you have protection under the procedural safeguards of the "
    "Individuals with Disabilities Education Act (34 CFR 300.500 to 300.536). You get a copy of them, in your language "
    "and free of charge, from %(name)s."
)
MISTAKES = {
    "elements": N_("An element of the notice is missing. It cannot be approved before all seven are there."),
    "superseded": N_("A decision of this notice is no longer in force. Remove the draft and compose it anew."),
    "takes_effect": N_("The notice must come before it is carried out: choose a later day, or leave the day empty."),
    "revision": N_("Somebody changed this notice a moment ago. Please look at their words and repeat what you need."),
    "state": N_("This notice is approved. It is not changed any more."),
    "decisions": N_("Choose settled decisions that need a notice and stand in none yet."),
    "person": N_("Choose who got it."),
    "how": N_("Choose how it was given."),
    "mail": N_("This installation sends no mail, or somebody has no address. Hand the notice over on paper."),
    "translator": N_("Say who translated it, in at most 200 characters."),
    "compared": N_("Please confirm that you read both languages and compared the texts."),
    "stale": N_("The notice was changed after this translation was made. Translate it anew first."),
    "empty": N_("A text of the translation is still missing."),
    "parts": N_("The notice has other parts by now. Please load the page again."),
    "words": N_("Shorten the words to at most 1,000 characters."),
    "on": N_("Enter the day of the review."),
}
LETTER_LEAD = N_("This is a written notice of the school about %(name)s. You can read and print it here too:")
OPEN = N_("Open it in Roundtable")
TOO_LONG = N_("Shorten this: at most 8,000 characters, and 1,000 for an option.")

TABLES = {
    "notice_states": NOTICE_STATES,
    "notice_headings": ELEMENTS,
    "notice_fields": FIELDS,
    "part_kinds": PART_KINDS,
    "ways_given": WAYS_GIVEN,
    "review_states": REVIEW_STATES,
}
