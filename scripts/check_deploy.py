#!/usr/bin/env python3
"""Whether what runs Roundtable elsewhere is whole: docker-compose.yml, its files, the Dockerfile, the alerts."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from prometheus_client import REGISTRY

from scripts.check_settings import settings
from server import metrics

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "scripts" / "compose-spec" / "compose-spec.json"
CADDY = ROOT / ".venv" / "bin" / "caddy"
LASTING = {"restart": None, "read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
ONCE = {"migrate", "restore"}  # they end; nothing need ask after their health
PINNED = re.compile(r"^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?$")
VARIABLE = re.compile(r"\$\{(\w+)(:?[-?][^}]*)?\}")
METRIC = re.compile(r"\broundtable_[a-z_]+\b")


def main() -> int:
    wrong = [*compose_troubles(), *proxy_troubles(), *script_troubles(), *dockerfile_troubles(), *alert_troubles()]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def compose_troubles() -> Iterator[str]:
    """What the Compose Specification's schema finds, and what it cannot see."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    compose = yaml.safe_load(text)
    for error in jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).iter_errors(compose):
        yield f"docker-compose.yml: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in sorted({found[1] for found in VARIABLE.finditer(text)}):
        if f"`{name}`" not in operations:
            yield f"docs/operations.md does not say what {name} of docker-compose.yml is"
    for name, rest in VARIABLE.findall(text):
        if ("PASSWORD" in name or "SECRET_KEY" in name) and not rest.startswith(":?") and "ACCEPTED" not in name:
            yield f"docker-compose.yml: {name} is a secret and must be asked for with :?"
    for name, service in compose["services"].items():
        yield from (f"docker-compose.yml: {name}: {trouble}" for trouble in _service_troubles(name, service, compose))
    published = [name for name, service in compose["services"].items() if "ports" in service]
    if published != ["proxy"]:
        yield f"docker-compose.yml: only the proxy may be reachable, not {', '.join(published)}"
    outside = {name for name, network in compose["networks"].items() if not (network or {}).get("internal")}
    for name, service in compose["services"].items():
        if name != "proxy" and outside & set(service.get("networks", [])):
            yield f"docker-compose.yml: {name} is on a network that reaches outside"


def _service_troubles(name: str, service: dict[str, Any], compose: dict[str, Any]) -> Iterator[str]:
    for key, wanted in LASTING.items():
        if key not in service or (wanted is not None and service[key] != wanted):
            yield f"{key} is not {wanted or 'set'}"
    if "build" not in service and not PINNED.match(service["image"]):
        yield f"the image {service['image']} has no pinned version"
    if name not in ONCE and "healthcheck" not in service:
        yield "no health check"
    environment = service.get("environment") or {}
    for setting in sorted(set(environment) - settings()):
        if setting.startswith("ROUNDTABLE_") and "build" in service:
            yield f"{setting} is no setting"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        there = (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"]
        if not there:
            yield f"{source} is not there to be mounted"
    if name.startswith("node"):
        drain = int(environment["ROUNDTABLE_DRAIN_SECONDS"])
        shutdown = int(environment["ROUNDTABLE_SHUTDOWN_SECONDS"])
        grace = int(service["stop_grace_period"].removesuffix("s"))
        if grace < drain + 2 * shutdown + 10:
            yield f"stop_grace_period {grace} s is too short for a drain of {drain} s and twice {shutdown} s"


def proxy_troubles() -> Iterator[str]:
    """Whether the proxy itself can read its file with what docker-compose.yml gives it, and nothing else."""
    file = ROOT / "deploy" / "Caddyfile"
    given = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["proxy"]["environment"]
    asked = set(re.findall(r"\{\$(\w+)\}", file.read_text()))
    if asked != set(given):
        yield f"deploy/Caddyfile and docker-compose.yml differ about {', '.join(sorted(asked ^ set(given)))}"
    for tls in ("internal", "someone@example.org", "/certificate.pem /key.pem"):
        example = {"ROUNDTABLE_BASE_URL": "https://iep.example.org", "TLS": tls}
        values = {name: example.get(name, str(value)) for name, value in given.items()}
        adapt = [str(CADDY), "adapt", "--config", str(file), "--adapter", "caddyfile"]
        done = subprocess.run(adapt, env=os.environ | values, capture_output=True, text=True, check=False)
        if done.returncode:
            yield f"deploy/Caddyfile: {done.stderr.strip().splitlines()[-1][:300]}"
    formatted = subprocess.run([str(CADDY), "fmt", str(file)], capture_output=True, text=True, check=False).stdout
    if formatted != file.read_text():
        yield "deploy/Caddyfile: not as `caddy fmt` writes it"


def script_troubles() -> Iterator[str]:
    """Shell scripts parse, and can be run."""
    for script in sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file()):
        if not script.read_bytes().startswith(b"#!/bin/sh"):
            continue
        done = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
        if done.returncode:
            yield done.stderr.strip()
        if not os.access(script, os.X_OK):
            yield f"{script.relative_to(ROOT)} cannot be run"


