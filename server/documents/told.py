"""A comparison in facts that can be told in words: fields as they were and are, rows that came or went, passages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.documents.difference import CAME, WENT, change_of, compare, newer, older
from server.documents.fields import NAMED_BY
from server.documents.nodes import FIELDS, TYPED_BLOCKS
from server.documents.tree import Node, Text, text_of

CONTEXT = 8  # unchanged words that are shown beside changed ones

PASSAGE = "passage"

Piece = tuple[str | None, str]  # CAME, WENT or None; a run of words


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Of a goal, a row of services or an accommodation that both states have. Texts are "" where nothing stood.

    `place`: which of its kind it is now, counted from 1; `called`: the block's name. `was_place`: which it was.
    """

    kind: str
    place: int
    was_place: int
    called: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that came or went, with what its fields say, in their order; blank ones are left out."""

    kind: str
    change: str
    place: int
    called: str
    fields: Mapping[str, str]

    @property
    def others(self) -> Mapping[str, str]:
        """The fields but the one that it is called by."""
        return {name: text for name, text in self.fields.items() if name != NAMED_BY[self.kind]}


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A paragraph, heading, list item or cell in which words came or went. `under`: the heading above it.

    `place` and `was_place`: which passage of the whole text it is now, and was, counted from 1. `change`: `CAME` or
    `WENT` for a whole passage. `only_looks`: the same words, in other letters or with another link.
    """

    place: int
    was_place: int
    change: str | None
    under: str
    pieces: tuple[Piece, ...]
    only_looks: bool = False
    kind: str = PASSAGE


Change = FieldChange | BlockChange | PassageChange


def changes(tree: Node) -> list[Change]:
    """What a comparison (`difference.compare`) says, in the order of the text."""
    return list(_Teller().told(tree, None))


def field_pieces(change: FieldChange) -> tuple[Piece, ...]:
    """A field's text word by word, as a passage is told."""
    states = (Node("doc", {}, (Node("paragraph", {}, (Text(text),)),)) for text in (change.before, change.after))
    told = (one for one in changes(compare(*states)) if isinstance(one, PassageChange))
    return tuple(piece for one in told for piece in one.pieces)


def places(tree: Node) -> dict[tuple[str, int], int]:
    """Where each block and passage that both states have was: from its kind and its place now."""
    teller = _Teller()
    list(teller.told(tree, None))
    return teller.was


class _Teller:
    def __init__(self) -> None:
        self._now: Counter[str] = Counter()
        self._then: Counter[str] = Counter()
        self._under = ""
        self.was: dict[tuple[str, int], int] = {}

    def told(self, node: Node, change: str | None) -> Iterator[Change]:
        for child in node.nodes():
            how = change or change_of(child)
            if child.name in TYPED_BLOCKS:
                yield from self._block(child, how)
            elif child.name in ("paragraph", "heading"):
                yield from self._passage(child, how)
                if child.name == "heading" and how != WENT:
                    self._under = " ".join(text_of(newer(child)).split())
            else:
                yield from self.told(child, how)

    def _count(self, kind: str, change: str | None) -> tuple[int, int]:
        """The places of the next one of its kind: now, and as it was."""
        self._now[kind] += change != WENT
        self._then[kind] += change != CAME
        if change is None:
            self.was[kind, self._now[kind]] = self._then[kind]
        return self._now[kind], self._then[kind]

    def _block(self, block: Node, change: str | None) -> Iterator[Change]:
        places = self._count(block.name, change)
        was, now = _fields(older(block)), _fields(newer(block))
        called = now[NAMED_BY[block.name]] or was[NAMED_BY[block.name]]
        if change is not None:
            place = places[1] if change == WENT else places[0]
            yield BlockChange(block.name, change, place, called, {name: text for name, text in now.items() if text})
            return
        for name in FIELDS[block.name]:
            if was[name] != now[name]:
                yield FieldChange(block.name, *places, called, name, was[name], now[name])

    def _passage(self, node: Node, change: str | None) -> Iterator[Change]:
        places = self._count(PASSAGE, change)
        pieces: list[Piece] = []
        for child in node.children:
            how = change or change_of(child)
            text = "\n" if isinstance(child, Node) else child.text
            if pieces and pieces[-1][0] == how:
                pieces[-1] = how, pieces[-1][1] + text
            else:
                pieces.append((how, text))
        was, now = (" ".join("".join(t for how, t in pieces if how != but).split()) for but in (CAME, WENT))
        if was == now:
            if any(how is not None for how, _ in pieces) and now:
                yield PassageChange(
                    *places, change, self._under, ((None, _shortened(now, first=True, last=True)),), only_looks=True
                )
            return
        last = len(pieces) - 1
        yield PassageChange(
            *places,
            change,
            self._under,
            tuple(
                (how, text if how else _shortened(text, first=at == 0, last=at == last))
                for at, (how, text) in enumerate(pieces)
            ),
        )


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Words near a change; those further off are an ellipsis."""
    words = text.split()
    if len(words) <= 2 * CONTEXT + 1:
        return text
    if first and last:
        return " ".join([*words[: 2 * CONTEXT], "…"])
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    return f"{text[: len(text) - len(text.lstrip())]}{' '.join([*head, '…', *tail])}{text[len(text.rstrip()) :]}"


def _fields(block: Node) -> dict[str, str]:
    texts: dict[str, list[str]] = {name: [] for name in FIELDS[block.name]}
    for child in block.nodes():
        if (name := child.attributes.get("name")) in texts and (content := text_of(child).strip()):
            texts[name].append(content)
    return {name: "\n".join(parts) for name, parts in texts.items()}
