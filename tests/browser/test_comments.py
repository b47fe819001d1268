"""Comments in real browsers: a parent's on a phone, seen at once, going along with the text; adopted, or gone."""

import re

from playwright.sync_api import Locator, Page, expect
from pycrdt import XmlFragment

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague, texts
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, person, text_of

QUOTE = "avoids reading groups"
SELECT = """async ([section, words, where]) => {
  const root = document.querySelector(`section-editor[section="${section}"]`);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    getSelection().removeAllRanges();
    if (where) range.collapse(where === "before");
    getSelection().addRange(range);
    // The editor learns of it by an event; a key must not come first.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    return true;
  }
  return false;
}"""
PRESS = """words => {
  const range = [...CSS.highlights.get("comment")].find(one => String(one) === words);
  range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
  const box = range.getClientRects()[0];
  return [box.left + 20, box.top + 8];
}"""
DROP = "a drop of 10 words over the two-week winter break"
MARKED = "() => [...(CSS.highlights.get('comment') ?? [])].map(String)"


def select(page: Page, section: str, words: str, where: str = "") -> None:
    """Select the words, or put the caret "before" or "after" them."""
    assert page.evaluate(SELECT, [section, words, where])


def expect_marked(page: Page, words: str, *, marked: bool = True) -> None:
    page.wait_for_function(
        f"([words, marked]) => ({MARKED})().join(' ').includes(words) === marked", arg=[words, marked]
    )


def comments(page: Page) -> Locator:
    """The list beside the draft."""
    page.locator('.panel-tabs [data-panel="comments"]').click()
    found = page.locator("#comments")
    expect(found).to_be_visible()
    return found


def thread(page: Page, words: str) -> Locator:
    return page.locator("#comments .thread").filter(has_text=words)


def comment(page: Page, section: str, quote: str, text: str, proposal: str = "") -> None:
    select(page, section, quote)
    page.locator(".comment-button").click()
    dialog = page.locator("#comment-dialog")
    expect(dialog.locator("blockquote")).to_have_text(quote)
    dialog.locator('textarea[name="text"]').fill(text)
    if proposal:
        dialog.locator("summary", has_text="Propose a wording").click()
        expect(dialog.locator('textarea[name="proposal"]')).to_have_value(quote)
        dialog.locator('textarea[name="proposal"]').fill(proposal)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".comment-toast")).to_have_text("Your comment is saved.")


