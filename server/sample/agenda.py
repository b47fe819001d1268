"""The sample's agenda: 90 minutes, as the facilitator sent it out."""

from server.meeting.agenda import ItemPlan

AGENDA = (
    ItemPlan(
        "Welcome, roles, purpose, norms; this draft is preliminary; safeguards offered",
        6,
        "Sam Adeyemi",
        "A shared purpose",
    ),
    ItemPlan(
        "Jonah’s slides; the family’s priorities",
        12,
        "Jonah and his parents",
        "Priorities on the board",
        ("parent_input",),
    ),
    ItemPlan("Progress and present levels", 14, "Dana Whitlock, Helen Sato", "An agreed picture", ("present_levels",)),
    ItemPlan("Special factors", 5, "Dana Whitlock", "Five answers", ("special_factors",)),
    ItemPlan("Goals 1–4", 18, "Dana Whitlock, Ingrid Bell", "Agreed wording", ("goals",)),
    ItemPlan(
        "Accommodations, assistive technology, testing (with the occupational therapist)",
        10,
        "Tom Ferreira, Marcus Obi",
        "Lists for class and for tests",
        ("accommodations", "assessments"),
    ),
    ItemPlan(
        "Services and extended school year", 12, "Priya Raman", "A filled grid", ("services", "extended_school_year")
    ),
    ItemPlan(
        "Least restrictive environment and placement", 6, "Priya Raman", "One option, with reasons", ("placement",)
    ),
    ItemPlan(
        "Read-back of decisions and disagreements; parking lot; who does what by when; end",
        7,
        "Sam Adeyemi, Lena Fox",
        "The record is confirmed",
        ("notes",),
    ),
)
