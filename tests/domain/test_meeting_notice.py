"""What a notice has, what it lacks, and when it is no longer what was told (34 CFR 300.322(b))."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.meeting_notice import (
    ATTENDEES,
    INVITED_STUDENT,
    PLACE,
    Attendee,
    Content,
    clean_agencies,
    content_of,
    outdated,
)
from server.domain.meeting_notice import lacks as lacking
from server.domain.roles import ROLES

WHOLE = Content(
    purpose="annual_review",
    starts_at="2027-02-25T19:30:00+00:00",
    ends_at=None,
    time_zone="America/New_York",
    place="Room 12",
    video_link="",
    attendees=(Attendee("pt_1", "parent", ""), Attendee("pt_2", "team_staff", "Grade 5 teacher")),
)
TEXT = st.text(max_size=20)
CONTENTS = st.builds(
    Content,
    purpose=TEXT,
    starts_at=TEXT,
    ends_at=st.none() | TEXT,
    time_zone=TEXT,
    place=TEXT,
    video_link=TEXT,
    attendees=st.lists(st.builds(Attendee, TEXT, st.sampled_from(ROLES), TEXT), max_size=4).map(tuple),
    transition=st.booleans(),
    agencies=st.lists(TEXT, max_size=3).map(tuple),
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"place": ""}, (PLACE,)),
        ({"place": "", "video_link": "https://v.example/1"}, ()),
        ({"attendees": (Attendee("pt_1", "parent", ""),)}, (ATTENDEES,)),
        ({"transition": True}, (INVITED_STUDENT,)),
        ({"transition": True, "attendees": (*WHOLE.attendees, Attendee("pt_3", "student", ""))}, ()),
    ],
)
def test_what_it_lacks(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert lacking(replace(WHOLE, **changes)) == expected


def test_another_time_is_told_anew_and_another_person_is_not() -> None:
    assert outdated(WHOLE, replace(WHOLE, starts_at="2027-02-26T19:30:00+00:00"))
    assert outdated(WHOLE, replace(WHOLE, video_link="https://v.example/1"))
    assert not outdated(WHOLE, replace(WHOLE, attendees=()))


@settings(max_examples=30, deadline=None)
@given(CONTENTS, CONTENTS)
def test_an_entry_gives_it_back_and_a_digest_tells_two_apart(one: Content, other: Content) -> None:
    assert content_of(json.loads(json.dumps(one.facts()))) == one
    assert (one.digest() == other.digest()) == (one == other)


def test_agencies_one_a_line() -> None:
    assert clean_agencies(["  Vocational   Rehabilitation ", "", "Regional center"]) == (
        "Vocational Rehabilitation",
        "Regional center",
    )
    for bad in (["x"] * 11, ["x" * 121]):
        with pytest.raises(ValueError, match="agencies"):
            clean_agencies(bad)
