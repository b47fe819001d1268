"""Papers: what leaves as a document. One model (`model.py`) gives the page, the text of a mail, and the tagged PDF."""

from server.papers.model import Facts, Heading, Items, Link, Note, Paper, Run, Table, Text
from server.papers.pdf import NotPrinted, print_paper

__all__ = [
    "Facts",
    "Heading",
    "Items",
    "Link",
    "NotPrinted",
    "Note",
    "Paper",
    "Run",
    "Table",
    "Text",
    "print_paper",
]
