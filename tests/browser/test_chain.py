"""The chain of each of the family's comments, walked both ways by nothing but the links on the pages."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, People
from tests.support.held import CAME_OF_IT, Held, hold_and_tell
from tests.support.person import Person
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


class Walk(Protocol):
    """A way through the chain's pages that begins at the steps of one comment."""

    @property
    def url(self) -> str:
        """Where one is."""

    def begin(self, thread: str) -> None: ...

    def count(self, kind: str) -> int:
        """How many links of this kind the steps have."""

    def take_step(self, kind: str, nth: int = 0) -> None: ...

    def links(self, kind: str) -> list[str]:
        """Where the links of this kind lead on the page one is at."""

    def follow(self, kind: str, address: str = "") -> None:
        """The first link of this kind on the page that leads to an address with this end."""

    def expect(self, part: str) -> None:
        """The page has the part with this id, and one is at it."""


class OnPhone:
    """Elena's phone: links are tapped."""

    def __init__(self, page: Page, start: str) -> None:
        self.page = page
        self.start = start

    @property
    def url(self) -> str:
        return self.page.url

    def begin(self, thread: str) -> None:
        self.page.goto(self.start)
        self._steps = self.page.locator(f"#chain-{thread}")

    def count(self, kind: str) -> int:
        return self._steps.locator(f'a[data-chain="{kind}"]').count()

    def take_step(self, kind: str, nth: int = 0) -> None:
        with self.page.expect_navigation():
            self._steps.locator(f'a[data-chain="{kind}"]').nth(nth).tap()

    def links(self, kind: str) -> list[str]:
        return [str(one.get_attribute("href")) for one in self.page.locator(f'a[data-chain="{kind}"]').all()]

    def follow(self, kind: str, address: str = "") -> None:
        leading_there = f'[href$="{address}"]' if address else ""
        with self.page.expect_navigation():
            self.page.locator(f'a[data-chain="{kind}"]{leading_there}').first.tap()
        expect(self.page).to_have_url(re.compile(re.escape(address) + "$"))

    def expect(self, part: str) -> None:
        expect(self.page.locator(f"#{part}")).to_be_in_viewport()


class ByLinks:
    """Without a browser: where links lead is fetched."""

    def __init__(self, person: Person, start: str) -> None:
        self.person = person
        self.start = start
        self.url = start
        self._html = self._steps = ""

    def _go(self, address: str) -> None:
        self.url = address
        self._html = self.person.look(address.partition("#")[0])

    def begin(self, thread: str) -> None:
        self._go(self.start)
        _, _, rest = self._html.partition(f'id="chain-{thread}"')
        assert rest, thread
        self._steps = rest.partition("</article>")[0]

    def count(self, kind: str) -> int:
        return len(_links(self._steps, kind))

    def take_step(self, kind: str, nth: int = 0) -> None:
        self._go(_links(self._steps, kind)[nth])

    def links(self, kind: str) -> list[str]:
        return _links(self._html, kind)

    def follow(self, kind: str, address: str = "") -> None:
        self._go(next(one for one in self.links(kind) if one.endswith(address)))

    def expect(self, part: str) -> None:
        assert self.url.endswith(f"#{part}")
        assert f'id="{part}"' in self._html


def _links(html: str, kind: str) -> list[str]:
    tags = [tag for tag in re.findall(r"<a [^>]*>", html) if f'data-chain="{kind}"' in tag]
    return [unescape(found[1]) for tag in tags if (found := re.search(r' href="([^"]*)"', tag))]


@pytest.mark.lengthy
def test_each_comment_of_the_family_is_walked_both_ways_and_a_long_word_of_one_stays_on_the_phone(
    held: tuple[Server, Held], people: People
) -> None:
    server, meeting = held
    elena = {"sign_in_url": meeting.links["Elena Vasquez"]}
    chain = f"/m/{meeting.id}/chain"
    page = people.signed_in(elena, to=server.url + chain, viewport=PHONE, has_touch=True, locale="es-US")
    page.locator('a[data-chain="comment"]').first.evaluate("link => { link.textContent = 'x'.repeat(240); }")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # One that came to be decided as the phone has it; the others by the links alone.
    person = Person(server.url)
    for cookie in page.context.cookies():
        person.client.cookies.set(cookie["name"], cookie["value"])
    phone, plain = OnPhone(page, server.url + chain), ByLinks(person, chain)
    tapped = next(number for number, (_, _, decided) in enumerate(CAME_OF_IT) if decided)
    for number, (thread, (_, _, decided)) in enumerate(zip(meeting.threads, CAME_OF_IT, strict=True)):
        decision = f"/decisions/{meeting.decisions[decided]}" if decided else ""
        walk_both_ways(phone if number == tapped else plain, thread, decision)


def walk_both_ways(walk: Walk, thread: str, decision: str) -> None:
    """Down the steps of a comment's chain; from the words, the decision and the notice back to what led to them."""
    comment = f"thread-{thread}"
    walk.begin(thread)
    versions = walk.count("words")
    assert versions, thread
    walk.take_step("comment")
    walk.expect(comment)
    for nth in range(versions):  # from the words back to what led to them
        walk.begin(thread)
        walk.take_step("words", nth)
        walk.follow("comment", f"#{comment}")
        walk.expect(comment)
    if not decision:
        return
    walk.begin(thread)
    walk.take_step("decision")
    assert walk.url.endswith(decision)
    words = walk.links("words")
    assert words, thread
    for version in words:  # those the decision stands on
        walk.follow("words", version)
        walk.follow("decision", decision)
    walk.follow("comment", f"#{comment}")
    walk.begin(thread)
    walk.take_step("notice")
    walk.follow("decision", decision)
    walk.follow("notice")
    assert "/notices/" in walk.url
    walk.begin(thread)
    walk.take_step("review")
    assert decision in walk.url
    walk.expect(walk.url.partition("#")[2])
