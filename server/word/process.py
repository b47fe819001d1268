"""Runs the conversion in another process, so that no file can hold up or bring down the server."""

import asyncio
import json
import sys
from typing import Any

from server.word.errors import MOST_BYTES, Unreadable

MOST_SECONDS = 90.0
AT_ONCE = 2

_turns = asyncio.Semaphore(AT_ONCE)


async def convert_apart(data: bytes) -> dict[str, Any]:
    """`Converted.as_data()` of the file. Raises `Unreadable`; "slow" when it took too long, "damaged" when it died."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    async with _turns:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.word",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(data), MOST_SECONDS)
        except TimeoutError:
            raise Unreadable("slow") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        raise Unreadable("damaged") from None
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return answer
