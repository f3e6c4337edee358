"""Settings of what the database may take on disk."""

from typing import Annotated

from pydantic import ByteSize, Field

from tane.settings.map import Positive, Section


class Memory(Section):
    """What the database takes on disk: looked at and told; nothing is removed by it (docs/memory.md)."""

    enabled: bool = True
    """Look while the daemon runs, and tell when it gets full; `tane memory status` measures either way."""
    budget: Annotated[ByteSize, Field(gt=0)] | None = Field(default=None, examples=["50GB"])
    """Bytes that the database should not exceed, as a number or such as 50GB or 50GiB; unset, it is measured and shown only."""
    every: Positive = 5
    """Minutes from one look to the next; after one that failed it is one minute."""
