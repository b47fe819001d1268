"""Random acts by random people against the real rules, and against a plain model of what a meeting is."""
