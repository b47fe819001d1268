"""One server for many tests, each with a meeting of its own in it; and the editor alone, in a page without a server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.support.browser import People
from tests.support.node import Node
from tests.support.server import Server


@pytest.fixture(scope="session")
def _running() -> Iterator[list[Server]]:
    """The server that goes on from test to test, if there is one."""
    running: list[Server] = []
    yield running
    for server in running:
        server.kill9()


@pytest.fixture
def server(_running: list[Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server. A test that stops it, or starts it anew, keeps it for itself."""
    if not _running:
        _running.append(Server(tmp_path_factory.mktemp("data")).start())
    (server,) = _running
    pid = server.pid
    yield server
    if server.process is None or server.pid != pid:
        _running.clear()
        server.kill9()


@pytest.fixture(scope="session")
def editor_script() -> str:
    return Node()("browser/editor_bundle.mjs")["script"]


@pytest.fixture
def parts(people: People, editor_script: str) -> Page:
    """An empty page where `editorParts` has the modules of web/section-editor."""
    page = people.page()
    page.set_content("<!doctype html><html lang='en'><body><section><h2>Goals</h2></section></body></html>")
    page.evaluate(editor_script + "; window.editorParts = editorParts; undefined")
    return page
