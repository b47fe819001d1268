"""A final plan changed without a meeting: written in the editor, read and answered on a phone, told to open pages."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import editor, expect_sign, person


def agree(page: Page) -> None:
    page.locator("#answer-agree").check()
    page.locator("#field-understood").check()
    page.locator('#amendment form[action$="/answer"] button').click()


def test_more_minutes_by_agreement(server: Server, people: People) -> None:
    meeting: dict[str, Any] = server.demo(live=True)["meetings"][0]
    here = str(meeting["url"])
    with Colleague(meeting, "lea_representative") as lea:
        lea.finalize("services")
        lead = people.signed_in(person(meeting, "case_manager"), to=f"{here}/papers")
        csrf = str(lead.locator('input[name="csrf"]').first.get_attribute("value"))
        closed = lead.request.post(f"{here}/phase", form={"csrf": csrf, "phase": "closed"}, max_redirects=0)
        assert closed.status == 303
        lead.goto(f"{here}/amendments")
        assert violations(lead) == []
        lead.get_by_role("checkbox", name="Services").check()
        lead.get_by_label("Why it should be changed").fill("Thirty minutes were not enough.")
        lead.get_by_role("button", name="Write the new words").click()
        minutes = editor(lead, "services").locator('[data-name="minutes"] dd').first
        minutes.click()
        lead.keyboard.press("End")
        for key in ("Backspace", "Backspace", "4", "5"):
            lead.keyboard.press(key)
        expect(minutes).to_have_text("45")
        expect_sign(lead, "saved")
        assert violations(lead) == []
        lead.get_by_role("link", name="Look at what changes").click()
        expect(lead.locator(".changes .is")).to_have_text("45")
        lead.locator("#field-override").fill("The placement follows.")
        lead.get_by_role("button", name="Propose this change").click()

        url = lead.url.partition("?")[0]
        mother = people.signed_in(person(meeting, "parent"), to=url, viewport=PHONE, locale="es-US")
        expect(mother.locator(".changes .change")).to_contain_text("Minutos: 30")
        mother.locator("#amendment summary").first.click()
        assert violations(mother) == []
        mother.set_viewport_size({"width": 320, "height": 640})
        assert mother.evaluate("document.documentElement.scrollWidth <= innerWidth")
        agree(mother)
        expect(lead.locator("#answers")).to_contain_text("agrees in writing")  # told over the socket
        seen = re.search(r'name="seen" value="([^"]*)"', lea.person.look(url))
        assert seen is not None
        lea.act(url.removeprefix(here) + "/answer", answer="agree", understood="yes", seen=seen[1])
        make = lead.get_by_role("button", name="Change the plan as agreed")
        expect(make).to_be_enabled()
        make.click()
        expect(mother.locator("#amendment")).to_contain_text("Así dice ahora el plan")
        lead.goto(f"{url}/plan")
        expect(lead.locator("main")).to_contain_text("Changed by amendment A1")
        assert violations(lead) == []
        # Whoever sets up the next meeting goes on with the plan, unless they choose otherwise.
        lead.goto(f"{here.partition('/m/')[0]}/meetings/new")
        expect(lead.locator("#draft-template")).to_be_checked()
        lead.locator("#field-student").select_option(index=1)
        expect(lead.locator("#draft-plan")).to_be_checked()
        lead.locator("#draft-word").check()
        lead.locator("#field-student").select_option(index=0)
        expect(lead.locator("#draft-word")).to_be_checked()
