"""The chain of each of the family's comments, walked both ways on a phone, by nothing but the links on the pages."""

import re
from collections.abc import Iterator
from pathlib import Path

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


@pytest.mark.lengthy
def test_each_comment_of_the_family_is_walked_both_ways_and_a_long_word_of_one_stays_on_the_phone(
    held: tuple[Server, Held], people: People
) -> None:
    server, meeting = held
    elena = {"sign_in_url": meeting.links["Elena Vasquez"]}
    chain = f"{server.url}/m/{meeting.id}/chain"
    walk = Walk(people.signed_in(elena, to=chain, viewport=PHONE, has_touch=True, locale="es-US"), chain)
    walk.page.locator('a[data-chain="comment"]').first.evaluate("link => { link.textContent = 'x'.repeat(240); }")
    assert walk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # One that came to be decided as the phone has it; the others without scripts, for links need none.
    page = people.page(
        storage_state=walk.page.context.storage_state(), viewport=PHONE, has_touch=True, java_script_enabled=False
    )
    plain = Walk(page, chain)
    scripted = next(number for number, (_, _, decided) in enumerate(CAME_OF_IT) if decided)
    for number, (thread, (_, _, decided)) in enumerate(zip(meeting.threads, CAME_OF_IT, strict=True)):
        decision = f"/decisions/{meeting.decisions[decided]}" if decided else ""
        walk_both_ways(walk if number == scripted else plain, thread, decision)


def walk_both_ways(walk: Walk, thread: str, decision: str) -> None:
    """Down the steps of a comment's chain; from the words, the decision and the notice back to what led to them."""
    page, comment = walk.page, f"#thread-{thread}"
    walk.begin(thread)
    versions = walk.count("words")
    assert versions, thread
    walk.tap_step("comment")
    expect(page.locator(comment)).to_be_in_viewport()
    for nth in range(versions):  # from the words back to what led to them
        walk.begin(thread)
        walk.tap_step("words", nth)
        walk.tap("comment", comment)
        expect(page.locator(comment)).to_be_in_viewport()
    if not decision:
        return
    walk.begin(thread)
    walk.tap_step("decision")
    expect(page).to_have_url(re.compile(decision + "$"))
    words = [str(one.get_attribute("href")) for one in page.locator('a[data-chain="words"]').all()]
    assert words, thread
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
