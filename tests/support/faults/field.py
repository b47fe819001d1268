"""A whole installation in real processes, a fault proxy on each way between them, and the people who type."""

import asyncio
import contextlib
import random
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.faults.background import Background
from tests.support.faults.checker import Verdict, check, read_journal
from tests.support.faults.launcher import BEGINNING, move_clock
from tests.support.faults.log import Log
from tests.support.faults.proxy import FaultProxy
from tests.support.faults.writer import SUITE, Habits, Seat, Writer
from tests.support.server import Server
from tests.support.wait import until

SECRET = "a key that all nodes of a test share"


class Node:
    """One app node. `front` stands before it, `database` and `bus` between it and what it needs."""

    def __init__(self, background: Background, folder: Path, url: str, redis_url: str | None, **settings: str) -> None:
        folder.mkdir(parents=True)
        self._clock = folder / "clock"
        self._clock.write_bytes(BEGINNING)
        self.database: FaultProxy | None = None
        self.bus: FaultProxy | None = None
        if not url.startswith("sqlite"):
            self.database, url = _proxied(background, url)
        settings |= {"secret_key": SECRET, "database_url": url}
        if redis_url is not None:
            self.bus, settings["redis_url"] = _proxied(background, redis_url)
        self.server = Server(folder / "data", **settings)
        self.server.program = (sys.executable, "-m", "tests.support.faults.launcher", str(self._clock))
        self.front = FaultProxy(background, self.server.port)
        self.websocket = f"ws://127.0.0.1:{self.front.port}/sync"

    def move_clock(self, seconds: float) -> None:
        """What its wall clock reads is so far from the truth from now on."""
        move_clock(self._clock, seconds)

    def kill(self) -> None:
        self.server.kill9()

    def start(self) -> None:
        self.server.start()

    def metric(self, name: str) -> float:
        """A figure of /metrics, 0 if it is not there."""
        text = self.server.get("/metrics")[1]
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))

    @property
    def proxies(self) -> list[FaultProxy]:
        return [proxy for proxy in (self.front, self.database, self.bus) if proxy is not None]


def _proxied(background: Background, url: str) -> tuple[FaultProxy, str]:
    port = urlsplit(url).port
    assert port is not None
    proxy = FaultProxy(background, port)
    return proxy, url.replace(f":{port}/", f":{proxy.port}/")


