"""HTML from documents: what it says, and that nothing gets out of its place."""

import random
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.render import render_html, render_tree
from server.documents.template import filled_block
from server.documents.tree import Node, Text, content_update
from tests.documents.making import random_blocks
from tests.documents.test_links import ALLOWED, REFUSED

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;script&gt;",
    "</dd></dl></div><script>",
    "%s %(name)s {0} {{ 7*7 }}",
    "]]><!--",
    "\x00\x0b\x1b[31m",
    "\u202etxet",
]


class Seen(HTMLParser):
    """Tags and attributes as a browser would see them; checks that tags nest."""

    VOID = ("br",)

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str]] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name, value or "") for name, value in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def html_of(*blocks: Node, **options) -> str:
    return str(render_html(content_update(blocks), gettext=str, **options))


def test_a_page_of_everything():
    text = Text("so", {"bold": {}, "italic": {}, "underline": {}, "strike": {}})
    link = Text("here", {"link": {"href": "https://example.org/?a=1&b=2", "class": "x", "target": "_blank"}})
    item = Node("listItem", {}, (Node("paragraph", {}, (Text("one"),)),))
    assert html_of(
        Node("heading", {"level": 2}, (Text("Goals & needs"),)),
        Node("paragraph", {}, (text, Node("hardBreak"), link)),
        Node("paragraph"),
        Node("bulletList", {}, (item,)),
        Node("orderedList", {"start": 3, "type": None}, (item,)),
        Node("blockquote", {}, (Node("paragraph", {}, (Text("“x”"),)),)),
    ) == (
        "<h3>Goals &amp; needs</h3>"
        "<p><s><u><em><strong>so</strong></em></u></s><br>"
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">here</a></p>'
        "<p><br></p>"
        "<ul><li><p>one</p></li></ul>"
        '<ol start="3"><li><p>one</p></li></ol>'
        "<blockquote><p>“x”</p></blockquote>"
    )


def test_a_goal_is_a_list_of_terms():
    html = html_of(filled_block("goal", {"baseline": "9 of 20"}))
    assert html.startswith('<div class="goal" role="group" aria-label="Goal 1"><dl>')
    assert '<div class="field" data-name="baseline"><dt>Baseline</dt><dd>9 of 20</dd></div>' in html
    assert html.count("Not filled in") == 7
    assert Seen(html).text.count("–") == 7


def test_fields_are_in_the_reader_s_language():
    spanish = {"Goal %(number)s": "Meta %(number)s", "Baseline": "Punto de partida"}
    html = render_tree(
        Node("doc", {}, (filled_block("goal", {}),)), gettext=lambda message: spanish.get(message, message)
    )
    assert 'aria-label="Meta 1"' in html
    assert "<dt>Punto de partida</dt>" in html


def test_tables_have_headers():
    def cell(name, text, **attributes):
        return Node(name, {"colspan": 1, "rowspan": 1, **attributes}, (Node("paragraph", {}, (Text(text),)),))

    rows = (
        Node("tableRow", {}, (cell("tableHeader", "Date"), cell("tableHeader", "9/14"))),
        Node("tableRow", {}, (cell("tableHeader", "WCPM"), cell("tableCell", "64", colspan=2, colwidth=[80, 80]))),
    )
    html = html_of(Node("table", {}, rows))
    assert '<th scope="col"><p>Date</p></th>' in html
    assert '<th scope="row"><p>WCPM</p></th><td colspan="2"><p>64</p></td>' in html
    assert 'tabindex="0" role="group" aria-label="Table"' in html


@pytest.mark.parametrize(
    ("level", "offset", "tag"), [(1, 0, "h2"), (2, 0, "h2"), (2, 1, "h3"), (4, 1, "h5"), (4, 4, "h6")]
)
def test_heading_levels(level, offset, tag):
    assert html_of(Node("heading", {"level": level}), heading_offset=offset) == f"<{tag}></{tag}>"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_text_stays_text(text):
    html = html_of(Node("paragraph", {}, (Text(text),)), filled_block("goal", {"area": text}))
    seen = Seen(html)
    assert seen.tags == {"p", "div", "dl", "dt", "dd", "span"}
    assert {name for _, name, _ in seen.attributes} <= {"class", "role", "aria-label", "aria-hidden", "data-name"}
    assert "\x00" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("href", REFUSED, ids=ascii)
def test_links_that_lead_astray_are_text(href):
    tree = Node("doc", {}, (Node("paragraph", {}, (Text("x", {"link": {"href": href}}),)),))
    assert str(render_tree(tree, gettext=str)) == "<p>x</p>"


@pytest.mark.parametrize("href", ALLOWED)
def test_links(href):
    tree = Node("doc", {}, (Node("paragraph", {}, (Text("x", {"link": {"href": href}}),)),))
    assert ("a", "href", href) in Seen(str(render_tree(tree, gettext=str))).attributes


@pytest.mark.parametrize(
    "block",
    [
        Node("script", {}, (Text("alert(1)"),)),
        Node("paragraph", {"onclick": "alert(1)"}, (Node("img", {"src": "x"}), Text("", {"style": {}}))),
        Node("heading", {"level": "2><script>"}),
        Node("orderedList", {"start": '1"><script>'}),
        Node("goal", {"class": "x"}, (Node("field", {"name": '"><script>'}, (Text("x"),)), Node("script"))),
        Node("table", {}, (Text("x"), Node("script"), Node("tableRow", {}, (Node("script"), Text("x"))))),
        Node("tableCell", {"colspan": "1 onclick=x"}),
    ],
    ids=repr,
)
def test_what_the_schema_does_not_know_is_left_out(block):
    seen = Seen(str(render_tree(Node("doc", {}, (block,)), gettext=str)))
    assert not seen.tags & {"script", "img"}
    assert not {name for _, name, _ in seen.attributes} & {"onclick", "start", "colspan"}


@given(st.integers(0, 2**32))
def test_any_document_renders_well_formed(seed):
    blocks = random_blocks(random.Random(seed))
    Seen(html_of(*blocks))
