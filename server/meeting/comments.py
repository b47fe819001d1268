"""Threads of comments: on a passage or a section, an agenda item or a decision; answered, edited, resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, func, select

from server.documents.anchors import Reading, read_anchor
from server.documents.errors import Malformed
from server.domain.errors import Refused
from server.domain.roles import STAFF
from server.domain.sections import PARENT_INPUT, SECTIONS
from server.journal.entry import Author
from server.journal.kinds import COMMENT_EDITED, COMMENTED, THREAD_OPENED, THREAD_REOPENED, THREAD_RESOLVED
from server.journal.payload import facts
from server.journal.snapshot import load
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor, own_section
from server.meeting.comment_reader import FAMILY_SIDE
from server.meeting.once import named_by
from server.meeting.own_words import answers_of, given_at
from server.meeting.sharing import permit_read
from server.storage.tables import AgendaItem, Comment, Decision, Participant, Thread, new_id

PASSAGE, SECTION, ITEM, DECISION = "passage", "section", "item", "decision"
TARGETS = (PASSAGE, SECTION, ITEM, DECISION)
MOST_TEXT = 5000
MOST_PROPOSAL = 4000
MOST_MENTIONS = 40
MOST_COMMENTS = 5000  # in one meeting, answers included
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody writes: the text, its language, and the people it names."""

    text: str
    lang: str = "en"
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a thread is about. `id` is that of the document, the agenda item or the decision; `anchor` of a passage.

    `own_words`, on the section of the parents' input: the person and the question whose answer it answers.
    """

    kind: str
    id: str
    anchor: Mapping[str, Any] | None = None
    own_words: tuple[str, str] | None = None


async def open_thread(
    journal: Journal, actor: Actor, target: Target, words: Words, *, proposal: str = "", once: str = ""
) -> str:
    """Comment on something; `proposal` is a wording for it. Returns the thread's id. Raises `Refused`.

    "conflict" (field anchor) when the passage does not stand in the section any more; "too_big" (field comments).
    `once`: the form's mark; the same sent with it again is there already.
    """
    clean.choice(target.kind, "target", TARGETS)
    told = _clean(words)
    proposal = _clean_proposal(target.kind, proposal)
    thread_id = named_by(once, "t", actor.person_id, actor.meeting_id, asdict(target), asdict(told), proposal)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "comment")
        if once and transaction.connection.scalar(select(Thread.id).where(Thread.id == thread_id)):
            return
        about: dict[str, Any] = {"document": None, "item": None, "decision": None, "anchor": None}
        if target.kind in (PASSAGE, SECTION):
            section = own_section(transaction, actor, target.id).section
            if section not in SECTIONS:
                raise Refused("not_found")  # notes of an agenda item: comments are on the item
            if target.own_words is not None:
                about |= _own_words(transaction, actor, section, *target.own_words)
            if target.kind == PASSAGE:
                permit_read(transaction, actor, target.id)
            about["document"] = target.id
            about["anchor"] = _anchor(transaction, target) if target.kind == PASSAGE else None
        elif target.kind == ITEM:
            _own(transaction, actor, select(AgendaItem.meeting_id).where(AgendaItem.id == target.id))
            about["item"] = target.id
        else:
            _own(transaction, actor, select(Decision.meeting_id).where(Decision.id == target.id))
            about["decision"] = target.id
        _room_for_one(transaction, actor)
        about |= {"thread": thread_id, "target": target.kind, "proposal": proposal or None, "comment": new_id("c")}
        about |= _told(transaction, actor, told)
        transaction.append(actor.meeting_id, THREAD_OPENED, author, facts(about), document_id=about["document"])

    await journal.act(perform)
    return thread_id


async def answer(journal: Journal, actor: Actor, thread_id: str, words: Words, *, once: str = "") -> str:
    """Answer in a thread; one that was resolved is open again then. Returns the comment's id. Raises `Refused`.

    `once`: as for `open_thread`.
    """
    told = _clean(words)
    comment_id = named_by(once, "c", actor.person_id, thread_id, asdict(told))

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "comment")
        thread = own_thread(transaction, actor, thread_id)
        if once and transaction.connection.scalar(select(Comment.id).where(Comment.id == comment_id)):
            return
        _room_for_one(transaction, actor)
        about = {"thread": thread_id, "comment": comment_id, **_told(transaction, actor, told)}
        _append(transaction, actor, COMMENTED, author, about, thread)

    await journal.act(perform)
    return comment_id


async def edit_comment(journal: Journal, actor: Actor, comment_id: str, words: Words) -> None:
    """Change one's own words; the journal keeps the old ones. Raises `Refused`; "role" for the words of others."""
    told = _clean(words)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "comment")
        comment = transaction.connection.execute(
            select(Comment.thread_id, Comment.author_id, Comment.text, Comment.lang).where(
                Comment.id == comment_id, Comment.meeting_id == actor.meeting_id
            )
        ).first()
        if comment is None:
            raise Refused("not_found", "comment")
        if comment.author_id != actor.person_id:
            raise Refused("role")
        if (comment.text, comment.lang) == (told.text, told.lang):
            return
        thread = own_thread(transaction, actor, comment.thread_id)
        about = {"thread": thread.id, "comment": comment_id, "before": comment.text}
        about |= _told(transaction, actor, told)
        _append(transaction, actor, COMMENT_EDITED, author, about, thread)

    await journal.act(perform)


