"""How long the waiting jobs will take, from what jobs like them took on this host. Pure.

What follows from jobs that are still to run (vectors of seeds not yet found) cannot be counted: it is a lower bound.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handlers.contract import Lane

ONE_CALL = "utterances in one call each"
FEWEST_TOGETHER = 2
# Used until the first jobs of a type have run: a 20-billion model on one ordinary graphics card.
ASSUMED_S = {Lane.TEXT: 4.0, Lane.EMBED: 0.05, Lane.LOCAL: 0.01}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Time to work off what waits, and how much of it rests on measurements."""

    seconds: float
    waiting: Mapping[str, int]  # jobs by type, the longest-taking first; what is one call is counted once
    assumed: frozenset[str]  # types of which no job has been measured yet

    def sentence(self) -> str:
        """Say it: about 11 hours on this host: 9,883 utterance_role, 10,437 embedding (measured)."""
        if not self.waiting:
            return "nothing waits"
        jobs = ", ".join(f"{count:,} {job_type}" for job_type, count in self.waiting.items())
        return f"about {duration(self.seconds)} on this host: {jobs} ({self._basis()})"

    def _basis(self) -> str:
        if not self.assumed:
            return "measured"
        if self.assumed == self.waiting.keys():
            return "assumed, nothing has been measured yet"
        return f"measured; assumed for {', '.join(sorted(self.assumed))}"


def estimate(
    waiting: Mapping[str, int],
    seconds_per_job: Mapping[str, float],
    lanes: Mapping[str, Lane],
    *,
    slots: Mapping[Lane, int],
    is_coresident: bool,
    together: Collection[str] = (),
) -> Estimate:
    """Estimate the time for the waiting jobs; `seconds_per_job` is that of one job on one slot of its lane.

    Types that are answered `together` count as one call for each utterance, under the name `ONE_CALL`.

    Lanes whose models fit the host together run side by side, others take turns; what needs no model always
    runs beside them. Types without a lane are left out: their jobs end at once.
    """
    waiting, seconds_per_job, lanes = _grouped(waiting, seconds_per_job, lanes, frozenset(together))
    known = {job_type: count for job_type, count in waiting.items() if count and job_type in lanes}
    costs = {
        job_type: count
        * seconds_per_job.get(job_type, ASSUMED_S[lanes[job_type]])
        / slots.get(lanes[job_type], 1)
        for job_type, count in known.items()
    }
    by_lane = {
        lane: sum(cost for job_type, cost in costs.items() if lanes[job_type] is lane) for lane in Lane
    }
    models = (by_lane[Lane.TEXT], by_lane[Lane.EMBED])
    return Estimate(
        seconds=max(max(models) if is_coresident else sum(models), by_lane[Lane.LOCAL]),
        waiting={
            job_type: known[job_type] for job_type in sorted(costs, key=lambda name: (-costs[name], name))
        },
        assumed=frozenset(known.keys() - seconds_per_job.keys()),
    )


def _grouped(
    waiting: Mapping[str, int],
    seconds_per_job: Mapping[str, float],
    lanes: Mapping[str, Lane],
    together: frozenset[str],
) -> tuple[Mapping[str, int], Mapping[str, float], Mapping[str, Lane]]:
    """Make one entry of the types that share a call: an utterance waits at most once in each of them."""
    counts = [waiting.get(job_type, 0) for job_type in together]
    if sum(1 for count in counts if count) < FEWEST_TOGETHER:
        return waiting, seconds_per_job, lanes
    measured = [seconds_per_job[job_type] for job_type in together if job_type in seconds_per_job]
    rest = {job_type: count for job_type, count in waiting.items() if job_type not in together}
    return (
        {ONE_CALL: max(counts), **rest},
        {**seconds_per_job, **({ONE_CALL: max(measured)} if measured else {})},
        {**lanes, ONE_CALL: Lane.TEXT},
    )


def duration(seconds: float) -> str:
    """Return a rounded time in the unit that a person would choose."""
    for limit_s, unit_s, unit in ((90, 1, "second"), (5400, 60, "minute"), (172_800, 3600, "hour")):
        if seconds < limit_s:
            return _counted(seconds / unit_s, unit)
    return _counted(seconds / 86_400, "day")


def _counted(amount: float, unit: str) -> str:
    number = max(1, round(amount))
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
