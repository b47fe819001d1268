"""What tests of a live meeting's page do again and again."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Dialog, Locator, Page, WebSocketRoute, expect

from server.documents.update import read_update
from tests.support.browser import People

READY = ("saved", "readonly", "back")
GO_THERE = """async (found) => {
  const later = (one) => one.isConnected && one.matches('[data-mode="read"][data-editable]');
  for (const one of found) {
    if (one.matches('[data-editable]:not([data-mode="edit"])')) {
      one.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    while (later(one)) await new Promise(requestAnimationFrame);
  }
}"""
STATELESS, SYNC_STATUS = 5, 8


def person(meeting: dict[str, Any], role: str, number: int = 0) -> dict[str, Any]:
    return [person for person in meeting["people"] if person["role"] == role][number]


def expect_sign(page: Page, *states: str) -> None:
    """The saved sign comes to show one of `states` (web/saved-sign/state.ts)."""
    pattern = re.compile(f"^({'|'.join(states)})$")
    expect(page.locator("saved-sign")).to_have_attribute("data-state", pattern, timeout=20_000)


def enter(people: People, who: dict[str, Any], **options: Any) -> Page:
    """Their page, signed in and live."""
    page = people.signed_in(who, **options)
    expect_sign(page, *READY)
    return page


def block(page: Page, section: str) -> Locator:
    return page.locator(f'section-editor[section="{section}"]')


def editor(page: Page, section: str) -> Locator:
    """The section's editor. It is put up when the section comes near the screen, so one goes there first."""
    block(page, section).evaluate_all(GO_THERE)
    return block(page, section).locator('[contenteditable="true"]')


def put_up_editors(page: Page) -> None:
    """All of them, as on a page that has been still for a while; then back to its top."""
    page.locator("section-editor").evaluate_all(GO_THERE)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")


def write_here(page: Page, section: str) -> Locator:
    """On a phone a section becomes an editor when one asks for it; the editor, with the caret in it."""
    page.locator(f"#section-{section} .write-here").click()
    expect(editor(page, section)).to_be_focused()
    return editor(page, section)


def write(page: Page, section: str, text: str) -> None:
    """Write at the end of a section: in one go, as dictation and keyboards of phones do, for each key costs a frame."""
    editor(page, section).focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def text_of(page: Page, section: str) -> str:
    """A section's words, without the carets of others and the editor's own controls."""
    text: str = block(page, section).evaluate(
        """element => {
          const root = element.querySelector(".ProseMirror") ?? element;
          const copy = root.cloneNode(true);
          copy.querySelectorAll("[aria-hidden=true], button").forEach(one => one.remove());
          return copy.textContent.replace(/\\s+/g, " ").trim();
        }"""
    )
    return text


def drawn(page: Page) -> None:
    """Two frames more: Tiptap's `focus` puts the caret back where it was in the next frame, over a press in between."""
    page.evaluate("() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")


def show_panel(page: Page, name: str) -> None:
    """Open a tab beside the draft."""
    page.locator(f".panel-tabs [data-panel={name}]").click()
    expect(page.locator(f".panel-tabs [data-panel={name}]")).to_have_attribute("aria-current", "true")


def start_meeting(page: Page) -> None:
    page.locator("#meeting-status button", has_text="Start").click()
    page.locator("#dialog-start button[type=submit]").click()
    expect(page.locator("#dialog-start")).to_be_hidden()
    expect(page.locator("#meeting-status .phase-live")).to_be_visible(timeout=20_000)


def finalize(page: Page, section: str, *, reason: str = "The team has looked at every point.") -> None:
    """Read a section's words back and make them final, beside the draft; with a reason where one is asked."""
    page.locator(f"#head-{section} a", has_text="Finalize").click()
    read_back(page)
    if page.locator("#seal textarea").count():
        page.locator("#seal textarea").fill(reason)
    page.locator("#seal button[type=submit]").click()
    expect(page.locator(f"#head-{section} .state-final")).to_be_visible()


def read_back(page: Page) -> None:
    page.locator("#readiness button", has_text="Read the words back").click()
    expect(page.locator("#seal")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator(".work-menu summary").click()
    page.locator('.work-menu form[action="/sign-out"] button').click()


class Asked:
    """Answers what the page asks in dialogs of the browser, and remembers the questions."""

    def __init__(self, page: Page, *, accept: bool = False) -> None:
        self.accept = accept
        self.kinds: list[str] = []
        self.questions: list[str] = []
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.kinds.append(dialog.type)
        self.questions.append(dialog.message)
        if self.accept:
            dialog.accept()
        else:
            dialog.dismiss()


def on_device(page: Page) -> dict[str, int]:
    """How many records of which kind the browser keeps for us."""
    found: dict[str, int] = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const request = indexedDB.open("roundtable");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const database = request.result;
            const names = [...database.objectStoreNames];
            if (!names.length) return database.close(), resolve({ outbox: 0, kept: 0 });
            const transaction = database.transaction(names);
            const counts = {};
            for (const name of names) {
              const count = transaction.objectStore(name).count();
              count.onsuccess = () => { counts[name] = count.result; };
            }
            transaction.oncomplete = () => (database.close(), resolve(counts));
          };
        })"""
    )
    return found


def characters_on_device(page: Page) -> int:
    """How many characters wait there without an ack. It is written down some 100 ms after a key, not with each."""
    updates: list[list[int]] = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const request = indexedDB.open("roundtable");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const database = request.result;
            if (!database.objectStoreNames.contains("outbox")) return database.close(), resolve([]);
            const all = database.transaction(["outbox"]).objectStore("outbox").getAll();
            all.onsuccess = () => (database.close(), resolve(all.result.map((one) => [...one.update])));
          };
        })"""
    )
    return sum(read_update(bytes(update)).inserted for update in updates)


