"""A Word file as a draft: every word lands somewhere, headings say where, and hostile files are refused by name."""

import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.documents.tree import Node, text_of
from server.word.convert import Converted, convert
from server.word.errors import Unreadable
from server.word.places import sections_of
from server.word.process import convert_apart


def file_of(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def words(result: Converted) -> Counter[str]:
    nodes = [node for nodes in (*result.sections.values(), result.unplaced) for node in nodes]
    return Counter(word for node in nodes for word in text_of(node).replace("[*]", "").split())


def names(nodes: list[Node]) -> list[str]:
    return [node.name for node in nodes]


def tracked(paragraph: Any, kept: str, gone: str) -> None:
    run = f'<w:r><w:t xml:space="preserve">{kept} </w:t></w:r>'
    lost = f"<w:r><w:delText>{gone}</w:delText></w:r>"
    about = 'w:id="7" w:author="A" w:date="2027-01-01T00:00:00Z"'
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {about}>{run}</w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')} {about}>{lost}</w:del>"))


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("IV. Present Levels of Academic Achievement and Functional Performance (PLAAFP)", "present_levels"),
        ("MEASURABLE ANNUAL GOALS", "goals"),
        ("Special Education and Related Services", "services"),
        ("Niveles actuales de desempeño", "present_levels"),
        ("Metas anuales", "goals"),
        ("Least Restrictive Environment (LRE)", "placement"),
        ("Año escolar extendido", "extended_school_year"),
        ("Parent Concerns", "parent_input"),
        ("Signatures", None),
        ("", None),
        ("A very long heading that goes on and on about the goals of the whole school year", None),
    ],
)
def test_headings_in_two_languages(heading: str, section: str | None) -> None:
    assert sections_of(heading) == ([] if section is None else [section])


@pytest.mark.parametrize(
    ("heading", "sections"),
    [
        ("Goals & Services", ["goals", "services"]),
        ("Annual Goals and Related Services", ["goals", "services"]),
        ("Related services, goals", ["services", "goals"]),
        ("Servicios / Metas anuales", ["services", "goals"]),
        ("Placement and the Extended School Year", ["placement", "extended_school_year"]),
        # Not as equals: the longer name says what the heading is about.
        ("Accommodations for State Assessments", ["assessments"]),
        ("Goals for services", ["goals", "services"]),
        ("Services, goals and services", ["services", "goals"]),
    ],
)
def test_a_heading_that_names_two_sections_opens_the_first(heading: str, sections: list[str]) -> None:
    assert sections_of(heading) == sections


def test_what_stands_below_such_a_heading_is_kept_and_told() -> None:
    file = Document()
    file.add_heading("Goals and Services", 1)
    file.add_paragraph("Ninety-five words a minute.")
    result = convert(file_of(file))
    assert not result.unplaced
    assert "Ninety-five words a minute." in text_of(Node("doc", {}, tuple(result.sections["goals"])))
    assert result.as_data()["several"] == [["Goals and Services", "goals", "services"]]


def test_an_iep_is_sorted_and_nothing_is_lost() -> None:
    file = Document()
    file.sections[0].header.paragraphs[0].text = "Wren Valley Unified, confidential"
    file.add_heading("Individualized Education Program", 0)
    file.add_paragraph("Jonah, grade 5")
    file.add_heading("Present Levels", 1)
    file.add_heading("Reading", 2)
    paragraph = file.add_paragraph("He reads ")
    paragraph.add_run("82").bold = True
    tracked(paragraph, "words a minute", "sentences")
    file.add_paragraph("Likes space", style="List Bullet")
    file.add_paragraph("Draws rockets", style="List Bullet")
    table = file.add_table(2, 3)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ["Date", "9/14", "10/5", "WCPM", "64", "67"], strict=True
    ):
        cell.text = text
    file.add_heading("Services", 1)
    grid = file.add_table(2, 4)
    row = ["Service", "Frequency", "Minutes", "Location", "Reading instruction", "daily", "45", "resource room"]
    for cell, text in zip((c for row in grid.rows for c in row.cells), row, strict=True):
        cell.text = text
    file.add_heading("Signatures", 1)
    file.add_paragraph("Signed in ink")
    result = convert(file_of(file))
    levels = result.sections["present_levels"]
    assert names(levels) == ["heading", "heading", "paragraph", "bulletList", "table"]
    assert text_of(levels[2]) == "He reads 82words a minute "
    assert [child.name for child in levels[4].nodes()] == ["tableRow", "tableRow"]
    (service,) = [node for node in result.sections["services"] if node.name == "service"]
    assert [text_of(field) for field in service.nodes()] == [
        "Reading instruction",
        "",
        "daily",
        "45",
        "resource room",
        "",
        "",
    ]
    unplaced = " ".join(text_of(node) for node in result.unplaced)
    for text in ("Individualized Education Program", "grade 5", "Signed in ink", "Wren Valley Unified, confidential"):
        assert text in unplaced
    assert (result.told["deletions"], result.told["insertions"], result.told["overlooked"]) == (1, 1, 0)
    assert "sentences" not in words(result)


@pytest.mark.parametrize(
    "columns", [["Service", "Frequency", "Remarks"], ["Service", "Service", "Frequency"], ["Where", "When"]]
)
def test_a_table_that_is_not_certain_stays_a_table(columns: list[str]) -> None:
    file = Document()
    file.add_heading("Services", 1)
    table = file.add_table(2, len(columns))
    for cell, text in zip((c for row in table.rows for c in row.cells), [*columns, *columns], strict=True):
        cell.text = text
    assert names(convert(file_of(file)).sections["services"]) == ["heading", "table"]


