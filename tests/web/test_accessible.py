"""Every page in a real browser: nothing axe-core can find, no sideways scrolling, nothing the policy forbids."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, Literal

import pytest
from docx import Document as WordFile
from playwright.sync_api import Page, ViewportSize, expect

from tests.support import axe
from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import READY, editor, expect_sign, put_up_editors

pytestmark = pytest.mark.lengthy  # all of them, for they share a server

SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1366, "height": 900},
    "phone": {"width": 320, "height": 640},  # the smallest that pages have to be usable on
}
SMALLEST = SIZES["phone"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Any]]]:
    """One server with the sample for all of these tests: they only look."""
    server = Server(tmp_path_factory.mktemp("pages") / "data").start()
    try:
        yield server, server.demo()["meetings"][0]
    finally:
        server.kill9()


@pytest.fixture(scope="module")
def signed_in() -> dict[str, Any]:
    """Cookies by person: a link works once."""
    return {}


@pytest.fixture
def open_as(running: tuple[Server, dict[str, Any]], signed_in: dict[str, Any], people: People) -> Callable[..., Page]:
    server, meeting = running

    def open_page(role: str | None, **options: Any) -> Page:
        if role is None:
            return people.page(**options)
        if role not in signed_in:
            person = next((person for person in meeting["people"] if person["role"] == role), None)
            signed_in[role] = people.signed_in(person or administrator(server)).context.storage_state()
        return people.page(storage_state=signed_in[role], **options)

    return open_page


def administrator(server: Server) -> dict[str, Any]:
    told = server.run("admin", "add", "Robin Hale", "--email", "robin@school.example", "--administrator", "--json")
    link = json.loads(told.stdout)["sign_in_url"]
    return {"sign_in_url": f"{server.url}/invite/{link.rpartition('/')[2]}"}


@pytest.fixture(scope="module")
def made() -> list[str]:
    """Addresses of what somebody had to do first."""
    return []


@pytest.fixture
def further(running: tuple[Server, dict[str, Any]], open_as: Callable[..., Page], made: list[str]) -> list[str]:
    """A redline, for who is in the meeting; and a Word file that was read, for the case manager alone."""
    if not made:
        server, meeting = running
        page = open_as("case_manager", viewport=SIZES["desktop"])
        made += [_redline(page, f"{server.url}/m/{meeting['id']}"), _word_file(page, server.url)]
    return made


def _redline(page: Page, here: str) -> str:
    page.goto(here)
    minutes = editor(page, "services").locator('.field[data-name="minutes"] dd').first
    minutes.click()
    page.keyboard.press("End")
    page.keyboard.type(" (45)")
    expect_sign(page, "saved")
    origin = here.partition("/m/")[0]
    page.goto(f"{origin}{page.locator('#head-services a', has_text='History').get_attribute('href')}")
    first = page.locator(".history-list a[href*='/history/']").last.get_attribute("href") or ""
    section, _, number = first.partition("/history/")
    address = f"{section}/compare?from={number}"
    page.goto(f"{origin}{address}")
    expect(page.locator(".redline ins")).to_contain_text("(45)")
    return address


def _word_file(page: Page, url: str) -> str:
    file, out = WordFile(), BytesIO()
    file.add_heading("Goals and Services", 1)
    file.add_paragraph("Ninety-five words a minute.")
    table = file.add_table(2, 2)
    for cell, words in zip(table.rows[0].cells, ("Service", "Who asked for it"), strict=True):
        cell.text = words
    file.save(out)
    page.goto(f"{url}/meetings/new")
    page.locator("#field-student").select_option(index=1)
    page.locator("#draft-word").check()
    for field, typed in (("date", "2028-02-24"), ("starts", "14:30")):
        page.locator(f"#field-{field}").fill(typed)
    page.get_by_role("button", name="Set up the meeting").click()
    page.locator("#field-file").set_input_files(
        {"name": "plan.docx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("button", name="Set up the meeting with this draft")).to_be_visible(timeout=20_000)
    return page.url.removeprefix(url)


AGENDA = ("agenda", "agenda/notes", "agenda/new", "to-do", "follow-ups/new", "so-far", "comments?show=all")
DECISIONS = ("decisions", "decisions/new")


def addresses(meeting: dict[str, Any], role: str | None, further: list[str]) -> list[str]:
    if role is None:
        return ["/verify", "/sign-in", "/invite/none", "/nowhere"]
    if role == "administrator":
        return ["/", "/admin", "/admin?done=disabled", "/admin/records", f"/admin/records/{meeting['id']}"]
    here = f"/m/{meeting['id']}"
    history = f"{here}/sections/{meeting['documents'][0]}/history"
    readiness = f"{here}/sections/{meeting['documents'][1]}/readiness"
    return [
        "/",
        "/account",
        here,
        f"{here}/project",
        f"{here}/follow",
        f"{here}/people",
        f"{here}/attendance",
        f"{here}/arrangement",
        f"{here}/file-dates",
        f"{here}/excusals",
        f"{here}/contacts",
        f"{here}/progress",
        f"{here}/messages",
        f"{here}/progress/dates",
        f"{here}/papers",
        f"{here}/receipt",
        f"{here}/history",
        f"{here}/redline?section=&from=30",
        f"{here}/history/passages?section=goals&at=40",
        f"{here}/access",
        f"{here}/history/who?section=goals&at=40",
        *(f"{here}/{path}" for path in (*AGENDA, *DECISIONS)),
        history,
        f"{history}/99999",
        readiness,
        f"{here}/review",
        f"{here}/notices",
        f"{here}/sharing",
        f"{here}/guard",
        f"{here}/duties",
        f"{here}/amendments",
        f"{here}/before",
        f"{here}/before/{meeting['documents'][4]}",
        "/meetings/new",
        *further[: 2 if role == "case_manager" else 1],
        "/nowhere",
    ]


Look = tuple[str, str, Literal["light", "dark"]]
# Two after each other have nothing in common, so that a page that both roles have is seen in both languages, sizes and
# schemes; among all pages there is every pair of them.
LOOKS: list[Look] = [
    ("en-US", "desktop", "light"),
    ("es-US", "phone", "dark"),
    ("en-US", "phone", "dark"),
    ("es-US", "desktop", "light"),
]


def looks(role: str | None, number: int, *, draft: bool) -> list[Look]:
    """At the role's page of this number. What only few people have is seen in two ways; the draft in all."""
    if role not in {"case_manager", "parent"}:
        return LOOKS[:2]
    if draft:
        return LOOKS[:2] if role == "parent" else LOOKS[2:]  # a parent's phone in Spanish is among the first
    return [LOOKS[number % 4 if role == "case_manager" else number % 4 ^ 1]]


