"""What the API answers about how the daemon is, as types."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tane.web.api.models import ExactAnswer, OpenAnswer


class ServerTrouble(ExactAnswer):
    """One thing that is not as it should be."""

    degree: str
    what: str
    remedy: str


class NightState(OpenAnswer):
    """The open night, or the last."""

    status: str | None = None
    step: str | None = None
    fraction: float | None = None
    eta_s: float | None = None
    last_success_age_s: float | None = None
    clusters: int | None = None
    coverage: float | None = None


class NightRow(OpenAnswer):
    """A night that has ended."""

    at: datetime
    status: str
    seconds: float | None
    seeds: int | None
    clusters: int | None
    kept: int | None
    new: int | None
    gone: int | None


class DeadJobs(OpenAnswer):
    """Jobs that ended for the same cause."""

    job_type: str
    cause: str
    n: int


class ModelState(OpenAnswer):
    """How the model server is."""

    state: str
    version: str | None
    vectors: Literal["builtin", "host"] = "host"
    has_offer: bool = False  # the host has a model that could take the built-in encoder's place


class ServerStatus(OpenAnswer):
    """How the queue, the models, the night and the process are; the last nights come with the newest first."""

    status: Literal["ok", "degraded", "unready", "dead"]
    troubles: list[ServerTrouble]
    can_write: bool
    has_today: bool
    has_recaps: bool
    oldest_waiting_s: float | None = None
    jobs: dict[str, dict[str, int]] = Field(default_factory=dict)
    dead: list[DeadJobs] = Field(default_factory=list)
    night: NightState | None = None
    nights: list[NightRow] = Field(default_factory=list)
    models: ModelState | None = None


class TableBytesRow(ExactAnswer):
    """What one table takes."""

    name: str
    bytes: int
    index_bytes: int
    reusable_bytes: int  # estimated


class GrowthForecast(ExactAnswer):
    """How fast the database grows, and when what is full; null: within ten years nothing is."""

    bytes_a_day: float
    days: float | None
    what: Literal["budget", "disk"] | None


class RecommendedAction(ExactAnswer):
    """What would help; without a command there is none yet."""

    action: str
    command: str | None
    about: str


class CapacityAlert(ExactAnswer):
    """What was told, and not seen."""

    alert_id: int
    alert_type: Literal["warning", "critical", "emergency"]
    cause: Literal["budget", "disk"]
    usage: float | None
    threshold: float | None
    recommended_actions: list[str]
    created_at: datetime
    acknowledged_at: datetime | None


class MemoryAnswer(ExactAnswer):
    """Where the bytes are, how full that is, when it will be full, and what would help."""

    database_bytes: int
    effective_bytes: int
    budget_bytes: int | None
    usage: float | None
    disk_free_bytes: int | None
    disk_bytes: int | None
    disk_floor_bytes: int | None
    level: Literal["normal", "warning", "critical", "emergency"]
    is_watched: bool
    parts: dict[str, int]
    tables: list[TableBytesRow]
    forecast: GrowthForecast | None
    advice: list[RecommendedAction]
    alerts: list[CapacityAlert]
