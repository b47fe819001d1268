"""A test client that asks the app in one call to its loop, where Starlette's own takes seven to stream what comes.

Waking another thread is most of what a request costs there, and these tests make some ten thousand.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import httpx2
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

ADDRESS = ("testclient", 50000)
PORTS = {"http": 80, "https": 443}


class Client(TestClient):
    """What `TestClient` is, for requests with whole answers: not for sockets, nor for what is read while it comes."""

    def __init__(self, app: ASGIApp, **options: Any) -> None:
        super().__init__(app, backend_options={"use_uvloop": True}, **options)
        self._transport = _Whole(self)

    def look(self, paths: Sequence[str], headers: dict[str, str]) -> list[tuple[int, str]]:
        """Status and text of what is at each path, in one call to the loop: for who looks at thousands of pages."""
        portal = self.portal
        assert portal is not None, "the client's school has not been entered"
        scope = _scope(self.build_request("GET", "/", headers=headers), {})

        async def look_at_all() -> list[tuple[int, str]]:
            answers = []
            for path in paths:
                about = {"path": path, "raw_path": path.encode(), "state": self.app_state.copy()}
                status, _, body = await _ask(self.app, scope | about, b"")
                answers.append((status, body.decode()))
            return answers

        return portal.call(look_at_all)


class _Whole(httpx2.BaseTransport):
    def __init__(self, client: Client) -> None:
        self._client = client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        portal = self._client.portal
        assert portal is not None, "the client's school has not been entered"
        status, headers, body = portal.call(
            _ask, self._client.app, _scope(request, self._client.app_state), request.read()
        )
        return httpx2.Response(status, headers=headers, content=body, request=request)


def _scope(request: httpx2.Request, state: dict[str, Any]) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "root_path": "",
        "scheme": url.scheme,
        "query_string": url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ADDRESS,
        "server": [url.host, url.port or PORTS[url.scheme]],
        "extensions": {},
        "state": state.copy(),
    }


async def _ask(app: Any, scope: dict[str, Any], sent: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The answer as the app gives it; what it raises is raised here too."""
    messages: list[Message] = []
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    assert messages, "the app did not answer"
    start, *parts = messages
    assert start["type"] == "http.response.start", start["type"]
    assert not parts[-1].get("more_body", False), "the answer has no end"
    body = b"".join(part.get("body", b"") for part in parts)
    return start["status"], list(start["headers"]), b"" if scope["method"] == "HEAD" else body
