"""The editor alone, in a page without a server."""

import pytest
from playwright.sync_api import Page

from tests.support.browser import People
from tests.support.node import Node


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
