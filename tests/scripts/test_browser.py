"""Which Chromium the tests take of those that are there."""

import sys
from pathlib import Path

import pytest

from scripts import browser


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUNDTABLE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}/programs:/usr/bin:/bin")
    monkeypatch.setattr(browser, "SHELLS", ("some-headless-shell",))
    monkeypatch.setattr(browser, "NAMES", ("some-browser",))
    monkeypatch.setattr(browser, "CACHES", (tmp_path / "cache",))
    monkeypatch.setattr(browser, "UNPACKED", tmp_path / "unpacked")
    monkeypatch.setattr(browser, "NO_QUICK_ONE", tmp_path / "no-quick-one")


def add(path: Path, *, works: bool = True) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "#!/bin/sh\necho Chromium 1.0\n" if works else "#!/bin/sh\necho libnss3.so is missing >&2; exit 127\n"
    )
    path.chmod(0o700)
    return str(path)


def test_a_quick_one_is_taken_before_the_systems_and_a_shell_before_a_whole_browser(tmp_path: Path) -> None:
    assert browser.find() in (None, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    whole = add(tmp_path / "programs" / "some-browser")
    assert browser.find() == whole
    shell = add(tmp_path / "programs" / "some-headless-shell")
    assert browser.find() == shell
    cached = add(tmp_path / "cache" / "chromium_headless_shell-1" / "chrome-linux" / "headless_shell")
    assert browser.find() == cached
    unpacked = add(tmp_path / "unpacked" / "chromium")
    assert browser.find() == unpacked
    add(tmp_path / "unpacked" / "chromium", works=False)
    assert browser.find() == cached


def test_what_was_chosen_comes_before_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path / "unpacked" / "chromium")
    chosen = add(tmp_path / "elsewhere" / "mine")
    monkeypatch.setenv("ROUNDTABLE_CHROMIUM", chosen)
    assert browser.find() == chosen


def test_ways_are_tried_until_one_brings_a_shell_and_those_that_failed_not_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def npm_package() -> None:
        tried.append("npm")
        add(tmp_path / "unpacked" / "chromium", works=False)

    def system() -> None:
        tried.append("system")
        add(tmp_path / "programs" / "some-headless-shell")

    def download() -> None:
        tried.append("download")

    ways = [("an npm package", npm_package), ("the system", system), ("a download", download)]
    monkeypatch.setattr(browser, "_ways", lambda: iter(ways))
    shell = str(tmp_path / "programs" / "some-headless-shell")
    assert browser.install() == shell
    assert browser.install() == shell
    assert tried == ["npm", "system"]


def test_a_library_that_the_system_brings_lets_the_unpacked_one_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [
        ("an npm package", lambda: add(tmp_path / "unpacked" / "chromium", works=False)),
        ("the system", lambda: add(tmp_path / "unpacked" / "chromium")),
    ]
    monkeypatch.setattr(browser, "_ways", lambda: iter(ways))
    assert browser.install() == str(tmp_path / "unpacked" / "chromium")
    assert not browser.NO_QUICK_ONE.exists()


def test_where_no_package_carries_one_the_shell_that_is_there_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(browser, "_system_package", lambda: tried.append("system"))
    monkeypatch.setattr(browser, "_playwright", lambda: tried.append("download"))
    shell = add(tmp_path / "programs" / "some-headless-shell")
    assert browser.install() == shell
    assert tried == []
