"""What somebody waits for who opens the draft over a slow network: a parent on a phone, a teacher at a laptop.

Chromium is held to the network that page-speed tools call slow 4G. Nothing is in its cache. The page counts as ready
when it says that all is saved, or that it may be read; at a laptop, when a section can be written in besides.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.sides import scratch
from tests.support.browser import DESKTOP, PHONE, People, launch
from tests.support.devices import Devices
from tests.support.server import Server
from tests.support.workspace import READY, enter, expect_sign, person

LOADS, QUICK_LOADS = 5, 2
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}  # ms, bytes/s
READERS = {"phone": ("parent", PHONE), "laptop": ("team_staff", DESKTOP)}


def run(_node: str, quick: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Seconds until ready and kilobytes, medians. Raises `RuntimeError` when a page does not get ready."""
    found: dict[str, Any] = {}
    with scratch("loading") as folder, sync_playwright() as playwright:
        server = Server(folder / "data").start()
        browser = launch(playwright)
        try:
            for name in READERS:
                seconds, size = _loads(browser, server, name, QUICK_LOADS if quick else LOADS)
                found |= {f"{name}_s": seconds, f"{name}_kb": size}
                progress(f"{name}: ready after {seconds:.2f} s, {size:.0f} KB")
        except AssertionError as error:
            raise RuntimeError(f"{error}\n{server.said()}") from error
        finally:
            browser.close()
            server.kill9()
    return found


def _loads(browser: Browser, server: Server, name: str, loads: int) -> tuple[float, float]:
    role, viewport = READERS[name]
    people = People(Devices(browser))
    first = enter(people, person(server.demo()["meetings"][0], role), viewport=viewport)
    signed_in, address = first.context.storage_state(), first.url
    seconds, sizes = [], []
    for _ in range(loads):
        page = people.page(storage_state=signed_in, viewport=viewport)
        sizes.append(_count(page))
        started = time.monotonic()
        page.goto(address, wait_until="commit")
        expect_sign(page, *READY)
        if name == "laptop":
            expect(page.locator('.ProseMirror[contenteditable="true"]').first).to_be_visible()
        seconds.append(time.monotonic() - started)
        page.context.close()
    people.close()
    return median(seconds), median(sum(size) for size in sizes) / 1024


def _count(page: Page) -> list[int]:
    """Slows the page's network down; to the list comes each answer's size on the way."""
    sizes: list[int] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    return sizes
