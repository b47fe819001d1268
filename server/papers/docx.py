"""A paper as a Word file (ECMA-376): real headings, lists and tables, in a thread beside the event loop."""

import asyncio
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from server.papers.characters import printable
from server.papers.model import Paper
from server.papers.pdf import picture_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DEEPEST = 3  # levels of lists that Word has styles for; what is deeper stands at the third
MARGIN = Cm(2)
MANY_COLUMNS, SMALL = 5, Pt(9.5)  # a table of so many is set in smaller letters, or words break in the middle
AFTER_FRAMES = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
INK, LINK = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x1A, 0x4F, 0x8B)


async def write_docx(paper: Paper, at: datetime) -> bytes:
    """The file; `at` is the time that it bears."""
    return await asyncio.to_thread(set_docx, paper, at)


def set_docx(paper: Paper, at: datetime) -> bytes:
    """As `write_docx`, where there is no event loop."""
    return docx_of(paper.plain(), at)


def docx_of(plain: dict[str, Any], at: datetime) -> bytes:
    """As `set_docx`, from `Paper.plain`."""
    about = printable(plain)
    word = Document()
    _dress(word, about, at)
    word.add_paragraph(about["title"], "Title")
    if about["subtitle"]:
        word.add_paragraph(about["subtitle"], "Subtitle")
    for block in about["blocks"]:
        _WRITE[block["kind"]](word, block)
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def _dress(word: WordDocument, about: dict[str, Any], at: datetime) -> None:
    core = word.core_properties
    core.title, core.author, core.language, core.comments = about["title"], "Roundtable", about["language"], ""
    core.created = core.modified = at.astimezone(UTC).replace(tzinfo=None)
    normal = _style(word, "Normal")
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    _language(normal.element.get_or_add_rPr(), about["language"])
    for name in ("Title", "Subtitle", *(f"Heading {level}" for level in range(1, 5))):
        _style(word, name).font.color.rgb = INK
    _dress_notes(_style(word, "Intense Quote"))
    section = word.sections[0]
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    head = section.header.paragraphs[0]
    if about["marking"]:
        head.add_run(about["marking"]).bold = True
        head.add_run("   ")
    head.add_run(about["running"])
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for part in _parts(about["page_of"], {"{page}": "PAGE", "{pages}": "NUMPAGES"}):
        _field(foot, part[1]) if part[1] else foot.add_run(part[0])


def _dress_notes(style: ParagraphStyle) -> None:
    """As in print: plain words beside a line. The style of its own is pale and slanted."""
    style.font.color.rgb, style.font.bold, style.font.italic = INK, False, False
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Pt(12)
    properties = style.element.get_or_add_pPr()
    old = properties.find(qn("w:pBdr"))
    frame = OxmlElement("w:pBdr")
    line = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "666666")):
        line.set(qn(f"w:{name}"), value)
    frame.append(line)
    if old is not None:
        properties.replace(old, frame)
    else:
        properties.insert_element_before(frame, *AFTER_FRAMES)


def _style(word: WordDocument, name: str) -> ParagraphStyle:
    style = word.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - the library's own template has it
    return style


def _parts(text: str, fields: dict[str, str]) -> list[tuple[str, str]]:
    """The text cut at these fields: (words, "") or ("", field)."""
    found = [(text, "")]
    for mark, field in fields.items():
        cut: list[tuple[str, str]] = []
        for words, known in found:
            pieces = [words] if known else words.split(mark)
            for number, piece in enumerate(pieces):
                if number:
                    cut.append(("", field))
                cut.append((piece, known))
        found = cut
    return [part for part in found if part != ("", "")]


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)


def _heading(word: WordDocument, block: dict[str, Any]) -> None:
    word.add_paragraph(block["text"], f"Heading {block['level']}")


def _text(word: WordDocument, block: dict[str, Any]) -> None:
    _words(word.add_paragraph(), block["words"])


