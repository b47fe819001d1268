"""Two buses over one real Redis: what is said is heard by the others, once, and only from nodes with our key."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis

from server import metrics
from server.bus import redis_bus
from server.bus.redis_bus import PREFIX, RedisBus
from tests.support.redis import RedisServer
from tests.support.wait import soon

KEY = "a key of these tests"
Heard = list[tuple[str, bytes, str]]


class Ears:
    """A bus, and all that it has told its listeners."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.bus = RedisBus(url, [key])
        self.heard: Heard = []
        self.followed: list[str] = []
        self.gone: list[str] = []
        self.bus.received.append(lambda topic, data, node: self.heard.append((topic, data, node)))
        self.bus.followed.append(self.followed.append)
        self.bus.gone.append(self.gone.append)


@pytest.fixture
async def pair(redis_url: str) -> AsyncIterator[tuple[Ears, Ears]]:
    here, there = Ears(redis_url), Ears(redis_url)
    for ears in (here, there):
        await ears.bus.start()
        ears.bus.follow("meeting:m_1")
    await soon(lambda: here.followed and there.followed, "both to follow the topic")
    yield here, there
    await here.bus.stop()
    await there.bus.stop()


async def test_what_is_said_is_heard_by_the_others_in_order(pair: tuple[Ears, Ears]) -> None:
    here, there = pair
    said = [bytes((place,)) * 300 for place in range(200)]
    for one in said:
        here.bus.publish("meeting:m_1", one)
        here.bus.publish("meeting:m_2", b"nobody follows this")
    await soon(lambda: len(there.heard) >= len(said), "all of it")
    assert there.heard == [("meeting:m_1", one, here.bus.node) for one in said]
    assert here.heard == []


async def test_to_everybody_is_to_oneself_at_once(pair: tuple[Ears, Ears]) -> None:
    here, there = pair
    here.bus.tell_all("meeting:m_1", b"all")
    assert here.heard == [("meeting:m_1", b"all", here.bus.node)]
    await soon(lambda: there.heard == here.heard, "the other to hear it too")


async def test_what_is_left_is_not_heard(pair: tuple[Ears, Ears]) -> None:
    here, there = pair
    there.bus.leave("meeting:m_1")
    there.bus.follow("meeting:m_2")
    await soon(lambda: "meeting:m_2" in there.followed, "the new topic to be followed")
    here.bus.publish("meeting:m_1", b"left")
    here.bus.publish("meeting:m_2", b"followed")
    await soon(lambda: there.heard, "what is followed")
    assert [topic for topic, _, _ in there.heard] == ["meeting:m_2"]


async def test_a_message_that_no_node_of_ours_made_is_dropped(pair: tuple[Ears, Ears], redis_url: str) -> None:
    here, there = pair
    stranger = Ears(redis_url, "another key")
    await stranger.bus.start()
    await soon(lambda: stranger.bus.up, "the stranger's connection")
    before = metrics.BUS_REJECTED._value.get()
    stranger.bus.publish("meeting:m_1", b"forged")
    with redis.Redis.from_url(redis_url) as client:
        for forged in (b"", b"x", b"y" * 24, b"z" * 2_000_000):
            client.publish(f"{PREFIX}meeting:m_1", forged)
    await soon(lambda: metrics.BUS_REJECTED._value.get() >= before + 5, "five messages to be rejected")
    here.bus.publish("meeting:m_1", b"real")
    await soon(lambda: there.heard, "the real one")
    assert [data for _, data, _ in there.heard] == [b"real"]
    assert stranger.bus.up
    await stranger.bus.stop()


async def test_a_message_moved_to_another_topic_is_dropped(pair: tuple[Ears, Ears], redis_url: str) -> None:
    here, there = pair
    there.bus.follow("meeting:m_2")
    await soon(lambda: "meeting:m_2" in there.followed, "the other topic")
    with redis.Redis.from_url(redis_url) as client, client.pubsub() as spy:
        spy.subscribe(f"{PREFIX}meeting:m_1")
        here.bus.publish("meeting:m_1", b"once")
        await soon(lambda: there.heard, "the message")
        message = None
        while message is None or message["type"] != "message":
            message = spy.get_message(timeout=5)
        client.publish(f"{PREFIX}meeting:m_2", message["data"])
    here.bus.publish("meeting:m_2", b"after it")
    await soon(lambda: len(there.heard) > 1, "the next")
    assert [data for _, data, _ in there.heard] == [b"once", b"after it"]


async def test_after_redis_was_gone_topics_are_followed_again(tmp_path: Path) -> None:
    server = RedisServer(tmp_path).start()
    here, there = Ears(server.url), Ears(server.url)
    for ears in (here, there):
        await ears.bus.start()
        ears.bus.follow("meeting:m_1")
    await soon(lambda: here.followed and there.followed, "both to follow the topic")
    server.stop()
    await soon(lambda: not here.bus.up and not there.bus.up, "both to notice")
    here.bus.publish("meeting:m_1", b"into nothing")
    server.start()
    await soon(lambda: len(here.followed) == len(there.followed) == 2, "both to follow it again")
    here.bus.publish("meeting:m_1", b"again")
    await soon(lambda: there.heard, "a message")
    assert [data for _, data, _ in there.heard] == [b"again"]
    await here.bus.stop()
    await soon(lambda: there.gone == [here.bus.node], "the goodbye")
    await there.bus.stop()
    server.stop()


async def test_a_bus_in_the_middle_of_sending_stops(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client library swallows a cancel that comes as its work is done; that must not hold a node's stop up."""
    monkeypatch.setattr(redis_bus, "FAREWELL", 0.05)  # for as long as something is published, it waits in vain
    for _ in range(20):
        ears = Ears(redis_url)
        await ears.bus.start()
        await soon(lambda ears=ears: ears.bus.up, "the connection")  # type: ignore[misc]
        stopping = asyncio.create_task(ears.bus.stop())
        async with asyncio.timeout(10):
            while not stopping.done():
                ears.bus.publish("meeting:m_1", b"said")
                await asyncio.sleep(0)


async def test_a_redis_that_takes_connections_and_says_nothing_is_left(tmp_path: Path) -> None:
    server = RedisServer(tmp_path).start()
    ears = Ears(server.url)
    await ears.bus.start()
    await soon(lambda: ears.bus.up, "the connection")
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    await soon(lambda: not ears.bus.up, "the silence to be noticed")
    server.process.send_signal(signal.SIGCONT)
    await soon(lambda: ears.bus.up, "the connection again")
    await ears.bus.stop()
    server.stop()
