"""Whose each character is, after any merge: three people write each a letter of their own, at the same time."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.authored import AUTHOR, authored
from server.documents.tree import Node, Text

CLIENTS = (11, 5, 42)
LETTERS = dict(zip(CLIENTS, "a\U0001f600c", strict=True))  # one of them is two UTF-16 units


def texts(node: Node) -> list[Text]:
    found: list[Text] = []
    for child in node.children:
        found += texts(child) if isinstance(child, Node) else [child]
    return found


def written(seed: int) -> bytes:
    """The state that three copies come to, which write, delete and take in each other's changes now and then."""
    rng = random.Random(seed)
    first: Doc[Any] = Doc(client_id=1)
    root = first.get("default", type=XmlFragment)
    for _ in range(2):
        root.children.append(XmlElement("paragraph")).children.append(XmlText())
    start = first.get_update()
    copies: dict[int, Doc[Any]] = {client: Doc(client_id=client) for client in CLIENTS}
    for doc in copies.values():
        doc.get("default", type=XmlFragment)
        doc.apply_update(start)
    for _ in range(30):
        client = rng.choice(CLIENTS)
        doc = copies[client]
        block = rng.choice(list(doc.get("default", type=XmlFragment).children))
        text = block.children[0]
        length = len(str(text).encode())
        at = rng.randint(0, length)
        if rng.random() < 0.25 and LETTERS[client] != "\U0001f600" and "\U0001f600" not in str(text) and at < length:
            del text[at : at + 1]
        elif "\U0001f600" not in str(text):
            text.insert(at, LETTERS[client] * rng.randint(1, 3))
        else:
            text.insert(length, LETTERS[client])
        if rng.random() < 0.3:
            other = rng.choice(CLIENTS)
            copies[other].apply_update(doc.get_update())
    whole = copies[CLIENTS[0]]
    for doc in copies.values():
        whole.apply_update(doc.get_update())
    return whole.get_update()


@given(st.integers(0, 2**32))
def test_each_character_is_its_writers(seed: int) -> None:
    tree = authored(written(seed), lambda client, _, length: iter([(length, LETTERS.get(client, ""))]))
    at = 0
    for text in texts(tree):
        assert set(text.text) == {text.marks[AUTHOR]["by"]}
        at = 0 if text.marks[AUTHOR]["at"] == 0 else at
        at += len(text.text.encode("utf-16-le")) // 2


@given(st.integers(0, 2**32))
def test_where_each_run_begins_counts_on_through_the_document(seed: int) -> None:
    tree = authored(written(seed), lambda client, _, length: iter([(length, str(client))]))
    at = 0
    for text in texts(tree):
        assert text.marks[AUTHOR]["at"] == at
        at += len(text.text.encode("utf-16-le")) // 2
