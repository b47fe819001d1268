"""Several nodes of a server in one process tree, with the PostgreSQL and Redis that they share.

The harness reads the processor time of the tree, so what the database and Redis spend is in the figure; `nodes.json`
in DATA tells which process is which, for those who want it apart. Environment: HOST, PORTS (comma-separated, one a
node) and DATA, as the harness gives them.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.places import PEER as HOCUSPOCUS
from bench.places import ROUNDTABLE
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=["roundtable", "hocuspocus"])
    parser.add_argument("--node", help="the Node that runs Hocuspocus")
    options = parser.parse_args()
    data, ports = Path(os.environ["DATA"]), os.environ["PORTS"].split(",")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    postgres = redis = None
    nodes: list[subprocess.Popen[bytes]] = []
    try:
        if len(ports) > 1:
            redis = RedisServer(data).start()
        if options.server == "roundtable":
            postgres = Postgres().start()
            with postgres.database() as url:
                nodes = roundtable(ports, data, url, redis)
                tell(data, nodes, postgres.process, redis)
                nodes[0].wait()
        else:
            nodes = hocuspocus(options.node, ports, redis)
            tell(data, nodes, None, redis)
            nodes[0].wait()
    finally:
        for node in nodes:
            node.terminate()
        for node in nodes:
            node.wait()
        if redis is not None:
            redis.stop()
        if postgres is not None:
            postgres.stop()
    return 0


def roundtable(ports: list[str], data: Path, url: str, redis: RedisServer | None) -> "list[subprocess.Popen[bytes]]":
    """The nodes; what `roundtable demo` needs to know lies in DATA/environment."""
    settings = {"ROUNDTABLE_DATABASE_URL": url, "ROUNDTABLE_DATA": str(data), "ROUNDTABLE_SECRET_KEY": "bench" * 8}
    if redis is not None:
        settings["ROUNDTABLE_REDIS_URL"] = redis.url
    (data / "environment").write_text("".join(f"export {name}='{value}'\n" for name, value in settings.items()))
    environment = {**os.environ, **settings}
    return [
        subprocess.Popen([ROUNDTABLE, "serve", "--host", os.environ["HOST"], "--port", port], env=environment)
        for port in ports
    ]


def hocuspocus(node: str, ports: list[str], redis: RedisServer | None) -> "list[subprocess.Popen[bytes]]":
    program = "server.mjs" if redis is None else "node.mjs"
    shared = {**os.environ, "REDIS_PORT": str(redis.port if redis else 0)}
    return [subprocess.Popen([node, HOCUSPOCUS / program], env={**shared, "PORT": port}) for port in ports]


def tell(
    data: Path,
    nodes: "list[subprocess.Popen[bytes]]",
    postgres: "subprocess.Popen[bytes] | None",
    redis: RedisServer | None,
) -> None:
    pids = {"nodes": [node.pid for node in nodes]}
    for name, process in (("postgres", postgres), ("redis", redis.process if redis else None)):
        if process is not None:
            pids[name] = [process.pid]
    (data / "nodes.json").write_text(json.dumps(pids))


if __name__ == "__main__":
    sys.exit(main())
