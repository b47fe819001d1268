"""Somebody at a real server's pages, without a browser: signs in by a link, looks at pages, sends their forms."""

import json
import re
from typing import Any

import httpx2

from server.documents.schema import SCHEMA_VERSION

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')

# What a browser says of a page that a tap or a key led to.
TAP = {"sec-fetch-user": "?1"}


class Person:
    def __init__(self, url: str) -> None:
        self.client = httpx2.Client(base_url=url, follow_redirects=False, timeout=30, headers=TAP)
        self._csrf = ""

    def sign_in(self, link: str) -> "Person":
        assert self.post(link, seen=link).status_code == 303
        return self

    def look(self, url: str) -> str:
        """A page's HTML."""
        response = self.client.get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        found = TOKEN.search(response.text)
        if found:
            self._csrf = found[1]
        html: str = response.text
        return html

    def post(self, url: str, data: dict[str, str] | None = None, *, seen: str) -> Any:
        """Send a form of the page `seen`."""
        self.look(seen)
        return self.client.post(url, data={"csrf": self._csrf, **(data or {})})

    def act(self, url: str, data: dict[str, str] | None = None, *, seen: str) -> None:
        """As `post`; fails unless it was done."""
        response = self.post(url, data, seen=seen)
        assert response.status_code == 303, f"{url}: {response.status_code}"

    def ticket(self, meeting: str) -> str:
        """What the meeting's page sends on its socket."""
        response = self.post(f"/m/{meeting}/ticket", {"schema_version": str(SCHEMA_VERSION)}, seen=f"/m/{meeting}")
        assert response.status_code == 200
        token: str = json.loads(response.text)["token"]
        return token
