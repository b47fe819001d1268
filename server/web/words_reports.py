"""Codes of progress reports into words."""

from server.domain.reports import EXPECTED, NOT_EXPECTED, REACHED
from server.web.i18n import N_

# word, icon
OUTLOOKS = {
    REACHED: (N_("Reached"), "circle-check"),
    EXPECTED: (N_("Expected to be reached"), "circle-dot"),
    NOT_EXPECTED: (N_("Not expected to be reached"), "triangle-alert"),
}
MISTAKES = {
    "days": N_("Enter at most 12 dates."),
    "period": N_("Choose the date that the report is for."),
    "goals": N_("Say of at least one goal how it goes."),
    "outlook": N_("Choose how it goes for each goal that you write about."),
    "words": N_("Say it in a sentence, in at most 2,000 characters."),
    "goal": N_("The plan has other goals now. Please load the page again."),
}
SUBJECT = N_("A report of progress is there for you in Roundtable")
LEAD = N_("The school has issued a report of progress. To protect the student, this letter does not say more.")
OPEN = N_("Read the report")