def _key_length(message: bytes) -> int:
    """How many bytes of a frame the document's key takes, with its length."""
    size, at, shift = 0, 0, 0
    while True:
        size |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 0x80:
            return at + size


def frame_type(message: bytes) -> int | None:
    """The type of a frame of the sync protocol; None for a ping."""
    return None if len(message) < 2 else message[_key_length(message)]


class Wire:
    """Stands between a page and the server: `hold` keeps back what the server sends, by frame type."""

    def __init__(self, page: Page) -> None:
        self.hold: Callable[[int | None], bool] = lambda _type: False
        self.connects = 0
        self._kept: list[tuple[WebSocketRoute, bytes]] = []
        self._client: WebSocketRoute | None = None
        self._keys: dict[str, bytes] = {}
        page.route_web_socket(re.compile("/sync$"), self._route)

    def _route(self, client: WebSocketRoute) -> None:
        self.connects += 1
        self._client = client
        server = client.connect_to_server()

        def down(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            kind = frame_type(message)
            if kind is not None:
                key = message[: _key_length(message)]
                self._keys[key[1:].split(b"\0")[0].decode()] = key
            if self.hold(kind):
                self._kept.append((client, message))
            else:
                client.send(message)

        server.on_message(down)

    def release(self) -> None:
        """Send on what was held."""
        self.hold = lambda _type: False
        kept, self._kept = self._kept, []
        for client, message in kept:
            client.send(message)

    def lose(self, kind: int) -> None:
        """Of what is held, frames of this type never come."""
        self._kept = [(client, message) for client, message in self._kept if frame_type(message) != kind]

    def drop(self) -> None:
        """What was held is lost."""
        self.hold = lambda _type: False
        self._kept.clear()

    def tell(self, event: dict[str, Any], document: str | None = None) -> None:
        """Send a page event as the server does, on a document's connection."""
        assert self._client is not None
        key = self._keys[document or next(iter(self._keys))]
        payload = json.dumps(event).encode()
        assert len(payload) < 128
        self._client.send(key + bytes((STATELESS, len(payload))) + payload)

    def cut(self, code: int) -> None:
        """Close the page's side with a code of the server's."""
        assert self._client is not None
        self._client.close(code=code)


def enter_by_wire(people: People, who: dict[str, Any], *, clock: bool = False, **options: Any) -> tuple[Page, Wire]:
    """Like `enter`, with a `Wire` between; with `clock`, the page's time can be moved forward."""
    wires: list[Wire] = []

    def prepare(page: Page) -> None:
        if clock:
            page.clock.install()
        wires.append(Wire(page))

    page = enter(people, who, prepare=prepare, **options)
    return page, wires[0]


def stop_time(page: Page) -> None:
    """From now on the time of a page that was entered with a clock moves only when the test moves it.

    It stops at a time to come, and runs on until told of it: hence the ten seconds, which it goes forward.
    """
    page.clock.pause_at(page.evaluate("Date.now() + 10_000") / 1000)
