"""What the model of the queue knows: a row, and a process that claims."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from tane.store.jobs import Job


@dataclass
class Shadow:
    """What the model knows of one row."""

    job_id: UUID
    key: tuple[str, UUID]
    order: tuple[Any, ...]
    status: str
    due: float
    attempts: int = 0
    token: int = 0
    returns: int = 0
    owner: UUID | None = None
    lease: float = 0.0
    deadline: float = 0.0
    cancel: bool = False
    superseded: bool = False

    def seen(self) -> tuple[Any, ...]:
        return self.status, self.attempts, self.token, self.returns, self.owner, self.cancel, self.superseded


@dataclass
class Worker:
    """A process: what it believes to hold, and every claim it ever got (a zombie remembers)."""

    name: UUID = field(default_factory=uuid4)
    held: dict[UUID, Job] = field(default_factory=dict)
    ever: list[Job] = field(default_factory=list)
