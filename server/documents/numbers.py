"""The numbers and dates in what people write ("5 x 45 min (225)", "March 8, 2027"), compared without their wording."""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

_MONTHS = (
    ("january", "jan", "enero", "ene"),
    ("february", "feb", "febrero"),
    ("march", "mar", "marzo"),
    ("april", "apr", "abril", "abr"),
    ("may", "mayo"),
    ("june", "jun", "junio"),
    ("july", "jul", "julio"),
    ("august", "aug", "agosto", "ago"),
    ("september", "sept", "sep", "septiembre", "setiembre"),
    ("october", "oct", "octubre"),
    ("november", "nov", "noviembre"),
    ("december", "dec", "diciembre", "dic"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))

# "once" is eleven in Spanish; plans are written in English, where it is said of how often.
_WORDS = {
    **dict.fromkeys(("one", "once", "una vez"), 1),
    **dict.fromkeys(("two", "twice", "dos"), 2),
    **dict.fromkeys(("three", "tres"), 3),
    **dict.fromkeys(("four", "cuatro"), 4),
    **dict.fromkeys(("five", "cinco"), 5),
    **dict.fromkeys(("six", "seis"), 6),
    **dict.fromkeys(("seven", "siete"), 7),
    **dict.fromkeys(("eight", "ocho"), 8),
    **dict.fromkeys(("nine", "nueve"), 9),
    **dict.fromkeys(("ten", "diez"), 10),
    **dict.fromkeys(("eleven",), 11),
    **dict.fromkeys(("twelve", "doce"), 12),
}
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}

_ISO = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_SLASHES = re.compile(r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})(?![0-9/])")
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?([0-9]{4})(?![0-9]))?"
_MONTH_FIRST = re.compile(rf"\b({_NAMES})\b\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]){_YEAR}")
_DAY_FIRST = re.compile(rf"(?<![0-9])([0-9]{{1,2}})(?:st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?({_NAMES})\b\.?{_YEAR}")
_MONTH_ALONE = re.compile(rf"\b({_NAMES})\b\.?(?:,?\s+(?:de\s+|del\s+)?([0-9]{{4}})(?![0-9]))")
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_PERCENT = re.compile(r"\s*(?:%|percent\b|per cent\b|por ciento\b)")
_WORD = re.compile(r"\b(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day, or what of it is said; 0 is not said."""

    year: int
    month: int
    day: int

    def is_said_by(self, other: "Date") -> bool:
        """Whether `other` says all that this says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine in (0, theirs) for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Quantities:
    """`numbers`: value and whether it is a percentage."""

    numbers: tuple[tuple[Decimal, bool], ...] = ()
    dates: tuple[Date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.dates)


def quantities(text: str) -> Quantities:
    """Every number and date in a text, in the order they stand."""
    text = re.sub("[½¼¾]", lambda found: _FRACTIONS[found[0]], text)
    text = unicodedata.normalize("NFKC", text).casefold()
    dates: list[tuple[int, Date]] = []

    def take(year: str | None, month: int, day: str | None, found: re.Match[str]) -> str:
        date = Date(_year(year), month, int(day or 0))
        if not 1 <= date.month <= 12 or date.day > 31 or (day is not None and date.day < 1):
            return found[0]
        dates.append((found.start(), date))
        return " " * len(found[0])  # places stay

    text = _ISO.sub(lambda found: take(found[1], int(found[2]), found[3], found), text)
    text = _SLASHES.sub(lambda found: take(found[3], int(found[1]), found[2], found), text)
    text = _MONTH_FIRST.sub(lambda found: take(found[3], _MONTH_OF[found[1]], found[2], found), text)
    text = _DAY_FIRST.sub(lambda found: take(found[3], _MONTH_OF[found[2]], found[1], found), text)
    text = _MONTH_ALONE.sub(lambda found: take(found[2], _MONTH_OF[found[1]], None, found), text)
    numbers = [(found.start(), _number(text, found)) for found in _NUMBER.finditer(text)]
    numbers += [(found.start(), (Decimal(_WORDS[found[1]]), False)) for found in _WORD.finditer(text)]
    return Quantities(tuple(one for _, one in sorted(numbers)), tuple(one for _, one in sorted(dates)))


def says(text: str, value: str) -> bool:
    """Whether a text still says every number and every date of `value`, whatever the words around them.

    "30" is said by "30 min", "225" by "5 x 45 min (225)", "2027-03-08" by "March 8, 2027"; "45" not by "30", nor "85%"
    by "85 words".
    """
    wanted, there = quantities(value), quantities(text)
    left = Counter(there.numbers)
    # Percentages first: only they need one, and any other number may be one.
    for number, percent in sorted(wanted.numbers, key=lambda one: not one[1]):
        for candidate in ((number, percent), (number, True)):
            if left[candidate] > 0:
                left[candidate] -= 1
                break
        else:
            return False
    return _all_said(list(wanted.dates), list(there.dates))


def _all_said(wanted: list[Date], there: list[Date]) -> bool:
    """Whether each date has one of its own that says it. The most exact ones choose first."""
    for date in sorted(wanted, key=lambda one: -sum(part > 0 for part in (one.year, one.month, one.day))):
        found = next((other for other in there if date.is_said_by(other)), None)
        if found is None:
            return False
        there.remove(found)
    return True


def _number(text: str, found: re.Match[str]) -> tuple[Decimal, bool]:
    return Decimal(found[0].replace(",", "")), _PERCENT.match(text, found.end()) is not None


def _year(text: str | None) -> int:
    if text is None:
        return 0
    return int(text) + 2000 if len(text) == 2 else int(text)


def whole_dates(fields: Mapping[str, str]) -> dict[str, datetime.date]:
    """Of each field that says exactly one date, and says it whole, that date."""
    found = {}
    for name, text in fields.items():
        said = quantities(text).dates
        if len(said) == 1 and said[0].year and said[0].month and said[0].day:
            try:
                found[name] = datetime.date(said[0].year, said[0].month, said[0].day)
            except ValueError:
                continue  # a day that no month has
    return found
