"""Excusals and attempts to reach the parents, in words."""

from server.web.i18n import N_

KINDS = {
    "not_needed": N_("Not needed: their area is not discussed"),
    "excused": N_("Excused: their area is discussed, and they send written input before"),
}
KIND_HINTS = {
    "not_needed": N_("A parent and the district agree in writing. 34 CFR 300.321(e)(1)."),
    "excused": N_(
        "A parent and the district agree in writing, and the parent and the team get the person’s written input before "
        "the meeting. 34 CFR 300.321(e)(2)."
    ),
}
# What a parent, or the district's representative, agrees to; kept with the agreement as it was shown.
STATEMENTS = {
    ("parent", "not_needed"): N_(
        "I understand that %(name)s does not come to this part of the meeting: %(part)s. What they are responsible for "
        "is not changed or talked about there. I agree to this. I know that I may say no, and that I can take this back "
        "before the meeting."
    ),
    ("parent", "excused"): N_(
        "I understand that %(name)s does not come to this part of the meeting: %(part)s. What they are responsible for "
        "is talked about there, and I get their input in writing before the meeting. I agree to this. I know that I may "
        "say no, and that I can take this back before the meeting."
    ),
    ("lea", "not_needed"): N_(
        "The district agrees that %(name)s is not needed for this part of the meeting: %(part)s. Their area is not "
        "changed or discussed there."
    ),
    ("lea", "excused"): N_(
        "The district agrees to excuse %(name)s from this part of the meeting: %(part)s. They give written input to the "
        "parents and the team before the meeting."
    ),
}
WHOLE_MEETING = N_("the whole meeting")
# By code of `server.domain.excusals.lacks`.
LACKS = {
    "parent": N_("a parent’s written agreement"),
    "lea": N_("the district’s agreement"),
    "input": N_("the person’s written input"),
    "parent_late": N_("a parent’s agreement from before the meeting (it is dated after its start)"),
    "lea_late": N_("the district’s agreement from before the meeting (it is dated after its start)"),
    "input_late": N_("written input from before the meeting (it came after its start)"),
}
MISTAKES = {
    "person": N_("Choose a person of the school who is in this meeting, and not excused from this part already."),
    "kind": N_("Choose which kind it is."),
    "sections": N_("Choose the part of the meeting."),
    "reason": N_("Shorten this to at most 1000 characters."),
    "signed_at": N_("Enter the day on which it was signed. It cannot be a day to come."),
    "given_at": N_("Enter the day on which parents and team got it. It cannot be a day to come."),
    "input": N_("Write the input, or say where it is, in at most 20,000 characters."),
    "statement": N_("Tick the box to say that you understand and agree."),
    "agreed": N_("This agreement stands already."),
    "revoked": N_("This one was taken back already."),
    "excusals": N_("There are too many of these in this meeting."),
}

CHANNELS = {
    "phone": N_("Phone call"),
    "text_message": N_("Text message"),
    "email": N_("E-mail"),
    "letter": N_("Letter"),
    "home_visit": N_("Visit at home"),
    "work_visit": N_("Visit at work"),
    "in_person": N_("In person at school"),
    "other": N_("Another way"),
}
RESULTS = {
    "agreed": N_("They will come"),
    "other_time": N_("They ask for another time or way"),
    "declined": N_("They will not come"),
    "reached": N_("Reached, no answer yet"),
    "message_left": N_("Message left"),
    "no_answer": N_("Nobody answered"),
    "returned": N_("It came back"),
}
CONTACT_MISTAKES = {
    "channel": N_("Choose how you tried."),
    "result": N_("Choose what came of it."),
    "at": N_("Enter the day and time of the attempt. It cannot be in the future."),
    "person": N_("Choose a parent of this meeting, or the family."),
    "language": N_("Shorten the language to at most 60 characters."),
    "note": N_("Shorten this to at most 1000 characters."),
    "next_step": N_("Shorten this to at most 1000 characters."),
    "contacts": N_("There are too many entries in this log."),
}
