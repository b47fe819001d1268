"""What a new meeting's draft begins with: the template's prompts, and what an earlier plan or a Word file says.

The family's own words are theirs: what an earlier plan or a file says in their name is quoted among the notes, and
their section begins empty.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.documents.labels import N_
from server.documents.nodes import FIELDS, TYPED_BLOCKS
from server.documents.template import HEADING_LEVEL, template_nodes
from server.documents.tree import Node, Text, content_update, text_of
from server.domain.sections import PARENT_INPUT, SECTIONS
from server.word.data import nodes_from

Gettext = Callable[[str], str]
NOTES = "notes"
FAMILY = N_("The family’s own words, as they stood there (quoted)")
UNPLACED = N_("From the Word file: no section was found for this")


def draft_from_template(gettext: Gettext) -> dict[str, bytes]:
    return {section: content_update(template_nodes(section, gettext)) for section in SECTIONS}


def draft_from_plan(trees: Mapping[str, Node], gettext: Gettext) -> dict[str, bytes]:
    """Copies of an earlier plan's sections as new documents. Its meeting's notes stay with that meeting."""
    contents = {section: list(trees[section].nodes()) for section in SECTIONS if section in trees and section != NOTES}
    return _draft(contents, [], gettext)


def draft_from_word(answer: Mapping[str, Any], gettext: Gettext) -> dict[str, bytes]:
    """The sections of a file (`server.word.convert.Converted.as_data`), and what found no place among the notes."""
    contents = {section: nodes_from(nodes) for section, nodes in answer["sections"].items() if section in SECTIONS}
    return _draft(contents, nodes_from(answer["unplaced"]), gettext)


def _draft(contents: dict[str, list[Node]], unplaced: Sequence[Node], gettext: Gettext) -> dict[str, bytes]:
    contents = dict(contents)
    family = [node for node in contents.pop(PARENT_INPUT, []) if text_of(node).strip()]
    notes = contents.setdefault(NOTES, [])
    if family:
        notes.append(_heading(gettext(FAMILY)))
        notes.append(Node("blockquote", {}, tuple(_quotable(node) for node in family)))
    if unplaced:
        notes.append(_heading(gettext(UNPLACED)))
        notes += unplaced
    return {section: content_update(_filled(section, contents.get(section, []), gettext)) for section in SECTIONS}


def _filled(section: str, nodes: Sequence[Node], gettext: Gettext) -> list[Node]:
    """What is known, and below it each prompt of the template that it does not answer under its own heading."""
    template = template_nodes(section, gettext)
    if not nodes:
        return template
    there = {text_of(node).strip().casefold() for node in nodes if node.name == "heading"}
    prompts: list[Node] = []
    for node in template:
        if node.name == "heading" and text_of(node).strip().casefold() not in there:
            prompts += [node, Node("paragraph")]
    return [*nodes, *(prompts or [Node("paragraph")])]


def _heading(text: str) -> Node:
    return Node("heading", {"level": HEADING_LEVEL}, (Text(text),))


def _quotable(node: Node) -> Node:
    """A block that may stand in a quotation: a typed block as its fields' lines."""
    if node.name not in TYPED_BLOCKS:
        return node
    by_name = {field.attributes.get("name"): text_of(field) for field in node.nodes()}
    return Node("paragraph", {}, (Text("; ".join(by_name[name] for name in FIELDS[node.name] if by_name.get(name))),))