async def set_resolved(journal: Journal, actor: Actor, thread_id: str, *, resolved: bool) -> None:
    """Resolve a thread, or open it again: staff any, others their own. Raises `Refused`."""
    kind, state = (THREAD_RESOLVED, "resolved") if resolved else (THREAD_REOPENED, "open")

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "comment")
        thread = own_thread(transaction, actor, thread_id)
        if thread.created_by != actor.person_id and author.role not in STAFF:
            raise Refused("role")
        if thread.state == state:
            raise Refused("conflict", "thread")
        _append(transaction, actor, kind, author, {"thread": thread_id}, thread)

    await journal.act(perform)


def own_thread(transaction: Transaction, actor: Actor, thread_id: str) -> Row[Any]:
    """A thread of the actor's meeting, read under its lock. Raises `Refused("not_found", "thread")`.

    One of the school's on a text that is not shared with the actor yet is for them as if it did not exist.
    """
    transaction.rules(actor.meeting_id)
    thread = transaction.connection.execute(
        select(*Thread.__table__.columns).where(Thread.id == thread_id, Thread.meeting_id == actor.meeting_id)
    ).first()
    if thread is None:
        raise Refused("not_found", "thread")
    if thread.document_id is not None and thread.created_role not in FAMILY_SIDE:
        try:
            permit_read(transaction, actor, thread.document_id)
        except Refused:
            raise Refused("not_found", "thread") from None
    return thread


def check_member(transaction: Transaction, actor: Actor, person_id: str, field: str) -> str:
    """Raises `Refused("invalid", field)` for somebody who is not in the meeting."""
    if not _members(transaction, actor, [person_id]):
        raise Refused("invalid", field)
    return person_id


def _append(
    transaction: Transaction, actor: Actor, kind: str, author: Author, about: Mapping[str, Any], thread: Row[Any]
) -> None:
    transaction.append(actor.meeting_id, kind, author, facts(dict(about)), document_id=thread.document_id)


def _room_for_one(transaction: Transaction, actor: Actor) -> None:
    """Raises `Refused("too_big", "comments")`."""
    held = select(func.count()).select_from(Comment).where(Comment.meeting_id == actor.meeting_id)
    if (transaction.connection.scalar(held) or 0) >= MOST_COMMENTS:
        raise Refused("too_big", "comments")


def _own(transaction: Transaction, actor: Actor, query: Any) -> None:
    if transaction.connection.scalar(query) != actor.meeting_id:
        raise Refused("not_found")


def _own_words(transaction: Transaction, actor: Actor, section: str, person_id: str, question: str) -> dict[str, str]:
    """Only to what was given to the team. Raises `Refused("not_found", "words")`."""
    answers = answers_of(transaction.connection, actor.meeting_id, person_id)
    given = given_at(transaction.connection, actor.meeting_id, person_id) is not None
    if section != PARENT_INPUT or not given or not any(one.question == question and one.text for one in answers):
        raise Refused("not_found", "words")
    return {"words_of": person_id, "words_question": question}


def _anchor(transaction: Transaction, target: Target) -> dict[str, str]:
    """The passage as facts keep it. The quote must be words of the section: nobody can put others into it."""
    try:
        anchor = read_anchor(target.anchor or {})
    except Malformed:
        raise Refused("invalid", "anchor") from None
    if not Reading(load(transaction.connection, target.id).state()).holds(anchor.quote):
        raise Refused("conflict", "anchor")
    return anchor.facts()


def _clean(words: Words) -> Words:
    text = clean.text(words.text, "text", most=MOST_TEXT)
    lang = clean.choice(words.lang, "lang", LANGUAGES)
    mentions = tuple(dict.fromkeys(words.mentions))
    if len(mentions) > MOST_MENTIONS:
        raise Refused("invalid", "mentions")
    return Words(text, lang, mentions)


def _clean_proposal(kind: str, proposal: str) -> str:
    """A wording for a passage is one line of text: it takes the place of words in a paragraph."""
    if kind == PASSAGE:
        return clean.line(proposal, "proposal", most=MOST_PROPOSAL, required=False)
    proposal = clean.text(proposal, "proposal", most=MOST_PROPOSAL, required=False)
    if proposal and kind != SECTION:
        raise Refused("invalid", "proposal")
    return proposal


def _told(transaction: Transaction, actor: Actor, words: Words) -> dict[str, Any]:
    if len(_members(transaction, actor, words.mentions)) != len(words.mentions):
        raise Refused("invalid", "mentions")
    return {"text": words.text, "lang": words.lang, "mentions": list(words.mentions)}


def _members(transaction: Transaction, actor: Actor, person_ids: Iterable[str]) -> list[str]:
    return list(
        transaction.connection.scalars(
            select(Participant.person_id).where(
                Participant.meeting_id == actor.meeting_id,
                Participant.person_id.in_(list(person_ids)),
                Participant.removed_at.is_(None),
            )
        )
    )
