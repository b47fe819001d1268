"""What a decision still lacks, and the mark of what was before somebody's eyes."""

from typing import Any

import pytest

from server.domain import decisions
from server.domain.decisions import missing_for_notice, missing_to_settle, seen_mark

WHOLE: dict[str, Any] = {
    "outcome": "agreed",
    "action": "225 minutes a week",
    "reasons": "last year's dose did not do",
    "basis": [{"text": "fluency probes", "date": "2027-02-10"}],
    "options": [{"text": "30", "chosen": False, "why": "not enough"}, {"text": "45", "chosen": True, "why": ""}],
    "other_factors": "a group of two is there already",
    "deferred_to": None,
    "deferred_until": None,
}


def test_the_outcomes_and_positions_are_those_of_the_record() -> None:
    assert decisions.OUTCOMES == ("agreed", "proposed", "refused", "deferred", "withdrawn")
    assert decisions.POSITIONS == ("agree", "agree_in_part", "disagree", "not_present", "no_position")
    assert "not_present" not in decisions.OWN_POSITIONS


def test_whole_lacks_nothing() -> None:
    assert missing_to_settle(WHOLE) == []
    assert missing_for_notice(WHOLE) == []


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"outcome": None}, ["outcome"]),
        ({"action": ""}, ["action"]),
        ({"outcome": None, "action": ""}, ["outcome", "action"]),
        ({"outcome": "withdrawn", "action": ""}, []),
        ({"outcome": "refused", "action": ""}, ["action"]),
        ({"outcome": "deferred"}, ["deferred_to", "deferred_until"]),
        ({"outcome": "deferred", "deferred_to": "p_1"}, ["deferred_until"]),
        ({"outcome": "deferred", "deferred_to": "p_1", "deferred_until": "2027-05-12"}, []),
    ],
)
def test_what_is_missing_to_settle(changes: dict[str, Any], missing: list[str]) -> None:
    assert missing_to_settle(WHOLE | changes) == missing


@pytest.mark.parametrize(
    ("changes", "elements"),
    [
        ({"action": ""}, [1]),
        ({"reasons": ""}, [2]),
        ({"basis": []}, [3]),
        ({"options": []}, [6]),
        ({"options": [{"text": "45", "chosen": True, "why": "enough"}]}, [6]),
        ({"options": [{"text": "30", "chosen": False, "why": ""}]}, [6]),
        ({"other_factors": ""}, [7]),
        ({"action": "", "reasons": "", "basis": [], "options": [], "other_factors": ""}, [1, 2, 3, 6, 7]),
    ],
)
def test_what_a_notice_would_lack(changes: dict[str, Any], elements: list[int]) -> None:
    assert missing_for_notice(WHOLE | changes) == elements


def position(person: str = "p_1", position: str = "agree", words: str = "", noted_by: str = "p_1") -> dict[str, str]:
    return {"person_id": person, "position": position, "words": words, "noted_by": noted_by}


def test_the_mark_tells_every_change_that_matters() -> None:
    first, second = position(), position("p_2")
    mark = seen_mark(1, [first, second])
    assert mark == seen_mark(1, [second, first])
    others = [
        seen_mark(2, [first, second]),
        seen_mark(1, [first]),
        seen_mark(1, [first, position("p_2", "disagree")]),
        seen_mark(1, [first, position("p_2", words="but slowly")]),
        seen_mark(1, [first, position("p_2", noted_by="p_2")]),
    ]
    assert mark not in others
    assert len(set(others)) == len(others)
