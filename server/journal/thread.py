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
                if future is not None:
                    fail(future, error)
            else:
                if future is not None:
                    succeed(future, result)


def succeed(future: "asyncio.Future[T]", result: T) -> None:
    """Answer, from any thread, whoever awaits `future`."""
    _settle(future, _set_result, result)


def fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    """Raise there. A panic of the CRDT library is no `Exception`, and whoever awaits `future` expects one."""
    _settle(future, _set_exception, error if isinstance(error, Exception) else RuntimeError(type(error).__name__))


def _settle(future: "asyncio.Future[Any]", how: Callable[["asyncio.Future[Any]", Any], None], value: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        future.get_loop().call_soon_threadsafe(how, future, value)


def _set_result(future: "asyncio.Future[Any]", result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception(future: "asyncio.Future[Any]", error: Any) -> None:
    if not future.done():
        future.set_exception(error)
