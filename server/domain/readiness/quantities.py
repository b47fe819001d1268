"""Numbers in people's words: how often a week, how many minutes, which share of the week. None for what is unclear."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.domain.readiness.facts import Block
from server.domain.readiness.prompts import plain

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONGEST = 12  # characters of a number that can be meant so
_WORDS = {
    "once": 1, "one": 1, "una": 1, "uno": 1, "twice": 2, "two": 2, "dos": 2, "three": 3, "tres": 3,
    "four": 4, "cuatro": 4, "five": 5, "cinco": 5,
}  # fmt: skip
_WEEKLY = re.compile(
    r"\b(a|per|each|every|por|a la|cada|/)\s*(week|semana)\b|\bweekly\b|\bsemanal|/\s*(wk|week|semana)"
)
_DAILY = re.compile(r"\bdaily\b|\bevery (school )?day\b|\beach day\b|\b(a|per) day\b|\bdiari[oa]|\btodos los dias\b")
_STAFF = re.compile(
    r"\bstaff\b|\bpersonnel\b|\bteam training\b|\bteachers?.{0,20}(training|support|consult)|\bpersonal\b"
)
_INSIDE = re.compile(
    r"regular (ed|class|education)|general ed|gen ed|push.?in|in class\b|home ?room|with the teacher|not pulled out"
    r"|(?<!resource )(?<!special )(?<!separate )\bclassroom|aula regular|salon regular|clase regular|en clase\b"
)
_INSIDE_WORD = re.compile(r"\binside\b|\bin (the )?regular\b|\bwith nondisabled\b|\bdentro\b|\ben (la )?clase regular")
_OUTSIDE_WORD = re.compile(r"\boutside\b|\bout of\b|\bremoved\b|\bpulled out\b|\bnot with\b|\bfuera\b")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent\b|por ciento\b)")
_MINUTES = re.compile(r"(\d[\d,]*)\s+(?:of|out of|de)\s+(?:the\s+)?(\d[\d,]*)\s+min")
_CLAUSE = re.compile(r",(?!\d)")
_SENTENCE = re.compile(r"(?<!\d)[.;\n]|[.;](?!\d)|\n")


class Share(NamedTuple):
    """A statement on time outside the regular class: percent (of the week) or minutes, turned to outside."""

    words: str
    outside: float
    is_percent: bool
    week: int | None  # the minutes that the statement reckons with
    decimals: int


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in _NUMBER.findall(text) if len(found) <= _LONGEST]


def has_number(text: str) -> bool:
    return bool(_NUMBER.search(text)) or any(word in _WORDS for word in plain(text).split())


def times_a_week(frequency: str) -> int | None:
    said = plain(frequency)
    if _DAILY.search(said):
        return 5
    if not _WEEKLY.search(said):
        return None
    found = _NUMBER.findall(said)
    if len(found) == 1:
        return int(float(found[0])) if len(found[0]) <= _LONGEST else None
    spelled = [_WORDS[word] for word in re.findall(r"[a-z]+", said) if word in _WORDS]
    if not found and len(spelled) == 1:
        return spelled[0]
    return 1 if not found and not spelled else None


def weekly_minutes(service: Block) -> int | None:
    """The minutes a week of a row of the grid."""
    minutes, often = numbers(service.fields.get("minutes", "")), times_a_week(service.fields.get("frequency", ""))
    return int(minutes[0]) * often if len(minutes) == 1 and often is not None else None


def is_for_staff(text: str) -> bool:
    return bool(_STAFF.search(plain(text)))


def is_outside(service: Block) -> bool:
    """Whether a row takes the student out of the regular class, as far as its place says."""
    place = plain(service.fields.get("location", ""))
    return bool(place) and not _INSIDE.search(place) and not is_for_staff(service.fields.get("service", ""))


def shares(text: str) -> Iterator[Share]:
    """What a text says of the time outside (or inside) the regular class."""
    for sentence in _SENTENCE.split(text):
        said = plain(sentence)
        for found in _PERCENT.finditer(said):
            if (inside := _nearest(said, found)) is not None:
                value = float(found[1])
                decimals = len(found[1].partition(".")[2])
                yield Share(found[0], 100 - value if inside else value, True, None, decimals)
        for found in _MINUTES.finditer(said):
            if (inside := _nearest(said, found)) is not None and max(map(len, found.groups())) <= _LONGEST:
                value, week = (int(part.replace(",", "")) for part in found.groups())
                yield Share(found[0], week - value if inside else value, False, week, 0)


def _nearest(said: str, found: re.Match[str]) -> bool | None:
    """Whether the word of place that belongs to a number says inside; None where there is none.

    It stands in the same clause; else it is the last one ahead of it.
    """
    words = sorted(
        (word.start(), word.end(), inside)
        for pattern, inside in ((_INSIDE_WORD, True), (_OUTSIDE_WORD, False))
        for word in pattern.finditer(said)
    )
    first = max((comma.end() for comma in _CLAUSE.finditer(said, 0, found.start())), default=0)
    last = next((comma.start() for comma in _CLAUSE.finditer(said, found.end())), len(said))
    near = [
        (min(abs(start - found.end()), abs(found.start() - end)), inside)
        for start, end, inside in words
        if first <= start < last
    ]
    if near:
        return min(near)[1]
    ahead = [inside for start, _, inside in words if start < found.start()]
    return ahead[-1] if ahead else (words[0][2] if words else None)
