from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.school import School


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path / "data") as opened:
        yield opened
