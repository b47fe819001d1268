"""Codes of attendance and of seats into words."""

from server.web.i18n import N_

# The seats of 34 CFR 300.321 (`server.domain.seats`).
SEATS = {
    "parent": N_("Parent or guardian"),
    "regular_teacher": N_("Regular education teacher"),
    "special_teacher": N_("Special education teacher or provider"),
    "lea_representative": N_("District representative (LEA)"),
    "evaluation": N_("Person who explains evaluation results"),
    "student": N_("Student"),
}
WAYS = {
    "in_person": N_("In person"),
    "video": N_("By video"),
    "phone": N_("By phone"),
    "online": N_("Online"),
}
# What is wrong with a correction, by the field that a refusal names.
MISTAKES = {
    "person": N_("Choose somebody of this meeting."),
    "how": N_("Choose how this person takes part."),
    "arrived_at": N_("Enter a time of arrival within the meeting."),
    "left_at": N_(
        "Enter a time of leaving after the arrival and within the meeting. Once it is closed, everybody has left."
    ),
    "stay": N_("This person is down as present at that time already. Correct the other entry first."),
    "seen": N_("This entry changed a moment ago. Please look again and repeat what you still need."),
}
