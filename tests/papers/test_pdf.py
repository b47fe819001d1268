"""A paper as a PDF: tagged as PDF/UA-1 asks, and whatever people typed stands in it as they typed it."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.papers import Facts, Figure, Heading, Items, Link, Note, Paper, Run, Table, Text, print_paper
from server.papers.model import as_text
from server.papers.pdf import set_paper

AT = datetime(2027, 2, 3, 15, tzinfo=UTC)
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    '<rect x="1" y="1" width="9" height="9"/><text x="12" y="18" font-family="Libertinus Serif">82</text></svg>'
)
EVERYTHING = Paper(
    "Aviso de reunión",
    "es",
    [
        Heading("Cuándo y dónde"),
        Text("Una línea\ny otra"),
        Facts(
            [("Cuándo", "jueves"), ("Dónde", [Run("Sala 12", strong=True), Run("video", link="https://v.example/1")])]
        ),
        Heading("Quiénes", 2),
        Table(["Nombre", "Cargo"], [["Rosa", "madre"], ["Ana", [Run("maestra", emphasis=True)]]], widths=[1, 2]),
        Items(["uno", "dos"]),
        Items(["uno", "dos"], numbered=True),
        Note("Ojo"),
        Link("Abrir", "https://r.example/x"),
        Figure(SQUARE, "Un cuadrado que dice 82", 0.5),
    ],
    subtitle="Escuela Cedar Hollow",
    running="Aviso",
    page_of="Página {page} de {pages}",
    marking="Borrador",
)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def structure(element: Any) -> list[str]:
    """The kinds of the structure elements, in reading order."""
    kinds = [str(element["/S"])] if "/S" in element else []
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and ("/S" in child or child.get("/Type") == "/StructTreeRoot"):
            kinds += structure(child)
    return kinds


def words_of(data: bytes) -> str:
    """The text by each glyph's own mapping to Unicode, spaces and line ends left out."""
    found = []
    with opened(data) as pdf:
        for page in pdf.pages:
            fonts = {name: _to_unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
            font: dict[int, str] = {}
            instructions: Any = pikepdf.parse_content_stream(page)
            for operands, operator in instructions:
                if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary):
                    said = operands[1].get("/ActualText")
                    if said is not None:
                        found.append(str(said))
                if str(operator) == "Tf":
                    font = fonts[str(operands[0])]
                elif str(operator) in {"Tj", "TJ"}:
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            data_ = bytes(part)
                            codes = [int.from_bytes(data_[at : at + 2]) for at in range(0, len(data_), 2)]
                            found.extend(font.get(code, "") for code in codes)
    return re.sub(r"\s", "", "".join(found))


def _to_unicode(font: Any) -> dict[int, str]:
    cmap = font["/ToUnicode"].read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*$", cmap, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


async def test_a_paper_is_tagged(tmp_path: Path) -> None:
    data = await print_paper(EVERYTHING, AT)
    (tmp_path / "paper.pdf").write_bytes(data)
    assert list(pdfua.validate(str(tmp_path / "paper.pdf")).findings) == []
    with opened(data) as pdf:
        root = pdf.Root
        assert str(root.Lang) == "es"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Aviso de reunión"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Aviso de reunión"
        kinds = structure(root.StructTreeRoot)
    assert [kind for kind in kinds if kind[:2] == "/H" or kind == "/Title"][-2:] == ["/H1", "/H2"]
    assert kinds.count("/TH") == 2
    assert kinds.count("/TD") == 4
    assert kinds.count("/L") >= 3
    assert kinds.count("/Link") == 2
    assert kinds.count("/Figure") == 1
    assert kinds.index("/Table") > kinds.index("/H2")


def test_the_same_paper_is_the_same_bytes() -> None:
    paper = Paper("Notice", "en", [Text("Thursday")])
    assert set_paper(paper, AT) == set_paper(paper, AT)


# Everything that means something to Typst, to PDF or to HTML, and letters people's names have.
TYPED = st.text(alphabet=r"#[]{}()$*_`\"'<>@=+-/\&%~^|;:,.!?" + "aZ9 ñÑéüłşžĐ¿“”–…\n", min_size=1, max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(TYPED, min_size=4, max_size=4))
def test_what_people_typed_is_never_markup(typed: list[str]) -> None:
    title, text, cell, name = typed
    data = set_paper(Paper(title.strip() or "T", "en", [Text(text), Table(["a"], [[cell]]), Facts([(name, text)])]), AT)
    said = words_of(data)
    for words in typed:
        assert re.sub(r"\s", "", words) in said


@pytest.mark.parametrize(
    "strange", ["\x00\x07", "李小龙", "\ud800", "\ufffe", "\U0010ffff", "😀 \U0001f9d1\u200d\U0001f3eb", "\ue000"]
)
def test_no_character_keeps_a_paper_from_being_made(strange: str) -> None:
    data = set_paper(Paper("Notice", "en", [Text(f"before {strange} after")]), AT)
    said = words_of(data)
    assert "before" in said
    assert "after" in said


def test_headings_go_down_one_level_at_a_time() -> None:
    with pytest.raises(ValueError, match="one level"):
        Paper("t", "en", [Heading("a"), Heading("b", 3)])
    with pytest.raises(ValueError, match="one level"):
        Paper("t", "en", [Heading("b", 2)])


def test_a_table_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        Table(["a", "b"], [["1"]])


def test_as_plain_text() -> None:
    assert as_text(
        [Heading("When"), Facts([("Day", "Thursday")]), Items(["a", [Run("b", strong=True)]]), Link("Open", "u")]
    ) == ("When\n\nDay: Thursday\n\n* a\n* b\n\nOpen:\nu")
