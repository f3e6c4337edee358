"""/metrics in the text format of Prometheus: families made out of one frozen snapshot, written by its own client library."""

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How many observations there were up to each bound, not yet added up; `counts` has one more, for all above."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float


def gauge(name: str, about: str, value: float | None) -> Metric:
    """Return a gauge with one sample, or none where nothing is known."""
    return gauges(name, about, [] if value is None else [({}, value)])


def gauges(name: str, about: str, values: Iterable[tuple[Labels, float]]) -> Metric:
    """Return a gauge with a sample for each set of labels."""
    family = Metric(name, about, "gauge")
    for labels, value in values:
        family.add_sample(name, dict(labels), value)
    return family


def counters(name: str, about: str, values: Iterable[tuple[Labels, float]]) -> Metric:
    """Return a counter; its name ends with _total."""
    family = Metric(name.removesuffix("_total"), about, "counter")
    for labels, value in values:
        family.add_sample(name, dict(labels), value)
    return family


def histograms(name: str, about: str, values: Iterable[tuple[Labels, Distribution]]) -> Metric:
    """Return a histogram for each set of labels; buckets hold all observations up to their bound."""
    family = Metric(name, about, "histogram")
    for labels, seen in values:
        below = 0
        for bound, count in zip((*seen.bounds, math.inf), seen.counts, strict=True):
            below += count
            family.add_sample(
                f"{name}_bucket", {**labels, "le": "+Inf" if math.isinf(bound) else f"{bound:g}"}, below
            )
        family.add_sample(f"{name}_sum", dict(labels), seen.total)
        family.add_sample(f"{name}_count", dict(labels), below)
    return family


@dataclass(frozen=True, slots=True)
class _Collected:
    """What the client library takes for a registry."""

    families: Iterable[Metric]

    def collect(self) -> Iterator[Metric]:
        """Yield the families that have samples."""
        return (family for family in self.families if family.samples)


def render(families: Iterable[Metric]) -> str:
    """Return the families as text, in their order; those without samples are left out. Pure."""
    return generate_latest(_Collected(families)).decode()


def metrics_routes(look: Callable[[], Awaitable[Sequence[Metric]]]) -> list[Route]:
    """Return the route of /metrics."""

    async def metrics(_: Request) -> Response:
        return Response(render(await look()), headers={"Content-Type": CONTENT_TYPE})

    return [Route("/metrics", metrics)]
