"""The composed topology, once for all tests of a module that need it running."""

from collections.abc import Iterator

import pytest

from tests.support.topology import Topology


@pytest.fixture(scope="module")
def topology() -> Iterator[Topology]:
    composed = Topology()
    try:
        yield composed.start()
    finally:
        composed.stop()
