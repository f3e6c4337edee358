"""The roles an utterance can have; the owner's own list (B11)."""

from dataclasses import dataclass
from uuid import UUID

from tane.store.migrate import migrations
from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("roles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of utterances; its name is one line."""

    role_id: UUID
    name: str
    description: str | None


async def list_roles(conn: Connection) -> list[Role]:
    """Return all roles, the oldest first."""
    rows = await conn.fetch(_SQL["list_roles"])
    return [
        Role(
            role_id=row["utterance_role_id"], name=row["utterance_role_name"], description=row["description"]
        )
        for row in rows
    ]


async def put_role(conn: Connection, name: str, description: str | None = None) -> UUID:
    """Add a role or describe an existing one anew, and return its id."""
    role_id: UUID = await conn.fetchval(_SQL["put_role"], name, description)
    return role_id


async def remove_role(conn: Connection, name: str) -> bool:
    """Remove a role; its utterances have none from then on. False when there is none of that name."""
    return await conn.execute(_SQL["remove_role"], name) == "DELETE 1"


async def restore_roles(conn: Connection) -> int:
    """Bring back the roles that ship, all others left alone, and return how many were missing."""
    shipped = next(migration for migration in migrations() if migration.name == "0003_roles")
    return int((await conn.execute(shipped.sql)).rpartition(" ")[2])
