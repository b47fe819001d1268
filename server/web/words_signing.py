"""Words for signatures, statements, notices and reviews."""

from server.web.i18n import N_

# name, icon, what it is in plain words
SIGNINGS = {
    "attended": (
        N_("I was there"),
        "users",
        N_("That you were at the meeting, and nothing else."),
    ),
    "received": (
        N_("I have a copy"),
        "notebook-pen",
        N_("That you got a copy of the plan, at no cost. It does not say that you agree."),
    ),
    "agreement": (
        N_("Do I agree?"),
        "handshake",
        N_("Your own answer to the plan: yes, in part, or no. It is not consent, and nobody counts answers."),
    ),
    "consent": (
        N_("Do I consent?"),
        "scale",
        N_("Permission to carry something out. It is yours to give or refuse, whole or in part, and to take back."),
    ),
}
# The sentence that the signer confirms; kept with the signature as it was read.
SENTENCES = {
    "attended": N_("I was at this meeting. With this I do not agree to anything."),
    "received": N_("I have received a copy of this plan, at no cost to me. With this I do not agree to it."),
    "agreement": N_(
        "I have read this plan, I understand it, and the answer that I chose is my own. It is not consent."
    ),
    "consent": N_(
        "I was told in my language what this is about, and I understand it. The answer that I chose is my own free "
        "choice. I can take consent back at any time, for what comes after that."
    ),
}
REVOKE_SENTENCE = N_(
    "I take my consent back. I understand that this does not undo what was done before, and that the school tells me "
    "in writing before anything stops."
)
# What was answered, after the signer's name.
ANSWERS = {
    ("attended", "yes"): N_("was there"),
    ("received", "yes"): N_("has a copy"),
    ("agreement", "yes"): N_("agrees"),
    ("agreement", "in_part"): N_("agrees in part"),
    ("agreement", "no"): N_("does not agree"),
    ("consent", "yes"): N_("consents"),
    ("consent", "in_part"): N_("consents in part"),
    ("consent", "no"): N_("does not consent"),
}
# What the signer says of themselves.
CHOICES = {
    ("agreement", "yes"): N_("Yes, I agree"),
    ("agreement", "in_part"): N_("In part"),
    ("agreement", "no"): N_("No, I do not agree"),
    ("consent", "yes"): N_("Yes, I consent"),
    ("consent", "in_part"): N_("In part"),
    ("consent", "no"): N_("No, I do not consent"),
}
ANSWER_ICONS = {"yes": "circle-check", "in_part": "contrast", "no": "circle-x"}
CONSENT_TO = {
    "evaluation": N_("to the evaluation or reevaluation"),
    "services": N_("to the first special education and related services"),
    "plan": N_("to this plan"),
}
CONSENT_RULE = {
    "evaluation": N_(
        "Federal law asks for a parent’s consent before an evaluation or a reevaluation (34 CFR 300.300)."
    ),
    "services": N_("Federal law asks for a parent’s consent before the first services (34 CFR 300.300)."),
    "plan": N_(
        "Federal law does not ask for consent to a yearly plan; some states do. Your answer is kept either way, "
        "and nobody must answer today."
    ),
}
MISTAKES = {
    "answer": N_("Choose an answer."),
    "words": N_("Say which part, in at most 4,000 characters."),
    "understood": N_("Please confirm the sentence above the button. Without it nothing is signed."),
    "text": N_("Write your statement, in at most 20,000 characters."),
    "attended": N_("You are not down as having been there. The case manager can note it under “Attendance”."),
    "revoked": N_("There is no consent of yours to take back."),
}

TABLES = {
    "signings": SIGNINGS,
    "sign_sentences": SENTENCES,
    "sign_answers": ANSWERS,
    "sign_choices": CHOICES,
    "answer_icons": ANSWER_ICONS,
    "consent_to": CONSENT_TO,
    "consent_rule": CONSENT_RULE,
    "revoke_sentence": REVOKE_SENTENCE,
}
