"""One thread for one database connection, and the shortest way there and back from the event loop.

`asyncio`'s executor wraps each call in two futures and their locks; at a few thousand commits a minute that is a good
part of what a commit costs. See `bench/README.md`.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Callable[..., Any], tuple[Any, ...], "asyncio.Future[Any] | None"]


class WorkerThread:
    """Runs jobs one after another, in the order in which they were given."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call `function` in the thread; returns or raises what it does."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((function, arguments, future))
        return await future

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call `function` in the thread some time; it must not raise."""
        self._jobs.put((function, arguments, None))

    def stop(self) -> None:
        """Returns when every job given so far is done."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            function, arguments, future = job
            try:
                result = function(*arguments)
            except BaseException as error:  # noqa: BLE001 - it belongs to who asked, and the thread goes on
                # A panic of the CRDT library is no `Exception`; whoever awaits it expects one.
                told = error if isinstance(error, Exception) else RuntimeError(type(error).__name__)
                if future is not None:
                    _answer(future, _fail, told)
            else:
                if future is not None:
                    _answer(future, _succeed, result)


def _answer(future: "asyncio.Future[Any]", settle: Callable[["asyncio.Future[Any]", Any], None], value: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        future.get_loop().call_soon_threadsafe(settle, future, value)


def _succeed(future: "asyncio.Future[Any]", value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: "asyncio.Future[Any]", error: Any) -> None:
    if not future.done():
        future.set_exception(error)
