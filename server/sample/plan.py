"""The sample draft, second half: goals, services and what follows from them. Goal 4 is weak on purpose."""

from server.documents.template import filled_block
from server.documents.tree import Node
from server.sample.content import bold, bullets, heading, paragraph

_BY = "By February 24, 2028"
_REPORTS = "With report cards, four times a year"
_START, _END = "March 8, 2027", "February 24, 2028"


def goals() -> list[Node]:
    return [
        filled_block(
            "goal",
            {
                "area": "Reading fluency",
                "baseline": "82 words correct per minute with 93% accuracy",
                "condition": "Given an unpracticed grade 4 passage",
                "behavior": "Jonah will read aloud",
                "criterion": "118 words correct per minute with at least 96% accuracy on 3 of 4 weekly probes in a row",
                "measure": "One-minute probe each week, Ms. Whitlock",
                "date": _BY,
                "reporting": _REPORTS,
            },
        ),
        filled_block(
            "goal",
            {
                "area": "Decoding",
                "baseline": "9 of 20 words",
                "condition": "Given 20 untaught words of two to four syllables",
                "behavior": "Jonah will read the words correctly",
                "criterion": "17 of 20 (85%) on 3 lists in a row",
                "measure": "Word list every two weeks, Ms. Whitlock",
                "date": _BY,
                "reporting": _REPORTS,
            },
        ),
        filled_block(
            "goal",
            {
                "area": "Written expression",
                "baseline": "Median 6 of 16 points",
                "condition": "Given a topic, an organizer and speech-to-text",
                "behavior": "Jonah will produce a paragraph",
                "criterion": "At least 12 of 16 points on the district rubric in 4 of 5 samples",
                "measure": "Two samples a month, Ms. Whitlock and Mr. Obi",
                "date": _BY,
                "reporting": _REPORTS,
            },
        ),
        filled_block(
            "goal",
            {
                "area": "Work habits",
                "baseline": "Starts within 2 minutes in 38% of chances",
                "behavior": "Jonah will stay on task",
                "criterion": "80% of independent work time",
                "measure": "Observation",
                "date": _BY,
                "reporting": _REPORTS,
            },
        ),
        paragraph(),
    ]


def services() -> list[Node]:
    return [
        _service(
            "Specially designed instruction, reading",
            "Ms. Whitlock",
            "5 times a week",
            "30",
            "Resource room, up to five",
        ),
        _service("Specially designed instruction, writing", "Ms. Whitlock", "2 times a week", "30", "Resource room"),
        _service("Counseling (related service)", "Ms. Bell", "Once a week", "30", "Counseling office, group of 3"),
        _service(
            "Occupational therapy consultation",
            "Mr. Ferreira",
            "Once a month",
            "15",
            "With the teacher, not pulled out",
        ),
        filled_block(
            "service",
            {
                "service": "Support for staff: text-to-speech and structured literacy for the grade 5 team",
                "provider": "Ms. Whitlock",
                "frequency": "Once, then every quarter",
                "minutes": "60, then 20",
                "location": "School",
                "start": "March 2027",
                "end": _END,
            },
        ),
        paragraph(
            "Outside the regular class in this draft: 150 + 60 + 30 = 240 of 1,800 minutes a week, so 86.7% inside. "
            "The minutes are the case manager’s proposal; the options are open."
        ),
    ]


def _service(service: str, provider: str, frequency: str, minutes: str, location: str) -> Node:
    return filled_block(
        "service",
        {
            "service": service,
            "provider": provider,
            "frequency": frequency,
            "minutes": minutes,
            "location": location,
            "start": _START,
            "end": _END,
        },
    )


def accommodations() -> list[Node]:
    rows = (
        ("Text-to-speech for any text over one page", "All classes"),
        ("Directions repeated and given in writing", "All classes"),
        ("One-on-one check at the start of a task", "All classes"),
        ("Extended time, one and a half times", "All classes"),
        ("No reading aloud to the class without rehearsal", "All classes"),
        ("Notes provided", "All classes"),
        ("Text-to-speech where the test allows it", "State tests in language arts and math"),
        ("Small group", "State tests in language arts and math"),
        ("Extended time", "State tests in language arts and math"),
    )
    return [
        *(
            filled_block("accommodation", {"what": what, "where": where, "kind": "accommodation"})
            for what, where in rows
        ),
        paragraph(bold("Modifications: "), "none proposed."),
    ]


def assessments() -> list[Node]:
    return [
        heading("Tests this year, and accommodations in each"),
        paragraph(
            "Jonah takes the state tests in language arts and math with his grade, with text-to-speech where allowed, "
            "in a small group and with extended time."
        ),
        heading("Alternate assessment: why, and which one"),
        paragraph("Not proposed."),
    ]


def placement() -> list[Node]:
    return [
        heading("Options the team considers"),
        paragraph("To be discussed in the meeting:"),
        bullets(
            "Regular class with support that comes in",
            "Regular class with resource support",
            "Half-day reading program at Alder",
        ),
        heading("Possible harmful effects"),
        paragraph(),
        heading("Time not with nondisabled classmates, and why"),
        paragraph(),
        heading("Placement and reasons"),
        paragraph(),
    ]


def extended_school_year() -> list[Node]:
    return [
        heading("Is an extended school year needed?"),
        paragraph("To be discussed."),
        heading("What the answer is based on"),
        paragraph(
            "Reading fluency before and after the winter break: 76 and 66 words correct per minute, 78 on February 3."
        ),
    ]


def transition() -> list[Node]:
    return [paragraph("Not part of this plan: Jonah turns 16 in June 2032.")]


def notes() -> list[Node]:
    return [
        heading("About this plan"),
        bullets(
            "Eligibility: specific learning disability (basic reading, fluency, written expression); other health "
            "impairment (ADHD, inattentive)",
            "Last evaluation April 22, 2025; re-evaluation due April 21, 2028",
            "Last annual IEP March 13, 2026; review due March 12, 2027",
        ),
        heading("Occupational therapist’s written input, February 22, 2027"),
        bullets(
            "Letters are legible; 14 letters a minute against about 45 expected",
            "Recommends ten minutes of keyboarding a day, and speech-to-text",
            "No direct occupational therapy at present; would review in May",
        ),
    ]
