import re
from pathlib import Path

import pytest

from server.web.headers import CONTENT_SECURITY_POLICY
from tests.support.school import School

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.mark.parametrize("url", ["/sign-in", "/nowhere", "/invite/x", "/static/missing.css", "/healthz"])
def test_every_answer_carries_them(school: School, url: str) -> None:
    headers = school.browser().get(url).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


def test_our_own_failure_is_a_calm_page_with_them(school: School) -> None:
    browser = school.browser(school.person("Elena"))

    class Broken:
        def session(self) -> None:
            raise RuntimeError("the secret inside")

    browser.get("/account")
    working, school.state.database = school.state.database, Broken()
    try:
        school.client.cookies.clear()
        answer = school.client.get("/invite/x", headers={"accept": "text/html"})
    finally:
        school.state.database = working
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "<h1>" in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_https_adds_strict_transport_and_host_bound_cookies(tmp_path: Path) -> None:
    with School(tmp_path, {"base_url": "https://iep.example.org"}) as school:
        elena = school.person("Elena")
        meeting_link = school.browser().get("/sign-in")
        assert meeting_link.headers["strict-transport-security"].startswith("max-age=")
        assert meeting_link.headers["set-cookie"].startswith("__Host-roundtable_form=")
        answer = school.browser(elena).post("/language", {"locale": "es"}, seen="/account")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-roundtable_language=es")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


def test_no_template_needs_what_the_policy_forbids() -> None:
    # A letter is no page: it is read where this policy does not reach, and mail programs want its styles inside it.
    for path in {*TEMPLATES.rglob("*.html")} - {TEMPLATES / "mail.html"}:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|hx-vals=.js:|javascript:", source), path
        for script in re.findall(r"<script\b[^>]*>", source):
            assert "src=" in script or 'type="application/json"' in script, path
        assert "|safe" not in source, path
        for filters in re.findall(r"hx-trigger=\"([^\"]*)\"", source):
            assert "[" not in filters, path  # a filter would be eval
