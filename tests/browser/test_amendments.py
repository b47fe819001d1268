"""A final plan changed without a meeting: written in the editor, read and answered on a phone, told to open pages."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import editor, enter, expect_sign, person, start_meeting

POST = """async ([url, form]) => {
  const { csrf } = JSON.parse(document.getElementById("page-data").textContent);
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ csrf, ...form }) });
  return answer.status;
}"""


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def close_with_final_services(lead: Page, lea: Page, here: str) -> None:
    start_meeting(lead)
    expect(lea.locator("#meeting-status .phase-live")).to_be_visible()
    services = lea.locator('section-editor[section="services"]').get_attribute("document")
    section = f"{here}/sections/{services}"
    assert lea.evaluate(POST, [f"{section}/read-back", {}]) == 200
    assert lea.evaluate(POST, [f"{section}/state", {"state": "final", "reason": "Looked at."}]) == 200
    assert lead.evaluate(POST, [f"{here}/phase", {"phase": "closed"}]) == 200


def agree(page: Page) -> None:
    page.locator("#answer-agree").check()
    page.locator("#field-understood").check()
    page.locator('#amendment form[action$="/answer"] button').click()


def test_more_minutes_by_agreement(meeting: dict[str, Any], server: Server, people: People) -> None:
    here = f"{server.url}/m/{meeting['id']}"
    lead, lea = (enter(people, person(meeting, role)) for role in ("case_manager", "lea_representative"))
    mother = enter(people, person(meeting, "parent"), viewport=PHONE, locale="es-US")
    close_with_final_services(lead, lea, here)

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
    mother.goto(url)
    expect(mother.locator(".changes .change")).to_contain_text("Minutos: 30")
    mother.locator("#amendment summary").first.click()
    assert violations(mother) == []
    mother.set_viewport_size({"width": 320, "height": 640})
    assert mother.evaluate("document.documentElement.scrollWidth <= innerWidth")
    agree(mother)
    expect(lead.locator("#answers")).to_contain_text("agrees in writing")  # told over the socket
    lea.goto(url)
    agree(lea)
    make = lead.get_by_role("button", name="Change the plan as agreed")
    expect(make).to_be_enabled()
    make.click()
    expect(mother.locator("#amendment")).to_contain_text("Así dice ahora el plan")
    lead.goto(f"{url}/plan")
    expect(lead.locator("main")).to_contain_text("Changed by amendment A1")
    assert violations(lead) == []
    # Whoever sets up the next meeting goes on with the plan, unless they choose otherwise.
    lead.goto(f"{server.url}/meetings/new")
    expect(lead.locator("#draft-template")).to_be_checked()
    lead.locator("#field-student").select_option(index=1)
    expect(lead.locator("#draft-plan")).to_be_checked()
    lead.locator("#draft-word").check()
    lead.locator("#field-student").select_option(index=0)
    expect(lead.locator("#draft-word")).to_be_checked()
