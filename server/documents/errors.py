"""What is raised for bytes that are no document."""


class Malformed(ValueError):  # noqa: N818 - it reads as what it says
    """Bytes that no honest client sends: cut short, out of range, inconsistent, or refused by the CRDT library."""
