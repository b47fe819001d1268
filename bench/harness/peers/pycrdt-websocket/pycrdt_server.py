# mypy: ignore-errors
"""pycrdt-websocket on uvicorn (uvloop) with a SQLiteYStore for each room.

WebsocketServer itself has no persistence: rooms with a store are made in get_room, loaded before they are ready, as
Jupyter's collaboration server does.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

import uvicorn
from anyio import Lock
from pycrdt.store import SQLiteYStore, YDocNotFound
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom
from pycrdt.websocket.websocket_server import exception_logger


class Store(SQLiteYStore):  # type: ignore[misc]
    db_path = str(Path(os.environ["DATA"]) / "ystore.db")


class PersistedServer(WebsocketServer):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.locks: dict[str, Lock] = {}

    async def get_room(self, name: str) -> YRoom:
        async with self.locks.setdefault(name, Lock()):
            if name not in self.rooms:
                store = Store(path=name)
                room = YRoom(ready=False, ystore=store, exception_handler=exception_logger)
                await self.start_room(room)  # starts the store too
                await store.started.wait()
                with contextlib.suppress(YDocNotFound):
                    await store.apply_updates(room.ydoc)
                room.ready = True
                await room.ydoc_observed.wait()
                self.rooms[name] = room
        return self.rooms[name]


server = PersistedServer(exception_handler=exception_logger)
asgi = ASGIServer(server)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "lifespan":
        await asgi(scope, receive, send)
        return
    await receive()
    # Make the database before the first rooms: rooms that open at once on a missing file race to make its tables, and
    # the losers' stores fail.
    async with Store(path="init") as store:
        await store.db_initialized.wait()
    async with server:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ["HOST"], port=int(os.environ["PORT"]), log_level="warning", loop="uvloop")
