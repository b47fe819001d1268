"""Do two texts speak of the same thing? An open, simple answer: whether they share a word that carries meaning."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from server.domain.readiness.prompts import plain

_LISTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_EMPTY = frozenset(_LISTS["empty"].split())
_METHODS = frozenset(_LISTS["methods"].split())
_WORD = re.compile(r"[a-z]{3,}")
STEM = 4  # letters that two forms of a word share at least: read, reading


def words(text: str, *, leave: Iterable[str] = ()) -> set[str]:
    """The words of a text that carry meaning. `leave`: names and the like."""
    left = {word for text in leave for word in _WORD.findall(plain(text))}
    return {word for word in _WORD.findall(plain(text)) if word not in _EMPTY and word not in left}


def without_methods(found: set[str]) -> set[str]:
    return {word for word in found if word not in _METHODS}


def share(one: set[str], other: set[str]) -> bool:
    """Whether a word of one is, or is another form of, a word of the other (probe, probes; start, starting)."""
    return any(_alike(a, b) for a in one for b in other)


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= STEM and long.startswith(short):
        return True
    # accuracy, accurate; but not "writing" and "written", which are too few letters alike
    return len(short) > STEM + 1 and a[: STEM + 2] == b[: STEM + 2]
