"""`roundtable serve`: what it prints, and how it ends when it can't."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run, one_line
from tests.support.ports import free_port
from tests.support.server import ROUNDTABLE, Server
from tests.support.wait import until


class Serving(Server):
    """`roundtable serve --sample`."""

    program = (str(ROUNDTABLE),)
    options = ("--sample",)


@pytest.fixture
def sample(data_dir: Path) -> Iterator[Serving]:
    server = Serving(data_dir)
    yield server
    server.kill9()


def test_nobody_of_the_sample_is_signed_in_before_they_have_been_here(sample: Serving) -> None:
    sample.start()
    with closing(sqlite3.connect(sample.data / "roundtable.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM session").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM invitation").fetchone() == (13,)


def test_an_empty_database_gets_the_sample_and_a_link_for_each(sample: Serving) -> None:
    sample.start()
    said = sample.log.read_text()
    assert f"Roundtable is at http://localhost:{sample.port}" in said
    links = [line for line in said.splitlines() if f"http://localhost:{sample.port}/invite/" in line]
    assert len(links) == 13
    assert any("Elena Vasquez" in line and "Mother" in line for line in links)
    sample.stop()
    before = sample.log.stat().st_size
    sample.start()
    again = sample.log.read_text()[before:]
    assert "/invite/" not in again
    assert "sample" not in again
    sample.stop()


def test_without_being_asked_nothing_is_added(server: Server) -> None:
    assert "/invite/" not in server.log.read_text()
    done = server.run("verify")
    assert done.returncode == 0
    assert done.stdout.startswith("Checked 0 meetings")


@pytest.mark.parametrize("listening", ["another program", "another Roundtable"])
def test_a_port_in_use(start_server: Callable[..., Server], roundtable: Run, listening: str) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1] if listening == "another program" else start_server().port
        done = roundtable("serve", "--port", str(port))
    assert done.returncode == 2
    line = one_line(done)
    assert line == (
        f"roundtable: cannot listen on 127.0.0.1 port {port}: address already in use; choose others with --host, --port"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_this_machine(roundtable: Run, host: str) -> None:
    done = roundtable("serve", "--host", host, "--port", str(free_port()))
    assert done.returncode == 2
    assert f"cannot listen on {host} port" in one_line(done)


def test_it_ends_with_ctrl_c_as_with_sigterm(server: Server) -> None:
    process = server.process
    assert process is not None
    process.send_signal(2)
    until(lambda: process.poll() is not None, "the server to end")
    assert "Traceback" not in server.log.read_text()
