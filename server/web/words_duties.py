"""What the plan asks of each teacher and provider, in words."""

from server.web.i18n import N_

KINDS = {
    "service": N_("Services"),
    "accommodation": N_("Accommodations and modifications"),
    "goal": N_("Goals"),
}
MISTAKES = {
    "versions": N_(
        "The final plan has changed since you opened this page. Please read what changed, then say so again."
    ),
}
