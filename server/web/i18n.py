"""Languages: which one a visitor reads, and the words, dates and numbers in it.

Source strings are English. Catalogues are read from the `.po` files, so that there is no compiled file to forget.
"""

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jinja2
from babel import Locale, dates, negotiate_locale, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("en", "es")
# Each language by its own name: who needs the switch cannot read the other one.
LANGUAGE_NAMES = {"en": "English", "es": "Español"}


def N_(message: str) -> str:  # noqa: N802 - the name that extraction looks for
    """Mark a word for the catalogues where it stands; it is translated where it is shown."""
    return message


class Language:
    """One language: words by `gettext`, and times as its readers write them."""

    def __init__(self, code: str) -> None:
        self.code = code
        # The product speaks to US school teams: month before day in English, US names of zones.
        self.locale = Locale.parse({"en": "en_US", "es": "es_US"}[code])
        self.translations = _catalogue(code)

    def gettext(self, message: str, **values: object) -> str:
        text = self.translations.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        return self.translations.ngettext(one, many, count) % {"num": count, **values}

    def date(self, moment: datetime | date, zone: str = "UTC", *, length: str = "full") -> str:
        local = moment.astimezone(time_zone(zone)) if isinstance(moment, datetime) else moment
        return _day(local.date() if isinstance(local, datetime) else local, length, self.locale)

    def day(self, iso: str) -> str:
        """A calendar day given as ISO 8601, such as the day by which something is due."""
        return self.date(date.fromisoformat(iso), length="medium")

    def time(self, moment: datetime, zone: str = "UTC") -> str:
        local = moment.astimezone(time_zone(zone))
        return _minute(local.hour, local.minute, self.locale)

    def date_and_time(self, moment: datetime, zone: str = "UTC") -> str:
        """To the minute; the record has the second."""
        day = dates.format_date(moment.astimezone(time_zone(zone)), "medium", locale=self.locale)
        time = dates.format_time(moment, "short", tzinfo=time_zone(zone), locale=self.locale)
        return str(dates.get_datetime_format("medium", locale=self.locale)).format(time, day)

    def language_name(self, code: str) -> str:
        """What a language is called in this one, within a sentence; by itself it is in `LANGUAGE_NAMES`."""
        return str(self.locale.languages[code])

    def zone_name(self, moment: datetime, zone: str) -> str:
        local = moment.astimezone(time_zone(zone))
        return dates.get_timezone_name(local, width="short", locale=self.locale)

    def zone_label(self, zone: str) -> str:
        """A zone for a list of choices: its name, and the city that stands for it."""
        name = dates.get_timezone_name(time_zone(zone), width="long", zone_variant="generic", locale=self.locale)
        return f"{name} ({dates.get_timezone_location(time_zone(zone), locale=self.locale, return_city=True)})"

    def ago(self, moment: datetime, now: datetime) -> str:
        return dates.format_timedelta(
            min(moment - now, timedelta(0)), add_direction=True, granularity="minute", locale=self.locale
        )

    def number(self, value: int) -> str:
        return numbers.format_decimal(value, locale=self.locale)


# A list of comments has a hundred days and minutes, most of them the same.
@lru_cache(maxsize=4096)
def _day(day: date, length: str, locale: Locale) -> str:
    return dates.format_date(day, length, locale=locale)


@lru_cache(maxsize=4096)
def _minute(hour: int, minute: int, locale: Locale) -> str:
    return dates.format_time(time(hour, minute), "short", locale=locale)


@lru_cache
def time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name is looked up as a file, and may be too long for one
        return ZoneInfo("UTC")


def _catalogue(code: str) -> NullTranslations:
    path = ROOT / "locales" / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache
def language(code: str) -> Language:
    return Language(code if code in LOCALES else LOCALES[0])


def negotiate(accept_language: str) -> str:
    """The best of our languages for an `Accept-Language` header (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((float(weight or 1), name))
        except ValueError:
            continue
    preferred = [name for weight, name in sorted(wishes, key=lambda wish: -wish[0]) if weight > 0]
    return negotiate_locale(preferred, LOCALES, sep="-") or LOCALES[0]


@lru_cache
def script_strings(code: str) -> dict[str, str]:
    """The words for TypeScript, by key: `templates/_strings.html` in this language, placeholders untouched."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=False)  # noqa: S701 - JSON, not HTML
    gettext: Callable[[str], str] = language(code).translations.gettext
    environment.globals["gettext"] = gettext
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, language(code).translations.ngettext, newstyle=False
    )
    source = (ROOT / "templates" / "_strings.html").read_text(encoding="utf-8")
    return dict(environment.from_string(source).module.strings)  # type: ignore[attr-defined]
