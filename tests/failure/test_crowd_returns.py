"""A proxy restarts and everybody comes back at once: the database is asked once for each document, not for each tab."""

import time
from collections.abc import Callable

import psycopg

from tests.support.faults.field import Field
from tests.support.wait import until

MEETINGS, PEOPLE, DOCUMENTS = 3, 20, 2
HANDED_OVER = 12.0


def reads(url: str, table: str) -> int:
    """How often a table was looked into, by the database's own count."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables WHERE relname = %s",
            (table,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def at_rest(url: str, table: str) -> int:
    """The same once the counts of every connection have come in: one that is idle hands them over after ten seconds."""
    seen: list[tuple[float, int]] = []

    def same() -> bool:
        seen.append((time.monotonic(), reads(url, table)))
        return any(at < seen[-1][0] - HANDED_OVER and count == seen[-1][1] for at, count in seen)

    until(same, "the counts to stand still", seconds=120)
    return seen[-1][1]


def everybody_returns(field: Field, how: Callable[[], None]) -> int:
    """How often documents were read from the database until all were back."""
    before = at_rest(field.url, "snapshot")
    connections = [writer.connections for writer in field.writers]
    how()
    until(
        lambda: all(w.connections > c and w.settled for w, c in zip(field.writers, connections, strict=True)),
        "everybody to be back",
        seconds=120,
    )
    return at_rest(field.url, "snapshot") - before


def test_no_thundering_herd(make_field: Callable[..., Field], postgres_url: str) -> None:
    field = make_field(postgres_url)
    for meeting in field.meet(MEETINGS, PEOPLE):
        field.seat(meeting, DOCUMENTS)
    node = field.nodes[0]
    documents = MEETINGS * DOCUMENTS
    for writer in field.writers[:: PEOPLE // 2]:
        field.type(writer)
    field.settle()

    assert everybody_returns(field, node.front.cut) == 0, "the node holds every document still"

    def node_too() -> None:
        node.kill()
        node.start()

    assert everybody_returns(field, node_too) == documents
    for writer in field.writers[:: PEOPLE // 2]:
        field.type(writer)
    field.holds()
