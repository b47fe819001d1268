"""What the guard shows: for every rule a case that shows and one that does not; and how sentences are compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.guard import (
    DECISION,
    LEAST_WORDS,
    MOST_FACTS,
    RULES,
    SECTION,
    SOURCES,
    Choice,
    Look,
    Part,
    Passage,
    Place,
    Proposal,
    Reader,
    facts,
    normalized,
    with_phrase,
)
from server.domain.roles import CLOSED, LIVE, PREWORK

CALLED = datetime(2027, 2, 25, 19, 30, tzinfo=UTC)
BEFORE, AFTER = CALLED - timedelta(days=1), CALLED + timedelta(minutes=20)
NOTHING = Look(PREWORK, CALLED)
HERE = Place(SECTION, "d")


def shown(look: Look) -> set[str]:
    return {f"{rule}:{fact.code}" for rule, found in facts(look).items() for fact in found}


def words(text: str, phase: str = PREWORK) -> Look:
    return replace(NOTHING, phase=phase, passages=(Passage(HERE, text),))


def part(**about: object) -> Look:
    return Look(LIVE, CALLED, parts=(Part("d", **about),))  # type: ignore[arg-type]


def choice(phase: str = LIVE, **about: object) -> Look:
    return Look(phase, CALLED, choices=(Choice("n", **{"options": 2, **about}),))  # type: ignore[arg-type]


def parent(told: bool, opened: bool, shared: bool) -> Look:
    return Look(
        PREWORK, CALLED, parts=(Part("d", shared_number=9 if shared else None),), parents=(Reader("p", told, opened),)
    )


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (part(sealed_at=BEFORE), {"final_early:sealed_early"}),
        (part(sealed_at=AFTER), set()),
        (choice(settled_at=BEFORE, outcome="agreed"), {"final_early:settled_early"}),
        (choice(settled_at=AFTER, outcome="agreed"), set()),
        (choice(PREWORK, outcome="agreed"), {"final_early:outcome_early"}),
        (choice(PREWORK), set()),
        (words("This is the final IEP."), {"final_early:final_words"}),
        (words("Ya se decidió la ubicación."), {"final_early:final_words"}),
        (words("This is the final IEP.", LIVE), set()),
        (words("She finally reads aloud in class."), set()),
        (choice(options=1), {"one_option:one_option"}),
        (choice(options=0), set()),
        (choice(options=0, of_placement=True), {"one_option:no_option"}),
        (choice(options=1, outcome="withdrawn"), set()),
        (part(alike=("The same sentence.",)), {"same_text:same_text"}),
        (words("The district doesn’t offer a reader."), {"refusal:refusal"}),
        (words("El distrito no ofrece intérpretes.", CLOSED), {"refusal:refusal"}),
        (words("The district offers a reader."), set()),
        (Look(LIVE, CALLED, proposals=(Proposal("t", "Art", has_basis=False),)), {"no_basis:declined"}),
        (Look(LIVE, CALLED, proposals=(Proposal("t", "Art", has_basis=True),)), set()),
        (choice(outcome="refused"), {"no_basis:refused"}),
        (choice(outcome="refused", has_basis=True), set()),
        (choice(outcome="agreed", declined=("A smaller school",)), {"no_basis:option_without_why"}),
        (choice(declined=("A smaller school",)), set()),
        (parent(told=False, opened=False, shared=False), {"nothing_sent:not_told", "nothing_sent:not_shared"}),
        (parent(told=True, opened=False, shared=True), {"nothing_sent:not_opened"}),
        (parent(told=True, opened=True, shared=True), set()),
        (part(sealed_at=AFTER, shared_number=9, newest=5), {"unchanged:unchanged"}),
        (part(sealed_at=AFTER, shared_number=9, newest=12), set()),
        (part(sealed_at=AFTER, newest=5), set()),
        (NOTHING, set()),
    ],
)
def test_each_rule_shows_what_it_is_about_and_nothing_else(look: Look, expected: set[str]) -> None:
    assert shown(look) == expected


def test_every_rule_says_where_it_comes_from_and_none_floods_the_page() -> None:
    assert all(SOURCES[rule] for rule in RULES)
    many = replace(NOTHING, choices=tuple(Choice(str(n), 1) for n in range(50)))
    assert len(facts(many)["one_option"]) == MOST_FACTS


def test_the_sentence_is_shown_as_it_stands_there() -> None:
    text = "He likes art. We can provide\n that here.\nThe district does NOT offer a reader. All is well."
    assert with_phrase("refusal", text) == ["The district does NOT offer a reader."]
    look = replace(NOTHING, passages=(Passage(Place(DECISION, "n"), text),))
    assert facts(look)["refusal"][0].place == Place(DECISION, "n")


WORDS = st.lists(
    st.sampled_from(["given", "a", "passage", "of", "grade", "five", "reads", "112", "words", "correctly"]),
    min_size=LEAST_WORDS,
)


@given(WORDS, st.sampled_from(["Jonah Vasquez-Lind", "Mia", "Éva Ochoa"]), st.sampled_from([" ", "  ", "\n", " – "]))
def test_a_copy_under_another_name_is_the_same_sentence(words: list[str], name: str, space: str) -> None:
    first = name.split(maxsplit=1)[0]
    mine = normalized(f"{first} " + " ".join(words) + ".", [name])
    theirs = normalized("She " + space.join(words).upper() + "!", ["Somebody Else"])
    assert mine == theirs
    assert mine is not None
    assert first.casefold() not in mine.split()


@given(WORDS, WORDS)
def test_other_words_are_another_sentence(one: list[str], other: list[str]) -> None:
    assert (normalized(" ".join(one), []) == normalized(" ".join(other), [])) == (one == other)


def test_a_short_sentence_says_nothing() -> None:
    assert normalized("Special education classroom, five days a week", []) is None
