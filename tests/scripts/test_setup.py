"""Set-up does a step once, again when its sources change or its result is gone, and never half."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from scripts import setup


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "DONE", tmp_path / ".venv" / ".done")
    monkeypatch.setattr(setup, "LOG", tmp_path / ".venv" / "setup.log")
    return tmp_path


def test_a_step_is_done_again_only_when_something_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, result, done = folder / "source", folder / "result", []
    source.write_text("one")

    def make() -> None:
        done.append(source.read_text())
        result.write_text("made")

    monkeypatch.setattr(setup, "steps", lambda *, dev: [setup.Step("Making", "made", [source], result, make)])
    setup.set_up(dev=False)
    setup.set_up(dev=False)
    assert done == ["one"]
    source.write_text("two")
    setup.set_up(dev=False)
    assert done == ["one", "two"]
    result.unlink()
    setup.set_up(dev=False)
    assert done == ["one", "two", "two"]


def test_a_step_that_failed_is_not_taken_for_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "source").write_text("one")

    def fail() -> None:
        setup.command(["false"], "it could not be made")

    step = setup.Step("Making", "made", [folder / "source"], folder, fail)
    monkeypatch.setattr(setup, "steps", lambda *, dev: [step])
    with pytest.raises(setup.Missing, match="it could not be made"):
        setup.set_up(dev=False)
    assert not setup.is_done(step)


def test_a_failure_shows_what_the_program_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(setup.Missing):
        setup.command(["sh", "-c", "echo no space left; exit 3"], "unpacking failed")
    assert "no space left" in capsys.readouterr().out
    assert "no space left" in setup.LOG.read_text()


def test_uv_hears_what_pip_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "index-of-the-district")
    monkeypatch.setenv("PIP_CERT", "theirs.pem")
    monkeypatch.setenv("SSL_CERT_FILE", "ours.pem")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    env = setup.uv_settings()
    assert env["UV_DEFAULT_INDEX"] == "index-of-the-district"
    assert env["SSL_CERT_FILE"] == "ours.pem"


@pytest.mark.parametrize(
    ("compiled", "whole", "chosen"),
    [
        ("'--prefix=/home/them/.pyenv/versions/3.11.7'", 0, True),
        ("'--enable-optimizations' '--with-lto'", 0, False),
        ("'--prefix=/home/them/.pyenv/versions/3.11.7'", 1, False),  # Debian's, without its venv
        (None, 0, True),
    ],
)
def test_the_system_s_build_is_taken_before_one_without_optimizations(
    monkeypatch: pytest.MonkeyPatch, compiled: str | None, whole: int, chosen: bool
) -> None:
    asked: list[str] = []

    def call(command: list[str], **_options: object) -> int:
        asked.append(command[0])
        return whole

    monkeypatch.setattr(sys, "base_prefix", "/home/them/.pyenv/versions/3.11.7")
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: compiled)
    monkeypatch.setattr(subprocess, "call", call)
    same = f"/usr/bin/python3.{sys.version_info[1]}"
    assert setup.quicker_build() == (same if chosen else None)
    assert set(asked) <= {same}


def test_a_system_without_that_version_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(command: list[str], **_options: object) -> int:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(sys, "base_prefix", "/opt/python")
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: "")
    monkeypatch.setattr(subprocess, "call", call)
    assert setup.quicker_build() is None