texts = st.lists(
    st.sampled_from(["Jonah", "reads.", "más", "82", "‘no’", "a-b", "日本", "Goals"]), min_size=1, max_size=6
)
pieces = st.lists(
    st.one_of(
        st.tuples(st.just("heading"), st.sampled_from(["Goals", "Services", "Servicios", "Signatures", "Reading"])),
        st.tuples(st.just("text"), texts),
        st.tuples(st.just("list"), texts),
        st.tuples(st.just("table"), texts),
        st.tuples(st.just("tracked"), texts),
        st.tuples(st.just("box"), texts),
        st.tuples(st.just("control"), texts),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces)
def test_every_word_of_a_generated_file_lands_somewhere(parts: list[tuple[str, Any]]) -> None:
    file, expected = Document(), Counter[str]()
    for kind, said in parts:
        text = said if isinstance(said, str) else " ".join(said)
        expected.update(text.split())
        if kind == "heading":
            file.add_heading(text, 1)
        elif kind == "table":
            table = file.add_table(1, len(said))
            for cell, one in zip(table.rows[0].cells, said, strict=True):
                cell.text = one
        elif kind == "tracked":
            tracked(file.add_paragraph(), text, "DELETED")
        elif kind == "box":
            inner = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
            shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{inner}</v:textbox></v:shape>'
            box = f"<w:r {nsdecls('w')}><w:pict>{shape}</w:pict></w:r>"
            file.add_paragraph()._p.append(parse_xml(box))
        elif kind == "control":
            inner = f"<w:sdtContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent>"
            file.element.body.insert(0, parse_xml(f"<w:sdt {nsdecls('w')}>{inner}</w:sdt>"))
        else:
            file.add_paragraph(text, style="List Number" if kind == "list" else None)
    result = convert(file_of(file))
    assert words(result) == expected
    assert not result.told["overlooked"]


def test_forty_pages_with_tables_and_tracked_changes_arrive_whole() -> None:
    file, expected = Document(), Counter[str]()
    headings = [
        "Parent Concerns",
        "Present Levels",
        "Special Factors",
        "Annual Goals",
        "Services",
        "Accommodations",
        "Placement",
        "Transition",
    ]
    for page in range(40):
        heading = headings[page % len(headings)]
        file.add_heading(heading, 1)
        expected.update(heading.split())
        for line in range(12):
            paragraph = file.add_paragraph()
            kept = f"p{page}l{line} " + "word " * 30
            tracked(paragraph, kept.strip(), f"gone{page}x{line}")
            expected.update(kept.split())
        table = file.add_table(6, 4)
        for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.text = f"cell{page}x{number}"
            expected[f"cell{page}x{number}"] += 1
        file.add_page_break()
    result = convert(file_of(file))
    assert words(result) == expected
    assert (result.told["tables"], result.told["deletions"], result.told["overlooked"]) == (40, 480, 0)


# --- hostile files ---


def changed(**parts: bytes) -> bytes:
    """A small sound file with parts replaced or added (their names with _ for /)."""
    file = Document()
    file.add_paragraph("Sound")
    out = BytesIO()
    replaced = {name.replace("__", "/"): data for name, data in parts.items()}
    with zipfile.ZipFile(BytesIO(file_of(file))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in replaced:
                new.writestr(name, old.read(name))
        for name, data in replaced.items():
            new.writestr(name, data)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = f'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><w:document {W}><w:body/></w:document>'
EXTERNAL = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>&b;</w:body></w:document>'
DEEP = (
    f"<w:document {W}><w:body>"
    + "<w:sdt><w:sdtContent>" * 100
    + "</w:sdtContent></w:sdt>" * 100
    + "</w:body></w:document>"
)
DEEPER = f"<w:document {W}>" + "<w:x>" * 5000 + "</w:x>" * 5000 + "</w:document>"
MAIN = "word/document.xml"


# Made when it is its turn: to make them all takes a second, which each worker would spend on them.
HOSTILE: list[tuple[Callable[[], bytes], str]] = [
    (lambda: b"", "empty"),
    (lambda: b"%PDF-1.7", "not_word"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_word"),
    (lambda: b"PK\x03\x04 and nothing", "damaged"),
    (lambda: bytes(20 * 1024 * 1024 + 1), "too_big"),
    (lambda: changed(**{MAIN: LAUGHS.encode()}), "entities"),
    (lambda: changed(**{MAIN: LAUGHS.encode("utf-16")}), "entities"),
    (lambda: changed(**{MAIN: EXTERNAL.encode()}), "entities"),
    (lambda: changed(**{"word/media/image1.png": bytes(60 * 1024 * 1024)}), "bomb"),
    (lambda: changed(**{f"x/{n}.bin": b"" for n in range(3001)}), "bomb"),
    (lambda: changed(**{MAIN: DEEP.encode()}), "nested"),
    (lambda: changed(**{MAIN: DEEPER.encode()}), "nested"),
    (lambda: changed(**{MAIN: b"<w:document"}), "damaged"),
    (lambda: file_of(Document()), "no_words"),
    (lambda: changed(**{"[Content_Types].xml": b"<Types/>"}), "damaged"),
]


@pytest.mark.parametrize(("make", "code"), HOSTILE)
def test_hostile_and_broken_files_are_refused_by_name(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        convert(make())
    assert refused.value.code == code


def test_a_zip_of_something_else_is_no_word_file() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(Unreadable, match="not_word"):
        convert(out.getvalue())


async def test_it_runs_in_a_process_of_its_own() -> None:
    file = Document()
    file.add_heading("Goals", 1)
    answer = await convert_apart(file_of(file))
    assert list(answer["sections"]) == ["goals"]
    with pytest.raises(Unreadable, match="entities"):
        await convert_apart(changed(**{MAIN: LAUGHS.encode()}))
