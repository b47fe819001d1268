"""State profiles: levels of rules, ages and days as data files. A profile inherits what it does not say itself."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from server.domain.calendar import Calendar, Days, calendar
from server.domain.retention import Keeping

FOLDER = Path(__file__).resolve().parents[1] / "profiles"
FLOOR = "federal"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one state asks. Days are None where it asks nothing; `levels` by rule id, "block" or "warn".

    `draft`: so long before the meeting the draft reaches the parents. Of it `hold_sections` stay out, and `hold_fields`
    (of typed blocks, by section) are blank, until the meeting: they are open there. `school_year`: its first
    month and day. `first_plan`: so soon after the finding of eligibility there is a meeting for the first plan.
    `message`: so soon a message of the family is answered.
    `retention`: how long a record is kept.
    `reports`: months and days on which reports of progress could be due, to choose from.
    """

    id: str
    name: str
    week_minutes: int
    transition_age: int
    majority_age: int
    calendar: str
    retention: Keeping
    school_year: tuple[int, int] = (7, 1)
    first_plan: Days = field(default_factory=lambda: Days(30))
    draft: Days | None = None
    hold_sections: tuple[str, ...] = ()
    hold_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    copy_business_days: int | None = None
    answer_days: int | None = None
    message: Days | None = None
    reports: tuple[tuple[int, int], ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> Calendar:
        """By which its days are counted."""
        return calendar(self.calendar)


def _read(name: str, floor: Mapping[str, Any]) -> Profile:
    values = {**floor, **tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))}
    unknown = values.keys() - {one.name for one in fields(Profile)}
    if unknown:
        raise ValueError(f"profile {name}: unknown {', '.join(sorted(unknown))}")
    for key in ("draft", "first_plan", "message"):
        if values.get(key):
            values[key] = Days(**values[key])
    values["retention"] = Keeping(**{**floor["retention"], **values["retention"]})
    values["school_year"] = tuple(values["school_year"])
    values["reports"] = tuple((month, day) for month, day in values.get("reports", ()))
    values["hold_sections"] = tuple(values["hold_sections"])
    values["hold_fields"] = {section: tuple(held) for section, held in values["hold_fields"].items()}
    return Profile(id=name, **values)


def _all() -> dict[str, Profile]:
    floor = tomllib.loads((FOLDER / f"{FLOOR}.toml").read_text(encoding="utf-8"))
    return {path.stem: _read(path.stem, floor) for path in sorted(FOLDER.glob("*.toml"))}


PROFILES: Mapping[str, Profile] = _all()
