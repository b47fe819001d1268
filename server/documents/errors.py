"""What is raised for bytes that are no document."""


class Malformed(ValueError):
    """Bytes that no honest client sends: cut short, out of range, inconsistent, or refused by the CRDT library."""
