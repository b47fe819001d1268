"""Leases: which node does a piece of work, held in the database and by its clock.

A node that dies or stops loses its leases when they run out. One that comes back too late finds out before it writes:
`check` belongs into the transaction of whatever the work changes.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.storage.clock import SECOND, clock
from server.storage.engine import Database
from server.storage.tables import Lease


class LeaseLost(Exception):
    """Another node does this work now."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as it was got. `token` is higher than that of every owner before."""

    name: str
    owner: str
    token: int

    async def check(self, session: AsyncSession) -> None:
        """Hold everybody else off until this transaction ends. Raises `LeaseLost` when they have it already."""
        mine = select(Lease.token).where(
            Lease.name == self.name,
            Lease.owner == self.owner,
            Lease.token == self.token,
            Lease.expires_at > clock(),
        )
        if await session.scalar(mine.with_for_update()) is None:
            raise LeaseLost(self.name)


async def claim(database: Database, name: str, owner: str, seconds: float) -> Held | None:
    """Get the lease for so long, or keep it for so long from now; None while another node has it."""
    dialect: Any = sqlite if database.is_sqlite else postgresql
    until = clock() + int(seconds * SECOND)
    first = dialect.insert(Lease).values(name=name, owner=owner, token=1, expires_at=until)
    statement = first.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={
            "owner": owner,
            "token": Lease.token + case((Lease.owner == owner, 0), else_=1),
            "expires_at": until,
        },
        where=(Lease.owner == owner) | (Lease.expires_at <= clock()),
    ).returning(Lease.token)
    async with database.transaction() as session:
        token = await session.scalar(statement)
    return None if token is None else Held(name, owner, token)


async def release_all(database: Database, owner: str) -> None:
    """What this node does, others may do from now on."""
    async with database.transaction() as session:
        await session.execute(delete(Lease).where(Lease.owner == owner))
