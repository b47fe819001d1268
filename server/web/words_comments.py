"""The words of comments: what came of them, filters, and refusals at their fields."""

from server.web.i18n import N_

# code -> name, icon
DISPOSITIONS = {
    "adopted": (N_("Adopted"), "circle-check"),
    "adopted_in_part": (N_("Adopted in part"), "circle-dot"),
    "declined": (N_("Declined"), "circle-slash"),
    "parked": (N_("Parked"), "circle-parking"),
    "decision": (N_("Answered by a decision"), "gavel"),
}
FILTERS = {
    "open": N_("Open"),
    "unread": N_("New to you"),
    "mentions": N_("Mention you"),
    "family": N_("From the family"),
    "unanswered": N_("Without an answer"),
    "all": N_("All"),
}
# By the field of a refusal; else the general words.
REFUSALS = {
    "text": N_("Please write something, in at most 5,000 characters."),
    "proposal": N_("Please write the wording you propose in at most 4,000 characters."),
    "lang": N_("Please choose the language you wrote in."),
    "mentions": N_("Somebody you mentioned is no longer in this meeting. Please choose again."),
    "anchor": N_(
        "The words you selected have changed meanwhile. Your comment is still here: close this window, "
        "select the words again, and it will be filled in."
    ),
    "thread": N_("Somebody was faster. The comment is shown as it is now."),
    "comments": N_("A meeting holds at most 5,000 comments and answers."),
    "comment": N_("This comment is not there any more."),
    "reason": N_("Please give the reason, in at most 2,000 characters. The family will read it."),
    "owner": N_("Please choose who takes care of it."),
    "due": N_("Please give the date by which it is taken care of: today or later."),
    "decision": N_("Please choose a decision of this meeting."),
    "edit": N_(
        "The text of that section was not changed since the comment was made. Change it first, or name the decision."
    ),
    "disposition": N_("Somebody has said meanwhile what came of this comment. Please look again."),
    "passage_gone": N_(
        "The words this was proposed for are gone. Change the text by hand, and then say here what came of it."
    ),
    "passage_changed": N_("The words this was proposed for were changed meanwhile. Please look again."),
    "passage_spread": N_(
        "The words go over several paragraphs or fields. Change the text by hand, and then say here what came of it."
    ),
}
NOT_YOURS = N_("Only whoever wrote this, or school staff, can do that.")
SAID = {
    "opened": N_("Your comment is saved."),
    "answered": N_("Your answer is saved."),
    "edited": N_("Your change is saved."),
    "resolved": N_("Resolved."),
    "reopened": N_("Open again."),
    "disposed": N_("Saved. Everybody can read what came of it."),
    "adopted": N_("The wording is in the draft now, with both names in its history."),
    "read": N_("All are marked as read."),
}
