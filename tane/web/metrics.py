"""/metrics in the text format of Prometheus (version 0.0.4), in some lines of our own.

The usual client library keeps global registries and updates them where things happen; here every number comes from
one frozen snapshot, so that only the writing is needed.
"""

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number; `suffix` is _bucket, _sum or _count for histograms."""

    value: float
    labels: Labels = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A metric with its samples."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    help: str
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How many observations there were up to each bound, not yet added up; `counts` has one more, for all above."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float


def gauge(name: str, about: str, value: float | None, **labels: str) -> Family:
    """Return a gauge with one sample, or none where nothing is known."""
    samples = [] if value is None else [Sample(value=value, labels=labels)]
    return Family(name=name, kind="gauge", help=about, samples=samples)


def gauges(name: str, about: str, values: Iterable[tuple[Labels, float]]) -> Family:
    """Return a gauge with a sample for each set of labels."""
    return Family(name=name, kind="gauge", help=about, samples=_samples(values))


def counters(name: str, about: str, values: Iterable[tuple[Labels, float]]) -> Family:
    """Return a counter; its name ends with _total."""
    return Family(name=name, kind="counter", help=about, samples=_samples(values))


def histograms(name: str, about: str, values: Iterable[tuple[Labels, Distribution]]) -> Family:
    """Return a histogram for each set of labels; buckets hold all observations up to their bound."""
    samples: list[Sample] = []
    for labels, seen in values:
        below = 0
        for bound, count in zip((*seen.bounds, math.inf), seen.counts, strict=True):
            below += count
            samples.append(Sample(suffix="_bucket", labels={**labels, "le": _number(bound)}, value=below))
        samples.append(Sample(suffix="_sum", labels=labels, value=seen.total))
        samples.append(Sample(suffix="_count", labels=labels, value=below))
    return Family(name=name, kind="histogram", help=about, samples=samples)


def render(families: Iterable[Family]) -> str:
    """Return the families as text, in their order; those without samples are left out. Pure."""
    lines: list[str] = []
    for family in families:
        if not family.samples:
            continue
        lines.append(f"# HELP {family.name} {_escaped(family.help)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        lines += [
            f"{family.name}{one.suffix}{_labels(one.labels)} {_number(one.value)}" for one in family.samples
        ]
    return "\n".join([*lines, ""])


def metrics_routes(look: Callable[[], Awaitable[Sequence[Family]]]) -> list[Route]:
    """Return the route of /metrics."""

    async def metrics(_: Request) -> Response:
        return Response(render(await look()), headers={"Content-Type": CONTENT_TYPE})

    return [Route("/metrics", metrics)]


def _samples(values: Iterable[tuple[Labels, float]]) -> list[Sample]:
    return [Sample(labels=labels, value=value) for labels, value in values]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escaped(value, quote=True)}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}"


def _escaped(text: str, *, quote: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quote else escaped


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
