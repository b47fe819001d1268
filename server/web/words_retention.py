"""Words of the pages about how long a record is kept, and of its end."""

from server.web.i18n import N_

HOLDS = {
    "complaint": N_("An open complaint, mediation or hearing"),
    "inspection": N_("Somebody asked to inspect the record and has not seen it yet (34 CFR 99.10(e))"),
    "legal": N_("Another legal reason"),
}
WAYS = {
    "mail": N_("By e-mail"),
    "letter": N_("By letter"),
    "person": N_("In person, in a language they understand"),
}
AGAINST = {
    "live": N_("The meeting is on. Close it first."),
    "held": N_("Something holds it: see below."),
    "not_informed": N_("The parents have not been informed yet that it is no longer needed (34 CFR 300.624(a))."),
    "left_unknown": N_("The time it is kept begins when the student leaves the school, and nobody has noted that day."),
    "period": N_("The time it must be kept is not over."),
    "copies": N_("The parents still have time to take a copy."),
}
GOES = (
    N_("Every word of the draft and the final plan, with every earlier version"),
    N_("Comments, messages, decisions with their reasons, statements of disagreement, signatures"),
    N_("Notices, reports of progress and measured values, letters that still wait to be sent"),
    N_(
        "Who took part, who had the record before them, and the account of anybody of the family who has no other meeting"
    ),
)
STAYS = (
    N_("That there was a meeting, and on which day"),
    N_(
        "The chain of entries: of each its number, kind, time and hash, without what it said, so that it can still be verified"
    ),
    N_("The signed receipts that people were given, and those kept here"),
    N_("One last entry: that you destroyed it, when, and under which rule"),
)
PERMANENT = N_(
    "Keep the permanent record: the student’s name, the grade level and the year (34 CFR 300.624(b)). "
    "Address, phone number, grades, attendance and classes are not kept in Roundtable."
)
NOT_NOW = N_("It may not be destroyed today. What stands against it is said below; nothing was changed.")
NEEDED = N_("Confirm it, or leave the record as it is.")
BAD_DAY = N_("Enter a day that has already been.")
BAD_WORDS = N_("Enter between 1 and 500 characters.")
CHOOSE = N_("Choose one.")
# The letter that informs the parents.
LETTER = N_(
    "We no longer need the record of the meeting of %(day)s to provide services. You may ask us for a "
    "copy, and you may need one later, for example for Social Security benefits. You may ask us to destroy the record, and then we "
    "must; we may keep a permanent record of name, address, phone number, grades, attendance, classes, grade level and "
    "year. If you ask for nothing, we may destroy it when the time that we must keep it is over."
)
SUBJECT = N_("A school record that is no longer needed")
OPEN = N_("Open the record")
NO_ADDRESS = N_("No parent of this meeting has an e-mail address here. Inform them by letter or in person.")
GONE_TITLE = N_("This record was destroyed")
GONE = N_(
    "What this meeting’s record held was destroyed on %(day)s, as the law provides (%(citation)s). Nothing of it can be "
    "brought back. The school can tell you more; a copy that you took is still yours."
)
