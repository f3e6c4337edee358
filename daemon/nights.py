"""What the night is handed: plain values out of the settings, the handlers that place newcomers, and where it computes."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from uuid import UUID

from daemon.options import linkage
from handlers.placement import link_seeds, place_seeds, place_utterances
from tane.runs.night.steps import STEPS
from tane.runs.night.workspace import FILES_VERSION, NightOptions
from tane.runs.pool import ComputePool, ProcessPool, processors
from tane.runs.step import RunKind, Step
from tane.runs.supervisor import DEFAULT_INTERVALS, Intervals, Supervisor
from tane.settings.model import ConfigError, Nightly, Settings
from tane.store.pool import Connection
from tane.store.runs import NIGHTLY
from tane.store.session import Session


def night_supervisor(
    settings: Settings,
    session: Session,
    *,
    steps: tuple[Step[NightOptions], ...] = STEPS,
    intervals: Intervals = DEFAULT_INTERVALS,
    open_pool: Callable[[], ComputePool] | None = None,
) -> Supervisor:
    """Return who conducts nights.

    Raises:
        ConfigError: nightly.executor needs what is not installed.
    """
    check_executor(settings.nightly)
    return Supervisor(
        RunKind(name=NIGHTLY, steps=steps, options=night_options(settings), version=FILES_VERSION),
        session=session,
        state=settings.runs_dir,
        open_pool=open_pool or partial(pool_of, settings.nightly),
        intervals=intervals,
    )


def night_options(settings: Settings) -> NightOptions:
    """Return the night's share of the settings."""
    chosen = linkage(settings)

    async def place(
        conn: Connection, seeds: Sequence[UUID], utterances: Sequence[UUID], model_id: int
    ) -> None:
        if seeds:
            found = await link_seeds(conn, seeds, model_id, chosen)
            await place_seeds(conn, seeds, model_id, found=found, linkage=chosen)
        if utterances:
            await place_utterances(conn, utterances, model_id, linkage=chosen)

    return NightOptions(
        clustering=settings.clustering.model_dump(mode="json"),
        edges=settings.edges.model_dump(mode="json"),
        layout=settings.layout.model_dump(mode="json"),
        least_chars=max(settings.extract.min_chars, 1),
        passed_over=tuple(settings.extract.speakers_exclude),
        place=place,
    )


def pool_of(nightly: Nightly) -> ComputePool:
    """Return where the settings want it computed; nothing is started or connected yet."""
    if nightly.executor == "process":
        return ProcessPool(workers=nightly.workers, threads=nightly.threads or processors())
    from tane.runs.dask_pool import DaskPool  # noqa: PLC0415 - few have a cluster

    return DaskPool(nightly.executor)


def check_executor(nightly: Nightly) -> None:
    """Make sure that the chosen executor can be used, without loading it.

    Raises:
        ConfigError: a Dask cluster is configured and `tane[dask]` is not installed.
    """
    if nightly.executor != "process" and find_spec("distributed") is None:
        raise ConfigError("nightly.executor: a Dask cluster needs `pip install 'tane[dask]'`")
