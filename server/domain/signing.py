"""What people put their name to after a meeting: four acts that the law keeps apart.

Being there (34 CFR 300.321), having received a copy (300.322(f)), agreeing, and consenting (300.9, 300.300) are never
one signature. Consent or refusal may be of the whole or of a part; consent is revocable, and not retroactively.
"""

from datetime import date

from server.domain.roles import STUDENT

ATTENDED, RECEIVED, AGREEMENT, CONSENT = "attended", "received", "agreement", "consent"
SIGNINGS = (ATTENDED, RECEIVED, AGREEMENT, CONSENT)

YES, IN_PART, NO = "yes", "in_part", "no"
ANSWERS = {
    ATTENDED: (YES,),
    RECEIVED: (YES,),
    AGREEMENT: (YES, IN_PART, NO),
    CONSENT: (YES, IN_PART, NO),
}
# Who answers in part says which part.
NEEDS_WORDS = frozenset({IN_PART})

# The action of the role matrix that each of them is.
ACTION = {
    ATTENDED: "sign_attendance",
    RECEIVED: "sign_receipt",
    AGREEMENT: "sign_agreement",
    CONSENT: "consent",
}

# What consent is given to: evaluation 300.300(a) and (c), the first services 300.300(b), or this plan, where a state
# asks for that.
EVALUATION, SERVICES, PLAN = "evaluation", "services", "plan"
CONSENT_TO = (EVALUATION, SERVICES, PLAN)
_OF_PURPOSE = {"initial": SERVICES, "reevaluation": EVALUATION}
# What the federal rules themselves ask consent for.
FEDERAL = frozenset({EVALUATION, SERVICES})

MOST_WORDS = 4000
MOST_STATEMENT = 20_000


def consent_to(purpose: str) -> str:
    """What a meeting of this purpose would ask consent for."""
    return _OF_PURPOSE.get(purpose, PLAN)


def may_consent(role: str, birth_date: date | None, today: date, majority_age: int) -> bool:
    """A parent; the student from the age of majority on, when the rights have passed to them (300.520)."""
    if role != STUDENT:
        return True
    if birth_date is None:
        return False
    age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    return age >= majority_age