class Field:
    """Use it with `with`. `url` is the database's own address, which the checker reads."""

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        redis_url: str | None = None,
        nodes: int = 1,
        habits: Habits = SUITE,
        **settings: str,
    ) -> None:
        self._folder = folder
        self._habits = habits
        self.url = url
        self.background = Background()
        self._redis_url = redis_url
        self._settings = settings
        self._count = nodes
        self.nodes: list[Node] = []
        self.writers: list[Writer] = []
        self._logs: list[Log] = []
        self._current: list[Log] = []
        self._staying: list[asyncio.Task[None]] = []
        self.meetings: list[dict[str, Any]] = []

    def __enter__(self) -> "Field":
        self.background.__enter__()
        try:
            for number in range(self._count):
                self.nodes.append(
                    Node(self.background, self._folder / f"node{number}", self.url, self._redis_url, **self._settings)
                )
            self.nodes[0].start()  # the others find the tables made
            with ThreadPoolExecutor() as pool:
                list(pool.map(Node.start, self.nodes[1:]))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        for node in self.nodes:
            if node.server.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    node.server.resume()
                node.kill()
        for proxy in [proxy for node in self.nodes for proxy in node.proxies]:
            proxy.heal()
        self.background.__exit__(*exc)
        for log in self._logs:
            log.close()

    # --- people ---

    def meet(self, meetings: int = 1, people: int = 3) -> list[dict[str, Any]]:
        """New synthetic meetings, all of whose people may edit."""
        made: list[dict[str, Any]] = self.nodes[0].server.demo(meetings=meetings, people=people)["meetings"]
        self.meetings += made
        return made

    def seat(
        self, meeting: dict[str, Any], documents: int, *, people: int | None = None, nodes: Sequence[Node] = ()
    ) -> list[Writer]:
        """Each of a meeting's people at each of so many documents, through any of the nodes, and all have the text."""
        first, _parents, *others = meeting["documents"]
        urls = [node.websocket for node in nodes or self.nodes]
        new = []
        for document in [first, *others][:documents]:
            for person in meeting["people"][:people]:
                name = f"w{len(self._logs)}"
                log = Log(self._folder / f"{name}.jsonl")
                self._logs.append(log)
                self._current.append(log)
                writer = Writer(urls, Seat(document, person["token"], person["name"]), name, log, self._habits)
                self.writers.append(writer)
                new.append(writer)
        self.background.call(self._let_in, new)
        until(lambda: all(writer.settled for writer in new), "everybody to be let in", seconds=60)
        return new

    def _let_in(self, writers: list[Writer]) -> None:
        self._staying += [self.background.loop.create_task(writer.stay()) for writer in writers]

    def type(self, writer: Writer, edits: int = 1) -> None:
        async def work() -> None:
            for _ in range(edits):
                await writer.type()

        self.background.run(work())

    @contextlib.contextmanager
    def typing(self, keys_a_second: float = 8, writers: Sequence[Writer] = ()) -> Iterator[None]:
        """They type without rest until the block ends."""
        typing = writers or self.writers

        async def begin() -> list[asyncio.Task[None]]:
            return [asyncio.create_task(writer.type_on(keys_a_second)) for writer in typing]

        async def end(tasks: list[asyncio.Task[None]]) -> None:
            for task in tasks:
                task.cancel()
            for done in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(done, Exception):
                    raise done

        tasks = self.background.run(begin())
        try:
            yield
        finally:
            self.background.run(end(tasks))

    def goes_on(self, writers: Sequence[Writer] = (), *, edits: int = 3, seconds: float = 60) -> None:
        """Returns once each of them had so many more edits acked; they must be typing."""
        waiting = {writer: len(writer.acked) + edits for writer in writers or self.writers}
        until(
            lambda: all(len(writer.acked) >= wanted for writer, wanted in waiting.items()),
            f"{edits} more edits of each to be saved",
            seconds=seconds,
        )

    def pass_time(self, seconds: float) -> None:
        """Let a fault last: what it is about is how long it takes."""
        self.background.run(asyncio.sleep(seconds), seconds=seconds + 60)

    def acked(self) -> int:
        return sum(len(writer.acked) for writer in self.writers)

    def leave(self) -> None:
        """Everybody closes their tab."""

        async def work() -> None:
            for task in self._staying:
                task.cancel()
            await asyncio.gather(*self._staying, return_exceptions=True)

        self.background.run(work())

    def clear(self) -> None:
        """Everybody has left, every fault is healed, and the next `holds` is not about them."""
        for node in self.nodes:
            if node.server.process is None:
                node.start()
            node.server.resume()
        self.leave()
        self.writers, self._staying, self._current = [], [], []
        for node in self.nodes:
            for proxy in node.proxies:
                proxy.heal()

    # --- the end ---

    def settle(self, *, seconds: float = 60) -> None:
        """Returns once all is healed, acked, and on every screen of a document the same."""

        def unsettled() -> list[str]:
            for staying in self._staying:
                if staying.done() and not staying.cancelled() and (error := staying.exception()) is not None:
                    raise error
            return [str(writer) for writer in self.writers if not writer.settled]

        def same() -> bool:
            screens: dict[str, set[str]] = {}
            for writer in self.writers:
                screens.setdefault(writer.document, set()).add(writer.screen())
            return all(len(found) == 1 for found in screens.values())

        try:
            until(lambda: not unsettled(), "everything typed to have its answer", seconds=seconds)
        except AssertionError as late:
            said = "\n".join(node.server.said() for node in self.nodes)
            raise AssertionError(f"{late}: not for {', '.join(unsettled())}\n{said}") from None
        with contextlib.suppress(AssertionError):  # the checker tells who reads what
            until(lambda: self.background.call(same), "everybody to read the same", seconds=seconds)

    def verdict(self) -> Verdict:
        """End it: what every person reads goes into their log, and the checker decides."""
        self.settle()
        self.background.call(self._note_screens)
        return check([log.path for log in self._current], read_journal(self.url))

    def _note_screens(self) -> None:
        for writer in self.writers:
            writer.note_screen()

    def holds(self) -> Verdict:
        """Fails unless the checker and `roundtable verify` find nothing wrong; says how much was looked at."""
        verdict = self.verdict()
        assert not verdict.findings, str(verdict)
        done = self.nodes[0].server.run("verify")
        assert done.returncode == 0, done.stdout + done.stderr
        assert verdict.acked == len({mark for writer in self.writers for mark in writer.acked}) > 0
        return verdict


def dice(seed: int | None = None) -> random.Random:
    """A random source whose seed is printed, so that a run can be had again."""
    seed = random.randrange(2**32) if seed is None else seed
    print(f"seed {seed}")
    return random.Random(seed)
