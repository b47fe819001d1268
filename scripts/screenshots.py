#!/usr/bin/env python3
"""Takes the pictures of README.md anew: a real server, the sample meeting, real browsers. `make screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.support.browser import People, launch
from tests.support.devices import Devices
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, expect_sign, person

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
DESKTOP = {"width": 1280, "height": 760}
PHONE = {"width": 360, "height": 720}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = launch(playwright)
        server = Server(Path(folder) / "data").start()
        try:
            take(People(Devices(chromium)), server)
        finally:
            server.kill9()
            chromium.close()


def take(people: People, server: Server) -> None:
    meeting = server.demo()["meetings"][0]
    lead = enter(people, person(meeting, "case_manager"), viewport=DESKTOP)
    teacher = enter(people, person(meeting, "team_staff"), viewport=DESKTOP)
    mother = enter(people, person(meeting, "parent"), viewport=PHONE, device_scale_factor=2, locale="es-US")
    write_after(lead, "Keeps at it with adults he trusts", ", and asks for help when he is stuck")
    write_after(teacher, "Knows a lot of science", ": leads his group in lab work")
    expect(block(lead, "present_levels")).to_contain_text("leads his group in lab work")
    expect_sign(lead, "saved")
    lead.locator("#section-present_levels").evaluate("element => element.scrollIntoView({behavior: 'instant'})")
    lead.screenshot(path=IMAGES / "workspace.png")
    mother.screenshot(path=IMAGES / "phone.png")
    history = lead.locator("#head-present_levels a", has_text="History").get_attribute("href")
    lead.goto(f"{server.url}{history}")
    lead.locator("main ol a, main ul a").first.click()
    expect(lead.locator("main h1")).to_have_text("Present levels")
    lead.screenshot(path=IMAGES / "history.png")


def write_after(page: Page, words: str, more: str) -> None:
    """Type `more` at the end of the list item that reads `words`."""
    text = editor(page, "present_levels")
    text.locator("li", has_text=words).click()
    expect(text).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(more, delay=10)


if __name__ == "__main__":
    main()
