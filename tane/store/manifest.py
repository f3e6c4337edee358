"""What a backup says of itself, and what is known of one that was looked through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1


class Column(BaseModel):
    """A column of a table, with its type as PostgreSQL spells it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1)
    type: str


class TableManifest(BaseModel):
    """The rows of one table: what the file must hold of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z_][a-z0-9_]*$")
    columns: list[Column]
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return f"tables/{self.name}.copy"


class Counter(BaseModel):
    """A column that numbers its rows, and how far it came."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    column: str
    last: int
    is_called: bool


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int
    tane: str
    made_at: datetime
    postgresql: str
    schema_version: int
    migrations: dict[int, str]  # version and checksum of each that was applied
    tables: list[TableManifest]
    counters: list[Counter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A backup file that was looked through: its tables, its schema, and how much of the present schema it lacks."""

    file: Path
    tables: tuple[str, ...]
    applied: Mapping[int, str]
    missing_migrations: int
    manifest: Manifest | None  # None: of an older Tane, without checksums
    left_out: tuple[str, ...] = ()  # tables of other programs

    @property
    def schema_version(self) -> int:
        """The newest migration that had been applied."""
        return max(self.applied)

    @property
    def rows(self) -> int | None:
        """How many rows it holds, where it says so."""
        return None if self.manifest is None else sum(member.rows for member in self.manifest.tables)
