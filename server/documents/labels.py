"""The words for fields and blocks, as English texts that gettext translates where they are shown."""

from collections.abc import Mapping


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a text for the catalogues where it stands."""
    return message


# What a block is called and which one of its kind it is: "Goal 2".
BLOCK_LABELS: Mapping[str, str] = {
    "goal": N_("Goal %(number)s"),
    "service": N_("Service %(number)s"),
    "accommodation": N_("Accommodation or modification %(number)s"),
}

FIELD_LABELS: Mapping[str, Mapping[str, str]] = {
    "goal": {
        "area": N_("Area of need"),
        "baseline": N_("Baseline"),
        "condition": N_("Condition"),
        "behavior": N_("Behavior"),
        "criterion": N_("Criterion"),
        "measure": N_("How progress is measured"),
        "date": N_("By when"),
        "reporting": N_("Progress reports"),
    },
    "service": {
        "service": N_("Service"),
        "provider": N_("Provider"),
        "frequency": N_("Frequency"),
        "minutes": N_("Minutes"),
        "location": N_("Location"),
        "start": N_("Start"),
        "end": N_("End"),
    },
    "accommodation": {
        "what": N_("What"),
        "where": N_("Where and when"),
        "kind": N_("Kind"),
    },
}

TABLE_LABEL = N_("Table")
EMPTY_FIELD = N_("Not filled in")

# Where two states are compared; the first two are heard before the words that came or went.
ADDED = N_("added:")
REMOVED = N_("removed:")
ADDED_BY = N_("added by %(name)s:")
REMOVED_BY = N_("removed by %(name)s:")
ADDED_BLOCK = N_("%(block)s, added")
REMOVED_BLOCK = N_("%(block)s, removed")
