"""A paper made in a process of its own, which can be ended in the middle: typesetting itself cannot be asked to stop.

`python -m server.papers.child pdf` reads the paper (`Paper.plain`, with "at", Unix seconds) as JSON from its standard
input and writes the file to its standard output; it ends with 3 where the paper could not be set.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

NOT_SET = 3


async def make_apart(kind: str, plain: dict[str, Any], at: datetime) -> bytes:
    """The file ("pdf" or "docx"). Cancelled, it ends the process and waits for its end. Raises `NotPrinted`."""
    from server.papers.pdf import NotPrinted  # noqa: PLC0415 - see `main`

    told = json.dumps({**plain, "at": at.timestamp()}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.papers.child",
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        data, _ = await process.communicate(told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise NotPrinted("the paper could not be set")
    return data


def main(kind: str) -> int:
    # Here, so that what only starts such a process does not load two typesetters twice.
    from server.papers.docx import docx_of  # noqa: PLC0415
    from server.papers.pdf import NotPrinted, pdf_of  # noqa: PLC0415

    told = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    at = datetime.fromtimestamp(told.pop("at"), UTC)
    try:
        data = docx_of(told, at) if kind == "docx" else pdf_of(told, at)
    except NotPrinted:
        return NOT_SET
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