def test_a_parents_comment_on_a_phone_from_first_word_to_adoption_and_a_tap_on_the_words_of_another(
    server: Server, people: People
) -> None:
    meeting = server.demo()["meetings"][0]
    teacher = enter(people, person(meeting, "team_staff"))
    comments(teacher)
    parent = enter(people, person(meeting, "parent", 1), viewport=PHONE, has_touch=True)
    comment(parent, "present_levels", QUOTE, "Only since the winter.", "avoids groups since the winter")
    expect_marked(parent, QUOTE)

    # The teacher sees it without loading anything.
    card = thread(teacher, "Only since the winter.")
    expect(card).to_contain_text(QUOTE)
    expect(card).to_contain_text("Peter Lind")
    expect(card.locator("ins")).to_have_text("avoids groups since the winter")
    expect_marked(teacher, QUOTE)

    # It goes along with edits ahead of it and with a paragraph cut in two, before it and inside it.
    editor(teacher, "present_levels").focus()
    select(teacher, "present_levels", "He has two friendships", "before")
    teacher.keyboard.insert_text("Marcus Obi says: ")
    expect(block(parent, "present_levels")).to_contain_text("Marcus Obi says: He has two friendships")
    expect_marked(parent, QUOTE)
    select(teacher, "present_levels", " reading groups", "before")
    teacher.keyboard.press("Enter")
    for page in (teacher, parent):
        page.wait_for_function(f"() => ({MARKED})().join('').replace(/\\s/g, '').includes('avoidsreadinggroups')")
    expect(card.locator(".thread-gone")).to_be_hidden()
    teacher.keyboard.press("Backspace")
    expect(block(parent, "present_levels")).to_contain_text(QUOTE)

    # Adopted: the text changes for both, and both names stay with it.
    card.locator("button", has_text="Adopt the wording").click()
    for page in (teacher, parent):
        expect(block(page, "present_levels")).to_contain_text("avoids groups since the winter")
        expect(block(page, "present_levels")).not_to_contain_text(QUOTE)
        expect_marked(page, "avoids groups since the winter")
    expect(card.locator(".outcome")).to_contain_text("Marcus Obi put the wording of Peter Lind into the draft.")
    teacher.locator("#head-present_levels a", has_text="History").click()
    expect(teacher.locator(".history-list li").first).to_contain_text("adopted the wording that Peter Lind proposed")

    # Nobody's editor is the worse for it; and when the words go, the quote stays and says so.
    select(teacher, "present_levels", "avoids groups since the winter")
    teacher.keyboard.press("Delete")
    expect(block(parent, "present_levels")).not_to_contain_text("since the winter")
    comments(teacher)
    expect(card.locator(".thread-gone")).to_be_visible()
    expect(card).to_contain_text(QUOTE)
    expect_marked(parent, "since the winter", marked=False)

    # A tap on other words leads to the page with what was said about them.
    expect_marked(parent, DROP)
    x, y = parent.evaluate(PRESS, DROP)
    parent.touchscreen.tap(x, y)
    parent.locator(".comment-offer").click()
    parent.wait_for_url("**/comments?show=all#thread-*")
    expect(thread(parent, "Look at January.")).to_be_in_viewport()
    assert axe.violations(parent) == []
    assert parent.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Back to the words from there.
    parent.locator("a[data-passage]", has_text="a drop of 10 words").click()
    parent.wait_for_url("**/m/*")
    parent.wait_for_function(
        "() => [...(CSS.highlights.get('comment-pointed') ?? [])].map(String).join('').includes('a drop of 10')"
    )
    assert "a drop of 10 words" in text_of(parent, "present_levels")
    assert server.run("verify", "--meeting", meeting["id"]).returncode == 0


def always(root: XmlFragment) -> None:
    """One word more in the passage that a proposal is about."""
    (text,) = (text for text in texts(root) if "on task" in str(text) and "Jonah will stay" in str(text))
    text.insert(len(str(text).partition("on task")[0].encode()), "always ")