def _note(word: WordDocument, block: dict[str, Any]) -> None:
    _words(word.add_paragraph(style="Intense Quote"), block["words"])


def _link(word: WordDocument, block: dict[str, Any]) -> None:
    paragraph = word.add_paragraph(f"{block['text']}: ")
    _hyperlink(paragraph, block["url"], paragraph.add_run(block["url"]))


def _items(word: WordDocument, block: dict[str, Any], depth: int = 1) -> None:
    kind = "List Number" if block["numbered"] else "List Bullet"
    style = kind if depth == 1 else f"{kind} {depth}"
    number = _restart(word, style) if block["numbered"] else None
    for item in block["items"]:
        paragraph = word.add_paragraph(style=style)
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0
        _words(paragraph, item["words"])
        for below in item["below"]:
            _items(word, below, min(depth + 1, DEEPEST))


def _restart(word: WordDocument, style: str) -> int:
    """A numbering of its own like the style's, from one: the style's alone would go on from list to list."""
    numbering = word.part.numbering_part.element
    of_style = _style(word, style).element.pPr.numPr.numId.val
    like = numbering.num_having_numId(of_style).abstractNumId.val
    made = numbering.add_num(like)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def _facts(word: WordDocument, block: dict[str, Any]) -> None:
    for name, words in block["rows"]:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.add_run(f"{name}: ").bold = True
        _words(paragraph, words)


def _table(word: WordDocument, block: dict[str, Any]) -> None:
    rows = [block["header"], *block["rows"]] if block["header"] else block["rows"]
    if not rows:
        return
    table = word.add_table(len(rows), len(rows[0]), "Table Grid")
    table.autofit = False
    section = word.sections[0]
    width = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    shares = [Emu(int(width * part / sum(block["widths"]))) for part in block["widths"]]
    # Some readers go by the columns, some by the cells.
    for column, share in zip(table.columns, shares, strict=True):
        column.width = share
    for number, row in enumerate(rows):
        is_head = bool(block["header"]) and number == 0
        cells = table.rows[number].cells
        for cell, words, share in zip(cells, row, shares, strict=True):
            cell.width = share
            _words(cell.paragraphs[0], words, strong=is_head)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            for run in cell.paragraphs[0].runs if len(shares) >= MANY_COLUMNS else ():
                run.font.size = SMALL
        properties = table.rows[number]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))
    word.add_paragraph()


def _words(paragraph: Paragraph, words: Sequence[dict[str, Any]], *, strong: bool = False) -> None:
    for part in words:
        run = paragraph.add_run(part["text"])
        run.bold = part["strong"] or strong or None
        run.italic = part["emphasis"] or None
        run.underline = part["underline"] or None
        run.font.strike = part["strike"] or None
        if part["lang"]:
            _language(run._r.get_or_add_rPr(), part["lang"])
        if part["link"]:
            _hyperlink(paragraph, part["link"], run)


def _hyperlink(paragraph: Paragraph, url: str, run: Run) -> None:
    run.font.underline, run.font.color.rgb = True, LINK
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._r.addprevious(link)
    link.append(run._r)


def _language(properties: Any, code: str) -> None:
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = OxmlElement("w:lang")
        properties.append(lang)
    lang.set(qn("w:val"), code)


def _figure(word: WordDocument, block: dict[str, Any]) -> None:
    """As a picture of points, for not every reader of Word files draws SVG; its words as the picture's own."""
    section = word.sections[0]
    line = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    picture = io.BytesIO(picture_of(block["svg"]))
    shape = word.add_paragraph().add_run().add_picture(picture, width=Emu(int(line * block["width"])))
    about = shape._inline.docPr
    about.set("descr", block["alt"])


_WRITE = {
    "heading": _heading,
    "text": _text,
    "note": _note,
    "link": _link,
    "items": _items,
    "facts": _facts,
    "table": _table,
    "figure": _figure,
}
