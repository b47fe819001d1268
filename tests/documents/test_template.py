"""What new sections say."""

import pytest

from server.documents.labels import BLOCK_LABELS, FIELD_LABELS
from server.documents.nodes import FIELDS
from server.documents.schema import check_structure, check_tree
from server.documents.template import empty_block, filled_block, template, template_nodes
from server.documents.tree import Node, read_tree, text_of
from server.domain.sections import SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_a_valid_template(section):
    state = template(section, str)
    tree = read_tree(state)
    assert check_structure(b"\x00\x00", state) is None
    assert check_tree(tree) is None
    assert tree.children == tuple(template_nodes(section, str))
    assert Node("paragraph") in tree.children  # somewhere to write


def test_typed_blocks_have_all_their_fields():
    for section, block in (("goals", "goal"), ("services", "service"), ("accommodations", "accommodation")):
        first = next(read_tree(template(section, str)).nodes())
        assert first.name == block
        assert tuple(field.attributes["name"] for field in first.nodes()) == FIELDS[block]


def test_five_special_factors():
    headings = [node for node in read_tree(template("special_factors", str)).nodes() if node.name == "heading"]
    assert len(headings) == 5  # 34 CFR 300.324(a)(2)(i) to (v)


def test_headings_are_in_the_language_asked_for():
    tree = read_tree(template("present_levels", str.upper))
    assert text_of(next(tree.nodes())) == "STRENGTHS"


def test_no_such_section():
    with pytest.raises(KeyError):
        template("agenda", str)


def test_no_such_block_or_field():
    with pytest.raises(ValueError, match="no such"):
        empty_block("paragraph")
    with pytest.raises(ValueError, match="no such"):
        filled_block("goal", {"minutes": "30"})


def test_every_field_has_a_label():
    assert set(BLOCK_LABELS) == set(FIELDS)
    assert {block: set(labels) for block, labels in FIELD_LABELS.items()} == {b: set(f) for b, f in FIELDS.items()}
