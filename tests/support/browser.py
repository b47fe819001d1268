"""A real Chromium, and pages that remember what went wrong in them."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, ViewportSize, expect

from scripts import browser as finder
from tests.support.devices import Device, Devices

# What is waited for comes much sooner; on a busy machine a page alone may take some seconds.
expect.set_options(timeout=20_000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page lives long enough for what the optimizing compilers spend on it: a seventh of what axe-core takes, and a
    # twelfth of opening the draft.
    "--js-flags=--no-opt --no-maglev",
]
LOCALE = "en-US"
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}


def launch(playwright: Playwright) -> Browser:
    path = finder.find()
    assert path is not None, finder.MEND
    return playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found is not None, f"no field {name}"
    return found[1]


class People:
    """Opens browsers for people: each a context of its own, as on a machine of their own."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._lent: list[Device] = []
        self.troubles: list[str] = []

    def page(self, address: str = "", *, new: bool = False, **options: Any) -> Page:
        """A page in a context of its own (options: Playwright's, such as `viewport=PHONE`, `locale="es-US"`).

        The context may have been another test's, but for a `new` one.
        """
        settings = {"viewport": DESKTOP, "locale": LOCALE, "reduced_motion": "reduce", **options}
        device = self._devices.lend(new=new, **settings)
        self._lent.append(device)
        device.hear("pageerror", self._fail)
        device.hear("console", self._note)
        if address:
            device.page.goto(address)
        return device.page

    def signed_in(
        self,
        person: dict[str, Any],
        *,
        to: str = "",
        prepare: Callable[[Page], object] | None = None,
        **options: Any,
    ) -> Page:
        """A page of somebody from `Server.demo` who has come in by their link, on the draft or at `to`.

        Their session is fetched without drawing the link's page, which costs half a second each time. `prepare` is
        called with the page before it goes anywhere.
        """
        page = self.page(new=prepare is not None, **options)
        if prepare is not None:
            prepare(page)
        headers = {"Accept-Language": str(options.get("locale", LOCALE))}
        link = person["sign_in_url"]
        # Again on a reset: the connection that is used again may be one that the server closes in this moment.
        asked = page.request.get(link, headers=headers, max_retries=2)
        form: dict[str, str | float | bool] = {"csrf": _hidden(asked.text(), "csrf"), "to": ""}
        answered = page.request.post(link, form=form, headers={**headers, "Sec-Fetch-User": "?1"}, max_redirects=0)
        assert answered.status == 303, answered.status
        page.goto(to or urljoin(link, answered.headers["location"].removesuffix("/before")))
        return page

    def _fail(self, error: Error) -> None:
        self.troubles.append(f"uncaught: {error}")

    def _note(self, message: ConsoleMessage) -> None:
        # A lost connection is an "error" on the console too, and often what a test is about; a breach of policy is not.
        if "Content Security Policy" in message.text:
            self.troubles.append(f"console: {message.text}")

    def close(self) -> None:
        for device in self._lent:
            self._devices.take_back(device)
