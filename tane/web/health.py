"""/livez, /readyz and /healthz: the same report in three degrees of detail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Degree = Literal["dead", "unready", "degraded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is not as it should be."""

    degree: Degree
    what: str  # a stable name: database_unreachable, model_missing ...
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How Tane is; of user text there is nothing in it."""

    troubles: tuple[Trouble, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Whether it makes sense to let this process run on."""
        return not self._has("dead")

    @property
    def is_ready(self) -> bool:
        """Whether it does its work, perhaps slowly."""
        return not self._has("dead", "unready")

    @property
    def status(self) -> str:
        """The worst there is, in one word: ok, degraded, unready or dead."""
        return next((degree for degree in ("dead", "unready", "degraded") if self._has(degree)), "ok")

    def _has(self, *degrees: str) -> bool:
        return any(trouble.degree in degrees for trouble in self.troubles)


def health_routes(*, alive: Callable[[], Report], look: Callable[[], Awaitable[Report]]) -> list[Route]:
    """Return the routes; `alive` must answer from memory, for /livez must not wait for a database."""

    async def livez(_: Request) -> Response:
        report = alive()
        return _word(report, is_well=report.is_alive)

    async def readyz(_: Request) -> Response:
        report = await look()
        return _word(report, is_well=report.is_ready)

    async def healthz(_: Request) -> Response:
        report = await look()
        body = {
            "status": report.status,
            "troubles": [
                {"degree": trouble.degree, "what": trouble.what, "remedy": trouble.remedy}
                for trouble in report.troubles
            ],
            **report.facts,
        }
        return JSONResponse(body, status_code=200 if report.is_ready else 503)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/healthz", healthz)]


def _word(report: Report, *, is_well: bool) -> Response:
    says = "ok" if is_well else ", ".join(trouble.what for trouble in report.troubles)
    return PlainTextResponse(f"{says}\n", status_code=200 if is_well else 503)
