"""What closed sockets leave behind is collected, the seldomer the more are open."""

import gc
import weakref

from server.sync.memory import FEW, Leftovers


class Circle:
    def __init__(self) -> None:
        self.itself = self


def leave(leftovers: Leftovers, count: int) -> None:
    for _ in range(count):
        leftovers.one_left()


def test_what_a_crowd_left_is_freed() -> None:
    leftovers = Leftovers()
    gc.disable()  # it shall not come across it by itself
    try:
        circle = weakref.ref(Circle())
        leave(leftovers, FEW - 1)
        assert not leftovers.turn(0)
        assert circle() is not None
        leave(leftovers, 1)
        assert leftovers.turn(0)
        assert circle() is None
    finally:
        gc.enable()
    assert not leftovers.turn(0)


def test_once_when_the_last_has_left_and_no_document_is_open() -> None:
    leftovers = Leftovers()
    leave(leftovers, 1)
    assert not leftovers.turn(0)
    assert leftovers.turn(0, deserted=True)
    assert not leftovers.turn(0, deserted=True)


def test_the_more_are_here_the_seldomer() -> None:
    leftovers = Leftovers()
    leave(leftovers, FEW * 4)
    assert not leftovers.turn(FEW * 5)
    leave(leftovers, FEW)
    assert leftovers.turn(FEW * 5)
