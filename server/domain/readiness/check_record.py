"""C21 to C23 and C27: do the draft, the comments and the decisions agree, and does the draft name its student alone."""

import re
from collections.abc import Callable, Iterator, Mapping

from server.domain.decisions import NEEDS_NOTICE
from server.domain.readiness.facts import Answer, Facts, Finding, Place
from server.domain.readiness.prompts import plain
from server.domain.readiness.quantities import numbers, weekly_minutes
from server.domain.roles import ADVOCATE, FAMILY

FAMILY_VOICES = FAMILY | {ADVOCATE}


def threads(facts: Facts) -> Iterator[Answer]:
    """Comments of the family of which nothing came yet, and threads that are open still."""
    for thread in facts.threads:
        place = Place(facts.section, thread_id=thread.id)
        if not thread.is_answered and thread.role in FAMILY_VOICES:
            code = "proposal_undisposed" if thread.proposes else "comment_undisposed"
            yield Finding("C21", code, place, {"words": thread.words})
        elif thread.is_open:
            yield Finding("C21", "thread_open", place, {"words": thread.words})


def decisions_agree(facts: Facts) -> Iterator[Answer]:
    """Each number that a settled decision sets stands in the draft, as it is or as what a row's week adds up to."""
    for one in facts.contradictions:
        weekly = weekly_minutes(one.block) if one.block and one.field == "minutes" else None
        if weekly is not None and numbers(one.decided) == [weekly]:
            continue
        about = {"decision": one.decision, "decided": one.decided, "field": one.field, "label": one.label}
        if one.block is None:
            yield Finding("C22", "decided_block_gone", Place(facts.section, decision_id=one.decision_id), about)
            continue
        place = Place(facts.section, one.block.kind, one.block.ordinal, one.field, decision_id=one.decision_id)
        about |= {"kind": one.block.kind, "number": one.block.ordinal, "held": one.held, "weekly": weekly or 0}
        yield Finding("C22", "decided_otherwise", place, about)


def notice_elements(facts: Facts) -> Iterator[Answer]:
    """A decision that lacks what 300.503(b) asks cannot become a notice."""
    for decision in facts.decisions:
        if decision.outcome in NEEDS_NOTICE and decision.lacks:
            place = Place(facts.section, decision_id=decision.id)
            yield Finding("C23", "notice_lacks", place, {"decision": decision.ordinal, "elements": decision.lacks})


def other_names(facts: Facts) -> Iterator[Answer]:
    """No name of another student of this school stands in the section."""
    text = plain(facts.text.all_text)
    own = plain(facts.student_name)
    for name in facts.other_students:
        bare = plain(name)
        if " " in bare and bare != own and bare in text and re.search(rf"\b{re.escape(bare)}\b", text):
            yield Finding("C27", "other_student", Place(facts.section), {"name": name})


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {
    "C21": threads,
    "C22": decisions_agree,
    "C23": notice_elements,
    "C27": other_names,
}
