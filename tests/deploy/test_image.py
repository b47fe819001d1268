"""The image and the variables of docker-compose.yml, without an engine to build or run them."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.check_deploy import dockerfile_instructions
from tests.support.server import ROOT, Server
from tests.support.topology import COMPOSE, Unset, fresh_variables, interpolated


class FromTheImage(Server):
    """Served from a folder that holds what the image does."""

    def __init__(self, app: Path, data: Path) -> None:
        super().__init__(data)
        self.program = (sys.executable, "-m", "server")
        self.folder = app


@pytest.fixture
def image(tmp_path: Path) -> Iterator[FromTheImage]:
    app = tmp_path / "app"
    copies: list[str] = []
    for word, rest in dockerfile_instructions():
        if word == "FROM":
            copies = []  # of the last stage alone
        elif word == "COPY" and "packages" not in rest:
            copies.append(rest.removeprefix("--from=built "))
    for source, target in (line.split() for line in copies):
        shutil.copytree(ROOT / source.removeprefix("/app/"), app / target, dirs_exist_ok=True)
    server = FromTheImage(app, tmp_path / "data")
    yield server
    server.kill9()


def test_what_the_image_holds_is_enough_to_serve(image: FromTheImage) -> None:
    image.start()
    status, page = image.get("/sign-in", **{"Accept-Language": "es"})
    assert status == 200
    assert 'lang="es"' in page
    script = page.partition('<script type="module" src="')[2].partition('"')[0]
    assert image.get(script)[0] == 200
    assert image.demo()["meetings"]


@pytest.mark.parametrize("name", sorted(set(fresh_variables("https://iep.example.org"))))
def test_whatever_is_not_set_stops_the_start_by_its_name(name: str) -> None:
    variables = fresh_variables("https://iep.example.org")
    composed = yaml.safe_load(COMPOSE.read_text())
    assert interpolated(composed, variables)["services"]
    del variables[name]
    with pytest.raises(Unset, match=f"^{name}: ."):
        interpolated(composed, variables)
