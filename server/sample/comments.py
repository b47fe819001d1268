"""What Jonah's family said about the draft before the meeting, and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.documents.anchors import Reading
from server.journal.entry import Author
from server.journal.kinds import COMMENTED, THREAD_OPENED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.storage.tables import new_id


@dataclass(frozen=True, slots=True)
class SampleComment:
    """`quote`: the words it is on, none for a whole section; `answer`: by whom, and what."""

    by: str
    section: str
    text: str
    quote: str = ""
    proposal: str | None = None
    lang: str = "en"
    answer: tuple[str, str] | None = None


COMMENTS = (
    SampleComment(
        "Elena Vasquez",
        "parent_input",
        "Gracias por poner nuestras palabras. Falta que vomitó dos veces antes de leer en voz alta.",
        "He works twice as long as his sister and cries over writing.",
        lang="es",
        answer=(
            "Dana Whitlock",
            "Ms. Imbert put it into English: “Thank you for using our words. Please add that he vomited twice before "
            "reading aloud.” Thank you. It belongs under functional performance; let us add it together.",
        ),
    ),
    SampleComment(
        "Elena Vasquez",
        "services",
        "Why 30 minutes? Last year he did not meet the goal with 30. We ask for 60 minutes a day, one to one.",
        "30",
        "60",
    ),
    SampleComment(
        "Peter Lind",
        "services",
        "Which program? We ask that an Orton-Gillingham based program be named.",
        "Specially designed instruction, reading",
        "Specially designed instruction, reading, with an Orton-Gillingham based program",
    ),
    SampleComment(
        "Peter Lind",
        "goals",
        "“On task 80%” sounds like sit still. His problem is starting. Could it be about starting and asking for help?",
        "Jonah will stay on task",
        "Jonah will begin independent work, or ask for help",
    ),
    SampleComment(
        "Elena Vasquez",
        "present_levels",
        "Look at January. He forgets over vacations. What about summer?",
        "a drop of 10 words over the two-week winter break",
    ),
    SampleComment(
        "Carol Nwosu",
        "special_factors",
        "Please name the actual tools, and whether they come home.",
        "To be discussed.",
    ),
    SampleComment(
        "Carol Nwosu",
        "placement",
        "Please list the options and keep science and art whole.",
        "To be discussed in the meeting:",
    ),
    SampleComment("Elena Vasquez", "notes", "Could he have dysgraphia? We ask for an evaluation."),
)


def add_comments(
    transaction: Transaction,
    meeting_id: str,
    documents: Mapping[str, str],
    contents: Mapping[str, bytes],
    authors: Mapping[str, Author],
) -> None:
    """Put them into the meeting. Documents and contents by section, authors by name."""
    for comment in COMMENTS:
        anchor = Reading(contents[comment.section]).anchor(comment.quote).facts() if comment.quote else None
        thread_id, document_id = new_id("t"), documents[comment.section]
        about: dict[str, Any] = {
            "thread": thread_id,
            "target": "passage" if anchor else "section",
            "document": document_id,
            "item": None,
            "decision": None,
            "anchor": anchor,
            "proposal": comment.proposal,
            **_words(comment.text, comment.lang),
        }
        transaction.append(meeting_id, THREAD_OPENED, authors[comment.by], facts(about), document_id=document_id)
        if comment.answer is not None:
            by, text = comment.answer
            answer = {"thread": thread_id, **_words(text, "en", authors[comment.by].person_id)}
            transaction.append(meeting_id, COMMENTED, authors[by], facts(answer), document_id=document_id)


def _words(text: str, lang: str, *mentions: str) -> dict[str, Any]:
    return {"comment": new_id("c"), "text": text, "lang": lang, "mentions": list(mentions)}
