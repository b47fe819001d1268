"""Link addresses: three schemes, and none of the disguises of a fourth."""

import pytest

from server.documents.links import MOST_HREF, is_allowed_href

ALLOWED = [
    "https://example.org",
    "http://example.org:8080/a?b=c#d",
    "HTTPS://EXAMPLE.ORG/",
    "mailto:whitlock@example.org?subject=Draft%20goals",
    "https://example.org/a b",
    "https://example.org/niño?q=日本",
    "https://sites.example.edu/?next=javascript:alert(1)",
]

# After the OWASP filter evasion cheat sheet, and what browsers forgive.
REFUSED = [
    "",
    " ",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "java\x00script:alert(1)",
    "\x01javascript:alert(1)",
    "\x1fhttps://example.org",
    "\u00a0javascript:alert(1)",
    "\u2028javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "javascript&#58;alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "javascript://https://example.org/%0aalert(1)",
    "vbscript:msgbox(1)",
    "livescript:[code]",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "view-source:https://example.org",
    "file:///etc/passwd",
    "ftp://example.org",
    "blob:https://example.org/1",
    "feed:javascript:alert(1)",
    "jar:https://example.org!/a",
    "tel:+15550100",
    "//example.org",
    "/m/1",
    "#goals",
    "example.org",
    "https:",
    "https:\\\\example.org",
    "https: //example.org",
    " https://example.org",
    "https://example.org ",
    "https://example.org/\n",
    "https://example.org/\u202egro.elpmaxe",
    "https://exam\u200bple.org",
    "https://example.org/\ud800",
    "https&colon;//example.org",
    "httpſ://example.org",
    "https://" + "a" * MOST_HREF,
    None,
    7,
    ["https://example.org"],
]


@pytest.mark.parametrize("href", ALLOWED)
def test_allowed(href):
    assert is_allowed_href(href)


@pytest.mark.parametrize("href", REFUSED, ids=ascii)
def test_refused(href):
    assert not is_allowed_href(href)


def test_the_longest():
    assert is_allowed_href("https://" + "a" * (MOST_HREF - 8))
