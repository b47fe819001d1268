"""What a socket's task has not read yet."""

import asyncio

from uvicorn._types import ASGIReceiveEvent


class Mailbox:
    """An `asyncio.Queue` for one reader that takes a tenth of the room: a socket has one for hours, mostly empty."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[ASGIReceiveEvent] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._messages

    def put_nowait(self, message: ASGIReceiveEvent) -> None:
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> ASGIReceiveEvent:
        """The oldest message, once there is one."""
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self.get_nowait()

    def get_nowait(self) -> ASGIReceiveEvent:
        """The oldest message. Raises `asyncio.QueueEmpty`."""
        if not self._messages:
            raise asyncio.QueueEmpty
        return self._messages.pop(0)
