"""The structs of an update, one tuple each."""

from server.documents.anyvalue import JsonValue

# client, clock, length, kind of content, then client and clock of its origin, right origin and parent (client NONE
# where it names none, ROOT for the document itself), its attribute name, and what it is: a node's name, an attribute's
# value, or for text the places of the second halves of surrogate pairs.
Struct = tuple[int, int, int, int, int, int, int, int, int, int, str | None, JsonValue | tuple[int, ...]]
NONE, ROOT = -1, -2


def low_halves(text: str) -> tuple[int, ...]:
    """Where in `text`, counted in UTF-16 units, the second halves of surrogate pairs are."""
    places = []
    at = 0
    for character in text:
        if character > "\uffff":
            places.append(at + 1)
            at += 1
        at += 1
    return tuple(places)
