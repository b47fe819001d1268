"""What a socket's task has not read yet: in order, each once, also where the reader is stopped while it waits."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.sync.mailbox import Mailbox


def message(number: int) -> Any:
    return {"type": "websocket.receive", "bytes": bytes((number,))}


@given(st.lists(st.sampled_from(["put", "get", "stop"]), max_size=40))
@settings(deadline=None, max_examples=100)
def test_each_message_is_read_once_in_order(steps: list[str]) -> None:
    async def run() -> None:
        box, put, got = Mailbox(), 0, 0
        for step in steps:
            if step == "put":
                box.put_nowait(message(put))
                put += 1
            elif step == "get" and got < put:
                assert await box.get() == message(got)
                got += 1
            elif got == put:
                waiting = asyncio.create_task(box.get())
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            assert box.empty() == (got == put)

    asyncio.run(run())


async def test_a_reader_is_woken_by_what_comes() -> None:
    box = Mailbox()
    waiting = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    box.put_nowait(message(1))
    box.put_nowait(message(2))
    assert await waiting == message(1)
    assert await box.get() == message(2)
    assert box.empty()
