"""Converts the file on its input, in a process of its own that may use so much memory and time and no more."""

import json
import resource
import sys

from server.word.convert import convert
from server.word.errors import Unreadable

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 60


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        answer = convert(sys.stdin.buffer.read()).as_data()
    except Unreadable as error:
        answer = {"refused": error.code}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_big"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
