"""A node dies, or hangs and comes back."""

from collections.abc import Callable

from tests.support.faults.field import Field


def test_a_killed_node(make_field: Callable[..., Field], postgres_url: str) -> None:
    field = make_field(postgres_url)
    (meeting,) = field.meet()
    field.seat(meeting, 2)
    with field.typing():
        for _ in range(3):
            field.goes_on()
            field.nodes[0].kill()
            field.nodes[0].start()
        field.goes_on()
    verdict = field.holds()
    print(verdict)
