"""Going back to an earlier text as a new edit: what stayed the same is left alone, the rest is replaced."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment

from server.documents.difference import CAME, WENT, change_of, compare, is_changed
from server.documents.nodes import ROOT_NAME
from server.documents.tree import EMPTY_STATE, Node, Text, insert_nodes, load, read_doc, read_tree


def restore(current: bytes, old: bytes) -> bytes:
    """The update that makes the document with the whole state `current` read as the one with `old` did.

    Top-level blocks that both have, in order, stay the very same blocks, so that what others type into them meanwhile
    is kept. `EMPTY_STATE` when both read the same already. Raises `Malformed`.
    """
    doc = load(current)
    wanted = read_tree(old)
    if read_doc(doc) == wanted:
        return EMPTY_STATE
    before = doc.get_state()
    _replace(doc, wanted)
    return doc.get_update(before)


def _replace(doc: "Doc[Any]", wanted: Node) -> None:
    root = doc.get(ROOT_NAME, type=XmlFragment)
    # The root's own children, one by one as Yjs counts them: texts that stand right there are no blocks and go.
    present = [_key(block) for block in read_doc(doc).children]
    blocks = [block for block in wanted.children if isinstance(block, Node)]
    matcher = SequenceMatcher(None, present, [_key(block) for block in blocks], autojunk=False)
    with doc.transaction():
        for kind, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
            if kind == "equal":
                continue
            if end > start:
                del root.children[start:end]
            insert_nodes(root, start, blocks[new_start:new_end])


def _key(block: Node | Text) -> str:
    """Equal for blocks that read the same."""
    return json.dumps(_plain(block), sort_keys=True, ensure_ascii=False)


def _plain(node: Node | Text) -> object:
    if isinstance(node, Text):
        return [node.text, dict(node.marks)]
    return [node.name, dict(node.attributes), [_plain(child) for child in node.children]]


# A block by its place in an earlier text: of the root's own, or of a list among these and an item of it.
Place = tuple[int, ...]

SAME, OTHER, GONE = "same", "other", "gone"


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an earlier text that can be brought back by itself. `became`: what it is today: the `SAME`, reading
    `OTHER`wise, or `GONE`.
    """

    place: Place
    became: str


@dataclass(frozen=True, slots=True)
class Brought:
    """`update` is `EMPTY_STATE` where all of it reads so already; `at_end`: some place could not be found again."""

    update: bytes
    at_end: bool


@dataclass(slots=True)
class _Change:
    """Of the children of a live block: so many at `index` give way to `nodes`. `list_at`: of the list there."""

    list_at: int | None
    index: int
    deleted: int
    nodes: list[Node]


LISTS = ("bulletList", "orderedList")


def passages(current: Node, old: Node) -> list[Passage]:
    """What of `old` can be brought back into `current`, in its order."""
    return [
        Passage((*above, at), became)
        for above, steps in _walk(current, old)
        for at, _, _, became in steps
        if became is not None
    ]


def bring_back(current: bytes, old: bytes, wanted: Collection[Place]) -> Brought:
    """The update that writes these passages of the document that had the state `old` into the one with `current`.

    One that stands there in other words is replaced; one that is gone is put where it stood, or at the end where
    nothing around it is left. Raises `Malformed`; `LookupError` for a place that `old` does not have.
    """
    doc = load(current)
    now, then = read_doc(doc), read_tree(old)
    if unknown := set(wanted) - {one.place for one in passages(now, then)}:
        raise LookupError(f"no passage at {min(unknown)}")
    found, at_end = _changes(now, then, set(wanted))
    before = doc.get_state()
    root = doc.get(ROOT_NAME, type=XmlFragment)
    elements = [at for at, child in enumerate(root.children) if isinstance(child, XmlElement)]
    elements.append(len(root.children))
    with doc.transaction():
        for change in reversed(found):
            parent: Any = root
            index, deleted = elements[change.index], change.deleted
            if change.list_at is not None:
                parent, index = root.children[elements[change.list_at]], change.index
            if deleted:
                del parent.children[index : index + deleted]
            insert_nodes(parent, index, change.nodes)
    return Brought(doc.get_update(before) if found else EMPTY_STATE, at_end)


_Step = tuple[int, int, Node, str | None]  # place then, place now, the block then, what became of it (None: new)


def _walk(current: Node, old: Node) -> Iterator[tuple[Place, list[_Step]]]:
    """The root's own blocks, and the items of each list of `old`, with where they are now."""
    now, then = (Node(one.name, {}, tuple(one.nodes())) for one in (current, old))
    both = compare(then, now)
    steps = list(_steps(both, then))
    yield (), steps
    merged = [one for one in both.nodes() if change_of(one) != CAME]
    for (at, _, block, became), beside in zip([one for one in steps if one[3]], merged, strict=True):
        if block.name in LISTS:
            if became == GONE:
                yield (at,), [(item, -1, one, GONE) for item, one in enumerate(block.nodes())]
            elif became == SAME:
                yield (at,), [(item, item, one, SAME) for item, one in enumerate(block.nodes())]
            else:
                yield (at,), list(_steps(beside, block))


def _steps(both: Node, old: Node) -> Iterator[_Step]:
    then = now = 0
    blocks = list(old.nodes())
    for one in both.nodes():
        change = change_of(one)
        if change == CAME:
            yield then, now, one, None
            now += 1
        elif change == WENT:
            yield then, now, blocks[then], GONE
            then += 1
        else:
            yield then, now, blocks[then], OTHER if is_changed(one) else SAME
            then, now = then + 1, now + 1


def _changes(current: Node, old: Node, wanted: set[Place]) -> tuple[list[_Change], bool]:
    """In the order of the document of now."""
    walked = dict(_walk(current, old))
    top = walked[()]
    is_known = any(became in (SAME, OTHER) for _, _, _, became in top)
    end = sum(1 for _ in current.nodes())
    found: list[_Change] = []
    at_end = False
    for at, now, block, became in top:
        if became is None or became == SAME:
            continue
        items = [one for one in walked.get((at,), ()) if (at, one[0]) in wanted and one[3] in (OTHER, GONE)]
        if (at,) in wanted:
            nodes = [block]
        elif items and became == GONE:
            nodes = [Node(block.name, block.attributes, tuple(item for _, _, item, _ in items))]
        else:
            found += [_Change(now, place, int(how == OTHER), [item]) for _, place, item, how in items]
            continue
        lost = became == GONE and not is_known and end > 0
        at_end = at_end or lost
        found.append(_Change(None, end if lost else now, int(became == OTHER), nodes))
    return found, at_end
