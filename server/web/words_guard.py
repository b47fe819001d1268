"""What the case manager alone is shown of real participation: facts and what can be done, in words. Never a verdict."""

from collections.abc import Mapping

from server.domain import guard
from server.web.i18n import N_

# By rule: its heading, what it is about, and what could be done.
RULES: Mapping[str, tuple[str, str, str]] = {
    guard.FINAL_EARLY: (
        N_("Final before the meeting"),
        N_("A draft may exist before the meeting. What looks settled tells the parents that they come too late."),
        N_(
            "Take the outcome or the words out, or say that they are a proposal. A section that is final can be reopened "
            "with a reason, and talked about with everybody there."
        ),
    ),
    guard.ONE_OPTION: (
        N_("Only one option"),
        N_("The record of a decision names the options that the team weighed, also those that it did not choose."),
        N_(
            "Ask the team, and the parents first, what else was or could be considered, and write it down with the reasons."
        ),
    ),
    guard.SAME_TEXT: (
        N_("The same words in another student’s plan"),
        N_(
            "Names and pronouns aside, word for word. Roundtable compares sealed marks of sentences: it reads and shows "
            "nothing of the other plan. Good wording can serve twice; the plan is for one child."
        ),
        N_("Look at what this child’s data says, and put it in this child’s terms where it differs."),
    ),
    guard.REFUSAL: (
        N_("Words that can sound like a closed door"),
        N_(
            "Help follows from what the child needs, not from what there usually is. Readers may hear such words as a rule without exceptions."
        ),
        N_(
            "Say what was considered for this child and why. A refusal belongs in a decision, with its basis, and in a written notice."
        ),
    ),
    guard.NO_BASIS: (
        N_("Declined without a basis"),
        N_("Whoever asks is owed the reasons and the reports or data behind them."),
        N_(
            "Add to the decision what it is based on, with dates, or let a decision answer the proposal. If there is no basis, talk again."
        ),
    ),
    guard.NOTHING_SENT: (
        N_("What has reached the parents"),
        N_(
            "From invitations, notices, shared sections and first openings, as far as Roundtable knows. What went by other ways is in the log of contacts."
        ),
        N_("Send the invitation, share the draft, or call and ask how they would like to get it; note the call."),
    ),
    guard.UNCHANGED: (
        N_("No word changed between the draft and the final"),
        N_("The draft that went out and what became final read the same. It may be that everybody was content."),
        N_(
            "If the parents had a part in it, the comments, decisions and notes should show it. If something is missing there, add it."
        ),
    ),
}

# By code of a fact. `%(name)s`: the parent; `%(when)s`: when it was made final.
FACTS: Mapping[str, str] = {
    "sealed_early": N_("Made final %(when)s. The meeting was called for %(called)s."),
    "settled_early": N_("Settled %(when)s. The meeting was called for %(called)s."),
    "outcome_early": N_("Has an outcome, and the meeting has not begun."),
    "final_words": N_("Reads as if it were settled:"),
    "one_option": N_("Names one option and no other."),
    "no_option": N_("Is about placement and names no options."),
    "same_text": N_("Stands in another student’s plan too:"),
    "refusal": N_("It says:"),
    "declined": N_("What the family asked for was declined. No decision that says what it is based on answers it."),
    "refused": N_("Was refused, and names no report or data that it is based on."),
    "option_without_why": N_("An option of the family was not chosen, and no reason is given:"),
    "not_told": N_("No invitation and no notice of this meeting to %(name)s is in Roundtable."),
    "not_shared": N_("No section of the draft has been shared with %(name)s."),
    "not_opened": N_("%(name)s has opened nothing of the draft yet."),
    "unchanged": N_("Shared, and made final %(when)s without a word changed."),
}

TABLES = {"guard_rules": RULES, "guard_facts": FACTS, "guard_sources": guard.SOURCES}
