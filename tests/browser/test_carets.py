"""Others' carets: whose they are, in which colour, and that nobody sees their own."""

import re

from playwright.sync_api import expect

from tests.support import wait
from tests.support.workspace import editor, enter, person


def test_a_caret_says_whose_it_is_follows_its_words_and_goes_with_its_owner(server, people):
    meeting = server.demo(brief=True)["meetings"][0]
    first, second = person(meeting, "team_staff"), person(meeting, "team_staff", 1)
    ann, ben = enter(people, first), enter(people, second)
    last = editor(ann, "notes").locator("p").last
    last.click()
    caret = editor(ben, "notes").locator(".peer-caret")
    expect(caret).to_have_count(1)
    expect(caret).to_have_attribute("data-name", first["name"])
    expect(caret).to_have_attribute("aria-hidden", "true")
    color = ann.evaluate("() => JSON.parse(document.getElementById('page-data').textContent).person.color")
    expect(caret).to_have_class(re.compile(rf"\bauthor-{color}\b"))
    expect(caret.locator(".peer-name")).to_have_text(first["name"])
    words = first["name"].split()
    expect(caret.locator("b")).to_have_text((words[0][0] + words[-1][0]).upper())
    assert caret.evaluate("element => !element.parentElement.querySelector('[style]')")
    expect(editor(ann, "notes").locator(".peer-caret")).to_have_count(0)

    # The name shrinks when the caret rests, and comes back.
    ann.keyboard.press("End")
    ann.keyboard.insert_text("x")
    expect(caret).to_have_class(re.compile(r"\bactive\b"))
    expect(caret).not_to_have_class(re.compile(r"\bactive\b"))
    expect(caret.locator(".peer-name")).to_be_hidden()
    expect(caret.locator("b")).to_be_visible()
    ann.keyboard.insert_text(" here")
    expect(caret).to_have_class(re.compile(r"\bactive\b"))

    # A selection is tinted.
    ann.keyboard.press("Home")
    ann.keyboard.press("Shift+End")
    chosen = ann.evaluate("() => String(document.getSelection())")
    tint = editor(ben, "notes").locator(".peer-selection")
    expect(tint.first).to_be_visible()
    assert "".join(tint.all_text_contents()) == chosen

    # The caret follows its words.
    ann.keyboard.press("End")
    expect(tint).to_have_count(0)
    expect(editor(ben, "notes")).to_contain_text("here")
    editor(ben, "notes").locator("p").last.click()
    ben.keyboard.press("Home")
    ben.keyboard.insert_text("before ")
    expect(last).to_contain_text("before")
    before = (
        "caret => { const r = new Range(); r.setStart(caret.parentNode, 0); r.setEndBefore(caret); return String(r); }"
    )
    wait.until(lambda: caret.evaluate(before).endswith("here"), "the caret to stand behind its words")

    # Caret and tint go with their owner.
    ann.keyboard.press("Shift+Home")
    expect(tint.first).to_be_visible()
    ann.context.close()
    expect(editor(ben, "notes").locator(".peer-caret")).to_have_count(0, timeout=20_000)
    expect(tint).to_have_count(0)
