"""What no browser sends by itself: NUL in addresses and forms, other character sets, numbers beyond measure."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.school import School, words
from tests.web.test_forgery import SAFE, UNSAFE

NAMES = ["section", "thread", "import", "student", "person", "with", "correct", "corrects", "decision", "supersedes"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    settings = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        settings = {"database_url": url, "secret_key": "of the tests, and long enough to be one"}
    with School(tmp_path / "data", settings) as school:
        yield school


def addresses(meeting: str, path: str) -> list[str]:
    """This route with NUL in each of its parts, the meeting's apart, and once in that."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{") and ":" not in part]
    found = []
    for bad in names:
        filled = path
        for name in names:
            value = "%00" if name == bad else meeting if name == "meeting_id" else "x"
            filled = filled.replace("{" + name + "}", value)
        found.append(filled.replace(":int}", "}").replace("{number}", "1").replace("{at}", "1"))
    return found


def test_an_address_with_nul_in_it_is_nobodys(either: School) -> None:
    dana = either.person("Dana", is_staff=True)
    meeting = either.meeting(dana)
    for browser in (either.browser(dana), either.browser()):
        browser.get("/account")
        asked = [url for path in SAFE for url in addresses(meeting, path)]
        assert len(asked) > 30
        asked += [f"/m/{meeting}{page}?{name}=%00" for name in NAMES for page in ("/decisions/new", "/comments")]
        asked += [f"/meetings/new?{name}=%00" for name in NAMES]
        assert {url: browser.get(url).status_code for url in asked} == dict.fromkeys(asked, 404)
        sent = [url for path in UNSAFE for url in addresses(meeting, path)]
        assert {url: browser.post(url).status_code for url in sent} == dict.fromkeys(sent, 404)


@pytest.mark.parametrize("field", ["email", "password", "whatever"])
def test_a_field_with_nul_in_it_is_named_to_who_signs_in(either: School, field: str) -> None:
    form = {"email": "dana@example.org", "password": "x", field: "a\0b"}
    answer = either.browser().post("/sign-in", form, seen="/sign-in")
    assert answer.status_code == 422
    assert f"the field “{field}”" in words(answer.text)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/comments", {"text": "Why?", "about": "\0"}),
        ("/comments", {"text": "Why?", "mention": "\0"}),
        ("/contacts", {"person": "\0", "channel": "phone"}),
        ("/people", {"name": "Elena", "role": "parent", "locale": "en", "email": "\0"}),
    ],
)
def test_a_form_with_nul_in_it_keeps_nobody_from_saving(either: School, page: str, form: dict[str, str]) -> None:
    dana = either.person("Dana", is_staff=True)
    meeting = either.meeting(dana)
    browser = either.browser(dana)
    answer = browser.post(f"/m/{meeting}{page}", form, seen=f"/m/{meeting}")
    assert answer.status_code == 422
    (field,) = (name for name, value in form.items() if value == "\0")
    assert f"the field “{field}”" in words(answer.text)
    parts = {name: (None, value) for name, value in form.items()}
    assert browser.post(f"/m/{meeting}{page}", files=parts, headers={"x-csrf-token": browser.token}).status_code == 422


def raw(school: School, url: str, body: bytes, kind: str) -> int:
    """What a body that no browser makes is answered with, from somebody who is not signed in."""
    browser = school.browser()
    browser.get("/sign-in")
    headers = {"content-type": kind, "x-csrf-token": browser.token}
    status: int = browser.client.post(url, content=body, headers=headers).status_code
    return status


def parts(**fields: bytes) -> bytes:
    each = (
        b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v) for k, v in fields.items()
    )
    return b"".join(each) + b"--XX--\r\n"


@pytest.mark.parametrize("url", ["/sign-in", "/verify"])
@pytest.mark.parametrize(
    "charset",
    ["unicode_escape", "raw_unicode_escape", "UTF-7", "punycode", "undefined", "utf-16", '"idna"', "x" * 5000],
)
def test_a_form_in_another_character_set_is_not_read(school: School, url: str, charset: str) -> None:
    body = parts(email=rb"\ud800+2AA-a@example.org", password=b"\xff\xfe", receipt=rb"\ud800+2AA-")
    assert raw(school, url, body, f"multipart/form-data; boundary=XX; charset={charset}") == 415
    assert raw(school, url, body, f"Multipart/Form-Data; charset={charset}; boundary=XX") == 415


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8", '; charset="utf-8"'])
def test_a_form_in_utf_8_is_read(school: School, charset: str) -> None:
    body = parts(email="é@example.org".encode(), password=b"x")
    assert raw(school, "/sign-in", body, f"multipart/form-data; boundary=XX{charset}") == 422
    assert raw(school, "/sign-in", b"email=%C3%A9&password=x", f"application/x-www-form-urlencoded{charset}") == 422


@pytest.mark.parametrize("value", [b"%ED%A0%80", b"%FF", b"\xff", b"\xed\xa0\x80"])
def test_a_form_whose_bytes_are_no_text_is_not_read(school: School, value: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    assert raw(school, "/sign-in", b"email=" + value + b"a@example.org&password=x", kind) == 400


@pytest.mark.parametrize(
    "body", [b"garbage", b"--XX\r\nA: b\r\n\r\nx\r\n--XX--\r\n", b"--XX\r\nContent-Disposition: form-data\r\n\r\n"]
)
def test_a_form_in_parts_that_is_broken_is_not_read(school: School, body: bytes) -> None:
    assert raw(school, "/sign-in", body, "multipart/form-data; boundary=XX") == 400
    assert raw(school, "/sign-in", body, "multipart/form-data") == 400


NINES = "9" * 5000


@pytest.mark.parametrize("asked", ["9" * 23, NINES, "-5", "-" + "9" * 23, "1e9", "²", ""])
def test_what_was_said_after_a_number_beyond_measure_is_nothing(either: School, asked: str) -> None:
    dana = either.person("Dana", is_staff=True)
    meeting = either.meeting(dana)
    answer = either.browser(dana, accept="application/json").get(f"/m/{meeting}/said?after={asked}")
    assert (answer.status_code, answer.json()["acts"]) == (200, [])


def test_an_address_with_a_number_beyond_measure_is_nobodys(either: School) -> None:
    dana = either.person("Dana", is_staff=True)
    meeting = either.meeting(dana)
    (section, *_) = either.documents(meeting).values()
    paths = [path for path in SAFE if ":int}" in path]
    assert len(paths) >= 3
    for browser in (either.browser(dana), either.browser()):
        for path in paths:
            for number in ("9" * 23, NINES):
                url = re.sub(r"\{\w+:int\}", number, path).replace("{meeting_id}", meeting)
                assert browser.get(url.replace("{document_id}", section)).status_code == 404
            url = re.sub(r"\{\w+:int\}", "9" * 18, path).replace("{meeting_id}", meeting)
            assert browser.get(url.replace("{document_id}", section)).status_code < 500
