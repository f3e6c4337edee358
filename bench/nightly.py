"""Row `nightly`: a whole night at 20,000 and 100,000 seeds beside BERTopic and a map by umap-learn.

Half as many utterances have vectors too. The night reads everything, clusters the seeds, makes edges, the atlas of
seeds and utterances, the global map and one for each cluster, and publishes it, while a new seed is embedded, linked and
placed every second in the same process. The peer fits BERTopic with its defaults on the seeds' vectors, and a 2-D
UMAP on those of the atlas; it stores nothing. Both begin with a fresh process, import and compile, at the same
niceness and with two threads. Seconds of processor time are given too: other programs on the machine influence them less.

    python -m bench nightly            20,000 seeds and the peer, then 100,000
    NIGHT_SEEDS=20000 ...         only these, without what needs both
"""

import asyncio
import os
import statistics
import time
from contextlib import suppress
from typing import Any

import numpy as np

from bench import peers
from bench.day import Day
from bench.measure import Measure
from bench.night_server import NightRun, house, imports_mib
from bench.planted import Population, add, population, text_of
from tane.runs.pool_process import NICENESS

SMALL, LARGE = 20_000, 100_000
BYTES_EACH = 4 * 768


def measure() -> Measure:
    only = os.environ.get("NIGHT_SEEDS")
    sizes = [int(one) for one in only.split(",")] if only else [SMALL, LARGE]
    nights = {seeds: asyncio.run(night_of(seeds)) for seeds in sizes}
    peer = _peer(population(sizes[0]))
    own_mib = imports_mib()
    ours = nights[sizes[0]][0]
    details: dict[str, Any] = {
        "seeds": sizes[0],
        "peer_bertopic_s": round(peer.facts["fit_s"], 1),
        "peer_peak_mib": round(peer.peak_mib),
        "cpu_s": [round(ours.cpu_s, 1), round(peer.cpu_s, 1)],
        "cpu_ratio": round(ours.cpu_s / peer.cpu_s, 3),
        "imports_mib": round(own_mib),
        **{str(seeds): _facts(night, day, seeds, own_mib) for seeds, (night, day) in nights.items()},
    }
    if len(sizes) > 1:
        larger = nights[sizes[1]][0]
        details["growth"] = round(larger.seconds / ours.seconds, 2)
        details["growth_cpu"] = round(larger.cpu_s / ours.cpu_s, 2)
    return Measure(
        name="nightly",
        ours=ours.seconds,
        peer=peer.process_s,
        ratio=ours.seconds / peer.process_s,
        unit="s",
        details=details,
    )


def _facts(night: NightRun, day: Day, seeds: int, own_mib: float) -> dict[str, Any]:
    vectors_mib = seeds * BYTES_EACH / 2**20
    return {
        "seconds": round(night.seconds, 1),
        "cpu_s": round(night.cpu_s, 1),
        "steps": night.by_step(),
        "clusters": night.steps["clusters"].details["report"]["clusters"],
        "maps": night.steps["maps"].details.get("maps"),
        "recall": night.steps["neighbours"].details["recall"],
        "peak_mib": round(night.peak_mib),
        "vectors_of_seeds_mib": round(vectors_mib),
        "peak_above_imports_to_vectors_of_seeds": round((night.peak_mib - own_mib) / vectors_mib, 2),
        "peak_above_imports_to_all_vectors": round((night.peak_mib - own_mib) / (1.5 * vectors_mib), 2),
        "most_event_loop_lag_ms": round(night.most_lag_ms, 1),
        "seeds_of_the_day": len(day.milliseconds),
        "seed_of_the_day_p50_ms": round(statistics.median(day.milliseconds), 1),
        "seed_of_the_day_p95_ms": round(statistics.quantiles(day.milliseconds, n=20)[-1], 1),
        "newcomers_settled": night.steps["settle"].details.get("newcomers"),
    }


async def night_of(seeds: int) -> tuple[NightRun, Day]:
    planted = population(seeds)
    async with house() as home:
        await add(home.session.dsn, planted)
        day = Day(home.session.pool, planted)
        working = asyncio.create_task(day.run())
        try:
            night = await home.night()
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
    print(f"{time.strftime('%H:%M')} {seeds} seeds: {night.seconds:.0f} s {night.by_step()}", flush=True)
    return night, day


def _peer(planted: Population) -> peers.PeerAnswer:
    texts = [text_of(int(topic), number) for number, topic in enumerate(planted.topics)]
    mapped = np.concatenate([planted.vectors, planted.utterance_vectors])
    return peers.call(
        "bertopic", arrays={"vectors": planted.vectors, "mapped": mapped}, texts=texts, niceness=NICENESS
    )
