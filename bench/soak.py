"""Random faults on two nodes, PostgreSQL and Redis while people type; then the checker decides.

The same campaign as `tests/failure/test_soak.py`, longer: half an hour and 500 faults unless told otherwise.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.failure.test_crowd_returns import everybody_returns
from tests.support.faults.campaign import Campaign, Tally, empty_again
from tests.support.faults.checker import Verdict
from tests.support.faults.field import Field, Node
from tests.support.faults.writer import Habits
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer

MEETINGS, PEOPLE, DOCUMENTS = 2, 3, 2
KEYS_A_SECOND = 1.0
EACH = 10  # people in a document of those who return
PARTS = 3
FIRST_SECONDS = 60.0  # of typing until memory at rest is looked at for the first time
REST_SECONDS = 5.0
HABITS = Habits(first=0.3, most=3.0, silence=12.0)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long at least (default: 30)")
    parser.add_argument("--faults", type=int, default=500, help="how many faults at least (default: 500)")
    parser.add_argument("--returning", type=int, help="instead: a proxy restarts and so many clients come back at once")
    parser.add_argument("--seed", type=int, default=None, help="to have the same faults again")
    options = parser.parse_args(arguments)
    if options.returning:
        print(_returning(options.returning))
        return 0
    seed = random.randrange(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    found = run(seed, options.minutes, options.faults)
    for line in found["lines"]:
        print(line)
    return 1 if found["findings"] else 0


def run(seed: int, minutes: float, faults: int) -> dict[str, Any]:
    """A whole campaign. Raises `AssertionError` when the installation does not recover."""
    cluster = Postgres()
    folder = Path(tempfile.mkdtemp(prefix="roundtable-soak-"))
    redis = RedisServer(folder)
    try:
        cluster.start()
        redis.start()
        with (
            cluster.database() as url,
            Field(folder / "site", url, redis_url=redis.url, nodes=2, habits=HABITS) as site,
        ):
            return _campaign(site, cluster, redis, seed, minutes, faults)
    finally:
        redis.stop()
        cluster.stop()


def _campaign(
    site: Field, cluster: Postgres, redis: RedisServer, seed: int, minutes: float, faults: int
) -> dict[str, Any]:
    """In parts, each with meetings of its own; between them everybody leaves, and memory is looked at."""
    spared = site.nodes[-1]
    _seat_everybody(site)
    with site.typing(KEYS_A_SECOND):
        site.pass_time(FIRST_SECONDS)
    site.settle()
    rests = [_at_rest(site, spared)]
    campaign = Campaign(site, cluster, redis, random.Random(seed), spared=[spared])
    began = time.monotonic()
    verdicts: list[Verdict] = []
    for part in range(1, PARTS + 1):
        _seat_everybody(site)
        with site.typing(KEYS_A_SECOND):
            campaign.run(
                until_faults=faults * part // PARTS,
                until_time=began + minutes * 60 * part / PARTS,
                say=lambda line: print(line, flush=True),
            )
        site.settle(seconds=120)
        verdicts.append(site.verdict())
        rests.append(_at_rest(site, spared))
    verified, tally = site.nodes[0].server.run("verify"), campaign.tally
    lines = [
        f"{tally.faults} faults in {(time.monotonic() - began) / 60:.0f} minutes, seed {seed}",
        *map(str, verdicts),
        f"roundtable verify: {verified.returncode}\n{verified.stdout}{verified.stderr}".strip(),
        _recovery(tally),
        f"memory of the node that was never restarted, at rest, with nobody there: {rests[0]:.1f} MB before, then "
        + ", ".join(f"{rest:.1f}" for rest in rests[1:]),
        ", ".join(f"{name} {count}" for name, count in Counter(tally.kinds).most_common()),
    ]
    findings = sum(len(verdict.findings) for verdict in verdicts) + verified.returncode
    return {"lines": lines, "findings": findings, "tally": asdict(tally)}


def _seat_everybody(site: Field) -> None:
    for meeting in site.meet(MEETINGS, PEOPLE):
        site.seat(meeting, DOCUMENTS)


def _at_rest(site: Field, node: Node) -> float:
    """MB of RSS of a node that everybody has left, once housekeeping has given back what is free."""
    site.clear()
    empty_again(site.nodes)
    time.sleep(REST_SECONDS)
    return float(psutil.Process(node.server.pid).memory_info().rss) / 2**20


def _recovery(tally: Tally) -> str:
    if not tally.recoveries:
        return "recovery: not measured"
    found = sorted(tally.recoveries)
    median, most = statistics.median(found), found[-1]
    return (
        f"from the end of a fault to an ack for everybody: median {median:.1f} s, at most {most:.1f} s, of {len(found)}"
    )


def _returning(people: int) -> str:
    """A proxy restarts: how long until everybody is back, and how often the database was asked for a document."""
    cluster = Postgres()
    folder = Path(tempfile.mkdtemp(prefix="roundtable-returning-"))
    try:
        cluster.start()
        with cluster.database() as url, Field(folder / "site", url, habits=Habits()) as site:
            for meeting in site.meet(people // (EACH * DOCUMENTS), EACH):
                site.seat(meeting, DOCUMENTS)
            site.settle()
            read = [everybody_returns(site, how) for how in (site.nodes[0].front.cut, partial(_restart, site))]
    finally:
        cluster.stop()
    documents = len({writer.document for writer in site.writers})
    return (
        f"{len(site.writers)} clients in {documents} documents; documents read from the database: "
        f"{read[0]} after a proxy restarted, {read[1]} after the node too"
    )


def _restart(site: Field) -> None:
    site.nodes[0].kill()
    site.nodes[0].start()
