"""Row `growth`: the night at 1,000, 10,000 and 100,000 seeds, drawn in docs/growth.svg, and what follows for more.

What is planned for a million and ten million is derived, not measured: each step's seconds grow from the largest night
measured as (n / n0) ** p, where p is what the step showed between the two largest nights, but at least 1 and at most 1.2
(all steps above 100,000 are n log n by design: the table of neighbours is approximate there); what was exact below is
replaced by the approximate table's own seconds a row, measured apart. Memory grows in proportion to the vectors.
"""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measure import Measure
from bench.night_server import NightRun, imports_mib
from bench.nightly import BYTES_EACH, night_of
from bench.planted import blobs
from bench.plot import PlotLine, save_plot

SIZES = (1_000, 10_000, 100_000)
PLANNED = (1_000_000, 10_000_000)
PER_SEED = 1.5  # items on the atlas
APPROXIMATE_ROWS = 40_000
LEAST_POWER, MOST_POWER = 1.0, 1.2
DRAWN = Path(__file__).parent.parent / "docs" / "growth.svg"


def measure() -> Measure:
    nights = {seeds: asyncio.run(night_of(seeds))[0] for seeds in SIZES}
    approximate_s, recall = _approximate()
    own_mib = imports_mib()
    plans = {
        seeds: planned(nights, seeds, approximate_row_s=approximate_s, own_mib=own_mib) for seeds in PLANNED
    }
    _draw(nights, plans)
    largest, before = nights[SIZES[-1]], nights[SIZES[-2]]
    return Measure(
        name="growth",
        ours=largest.seconds,
        peer=before.seconds,
        ratio=largest.seconds / before.seconds,
        unit="s",
        details={
            **{str(seeds): _facts(night) for seeds, night in nights.items()},
            "imports_mib": round(own_mib),
            "approximate_table_ms_a_row": round(1e3 * approximate_s, 3),
            "approximate_table_recall": round(recall, 4),
            "planned": {str(seeds): plan for seeds, plan in plans.items()},
        },
    )


def planned(
    nights: Mapping[int, NightRun], seeds: int, *, approximate_row_s: float, own_mib: float
) -> dict[str, Any]:
    """Return what a night of so many seeds is expected to take, by the formulas above."""
    before, largest = sorted(nights)[-2:]
    steps = {}
    for name, step in nights[largest].steps.items():
        earlier = max(nights[before].steps[name].seconds, 1e-3)
        power = math.log(max(step.seconds, 1e-3) / earlier) / math.log(largest / before)
        power = min(max(power, LEAST_POWER), MOST_POWER)
        steps[name] = step.seconds * (seeds / largest) ** power
    # Seeds and items have a table each; a row costs a little more the more buckets there are.
    rows = seeds * (1 + PER_SEED)
    steps["neighbours"] = rows * approximate_row_s * (1 + math.log(seeds / largest) / 10)
    above_mib = max(nights[largest].peak_mib - own_mib, 0.0)
    return {
        "hours": round(sum(steps.values()) / 3600, 1),
        "steps_s": {name: round(seconds) for name, seconds in steps.items()},
        "memory_gib": round((own_mib + above_mib * seeds / largest) / 1024, 1),
        "vectors_gib": round(PER_SEED * seeds * BYTES_EACH / 2**30, 1),
    }


def _approximate() -> tuple[float, float]:
    """Return the approximate table's seconds a row and its recall."""
    from tane.vectors.neighbours import nearest

    vectors, _ = blobs(APPROXIMATE_ROWS, topics=APPROXIMATE_ROWS // 100)
    began = time.perf_counter()
    table = nearest(vectors, largest_exact=0)
    return (time.perf_counter() - began) / len(vectors), table.recall


def _facts(night: NightRun) -> dict[str, Any]:
    return {
        "seconds": round(night.seconds, 1),
        "cpu_s": round(night.cpu_s, 1),
        "peak_mib": round(night.peak_mib),
        "most_event_loop_lag_ms": round(night.most_lag_ms, 1),
        "recall": night.steps["neighbours"].details["recall"],
        "steps": night.by_step(),
    }


def _draw(nights: Mapping[int, NightRun], plans: Mapping[int, Mapping[str, Any]]) -> None:
    sizes: Sequence[int] = sorted(nights)
    total = [(seeds, nights[seeds].seconds) for seeds in sizes]
    coming = [total[-1], *((seeds, 3600 * plan["hours"]) for seeds, plan in plans.items())]
    lines = [
        PlotLine(name="the night", points=total),
        PlotLine(name="planned", points=coming, is_dashed=True),
    ]
    for name in ("neighbours", "clusters", "edges", "maps", "publish"):
        points = [(seeds, max(nights[seeds].steps[name].seconds, 0.01)) for seeds in sizes]
        lines.append(PlotLine(name=name, points=points))
    save_plot(DRAWN, lines, title="A night by the number of seeds", across="seeds", up="seconds")
