"""Step `prepare`: what this recap works by, as one configuration that stays as it is until the end."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from tane.runs.recap.genre_learning import refresh_graph
from tane.runs.recap.recap_files import Plan, Recap, RecapFiles
from tane.runs.step import NothingToDo
from tane.store import recap_documents, runs
from tane.store.errors import RunLost, StoreError
from tane.store.pool import connection, transaction
from tane.store.reading import read_clock

log = structlog.get_logger()

OVERRIDES = (
    "per_genre",
    "min_documents",
    "budget_s",
    "most_documents",
    "refine",
    "refine_rollout_percent",
    "mode",
)
"""What a row of type `recap` in `recap_worker_config` may replace; anything else in it is named and passed over."""


async def prepare(recap: Recap) -> Mapping[str, Any]:
    """Merge settings, overrides and what was asked for, and keep the result with the run.

    Raises:
        NothingToDo: there is no vector yet.
    """
    async with connection(recap.session.pool) as conn:
        now = await read_clock(conn)
        model = await recap_documents.read_model(conn)
        config = await recap_documents.newest_config(conn)
    if model is None:
        raise NothingToDo("no_vectors")
    override, unknown = _override(config.get("recap"))
    options = recap.options
    asked = recap.params
    until = _moment(asked.get("window_end")) or now
    since = _moment(asked.get("window_start")) or until - timedelta(
        days=float(asked.get("days") or options.days)
    )
    values: dict[str, Any] = {name: getattr(options, name) for name in OVERRIDES} | override
    plan = Plan(
        since=since,
        until=until,
        sources=asked.get("sources") or options.sources,
        language=options.language,
        min_documents_by_genre=_by_genre(config.get("genre_distribution")),
        model_id=model.model_id,
        digest=model.digest,
        dims=model.dims,
        unlike=model.unlike or tuple(options.builtin_unlike),
        **(values | ({"mode": asked["mode"]} if asked.get("mode") else {})),
    )
    await asyncio.to_thread(RecapFiles(recap.folder).plan.save, plan)
    params = {
        "window_start": since.isoformat(), "window_end": until.isoformat(), "sources": plan.sources, "mode": plan.mode,
        "language": plan.language, "per_genre": plan.per_genre, "min_documents": plan.min_documents,
        "most_documents": plan.most_documents, "budget_s": plan.budget_s, "refine": plan.refine,
        "refine_rollout_percent": plan.refine_rollout_percent, "model_id": plan.model_id,
    }  # fmt: skip
    async with transaction(recap.session.pool) as conn:
        await recap_documents.set_params(conn, recap.run_id, params)
        await runs.fence(conn, recap.run_id, recap.epoch)
    graph = await _refreshed(recap, now) if options.refresh_graph else {"tag_edges": "not refreshed"}
    return {
        "days": round(plan.days, 3),
        "sources": plan.sources,
        "mode": plan.mode,
        "overridden": sorted(override),
        **({"unknown_overrides": unknown} if unknown else {}),
        **graph,
    }


async def _refreshed(recap: Recap, now: datetime) -> dict[str, Any]:
    """Build the graph of tags anew; if that fails, the one of before is used."""
    try:
        async with transaction(recap.session.pool) as conn:
            made = await refresh_graph(conn, now)
            await runs.fence(conn, recap.run_id, recap.epoch)
    except RunLost:
        raise
    except StoreError as error:
        log.warning("recap.graph_not_refreshed", error=type(error).__name__)
        return {"degraded": "the graph of tags could not be refreshed; the one of before is used"}
    return {"tag_edges": made}


def _override(payload: Any) -> tuple[dict[str, Any], list[str]]:
    """Return what a row of overrides replaces, and the names in it that mean nothing."""
    given = payload if isinstance(payload, Mapping) else {}
    known = {name: value for name, value in given.items() if name in OVERRIDES and _is_usable(name, value)}
    return known, sorted(str(name)[:40] for name in given.keys() - known.keys())


def _is_usable(name: str, value: Any) -> bool:
    if name == "mode":
        return value in ("clusters", "taxonomy")
    if name == "refine":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 if name == "refine_rollout_percent" else value > 0


def _by_genre(payload: Any) -> dict[str, int]:
    """Return the fewest documents of each genre, as earlier recaps found them."""
    given = payload if isinstance(payload, Mapping) else {}
    found = {
        str(genre): one.get("min_docs_threshold") for genre, one in given.items() if isinstance(one, Mapping)
    }
    return {genre: least for genre, least in found.items() if isinstance(least, int) and least > 0}


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
