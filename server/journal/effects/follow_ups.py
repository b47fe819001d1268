"""follow_ups."""

from server.journal.effects.form import Effect

EFFECTS: dict[str, Effect] = {}
