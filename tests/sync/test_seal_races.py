"""Typing and finalizing at the same moment, over real sockets: what is final reads the same on every screen."""

import asyncio
from collections.abc import Callable

import pytest

from bench import races
from tests.support.server import Server
from tests.support.table import troubles

RACES = 500


@pytest.mark.slow
def test_no_final_section_differs_between_screens_or_is_edited_after_the_seal(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    number = -(-RACES // races.ROUNDS)
    meetings = server.demo(meetings=number, people=races.PEOPLE)["meetings"]
    tally = asyncio.run(races.race(server.url, server.data, meetings, RACES, lambda line: None))
    assert tally.examples == []
    assert tally.wrong == 0
    assert tally.races == tally.sealed + tally.turned_away == RACES
    assert tally.sealed
    assert tally.turned_away
    assert tally.refused
    assert server.run("verify").returncode == 0
    assert troubles(server) == []
