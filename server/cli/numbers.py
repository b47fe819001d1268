"""Numbers in arguments, with their bounds."""

import argparse
from collections.abc import Callable


def between(least: int, most: int) -> Callable[[str], int]:
    """A type for argparse: a whole number from `least` to `most`."""

    def read(given: str) -> int:
        try:
            number = int(given)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{given!r} is no whole number from {least} to {most}")
        return number

    return read
