"""The server in a thread of the test's own process, for tests that break something inside it."""

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from server.app import create_app
from server.serving import MOST_FRAME
from server.settings import Settings
from server.sync.hub import Hub
from server.sync.wire import SharedFrameProtocol
from tests.support.fresh import lay
from tests.support.ports import free_port
from tests.support.wait import until

THREAD = "in-process server"
T = TypeVar("T")


class InProcess:
    """Enter it with `with`."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.data = data
        lay(data)
        self.settings = Settings(data=data, log_level="error", **settings)
        self.app = create_app(self.settings)
        self.port = free_port()
        self.websocket = f"ws://127.0.0.1:{self.port}/sync"
        config = uvicorn.Config(
            self.app,
            port=self.port,
            loop="uvloop",
            ws=SharedFrameProtocol,
            ws_max_size=MOST_FRAME,
            ws_per_message_deflate=False,
            log_config=None,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name=THREAD, daemon=True)

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.state.hub
        return hub

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it in the server's own loop."""
        loop = self.hub.journal._loop.get_loop()  # type: ignore[union-attr]
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    def __enter__(self) -> "InProcess":
        self._thread.start()
        until(lambda: self._server.started, "the server to start")
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()


def in_server() -> bool:
    """Whether this runs in the server's loop, and not in the test or the journal's thread."""
    return threading.current_thread().name == THREAD
