"""Built files: kept for good, compressed for whoever reads that, and fetched without one waiting for the other."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from server.static import DIST, BuiltFiles, static_files
from server.web.templates import manifest
from tests.support.browser import PHONE, People
from tests.support.school import School
from tests.support.server import Server
from tests.support.workspace import enter, person

SCRIPT = manifest.url("app.js")


def ask(url: str, accept: str, **headers: str) -> tuple[Any, bytes]:
    """The answer, and its body as it came."""
    client = TestClient(Starlette(routes=[static_files()]))
    with client.stream("GET", url, headers={"accept-encoding": accept, **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("BR;q=0.2, gzip;q=1.0", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip ; q=0", None),
        ("identity", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_script_comes_in_the_smallest_coding_that_is_asked_for(accept: str, coding: str | None) -> None:
    built = (DIST / SCRIPT.removeprefix("/static/")).read_bytes()
    answer, body = ask(SCRIPT, accept)
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-length"] == str(len(body))
    if coding is None:
        assert body == built
    else:
        assert len(body) < len(built) / 2
    if coding == "gzip":
        assert gzip.decompress(body) == built


def test_what_is_kept_is_asked_about_in_the_coding_that_it_came_in() -> None:
    tags = [ask(SCRIPT, accept)[0].headers["etag"] for accept in ("br", "gzip", "")]
    assert len(set(tags)) == 3
    for accept, tag in zip(("br", "gzip", ""), tags, strict=True):
        again, body = ask(SCRIPT, accept, **{"if-none-match": tag})
        assert (again.status_code, body) == (304, b"")
        assert again.headers["vary"] == "Accept-Encoding"


def test_what_is_small_already_comes_as_it_is() -> None:
    font = manifest.url("fonts/source-sans-3-latin-wght-normal.woff2")
    answer, body = ask(font, "gzip, br")
    assert "content-encoding" not in answer.headers
    assert body == (DIST / font.removeprefix("/static/")).read_bytes()


def test_what_was_read_once_is_not_read_again(tmp_path: Path) -> None:
    """The disk is asked once for each coding; for a part of a file, and for what has no hash in its name, each time."""
    hashed, plain = tmp_path / "app-0123ABCD.js", tmp_path / "manifest.json"
    for file in (hashed, plain):
        file.write_text("built")
    (tmp_path / "app-0123ABCD.js.gz").write_bytes(gzip.compress(b"built"))
    client = TestClient(Starlette(routes=[Mount("/", BuiltFiles(tmp_path))]))

    def get(file: Path, accept: str, **headers: str) -> Any:
        return client.get(f"/{file.name}", headers={"accept-encoding": accept, **headers})

    first = [get(hashed, accept) for accept in ("gzip", "")]
    assert [get(file, "").text for file in (hashed, plain)] == ["built", "built"]
    for file in tmp_path.iterdir():
        file.write_text("other")
    again = [get(hashed, accept) for accept in ("gzip", "")]
    assert [one.text for one in again] == ["built", "built"]
    assert [one.headers for one in again] == [one.headers for one in first]
    assert get(hashed, "gzip", **{"if-none-match": first[0].headers["etag"]}).status_code == 304
    assert get(hashed, "", range="bytes=0-1").text == "ot"
    assert get(plain, "").text == "other"
    assert client.head(f"/{hashed.name}").status_code == 200
    assert get(tmp_path / "gone-0123ABCD.js", "").status_code == 404


def test_no_more_is_kept_of_files_than_there_is_room_for(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}-0123ABCD.js" for name in ("a", "b", "c")]
    for file in files:
        file.write_text("x" * 60)
    client = TestClient(Starlette(routes=[Mount("/", BuiltFiles(tmp_path, most=130))]))
    for file in files:
        assert client.get(f"/{file.name}").text == "x" * 60
    for file in files:
        file.write_text("y" * 60)
    assert [client.get(f"/{file.name}").text[0] for file in (files[1], files[2], files[0])] == ["x", "x", "y"]


def test_the_draft_fetches_no_crumbs() -> None:
    """What scripts share is one file and not one for each set of them that shares something (`web/common.ts`)."""
    sizes = {url: (DIST / url.removeprefix("/static/")).stat().st_size for url in manifest.modules("workspace")}
    assert min(sizes.values()) > 4_000, sizes


def test_no_page_is_compressed(school: School) -> None:
    """What a page tells would show in its length to whoever can have it say something (BREACH, CVE-2013-3587)."""
    leader = school.person("Dana Whitlock", is_staff=True)
    browser = school.browser(leader, headers={"accept-encoding": "gzip, br"})
    answer = browser.get(f"/m/{school.meeting(leader)}")
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


def test_a_page_asks_for_all_its_scripts_at_once(server: Server, people: People) -> None:
    """Else a phone finds out about the next only when the one before has come, a round trip each time."""
    first = enter(people, person(server.demo()["meetings"][0], "parent"), viewport=PHONE)
    page = people.page(storage_state=first.context.storage_state(), viewport=PHONE)
    scripts: set[str] = set()
    page.on("request", lambda asked: scripts.add(asked.url) if asked.resource_type == "script" else None)
    live = 'saved-sign[data-state="readonly"], saved-sign[data-state="saved"], stage-connection[data-state="open"]'
    for path in ("", "/project", "/follow", "/history", "/before"):
        scripts.clear()
        page.goto(first.url + path)
        if path in {"", "/project", "/follow"}:
            page.locator(live).wait_for(state="attached")
        early = set(page.locator("link[rel=modulepreload]").evaluate_all("links => links.map(link => link.href)"))
        assert {one for one in scripts if "/chunk-" in one} == early, path
