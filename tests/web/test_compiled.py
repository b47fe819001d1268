"""A template is compiled once, anew when it or what compiles it is another, and also where nothing can be kept."""

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from server.web.compiled import Compiled

Start = Callable[[], jinja2.Environment]


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of templates, as they are compiled."""
    names: list[str | None] = []
    compiled = jinja2.Environment.compile

    def compile_(self: jinja2.Environment, source: str, name: str | None = None, *more: object) -> object:
        names.append(name)
        return compiled(self, source, name, *more)  # type: ignore[call-overload]

    monkeypatch.setattr(jinja2.Environment, "compile", compile_)
    return names


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A server's environment, as after each start, for the templates in "templates" and settings in "settings.py"."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("Hello {{ name }}")
    (tmp_path / "settings.py").write_text("")

    def started() -> jinja2.Environment:
        kept = Compiled(tmp_path / "kept", tmp_path / "settings.py")
        return jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path / "templates"), bytecode_cache=kept)

    return started


def page(env: jinja2.Environment) -> str:
    return env.get_template("page.html").render(name="Elena")


def test_the_next_start_finds_it_compiled(start: Start, compiles: list[str | None]) -> None:
    assert [page(start()), page(start())] == ["Hello Elena"] * 2
    assert compiles == ["page.html"]


def test_what_changed_is_compiled_anew(start: Start, compiles: list[str | None], tmp_path: Path) -> None:
    page(start())
    (tmp_path / "templates" / "page.html").write_text("Good day {{ name }}")
    assert page(start()) == "Good day Elena"
    (tmp_path / "settings.py").write_text("other = True")
    page(start())
    assert len(compiles) == 3


def test_a_torn_file_is_compiled_anew(start: Start, tmp_path: Path) -> None:
    page(start())
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    assert page(start()) == "Hello Elena"


def test_where_nothing_can_be_kept_it_is_compiled_once(
    start: Start, compiles: list[str | None], tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("no folder")
    env = start()
    assert page(env) == "Hello Elena"
    assert page(env.overlay()) == "Hello Elena"
    assert compiles == ["page.html"]
