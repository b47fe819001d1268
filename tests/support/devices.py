"""Browser contexts that go from test to test, each like a device that was wiped before its next owner gets it.

A page that comes to a server where another page was in the same process costs a third less than one in a new context:
Chromium has its process, its engine and what it compiled of the scripts already. So a context whose one page was only
looked at and worked in goes on to the next test, emptied of cookies and of all that pages keep. What a test has done to
it that no wiping undoes, it keeps for itself.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, ViewportSize

AT_MOST = 6  # put by: each holds the memory of the page that it had
SECONDS = 10
# What stays with a page or a context for good.
LASTING = (
    "add_init_script",
    "emulate_media",
    "expose_binding",
    "expose_function",
    "on",
    "once",
    "route",
    "route_from_har",
    "route_web_socket",
    "set_default_timeout",
    "set_extra_http_headers",
    "grant_permissions",
    "new_cdp_session",
    "new_page",
    "set_geolocation",
    "set_offline",
)
WIPE = """async () => {
  sessionStorage.clear();
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done, fail) => {
      const asked = indexedDB.deleteDatabase(name);
      asked.onsuccess = done;
      asked.onerror = asked.onblocked = fail;
    });
  }
  return "__pwClock" in globalThis;
}"""  # Playwright's clock, once set, is set in every later page of the context


@dataclass(eq=False)
class Device:
    """A context with one page, on loan to a test."""

    page: Page
    kind: str
    changed: bool = False  # for good
    _heard: dict[str, Callable[[Any], object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for owner in (self.page, self.page.context):
            for name in LASTING:
                if hasattr(owner, name):
                    setattr(owner, name, self._noting(getattr(owner, name)))

    def _noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def note(*given: Any, **named: Any) -> Any:
            self.changed = True
            return original(*given, **named)

        return note

    def hear(self, event: str, handler: Callable[[Any], object]) -> None:
        """Have `handler` called at this event of the page, until the loan ends."""
        Page.on(self.page, event, handler)  # type: ignore[call-overload]
        self._heard[event] = handler

    def set_up(self, viewport: ViewportSize, cookies: list[Any]) -> None:
        if self.page.viewport_size != viewport:
            self.page.set_viewport_size(viewport)
        if cookies:
            self.page.context.add_cookies(cookies)

    def wipe(self) -> bool:
        """Whether all that was in it is gone. It goes to a page of the same server with nothing on it."""
        page, address = self.page, urlsplit(self.page.url)
        if self.changed or page.is_closed() or address.scheme != "http":
            return False
        try:
            page.goto(f"http://{address.netloc}/healthz", timeout=SECONDS * 1000)
            page.mouse.move(-10, -10)
            page.context.clear_cookies()
            if page.evaluate(WIPE):
                return False
        except Error:
            return False
        for event, handler in self._heard.items():
            page.remove_listener(event, handler)
        self._heard.clear()
        return True


class Devices:
    """The contexts of one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._put_by: list[Device] = []

    def lend(self, *, new: bool = False, storage_state: Any = None, viewport: ViewportSize, **options: Any) -> Device:
        """One whose context has these of Playwright's `options`; a `new` one, if what it had before could matter."""
        kind = json.dumps(options, sort_keys=True)
        state = storage_state or {}
        if not new and not state.get("origins"):
            for device in reversed(self._put_by):
                if device.kind == kind:
                    self._put_by.remove(device)
                    device.set_up(viewport, state.get("cookies", []))
                    return device
        context = self._browser.new_context(storage_state=storage_state, viewport=viewport, **options)
        context.set_default_timeout(15_000)
        return Device(context.new_page(), kind, changed=new)

    def take_back(self, device: Device) -> None:
        """Put it by, wiped, if nothing lasting was done to it; or else end it."""
        if device.wipe():
            self._put_by.append(device)
            if len(self._put_by) <= AT_MOST:
                return
            device = self._put_by.pop(0)
        device.page.context.close()
