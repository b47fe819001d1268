"""Papers: what leaves as a document. One model (`model.py`) gives page, mail, tagged PDF and Word file."""

from server.papers.docx import MEDIA_TYPE as DOCX
from server.papers.docx import write_docx
from server.papers.model import Facts, Figure, Heading, Items, Link, Note, Paper, Run, Table, Text
from server.papers.pdf import NotPrinted, print_paper

__all__ = [
    "DOCX",
    "Facts",
    "Figure",
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
    "write_docx",
]
