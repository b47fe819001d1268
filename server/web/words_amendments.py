"""Words for amendments of a final plan without a meeting."""

from server.web.i18n import N_

# name, icon
STATES = {
    "draft": (N_("Being written"), "pencil-line"),
    "offered": (N_("Waiting for answers"), "clock"),
    "withdrawn": (N_("Withdrawn"), "undo-2"),
    "superseded": (N_("Another proposal took its place"), "arrow-right"),
    "in_effect": (N_("In effect"), "circle-check"),
}
# After the person's name: what they answered.
ANSWERS = {
    "agree": (N_("agrees in writing"), "circle-check"),
    "decline": (N_("does not agree"), "circle-x"),
    "meeting": (N_("asks for a meeting instead"), "users"),
}
# What the person says of themselves.
CHOICES = {
    "agree": N_("I agree to this change, without a meeting"),
    "meeting": N_("I want a meeting of the team instead"),
    "decline": N_("I do not agree"),
}
SENTENCE = N_(
    "I have read the proposed words and I understand them. The answer that I chose is my own. If I agree, I agree in "
    "writing that the plan is changed in just this way without a meeting."
)
# What the law says, in plain words (34 CFR 300.324(a)(4) and (6), 300.503).
LAW = (
    N_("You do not have to agree. You can ask for a meeting of the whole team instead, and you need no reason."),
    N_(
        "The plan is changed without a meeting only if a parent and the school’s representative agree in writing to "
        "the same words (34 CFR 300.324(a)(4))."
    ),
    N_("Only what is marked here changes. All the rest of the plan stays as it is."),
    N_("Before the change is carried out, the school gives you a written notice of what it does and why."),
    N_("You can have a copy of the whole plan with the change in it, at no cost."),
)
MISSING = {
    "lea": N_("The school’s representative has not agreed yet."),
    "parent": N_("No parent has agreed yet."),
    "against": N_(
        "Somebody does not agree or asks for a meeting. Without a meeting the plan stays as it is: call one, or "
        "propose other words."
    ),
}
MISTAKES = {
    "sections": N_("Choose at least one final section."),
    "reason": N_("Say why, in at most 2,000 characters."),
    "override": N_("Points stand open. Say why the change is proposed all the same."),
    "open": N_("A proposal is being written already. Finish or withdraw that one first."),
    "newer": N_("A later meeting has made a plan. Propose the change there."),
    "same": N_(
        "A section reads just as before. Write the new words first, or withdraw this and choose other sections."
    ),
    "seen": N_("The words were changed since you looked. Please read them again; nothing was done."),
    "decisions": N_("Confirm that it changes what the meeting decided, or write the number as it was decided."),
    "readiness": N_("A point stands against this that nobody may pass over. Please look at the list."),
    "base": N_("A section was opened or made final again since. Withdraw this proposal and begin a new one."),
    "agreement": N_("The school and a parent must have agreed to these very words, and nobody be against them."),
    "state": N_("This proposal is not at that stage any more. Please look again."),
    "understood": N_("Please confirm the sentence above the button. Without it nothing is answered."),
    "answer": N_("Choose an answer."),
    "words": N_("Shorten this to at most 4,000 characters."),
}
ADDED, REMOVED, CHANGED, TAKEN_OUT = N_("added"), N_("removed"), N_("Changed"), N_("Taken out")
ADDED_WORDS = N_("Added")
NOT_FILLED_IN = N_("Not filled in")
OFFER_TITLE = N_("A change of the plan is proposed")
OFFER_LEAD = N_(
    "%(name)s’s school proposes to change the plan without a meeting. You need not agree, and you can ask for a "
    "meeting instead. Please read it and answer in Roundtable:"
)
OFFER_OPEN = N_("Read and answer")
MADE_TITLE = N_("The plan was changed")
MADE_LEAD = N_(
    "%(name)s’s plan was changed by agreement, without a meeting. This is all that reads otherwise. The whole plan "
    "with the change in it is in Roundtable, free of charge:"
)
MADE_OPEN = N_("Open the changed plan")
WHY, WHAT, LAW_TITLE = N_("Why"), N_("What changes"), N_("What the law says")
REVIEW_STAYS = N_("The yearly review is not put off by this: it stays due by %(day)s.")

TABLES = {
    "amendment_states": STATES,
    "amendment_answers": ANSWERS,
    "amendment_choices": CHOICES,
    "amendment_sentence": SENTENCE,
    "amendment_law": LAW,
    "amendment_missing": MISSING,
}