def dockerfile_instructions() -> list[tuple[str, str]]:
    """Instruction and rest, with continued lines joined and comments left out."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in kept)]


def dockerfile_troubles() -> Iterator[str]:
    instructions = dockerfile_instructions()
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for word, rest in instructions:
        if word == "FROM" and not PINNED.match(rest.split()[0]):
            yield f"Dockerfile: FROM {rest}: no pinned version"
        if word == "COPY" and not rest.startswith("--from="):
            for source in shlex.split(rest)[:-1]:
                if not (ROOT / source).exists():
                    yield f"Dockerfile: COPY {source}: not there"
                if f"!{source}" not in ignore:
                    yield f".dockerignore leaves out {source}, which the Dockerfile copies"
        if word == "RUN" and "pip install" in rest and "--require-hashes" not in rest:
            yield f"Dockerfile: RUN {rest[:60]}: without --require-hashes"
        if re.search(r"https?://", rest):
            yield f"Dockerfile: {word} names a host"
    users = [rest for word, rest in instructions if word == "USER"]
    if not users or users[-1].split(":")[0] in {"root", "0"}:
        yield "Dockerfile: the image runs as root"


def known_metrics() -> set[str]:
    """Names of our metrics as Prometheus stores them."""
    assert metrics.ROOMS is not None
    return {
        sample
        for family in REGISTRY.collect()
        if family.name.startswith("roundtable_")
        for sample in (
            *(f"{family.name}{end}" for end in ("", "_total", "_bucket", "_sum", "_count")),
            *(sample.name for sample in family.samples),
        )
        if _kept(family.type, family.name, sample)
    }


def _kept(kind: str, name: str, sample: str) -> bool:
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}[kind]
    return sample in {name + end for end in ends}


def alert_troubles() -> Iterator[str]:
    """docs/alerts.yml: rules that Prometheus can load, about metrics that exist; docs/operations.md names them all."""
    known = known_metrics()
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rules = [
        rule
        for group in yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text())["groups"]
        for rule in group["rules"]
    ]
    for rule in rules:
        name = rule.get("alert", "")
        if set(rule) - {"alert", "expr", "for", "labels", "annotations"} or not name or not rule.get("expr"):
            yield f"docs/alerts.yml: {name or rule}: not a rule as Prometheus reads it"
            continue
        for metric in sorted(set(METRIC.findall(str(rule["expr"]))) - known):
            yield f"docs/alerts.yml: {name}: there is no metric {metric}"
        if not re.fullmatch(r"\d+[smh]", rule.get("for", "0s")):
            yield f"docs/alerts.yml: {name}: 'for' is a time such as 5m"
        if rule.get("labels", {}).get("severity") not in {"page", "ticket"}:
            yield f"docs/alerts.yml: {name}: its severity is page or ticket"
        if f"`{name}`" not in operations:
            yield f"docs/operations.md does not say what to do about {name}"
    named = set(METRIC.findall(operations))
    for family in sorted(family.name for family in REGISTRY.collect() if family.name.startswith("roundtable_")):
        if not any(name.startswith(family) for name in named):
            yield f"docs/operations.md does not say what {family} means"
    for name in sorted(named - known - {name.rsplit("_", 1)[0] for name in known} - ROLES):
        yield f"docs/operations.md names {name}, which is no metric"


ROLES = {"roundtable_app", "roundtable_owner", "roundtable_backup"}


if __name__ == "__main__":
    sys.exit(main())
