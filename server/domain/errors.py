"""Why something may not be done, as codes: pages and the sync endpoint put them into words."""

REASONS = (
    "role",  # this role never may
    "phase",  # not in this phase of the meeting
    "paused",  # the facilitator paused editing for everybody
    "final",  # the section is final
    "closed",  # the meeting is closed
    "invalid",  # what was sent makes no valid document or value
    "too_big",
    "not_shared",  # the school has not shared this part of the draft yet
    "conflict",  # somebody else was first; look again
    "not_found",
)


class Refused(Exception):
    """An act that the rules don't allow; nothing was changed. `code` is one of `REASONS`, `field` the form's field."""

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code if field is None else f"{code}: {field}")
        self.code = code
        self.field = field
