"""The backup job and the restore of docker-compose.yml: what was acked until a moment is there again, and proved."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.table import Table
from tests.support.topology import Topology
from tests.support.wait import until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(400)]  # most of it is starting and stopping


def database_time(topology: Topology) -> datetime:
    with psycopg.connect(topology.database_url("app")) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment.astimezone(UTC)


def next_second(topology: Topology) -> str:
    """A moment, in whole seconds, that has passed when this returns, and that everything so far came before."""
    moment = database_time(topology).replace(microsecond=0) + timedelta(seconds=1)
    until(lambda: database_time(topology) >= moment + timedelta(seconds=1), "a second to pass")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def copies(topology: Topology) -> list[Path]:
    backups = Path(topology.here("backup", topology.services["backup"]["environment"]["BACKUPS"]))
    return sorted(backups.glob("[0-9]*/base/[0-9]*Z"))


def start_backup(topology: Topology) -> None:
    before = len(copies(topology))
    topology.start_backup()

    def one_more() -> bool:
        assert topology.processes["backup"].poll() is None, topology.said("backup")
        return len(copies(topology)) > before

    until(one_more, "a whole copy", seconds=90)


def write(table: Table, words: str) -> None:
    seat = table.sit(0)
    seat.type(words)
    until(lambda: seat.settled, "the ack")
    table.leave()


def test_any_moment_since_the_whole_copy_comes_back(topology: Topology) -> None:
    node = topology.nodes["node1"]
    table = Table(node, node.demo(meetings=1, people=2)["meetings"][0])
    write(table, " before the copy.")
    start_backup(topology)
    assert topology.run("backup", "check").returncode == 0
    next_second(topology)
    write(table, " after the copy.")
    moment = next_second(topology)
    write(table, " by mistake.")

    # The worst day: nodes down, the cluster gone. The job ends with the stream.
    for each in topology.nodes.values():
        each.stop()
    topology.end("postgres", topology.stop_signal("postgres"))
    until(lambda: topology.processes["backup"].poll() is not None, "the job to say that the stream ended", seconds=60)
    topology.processes.pop("backup")
    refused = topology.run("restore", moment)
    assert refused.returncode == 2
    assert "is not empty" in refused.stderr
    shutil.rmtree(topology.cluster)
    for asked, said in (("yesterday", "say the moment"), ("2001-01-01T00:00:00Z", "no whole copy")):
        refused = topology.run("restore", asked)
        assert refused.returncode == 2
        assert said in refused.stderr
    never = topology.run("restore", "2999-01-01T00:00:00Z")
    assert never.returncode == 1
    assert "before configured recovery target" in never.stderr
    assert list(topology.cluster.iterdir()) == []

    restored = topology.run("restore", moment)
    assert restored.returncode == 0, restored.stderr
    topology.start_postgres()
    assert topology.migrate().returncode == 0
    for each in topology.nodes.values():
        each.start()
    assert node.run("verify").returncode == 0
    text = table.sit(1).text
    table.leave()
    assert text.endswith(" before the copy. after the copy.")

    # Life goes on, in a history of its own, and that can be restored too.
    write(table, " and on.")
    start_backup(topology)
    assert {copy.parents[1].name for copy in copies(topology)} == {"1", "2"}
    write(table, " and further.")
    for each in topology.nodes.values():
        each.stop()
    topology.end("postgres", topology.stop_signal("postgres"))
    until(lambda: topology.processes["backup"].poll() is not None, "the job to end", seconds=60)
    topology.processes.pop("backup")
    shutil.rmtree(topology.cluster)
    assert topology.run("restore", "latest").returncode == 0
    topology.start_postgres()
    node.start()
    assert node.run("verify").returncode == 0
    assert table.sit(1).text.endswith(" after the copy. and on. and further.")
    table.leave()
