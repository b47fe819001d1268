"""What `scripts/check_deploy.py` sees that a schema cannot, and that it sees it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import check_deploy

FILES = ("docker-compose.yml", "Dockerfile", ".dockerignore", "deploy", "docs/operations.md", "docs/alerts.yml")
COPIED = [
    *("scripts", "pyproject.toml", "requirements.lock", "requirements-build.lock", "package.json"),
    *("package-lock.json", ".npmrc", "server", "web", "templates", "locales"),
]
Check = Callable[[], Iterator[str]]
COMPOSE, PROXY = check_deploy.compose_troubles, check_deploy.proxy_troubles
IMAGE, ALERTS, SHELL = check_deploy.dockerfile_troubles, check_deploy.alert_troubles, check_deploy.script_troubles

MISTAKES: list[tuple[Check, str, str, str, str]] = [
    (COMPOSE, "docker-compose.yml", "    ports: [", "    portz: [", "portz"),
    (COMPOSE, "docker-compose.yml", "image: redis:7.2.11-alpine", "image: redis:latest", "no pinned version"),
    (COMPOSE, "docker-compose.yml", "REDIS_PASSWORD:?a password", "REDIS_PASSWORD:-a password", "must be asked for"),
    (COMPOSE, "docker-compose.yml", "ROUNDTABLE_DRAIN_SECONDS", "ROUNDTABLE_DRAINS", "ROUNDTABLE_DRAINS is no setting"),
    (COMPOSE, "docker-compose.yml", "stop_grace_period: 40s", "stop_grace_period: 10s", "too short"),
    (
        COMPOSE,
        "docker-compose.yml",
        "    user: redis\n",
        "    user: redis\n    ports: ['6379:6379']\n",
        "only the proxy",
    ),
    (COMPOSE, "docker-compose.yml", "networks: [front, back]", "networks: [edge, back]", "reaches outside"),
    (COMPOSE, "docker-compose.yml", "  read_only: true", "  read_only: false", "read_only is not True"),
    (COMPOSE, "docker-compose.yml", "./deploy/Caddyfile:", "./deploy/Caddy:", "not there to be mounted"),
    (COMPOSE, "docs/operations.md", "`BACKUP_KEEP`", "BACKUP", "does not say what BACKUP_KEEP"),
    (PROXY, "deploy/Caddyfile", "lb_policy least_conn", "lb_policy least", "deploy/Caddyfile:"),
    (PROXY, "deploy/Caddyfile", "{$NODES}", "{$NODE}", "differ about NODE, NODES"),
    (PROXY, "deploy/Caddyfile", "\tbind", "  bind", "caddy fmt"),
    (IMAGE, "Dockerfile", "USER 10001", "USER root", "runs as root"),
    (IMAGE, "Dockerfile", "--require-hashes ", "", "without --require-hashes"),
    (IMAGE, "Dockerfile", "COPY templates", "COPY pages", "COPY pages: not there"),
    (IMAGE, "Dockerfile", "python:3.11.14-slim", "python:slim", "no pinned version"),
    (IMAGE, ".dockerignore", "!locales", "", "leaves out locales"),
    (ALERTS, "docs/alerts.yml", "roundtable_bus_up", "roundtable_bus_on", "there is no metric roundtable_bus_on"),
    (ALERTS, "docs/alerts.yml", "severity: page", "severity: urgent", "page or ticket"),
    (ALERTS, "docs/operations.md", "`RoundtableNodeDown`", "node down", "what to do about RoundtableNodeDown"),
    (ALERTS, "docs/operations.md", "`roundtable_resyncs_total`", "resyncs", "what roundtable_resyncs means"),
    (ALERTS, "docs/operations.md", "`roundtable_bus_up`", "`roundtable_bus_upp`", "roundtable_bus_upp, which is no"),
    (SHELL, "deploy/backup/restore.sh", "esac", "esa", "restore.sh"),
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the checks read, to be broken."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        source = check_deploy.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    for name in COPIED:
        (tmp_path / name).symlink_to(check_deploy.ROOT / name)
    monkeypatch.setattr(check_deploy, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("check", "file", "right", "wrong", "said"), MISTAKES, ids=[said for *_, said in MISTAKES])
def test_a_mistake_is_seen(tree: Path, check: Check, file: str, right: str, wrong: str, said: str) -> None:
    text = (tree / file).read_text()
    assert right in text
    (tree / file).write_text(text.replace(right, wrong))
    assert any(said in trouble for trouble in check()), list(check())
