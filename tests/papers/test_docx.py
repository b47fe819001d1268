"""A paper as a Word file: read back by the library that others read Word files with."""

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from server.papers import Heading, Items, Paper, Run, Table, Text, write_docx
from server.papers.docx import set_docx
from tests.papers.test_pdf import EVERYTHING

AT = datetime(2027, 2, 3, 15, tzinfo=UTC)


def opened(data: bytes) -> WordDocument:
    return Document(io.BytesIO(data))


async def test_headings_lists_tables_and_what_the_file_says_of_itself() -> None:
    word = opened(await write_docx(EVERYTHING, AT))
    styled = [(one.style.name, one.text) for one in word.paragraphs if one.style is not None]
    assert ("Title", "Aviso de reunión") in styled
    assert ("Heading 1", "Cuándo y dónde") in styled
    assert ("Heading 2", "Quiénes") in styled
    assert ("Normal", "Una línea\ny otra") in styled
    assert [text for name, text in styled if name == "List Number"] == ["uno", "dos"]
    assert word.core_properties.language == "es"
    assert word.core_properties.title == "Aviso de reunión"
    head, *rows = word.tables[0].rows
    assert [cell.text for cell in head.cells] == ["Nombre", "Cargo"]
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [[cell.text for cell in row.cells] for row in rows] == [["Rosa", "madre"], ["Ana", "maestra"]]
    section = word.sections[0]
    assert section.header.paragraphs[0].text == "Borrador   Aviso"
    assert section.footer.paragraphs[0].text == "Página  de "  # between them, fields
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ["Un cuadrado que dice 82"]
    addresses = {one.target_ref for one in word.part.rels.values() if one.is_external}
    assert addresses == {"https://r.example/x", "https://v.example/1"}


def _number(paragraph: Any) -> Any:
    return paragraph._p.pPr.numPr.numId.val


def test_each_numbered_list_begins_at_one_and_lists_stand_in_lists() -> None:
    inner = Items(["a", "b"], numbered=True)
    word = opened(set_docx(Paper("P", "en", [Items(["x", inner, "y"]), Items(["z"], numbered=True), inner]), AT))
    lists = [(one.style.name, one.text) for one in word.paragraphs if one.style and one.style.name.startswith("List")]
    assert lists[:4] == [("List Bullet", "x"), ("List Number 2", "a"), ("List Number 2", "b"), ("List Bullet", "y")]
    numbers = [_number(one) for one in word.paragraphs if one.style and "Number" in one.style.name]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=3, max_size=3))
def test_whatever_people_typed_makes_a_file(typed: list[str]) -> None:
    a, b, c = typed
    paper = Paper(
        a, "en", [Heading(b), Text([Run(c, strong=True, strike=True)]), Table([a, b], [[b, c]]), Table([], [[a]])]
    )
    word = opened(set_docx(paper, AT))
    if a.isalpha():
        assert word.paragraphs[0].text == a
