"""Three minutes of random faults on two nodes, PostgreSQL and Redis. `make bench ARGS="soak"` is half an hour of it."""

import time

import pytest

from tests.support.faults.campaign import Campaign, empty_again
from tests.support.faults.field import Field, dice
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer

SECONDS = 180
KEYS_A_SECOND = 1.0  # the rest of the suite runs beside it


@pytest.mark.soak
def test_three_minutes_of_random_faults(two_nodes: Field, postgres: Postgres, redis: RedisServer) -> None:
    for meeting in two_nodes.meet(2, 3):
        two_nodes.seat(meeting, 2)
    campaign = Campaign(two_nodes, postgres, redis, dice(), long=15)
    with two_nodes.typing(KEYS_A_SECOND):
        tally = campaign.run(until_time=time.monotonic() + SECONDS)
    verdict = two_nodes.holds()
    print(f"{tally.faults} faults: {verdict}")
    two_nodes.leave()
    empty_again(two_nodes.nodes)
