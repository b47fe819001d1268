"""What is pasted or dropped: its structure comes, its looks and leavings do not."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.editing import new_line
from tests.support.workspace import block, editor, enter, expect_sign, person

PASTED = Path(__file__).parent / "pasted"


@pytest.fixture
def page(server, people) -> Page:
    return enter(people, person(server.demo(brief=True)["meetings"][0], "team_staff"))


def paste(target: Locator, *, html: str = "", text: str = "") -> None:
    target.evaluate(
        """(element, {html, text}) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          if (text) data.setData("text/plain", text);
          element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        {"html": html, "text": text},
    )


def expect_saved(page: Page) -> None:
    expect_sign(page, "saved")
    expect(page.locator("kept-text *")).to_have_count(0)


def test_the_structure_comes_from_word_and_google_docs_and_plain_text_keeps_its_lines(page):
    target = new_line(page, "placement")
    paste(target, html=(PASTED / "word.html").read_text(encoding="utf-8"))
    expect(target.locator("h3", has_text="Reading report")).to_have_count(1)
    expect(target.locator("h4", has_text="Steps")).to_have_count(1)
    expect(target.locator("p > strong", has_text="Fluency")).to_have_count(1)
    expect(target.locator("p > em", has_text="82 words")).to_have_count(1)
    expect(target.locator("ul > li > p", has_text="Knows a lot of science")).to_have_text("Knows a lot of science")
    expect(target.locator("ul > li > ul > li > p", has_text="planets")).to_have_text("planets")
    expect(target.locator("ul > li > p", has_text="Listens well")).to_have_text("Listens well")
    expect(target.locator("ol[start='3'] > li > p")).to_have_text(["Probe each week", "Chart it"])
    expect(target.locator("table td p").filter(has_text="Words").locator("strong")).to_have_count(1)
    expect(target.locator("table tr")).to_have_count(2)
    expect(target.locator("a", has_text="the norms")).to_have_attribute("href", "https://example.org/norms")
    expect(target.locator("a", has_text="this")).to_have_count(0)
    expect(target).not_to_contain_text("check this number")
    expect(target).not_to_contain_text("[JD1]")
    expect(target.locator("img:not(.ProseMirror-separator), [style], [class^=Mso], o\\:p")).to_have_count(0)
    expect_saved(page)

    # From Google Docs.
    target = new_line(page, "transition")
    paste(target, html=(PASTED / "docs.html").read_text(encoding="utf-8"))
    expect(target.locator("h4", has_text="Strengths").locator("strong")).to_have_count(0)
    line = target.locator("p", has_text="and slanted")
    expect(line.locator("strong")).to_have_text("Bold")
    expect(line.locator("em")).to_have_text(" and slanted")
    expect(line.locator("s")).to_have_text(" gone")
    expect(line.locator("a")).to_have_text("a link")
    expect(line.locator("u")).to_have_count(0)
    expect(target.locator("ul > li > ul > li > p", has_text="inner")).to_have_count(1)
    expect(target.locator("ul > li > p", has_text="second")).to_have_count(1)
    expect_saved(page)

    # Plain text.
    target = new_line(page, "extended_school_year")
    paste(target, text="one\r\ntwo\n\nthree\n")
    expect(target.locator("p", has_text="two")).to_have_text("onetwo")
    expect(target.locator("p", has_text="two").locator("br:not(.ProseMirror-trailingBreak)")).to_have_count(1)
    expect(target.locator("p", has_text="three")).to_have_text("three")
    expect_saved(page)


def test_neither_scripts_nor_addresses_nor_pictures_come_nor_more_than_the_server_takes(page):
    target = new_line(page, "placement")
    paste(
        target,
        html="<p onclick='window.hit=1'>safe <img src=x onerror='window.hit=1'><script>window.hit=1</script>"
        "<a href='data:text/html,x'>data</a> <a href='JaVaScRiPt:alert(1)'>js</a> <a href='/local'>local</a>"
        "<svg onload='window.hit=1'></svg><iframe src='https://example.org'></iframe></p>",
    )
    expect(target.locator("p", has_text="safe")).to_contain_text("data js local")
    expect(target.locator("p", has_text="safe").locator("a, script, svg, iframe")).to_have_count(0)
    assert page.evaluate("() => window.hit") is None
    expect_saved(page)

    # Pictures are turned away with a word.
    target = new_line(page, "transition")
    for event in ("paste", "drop"):
        target.evaluate(
            """(element, kind) => {
              const data = new DataTransfer();
              data.items.add(new File(["x"], "photo.png", {type: "image/png"}));
              const at = element.getBoundingClientRect();
              const init = {bubbles: true, cancelable: true, clientX: at.left + 20, clientY: at.top + 20};
              element.dispatchEvent(kind === "paste"
                ? new ClipboardEvent("paste", {...init, clipboardData: data})
                : new DragEvent("drop", {...init, dataTransfer: data}));
            }""",
            event,
        )
        notice = block(page, "transition").locator(".editor-notice")
        expect(notice).to_contain_text("Pictures and files can’t be put in the draft")
        notice.get_by_role("button").click()
    expect(target.locator("img:not(.ProseMirror-separator)")).to_have_count(0)

    # More than the server takes is said, and not done.
    target = new_line(page, "extended_school_year")
    before = target.inner_text()
    paste(target, html="<p>word</p>" * 20_000)
    expect(block(page, "extended_school_year").locator(".editor-notice")).to_contain_text("too much text")
    assert target.inner_text() == before
    paste(target, html="".join(f"<p>part {number}</p>" for number in range(1000)))
    expect(target).to_contain_text("part 999")
    expect_saved(page)


def test_a_goal_copied_whole_stays_a_goal_and_a_field_takes_the_words_only(page):
    target = editor(page, "goals")
    goals = target.locator(".goal")
    count = goals.count()
    copied = goals.first.evaluate(
        """element => {
          const field = ({dataset, lastElementChild}) =>
            `<div class="field" data-name="${dataset.name}"><dt>x</dt><dd>${lastElementChild.textContent}</dd></div>`;
          return `<div class="goal"><dl>${[...element.querySelectorAll('.field')].map(field).join('')}</dl></div>`;
        }"""
    )
    area = goals.first.locator('.field[data-name="area"] dd').inner_text()
    target.locator("> p").last.click()
    paste(target, html=copied)
    expect(goals).to_have_count(count + 1)
    expect(goals.last.locator('.field[data-name="area"] dd')).to_have_text(area)
    expect(goals.last.locator(".field")).to_have_count(8)
    expect_saved(page)

    # A field.
    value = editor(page, "goals").locator('.field[data-name="area"] dd').first
    value.click()
    page.keyboard.press("End")
    count = editor(page, "goals").locator(".goal .field").count()
    paste(editor(page, "goals"), html="<h1>Big</h1><ul><li>one</li></ul>", text="Big\n\none")
    expect(value).to_contain_text("Big")
    expect(value.locator("br:not(.ProseMirror-trailingBreak)")).to_have_count(1)
    expect(value.locator("h3, ul, strong")).to_have_count(0)
    expect(editor(page, "goals").locator(".goal .field")).to_have_count(count)
    expect_saved(page)