def test_by_keyboard_alone_and_words_being_typed_stay_when_others_comment(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    dana = enter(people, person(meeting, "case_manager"))
    editor(dana, "notes").focus()
    dana.keyboard.press("Control+Home")
    dana.keyboard.press("Shift+End")
    dana.keyboard.press("Control+Alt+m")
    dialog = dana.locator("#comment-dialog")
    expect(dialog.locator('textarea[name="text"]')).to_be_focused()
    expect(dialog.locator("blockquote")).to_contain_text("About this plan")
    assert axe.violations(dana, within="#comment-dialog") == []
    dana.keyboard.insert_text("Is this still so?")
    dana.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # What was typed is there when one comes back; now about the whole section.
    dana.locator("#head-goals [data-comment-section]").focus()
    dana.keyboard.press("Enter")
    expect(dialog.locator("#comment-dialog-section")).to_be_visible()
    expect(dialog.locator('textarea[name="text"]')).to_have_value("Is this still so?")
    dialog.locator("button[type=submit]").focus()
    dana.keyboard.press("Enter")
    expect(dana.locator(".comment-toast")).to_have_text("Your comment is saved.")
    comments(dana)
    expect(thread(dana, "Is this still so?")).to_contain_text("About the whole section")
    # A filter by keyboard, in the address of its link; a quote leads to its words.
    link = dana.locator(".comment-filters a", has_text="All")
    link.focus()
    dana.keyboard.press("Enter")
    expect(dana.locator('.comment-filters a[aria-current="true"]')).to_contain_text("All")
    assert re.search(r"\?show=all$", link.get_attribute("href") or "")
    quote = dana.locator("#comments a[data-passage]", has_text="Jonah will stay on task")
    quote.focus()
    dana.keyboard.press("Enter")
    expect(block(dana, "goals").locator("dd", has_text="Jonah will stay on task")).to_be_in_viewport()
    assert dana.evaluate("[...CSS.highlights.get('comment-pointed')].map(String)") == ["Jonah will stay on task"]
    assert axe.violations(dana, within="#comments") == []

    # Words being typed stay when others comment.
    dana.locator(".comment-filters a").first.click()
    expect(dana.locator(".comment-filters a").first).to_have_attribute("aria-current", "true")
    card = thread(dana, "Which program?")
    card.locator("summary", has_text="Answer").click()
    box = card.locator('form[action*="/answer"] textarea')
    box.fill("We do not")
    card.locator("summary", has_text="What came of it").click()
    card.locator('input[value="declined"]').check()
    card.locator('textarea[name="reason"]').fill("The law asks for")
    box.focus()
    box.press("End")
    with Colleague(meeting, "team_staff") as marcus:
        about = str(card.get_attribute("id")).removeprefix("thread-")
        for number in range(3):
            marcus.act(f"/comments/{about}/answer", text=f"From the other side {number}", lang="en")
            expect(card).to_contain_text(f"From the other side {number}")
            dana.keyboard.type(f" {number}")
        # What somebody else says came of another comment is told on the page.
        unsure = thread(dana, "Please name the actual tools")
        gone_on = str(unsure.get_attribute("id")).removeprefix("thread-")
        why = "They are in the other list"
        marcus.act(f"/comments/{gone_on}/outcome", disposition="declined", reason=why, before="")
        expect(unsure.locator(".outcome")).to_contain_text("Declined")
        expect(unsure.locator(".outcome")).to_contain_text(why)
        expect(box).to_be_focused()
        expect(box).to_have_value("We do not 0 1 2")
        expect(card.locator('textarea[name="reason"]')).to_have_value("The law asks for")
        expect(card.locator('input[value="declined"]')).to_be_checked()
        card.locator("button", has_text="Send the answer").click()
        expect(card.locator("ol")).to_contain_text("We do not 0 1 2")
        expect(box).to_be_hidden()
        expect(box).to_have_value("")
        card.locator(".outcome-form button[type=submit]").click()
        expect(dana.locator(".comment-toast")).to_contain_text("Everybody can read what came of it")
        read = marcus.person.look(f"{marcus.here}/comments?show=all")
        read = read[read.index(f'id="thread-{about}"') :].partition('id="thread-')[2].partition('id="thread-')[0]
        for words in ("We do not 0 1 2", "Declined", "The law asks for"):
            assert words in read
        # A proposal is held against the words as they are now.
        goal = thread(dana, "sounds like sit still")
        marcus.change("goals", always)
        expect(goal.locator("del")).to_have_text("Jonah will stay always on task")
        goal.locator("button", has_text="Adopt the wording").click()
        expect(block(dana, "goals")).to_contain_text("Jonah will begin independent work, or ask for help")
        expect(block(dana, "goals")).not_to_contain_text("always on task")
        marcus.reads("goals", "Jonah will begin independent work, or ask for help")
        assert "always on task" not in marcus.open("goals").whole_text
    # The number of the service that the proposal is about is put in by one press.
    minutes = thread(dana, "Why 30 minutes?")
    minutes.locator("button", has_text="Adopt the wording").click()
    expect(block(dana, "services").locator('[data-name="minutes"] dd').first).to_have_text("60")
    expect(block(dana, "services").locator('[data-name="minutes"] dd').nth(1)).to_have_text("30")


def test_a_press_on_the_words_shows_what_was_said(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    page = enter(people, person(meeting, "parent", 1))
    expect_marked(page, DROP)
    x, y = page.evaluate(PRESS, DROP)
    page.mouse.click(x, y)
    expect(thread(page, "Look at January.")).to_be_in_viewport()