@pytest.mark.parametrize("locale", ["en-US", "es-US"])
@pytest.mark.parametrize("role", [None, "administrator", "case_manager", "parent"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    running: tuple[Server, dict[str, Any]],
    open_as: Callable[..., Page],
    further: list[str],
    role: str | None,
    locale: str,
) -> None:
    server, meeting = running
    wrong = []
    for language, size, scheme in LOOKS:
        if language != locale:
            continue
        page = open_as(role, locale=locale, viewport=SIZES[size], color_scheme=scheme)
        axe.stay(page)
        for number, address in enumerate(addresses(meeting, role, further)):
            draft = address == f"/m/{meeting['id']}"
            if (language, size, scheme) in looks(role, number, draft=draft):
                page.set_viewport_size(SIZES[size])
                page.goto(server.url + address)
                if draft:
                    expect_sign(page, *READY)
                    put_up_editors(page)
                wrong += [f"{address}, {size}, {scheme}: {violation}" for violation in axe.violations(page)]
                page.set_viewport_size(SMALLEST)
                over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wrong += [f"{address}: {over} pixels beyond 320"] if over > 0 else []
    assert not wrong, "\n".join(wrong)


def test_the_forms_of_a_comment_as_pages_of_their_own(
    running: tuple[Server, dict[str, Any]], open_as: Callable[..., Page]
) -> None:
    server, meeting = running
    page = open_as("case_manager", viewport=SMALLEST, locale="es-US")
    page.goto(f"{server.url}/m/{meeting['id']}/comments?show=all")
    links = page.locator(".form-later a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for kind in ("/answer", "/edit/", "/outcome"):
        page.goto(server.url + next(link for link in links if kind in link))
        assert axe.violations(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind


def test_a_known_student_is_not_asked_about_with_and_without_script(open_as: Callable[..., Page], running: Any) -> None:
    server, _ = running
    for script in (True, False):
        page = open_as("case_manager", java_script_enabled=script)
        page.goto(f"{server.url}/meetings/new")
        expect(page.locator("#field-student_name")).to_be_visible()
        page.locator("#field-student").select_option(index=1)
        expect(page.locator("#field-student_name")).to_be_hidden()
        expect(page.locator("#field-birth_date")).to_be_hidden()


def test_readable_and_usable_without_script(
    running: tuple[Server, dict[str, Any]], open_as: Callable[..., Page]
) -> None:
    server, meeting = running
    page = open_as("parent", java_script_enabled=False)
    page.goto(f"{server.url}/m/{meeting['id']}")
    assert "82 words correct per minute" in page.content()
    page.locator("#head-goals a[data-panel=history]").click()
    page.wait_for_url("**/history")
    page.locator(".history-list a").first.click()
    expect(page.locator(".version-text .goal")).to_have_count(4)
    # A form that is fetched when it is opened is a link to a page.
    page.goto(f"{server.url}/m/{meeting['id']}/comments?show=all")
    reply = page.locator("details[id^=reply-]").first
    reply.locator("summary").click()
    reply.locator("a").click()
    page.wait_for_url("**/answer?show=all")
    page.locator('textarea[name="text"]').fill("Written without script.")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/comments?show=all&done=answered#thread-*")
    expect(page.locator(".said-text", has_text="Written without script.")).to_be_visible()
