"""Two states as one: nothing is lost or made up, and what changed is told field by field and word by word."""

import random

from hypothesis import given
from hypothesis import strategies as st

from server.documents.difference import CAME, WENT, compare, is_changed, newer, older
from server.documents.render import render_tree
from server.documents.template import filled_block
from server.documents.told import BlockChange, FieldChange, PassageChange, changes
from server.documents.tree import Node, Text, content_update, read_tree, text_of
from tests.documents.making import copy_of, edit, random_blocks


def document(*blocks: Node) -> Node:
    return Node("doc", {}, blocks)


def paragraph(text: str, **marks: object) -> Node:
    return Node("paragraph", {}, (Text(text, {name: {} for name in marks}),))


def service(name: str, **fields: str) -> Node:
    return filled_block("service", {"service": name, **fields})


@given(st.integers(0, 2**32))
def test_both_states_are_in_it_whole(seed):
    rng = random.Random(seed)
    first = content_update(random_blocks(rng), client_id=7)
    doc = copy_of(first, 8)
    edit(rng, doc, 10)
    before, after = read_tree(first), read_tree(doc.get_update())
    found = compare(before, after)
    assert older(found) == before
    assert newer(found) == after
    assert is_changed(found) == (before != after)
    assert bool(changes(found)) <= (before != after)
    if text_of(before).split() != text_of(after).split():
        assert changes(found)


@given(st.integers(0, 2**32))
def test_also_of_two_documents_that_know_nothing_of_each_other(seed):
    rng = random.Random(seed)
    before, after = (read_tree(content_update(random_blocks(rng))) for _ in range(2))
    found = compare(before, after)
    assert (older(found), newer(found)) == (before, after)
    assert compare(after, after) == after
    assert render_tree(compare(after, after), gettext=str) == render_tree(after, gettext=str)
    render_tree(found, gettext=str)


@given(st.text(max_size=60), st.text(max_size=60))
def test_words_of_any_script(before, after):
    found = compare(*(document(Node("paragraph", {}, (Text(t),) if t else ())) for t in (before, after)))
    assert (text_of(older(found)), text_of(newer(found))) == (before, after)


def test_a_row_of_services_is_told_field_by_field():
    before = document(service("Speech", minutes="20"), service("Reading", minutes="30", provider="Teacher"))
    after = document(service("Reading", minutes="45", provider="Teacher"), service("Motor skills"))
    told = changes(compare(before, after))
    assert told == [
        BlockChange("service", WENT, 1, "Speech", {"service": "Speech", "minutes": "20"}),
        FieldChange("service", 1, 2, "Reading", "minutes", "30", "45"),
        BlockChange("service", CAME, 2, "Motor skills", {"service": "Motor skills"}),
    ]


def test_a_blank_goal_that_is_filled_in_is_the_same_goal():
    told = changes(compare(document(filled_block("goal", {})), document(filled_block("goal", {"area": "Reading"}))))
    assert told == [FieldChange("goal", 1, 1, "Reading", "area", "", "Reading")]


def test_prose_is_told_word_by_word():
    heading = Node("heading", {"level": 2}, (Text("Strengths"),))
    before = document(heading, paragraph("Ana reads 40 words a minute."), paragraph("Gone for good."))
    after = document(
        heading,
        paragraph("Ana reads 52 words a minute."),
        Node("bulletList", {}, (Node("listItem", {}, (paragraph("Likes owls."),)),)),
    )
    told = changes(compare(before, after))
    assert told == [
        PassageChange(
            2, 2, None, "Strengths", ((None, "Ana reads "), (WENT, "40 "), (CAME, "52 "), (None, "words a minute."))
        ),
        PassageChange(2, 3, WENT, "Strengths", ((WENT, "Gone for good."),)),
        PassageChange(3, 3, CAME, "Strengths", ((CAME, "Likes owls."),)),
    ]


def test_other_letters_are_no_other_words():
    told = changes(compare(document(paragraph("The same.")), document(paragraph("The same.", bold=True))))
    assert told == [PassageChange(1, 1, None, "", ((None, "The same."),), only_looks=True)]


def test_what_is_too_much_is_told_as_a_whole():
    before, after = (document(*(paragraph(f"{word} {n}") for n in range(600))) for word in ("old", "new"))
    found = compare(before, after)
    assert (older(found), newer(found)) == (before, after)
    long = [document(paragraph(" ".join(f"{word}{n % 7} {n % 5}" for n in range(600)))) for word in ("old", "new")]
    found = compare(*long)
    assert (older(found), newer(found)) == tuple(long)


def test_the_page_marks_it_for_eyes_and_ears():
    html = render_tree(
        compare(
            document(paragraph("Twice a week."), service("Reading", minutes="30")),
            document(paragraph("Daily a week."), service("Reading", minutes="45"), service("<b>")),
        ),
        gettext=str,
    )
    assert '<del><span class="visually-hidden">[removed: </span>Twice ' in html
    assert '<ins><span class="visually-hidden">[added: </span>45' in html
    assert 'class="service is-added"' in html
    assert "&lt;b&gt;" in html
