"""The questions that a parent, or the student, answers in their own words before the meeting (34 CFR 300.324(a)(1)).

The concerns of the parents are a matter that the team must consider; whoever wrote them is the only one who changes
them. They are the writer's alone until they give them to the team, and from then on everybody reads them.
"""

QUESTIONS: tuple[str, ...] = ("good_at", "worries", "worked", "this_year", "else")

MOST_TEXT = 10_000  # characters of one answer


def is_question(name: str) -> bool:
    return name in QUESTIONS
