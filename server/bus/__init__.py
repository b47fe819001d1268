"""What the nodes tell each other: fast, at most once, and never needed for what is kept.

See `docs/decisions/several-nodes.md`."""
