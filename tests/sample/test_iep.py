"""The sample: a whole team and a draft that the product would admit."""

from pathlib import Path

import pytest

from server.documents.schema import check_structure, check_tree
from server.documents.tree import read_tree, text_of
from server.domain import roles
from server.domain.sections import SECTIONS
from server.meeting.comment_reader import threads
from server.sample import iep
from server.sample.content import content_update, synthetic
from server.sample.load import load_sample
from server.sample.people import PEOPLE, STUDENT
from server.storage.engine import Database
from tests.support.fresh import lay_at


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_is_a_valid_document(section):
    blocks = iep.sections()[section]
    state = content_update(blocks)
    assert read_tree(state).children == tuple(blocks)
    assert check_structure(b"\x00\x00", state) is None
    assert check_tree(read_tree(state)) is None


@pytest.mark.parametrize("section", SECTIONS)
def test_synthetic_sections_begin_with_a_paragraph_to_type_into(section):
    tree = read_tree(synthetic(section))
    assert check_tree(tree) is None
    first = next(tree.nodes())
    assert first.name == "paragraph"
    assert text_of(first)


def test_the_draft_has_what_its_sections_are_for():
    blocks = {section: [block.name for block in nodes] for section, nodes in iep.sections().items()}
    assert tuple(blocks) == SECTIONS
    assert blocks["goals"].count("goal") == 4
    assert blocks["services"].count("service") == 5
    assert blocks["accommodations"].count("accommodation") == 9
    assert blocks["present_levels"].count("table") == 1
    assert blocks["special_factors"].count("heading") == 5


def test_the_team_is_whole():
    """34 CFR 300.321(a): parents, teachers, a representative of the agency, the student."""
    names = [person.name for person in PEOPLE]
    assert len(set(names)) == len(names) == 13
    assert [person.role for person in PEOPLE].count(roles.CASE_MANAGER) == 1
    assert {person.role for person in PEOPLE} == set(roles.ROLES) - {roles.OBSERVER}
    assert STUDENT.name in names
    assert all(person.is_staff == (person.role in roles.ROLES[:3]) for person in PEOPLE)


def test_times_are_aware_and_in_order():
    assert iep.STARTS_AT.tzinfo is not None
    assert iep.STARTS_AT < iep.ENDS_AT
    assert iep.FIRST_SECTION in SECTIONS


def test_an_answer_stands_below_what_it_answers(tmp_path: Path) -> None:
    """Both came in one transaction, so their times don't tell."""
    url = f"sqlite:///{tmp_path / 'sample.sqlite3'}"
    lay_at(url)
    database = Database(url)
    meeting = load_sample(database, "http://127.0.0.1", None)
    with database.sync.connect() as connection:
        answered = [thread for thread in threads(connection, meeting["id"]) if len(thread.said) > 1]
        assert answered
        assert all(thread.said[0].author_id == thread.created_by for thread in answered)
    database.sync.dispose()
