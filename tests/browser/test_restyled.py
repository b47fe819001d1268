"""A change in one place has the style of that place worked out anew, and not the whole page's.

On a full meeting's page that is the difference between a millisecond and a tenth of a second, for each act of anybody.
"""

import json
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import editor, enter, person

MOST = 60  # elements; the page has thousands
ADDED_AT_THE_END = "document.body.append(document.createElement('p'))"
# As htmx does while it puts a part of the page in another's place.
ADDED_BESIDE_THE_BODY = "document.body.insertAdjacentElement('afterend', document.createElement('div')).remove()"
ADDED_IN_A_LIST = "document.querySelector('.presence-people, main ul').append(document.createElement('li'))"
REQUEST_UNDER_WAY = "document.getElementById('read-back').classList.toggle('htmx-request')"


def test_a_change_in_one_place_restyles_that_place(server: Server, people: People, browser: Browser) -> None:
    page = enter(people, person(server.demo()["meetings"][0], "case_manager"))
    editor(page, "goals").wait_for()
    count = restyled(browser, page)
    for change in (ADDED_AT_THE_END, ADDED_BESIDE_THE_BODY, ADDED_IN_A_LIST, REQUEST_UNDER_WAY):
        assert count(change) < MOST, change
    # That it would be found.
    assert count("document.documentElement.style.setProperty('--size-small', '3rem')") > 20 * MOST


def restyled(browser: Browser, page: Page) -> Callable[[str], int]:
    """How many elements' style a change has worked out anew."""

    def count(change: str) -> int:
        page.evaluate("document.body.offsetHeight")
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        page.evaluate(f"{{ {change}; document.body.offsetHeight }}")
        events = json.loads(browser.stop_tracing())["traceEvents"]
        return sum(event.get("args", {}).get("elementCount", 0) for event in events)

    return count
