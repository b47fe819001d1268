"""The chain of each of the family's comments, walked both ways on a phone, by nothing but the links on the pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, People
from tests.support.held import CAME_OF_IT, Held, hold_and_tell
from tests.support.school import School
from tests.support.server import Server


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Held]]:
    """A server on the data of a meeting that was held before it started."""
    data: Path = tmp_path_factory.mktemp("held") / "data"
    server = Server(data)
    with School(data) as school:
        found: Held = school.call(hold_and_tell, school.state, server.url)
    try:
        yield server.start(), found
    finally:
        server.kill9()


class Walk:
    """Elena's phone. `there` taps the link of a step and comes back to where it began."""

    def __init__(self, page: Page, start: str) -> None:
        self.page = page
        self.start = start

    def begin(self, thread: str) -> None:
        self.page.goto(self.start)
        self._steps = self.page.locator(f"#chain-{thread}")

    def tap_step(self, kind: str, nth: int = 0) -> None:
        with self.page.expect_navigation():
            self._steps.locator(f'a[data-chain="{kind}"]').nth(nth).tap()

    def tap(self, kind: str, address: str) -> None:
        """The link of this kind on the page that leads to this address, which is where one is then."""
        self.page.locator(f'a[data-chain="{kind}"][href$="{address}"]').first.tap()
        expect(self.page).to_have_url(re.compile(re.escape(address) + "$"))

    def count(self, kind: str) -> int:
        return self._steps.locator(f'a[data-chain="{kind}"]').count()


@pytest.mark.parametrize("number", range(len(CAME_OF_IT)))
def test_each_comment_of_the_family_is_walked_both_ways(held: tuple[Server, Held], walk: Walk, number: int) -> None:
    _, meeting = held
    thread, (_, _, decided) = meeting.threads[number], CAME_OF_IT[number]
    comment, decision = f"#thread-{thread}", f"/decisions/{meeting.decisions.get(decided)}"
    page = walk.page

    walk.begin(thread)
    walk.tap_step("comment")
    expect(page.locator(comment)).to_be_in_viewport()
    walk.begin(thread)
    versions = walk.count("words")
    assert versions
    for nth in range(versions):  # from the words back to what led to them
        walk.begin(thread)
        walk.tap_step("words", nth)
        walk.tap("comment", comment)
        expect(page.locator(comment)).to_be_in_viewport()
    if not decided:
        return
    walk.begin(thread)
    walk.tap_step("decision")
    expect(page).to_have_url(re.compile(decision + "$"))
    words = [str(one.get_attribute("href")) for one in page.locator('a[data-chain="words"]').all()]
    assert words
    for version in words:  # those the decision stands on
        walk.tap("words", version)
        walk.tap("decision", decision)
    walk.tap("comment", comment)
    walk.begin(thread)
    walk.tap_step("notice")
    walk.tap("decision", decision)
    page.locator('a[data-chain="notice"]').first.tap()
    expect(page).to_have_url(re.compile("/notices/"))
    walk.begin(thread)
    walk.tap_step("review")
    review = page.url.partition("#")[2]
    assert decision in page.url
    expect(page.locator(f"#{review}")).to_be_in_viewport()


@pytest.fixture(scope="module")
def cookies() -> list[dict[str, object]]:
    return []


@pytest.fixture
def walk(held: tuple[Server, Held], people: People, cookies: list[dict[str, object]]) -> Walk:
    """Signed in once for all, for a link works once."""
    server, meeting = held
    options: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "locale": "es-US"}
    if not cookies:
        page = people.signed_in({"sign_in_url": meeting.links["Elena Vasquez"]}, **options)
        cookies.append(page.context.storage_state())  # type: ignore[arg-type]
    else:
        page = people.page(storage_state=cookies[0], **options)
    return Walk(page, f"{server.url}/m/{meeting.id}/chain")


def test_a_long_word_of_a_comment_stays_on_the_phone(held: tuple[Server, Held], walk: Walk) -> None:
    walk.begin(held[1].threads[0])
    walk.page.locator('a[data-chain="comment"]').first.evaluate("link => { link.textContent = 'x'.repeat(240); }")
    assert walk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
