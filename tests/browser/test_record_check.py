"""A record is checked in the browser, without a network: a good one, a changed one, one that departs from a receipt."""

import base64
import io
import re
import zipfile
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from server.journal.checkpoint import Checkpoint, Signer, parse, seed_from
from tests.support import axe
from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import person

DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name));
  const dropped = { dataTransfer: held, bubbles: true, cancelable: true };
  document.querySelector("h1").dispatchEvent(new DragEvent("drop", dropped));
}"""


def taken(server: Server, page: Page, meeting: dict[str, Any]) -> bytes:
    here = f"{server.url}/m/{meeting['id']}"
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.request.get(f"{here}/papers").text())
    assert csrf is not None
    answer = page.request.post(f"{here}/papers/record.zip", form={"csrf": csrf[1]})
    assert answer.status == 200
    return answer.body()


def changed(archive: bytes, entry: int) -> bytes:
    """The archive with one letter of an entry's payload changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as read, zipfile.ZipFile(out, "w") as written:
        for name in read.namelist():
            lines = read.read(name).split(b"\n")
            if name == "journal.jsonl":
                head, quote, payload = lines[entry - 1].partition(b'"payload":"')
                lines[entry - 1] = head + quote + (b"B" if payload[:1] == b"A" else b"A") + payload[1:]
            written.writestr(name, b"\n".join(lines))
    return out.getvalue()


def resized(archive: bytes) -> bytes:
    """The archive, whose directory gives another size for its first file."""
    size = archive.index(b"PK\x01\x02") + 26
    return archive[:size] + bytes([archive[size] ^ 1]) + archive[size + 1 :]


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_record_is_checked_on_the_device_alone(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    leader = people.signed_in(person(meeting, "case_manager"), to=f"{meeting['url']}/papers")
    first, second = taken(server, leader, meeting), taken(server, leader, meeting)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        receipt = archive.read("checkpoint.txt")
    moment = parse(receipt.decode())
    signer = Signer(seed_from((server.data / "secret.key").read_text().strip()))
    # What a receipt says when the record was written anew after it was given.
    other = signer.sign(Checkpoint(moment.meeting_id, moment.number + 1, bytes(32), moment.time, "closed"))

    page = people.page(f"{server.url}/verify", viewport={"width": 320, "height": 700}, color_scheme="dark")
    # Now the page is on its own.
    expect(page.locator("#record-check")).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    picker, answer = page.locator("#check-files"), page.locator('[data-part="answer"]')
    picker.set_input_files([file("record.zip", second), file("receipt.txt", receipt)])
    expect(answer.locator(".notice.success")).to_have_count(2)
    expect(answer).to_contain_text("This record is as it was signed.")
    expect(answer).to_contain_text(f"Entry {moment.number} is the one that was signed")
    expect(answer.locator("dd").nth(1)).to_have_text(str(moment.number + 1))
    expect(answer.locator("dd").nth(3)).to_have_text("20")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= 320")

    picker.set_input_files(file("kept.txt", other.text().encode()))
    expect(answer.locator(".notice.warning")).to_contain_text(
        f"Up to entry {moment.number} it is as another receipt says."
    )
    page.locator('[data-part="list"] button', has_text="receipt.txt").click()
    expect(answer).to_contain_text(f"the record was written anew at entry {moment.number + 1} or before it")

    page.evaluate(DROP, ["record.zip", base64.b64encode(changed(second, 7)).decode()])
    first_fault = answer.locator(".notice").first
    expect(first_fault).to_contain_text("This record is not as it was signed.")
    expect(first_fault.locator("li").first).to_contain_text("What was written in entry 7 was changed afterwards.")
    assert axe.violations(page) == []

    page.evaluate(DROP, ["record.zip", base64.b64encode(resized(second)).decode()])
    expect(first_fault.locator("li").first).to_contain_text("The file cannot be opened.")

    page.locator("summary", has_text="Use other public keys").press("Enter")
    page.locator("#check-keys").fill(Signer(bytes(32)).public.hex())
    page.locator("button", has_text="Use these keys").press("Enter")
    page.evaluate(DROP, ["record.zip", base64.b64encode(second).decode()])
    expect(answer).to_contain_text("It cannot be told who signed this record.")
    picker.set_input_files(file("notes.txt", b"Dear school"))
    expect(answer).to_contain_text("notes.txt is none of the files")
    assert asked == []
