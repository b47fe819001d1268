"""The role x phase x section-state matrix, cell by cell, written out here a second time from the design."""

import itertools

import pytest

from server.domain.roles import ACTIONS, ADMINISTRATOR, DESTROYED, PHASES, ROLES, may, why_not
from server.domain.sections import FINAL, SECTION_STATES, SECTIONS, edit_action

STAFF = {"case_manager", "lea_representative", "team_staff"}
FAMILY = {"parent", "student"}
LEADS = {"case_manager", "lea_representative"}
ALL = STAFF | FAMILY | {"advocate", "interpreter", "observer"}

# action: who in prework, live, closed
EXPECTED = {
    "read": (ALL, ALL, ALL),
    "read_unshared": (STAFF, ALL, ALL),
    "share_draft": ({"case_manager"}, set(), set()),
    "note_opening": (FAMILY, set(), set()),
    "say_about_section": (FAMILY, set(), set()),
    "edit_section": (STAFF, STAFF | FAMILY, set()),
    "edit_parent_input": (FAMILY, FAMILY, set()),
    "propose_item": ({"case_manager"} | FAMILY, {"case_manager"} | FAMILY, set()),
    "park": (set(), STAFF | FAMILY | {"advocate"}, set()),
    "comment": (STAFF | FAMILY | {"advocate"},) * 3,
    "dispose_comment": (STAFF, STAFF, set()),
    "propose_decision": (STAFF | FAMILY, STAFF | FAMILY, set()),
    "record_position": (STAFF | FAMILY, STAFF | FAMILY, set()),
    "settle_decision": (set(), LEADS, set()),
    "finalize_section": (set(), LEADS, set()),
    "reopen_section": (set(), LEADS, set()),
    "ask_reopening": (set(), FAMILY, FAMILY),
    "manage_follow_ups": (STAFF, STAFF, set()),
    "mark_follow_up": (STAFF | FAMILY,) * 3,
    "propose_excusal": (STAFF, STAFF, set()),
    "agree_excusal": (STAFF | FAMILY, STAFF | FAMILY, set()),
    "note_excusal": (LEADS, LEADS, set()),
    "revoke_excusal": (STAFF | FAMILY, STAFF | FAMILY, set()),
    "log_contact": (STAFF, STAFF, set()),
    "write_message": (LEADS | FAMILY,) * 3,
    "read_messages": (STAFF | FAMILY,) * 3,
    "read_due": (STAFF | FAMILY,) * 3,
    "log_progress": (STAFF,) * 3,
    "issue_report": (set(), set(), STAFF),
    "read_duties": (STAFF,) * 3,
    "acknowledge_duties": (set(), set(), STAFF),
    "read_guard": ({"case_manager"},) * 3,
    "manage_meeting": ({"case_manager"},) * 3,
    "sign_attendance": (set(), ALL, ALL),
    "sign_receipt": (set(), set(), STAFF | FAMILY),
    "sign_agreement": (set(), set(), STAFF | FAMILY),
    "consent": (set(), set(), FAMILY),
    "revoke_consent": (set(), FAMILY, FAMILY),
    "state_disagreement": (set(), STAFF | FAMILY, STAFF | FAMILY),
    "propose_amendment": (set(), set(), {"case_manager"}),
    "edit_amendment": (set(), set(), {"case_manager"}),
    "answer_amendment": (set(), set(), FAMILY | {"lea_representative"}),
    "read_proposed": (STAFF,) * 3,
    "write_notice": (set(), set(), LEADS),
    "translate_notice": (set(), set(), LEADS | {"interpreter"}),
    "approve_notice": (set(), set(), {"lea_representative"}),
    "review_decision": (set(), set(), STAFF | FAMILY),
    "answer_notice": (ALL, set(), set()),
    "read_accesses": (FAMILY | LEADS,) * 3,
    "archive": (STAFF, STAFF | FAMILY, STAFF | FAMILY),
    "export": (STAFF | FAMILY,) * 3,
    "archive_whole": ({"administrator"},) * 3,
    "hold_record": ({"administrator"},) * 3,
    "note_retention": ({"administrator"},) * 3,
    "destroy_record": ({"administrator"}, set(), {"administrator"}),
}


def test_every_action_of_the_matrix_is_expected_here() -> None:
    assert set(EXPECTED) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_each_cell_of_an_action(action: str) -> None:
    wrong = [
        (role, phase, state, paused)
        for role, phase, state, paused in itertools.product(
            (*ROLES, ADMINISTRATOR), PHASES, SECTION_STATES, (False, True)
        )
        if may(role, action, phase, section_state=state, paused=paused)
        is not _expected(role, action, phase, state, paused)
    ]
    assert wrong == []


def _expected(role: str, action: str, phase: str, state: str, paused: bool) -> bool:
    if state == FINAL and action in {"edit_section", "edit_parent_input", "finalize_section", "edit_amendment"}:
        return False
    if paused and action in {"edit_section", "edit_parent_input"}:
        return False
    return role in EXPECTED[action][PHASES.index(phase)]


@pytest.mark.parametrize(
    ("role", "action", "phase", "state", "paused", "reason"),
    [
        ("observer", "edit_section", "live", "draft", False, "role"),
        ("parent", "edit_section", "prework", "draft", False, "phase"),
        ("team_staff", "edit_section", "closed", "draft", False, "closed"),
        ("parent", "edit_section", "live", "final", False, "final"),
        ("parent", "edit_section", "live", "final", True, "final"),
        ("parent", "edit_section", "live", "draft", True, "paused"),
        ("case_manager", "edit_parent_input", "live", "draft", False, "role"),
        ("case_manager", "edit_section", "live", "draft", False, None),
    ],
)
def test_reason(role: str, action: str, phase: str, state: str, paused: bool, reason: str | None) -> None:
    assert why_not(role, action, phase, section_state=state, paused=paused) == reason


def test_only_the_parents_input_is_the_familys_alone() -> None:
    assert [section for section in SECTIONS if edit_action(section) == "edit_parent_input"] == ["parent_input"]


def test_nobody_may_do_anything_with_a_destroyed_record() -> None:
    for role, action in itertools.product((*ROLES, ADMINISTRATOR), ACTIONS):
        assert why_not(role, action, DESTROYED) == "conflict"
