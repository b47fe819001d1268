"""What the nodes of one installation share beside the meetings: nothing of it is part of a record."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Node(Base):
    """A running process. Times are microseconds since the Unix epoch by the database's clock."""

    __tablename__ = "node"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    started_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)


class Attending(Base):
    """Somebody has a page of a live meeting open, or had until a moment ago, at this node."""

    __tablename__ = "attending"

    meeting_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    node_id: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)


class Lease(Base):
    """Work that one node does at a time. `token` grows with each owner, so that a former one can be told apart."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    token: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, doc="microseconds since the Unix epoch, database's clock")


class Client(Base):
    """Whose a Yjs client id is in a document. A tab's first edit claims it, in the transaction that appends."""

    __tablename__ = "client"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    client: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str]
