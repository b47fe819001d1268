"""What the role may do that nodes on PostgreSQL sign in with: it serves everything and can rewrite no journal."""

from sqlalchemy import Connection, inspect, text

from server.storage.tables import Access, Base, CheckpointRow, Entry, SigningKey

APPEND_ONLY = frozenset(table.__tablename__ for table in (Entry, CheckpointRow, SigningKey, Access))


# What destroying a record takes (34 CFR 300.624); triggers allow it for a record that was destroyed, and no other.
DESTROYING = {
    Entry.__tablename__: "UPDATE (payload, salt, inserted, deleted)",
    Access.__tablename__: "DELETE",
}


class RoleUnfit(Exception):
    """Grants cannot hold this role back, or there is none; the message says why."""


def grant(connection: Connection, role: str) -> None:
    """Give `role` what a node needs, and take away whatever else it had on our tables.

    Raises `RoleUnfit` for a role that is not there, and for one that no grant binds: a superuser, an owner of tables.
    """
    found = connection.execute(
        text("SELECT oid, rolsuper, current_schema() AS schema FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).one_or_none()
    if found is None:
        raise RoleUnfit(f"there is no role {role}")
    if found.rolsuper or _owns_some(connection, role):
        raise RoleUnfit(f"{role} owns the tables or is a superuser: nothing can be kept from it; name another role")
    quote = connection.dialect.identifier_preparer.quote
    to, schema = quote(role), quote(found.schema)
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
        f"GRANT SELECT ON {schema}.alembic_version TO {to}",
    ]
    for name in sorted(Base.metadata.tables):
        rights = "SELECT, INSERT" if name in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        if name in DESTROYING:
            rights += f", {DESTROYING[name]}"
        statements.append(f"GRANT {rights} ON {schema}.{quote(name)} TO {to}")
    for statement in statements:
        connection.exec_driver_sql(statement)


def _owns_some(connection: Connection, role: str) -> bool:
    ours = {*Base.metadata.tables, "alembic_version"} & set(inspect(connection).get_table_names())
    owned = text(
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(:ours) "
        "AND pg_has_role(:role, tableowner, 'USAGE')"
    )
    return bool(connection.scalar(owned, {"ours": sorted(ours), "role": role}))
