"""What a parent reads beside each section before the meeting: what it means, and what one may ask about it.

Short sentences and everyday words: a test holds them to what a reader of eighth grade reads with ease.
"""

from collections.abc import Mapping

from server.domain.glossary import GLOSSARY, Term
from server.web.i18n import N_

VIEWS: Mapping[str, str] = {"fine": N_("Fine with me"), "talk": N_("I want to talk about this")}

# The questions that a parent, or the student, answers before the meeting, by `server.domain.own_words.QUESTIONS`.
QUESTIONS: Mapping[str, str] = {
    "good_at": N_("What is your child good at?"),
    "worries": N_("What worries you?"),
    "worked": N_("What has worked, at home or at school?"),
    "this_year": N_("What do you want from this year?"),
    "else": N_("What else should we know?"),
}
STUDENT_QUESTIONS: Mapping[str, str] = {
    "good_at": N_("What are you good at?"),
    "worries": N_("What worries you at school?"),
    "worked": N_("What has helped you?"),
    "this_year": N_("What do you want from this year?"),
    "else": N_("What else should we know about you?"),
}
QUESTION_HINTS: Mapping[str, str] = {
    "good_at": N_("What you like to see, at home or with friends. The plan builds on it."),
    "worries": N_("Big or small. If nothing worries you, write that."),
    "worked": N_("A way to calm down, a good time of day, a teacher’s trick."),
    "this_year": N_("One thing is enough. It does not have to sound like school."),
    "else": N_("Sleep, health, changes at home. Write only what you want the team to know."),
}

MEANINGS: Mapping[str, str] = {
    "present_levels": N_(
        "This is the school’s picture of your child today. The goals and the help come from it. If something is "
        "missing or looks wrong to you, say so. You know your child best."
    ),
    "special_factors": N_(
        "The team must think about five things for each child. Your child may need help with one of them, or with none. "
        "If you see a need at home, tell the team."
    ),
    "goals": N_(
        "A goal says what your child should be able to do a year from now. It says where your child starts, and how we "
        "will count. You can ask for another goal, or for other words."
    ),
    "services": N_(
        "This is the help the school would give: what kind, how often, how long, and where. The team talks about each "
        "line in the meeting. You can ask for more, for less, or for something else."
    ),
    "accommodations": N_(
        "These are changes that make it easier to learn and to show what one knows. Most keep the work the same. If a "
        "line says modification, the work itself is changed. Ask what that would mean later on."
    ),
    "assessments": N_(
        "Most children take the state tests. This says how your child takes them, and with what help. If your child is "
        "to take another test, the school must say why."
    ),
    "placement": N_(
        "This is about where your child learns, and with whom. The team looks at more than one way and talks about each. "
        "You are part of the team that decides."
    ),
    "extended_school_year": N_(
        "Some children lose a lot over a long break. They may need lessons in summer. The team looks at what happened "
        "after past breaks. Tell the team what you saw at home."
    ),
    "transition": N_(
        "From age 16, or sooner, the plan looks ahead: school, work and life as an adult. What your child wants comes "
        "first."
    ),
    "notes": N_("Here is what fits in no other part. Read it like the rest, and ask about it."),
}

MOST_TERMS = 8


def terms_in(text: str, language: str) -> list[tuple[str, str]]:
    """Words of the glossary that stand in this English text, each with how one would say it to a neighbor.

    In the reader's language, with the English word beside it: that is the one which is said in the meeting.
    """
    lower = text.lower()
    found = [(lower.find(_bare(term)), term) for term in GLOSSARY if _bare(term) in lower]
    found.sort(key=lambda one: one[0])
    return [(_name(term, language), term.explained[language]) for _, term in found[:MOST_TERMS]]


def _bare(term: Term) -> str:
    return term.en.split(" (")[0].lower()


def _name(term: Term, language: str) -> str:
    return term.en if language == "en" else f"{term.es} ({term.en})"
