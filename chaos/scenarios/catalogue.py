"""The faults at a scale: 1 is what the measures demand, less is less of the same."""

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from chaos.scenarios import daemon_testbed, nemesis, night_faults
from chaos.scenarios.backups import lose_everything
from chaos.scenarios.daemon_testbed import open_daemons, own_folder, own_server
from chaos.scenarios.database_outages import restart_again_and_again
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.log_privacy import listen
from chaos.scenarios.model_faults import inject_model_faults
from chaos.scenarios.night_processes import Nights, open_nights
from chaos.scenarios.process_faults import PATIENCE_S, freeze_again_and_again, kill_again_and_again
from chaos.scenarios.reliability import Row
from chaos.scenarios.resources import CannotMount, fill_under_the_server, forget_groups, tiny_disk
from tests import waiting
from tests.tane.store.history import discrepancies, record
from tests.waiting import Overdue

JOBS_PER_UTTERANCE = 3  # one that extracts, and one for each of its two seeds
TWO = 2  # fault 6: daemons on one database under all of this
GAP_S = (5.0, 40.0)
UNDER_LOAD_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault, and what plays it."""

    fault: str
    play: Callable[[Path, float], Awaitable[ScenarioResult]]


async def _kills(folder: Path, scale: float) -> ScenarioResult:
    async with (
        own_server(folder / "server") as server,
        open_daemons(folder=folder, dsn=server.dsn()) as ground,
    ):
        return await kill_again_and_again(
            ground, utterances=_part(10_000 / JOBS_PER_UTTERANCE, scale), kills=_part(200, scale), daemons=TWO
        )


async def _outages(folder: Path, scale: float) -> ScenarioResult:
    rounds = _part(UNDER_LOAD_S / (sum(GAP_S) / 2), scale, least=4)
    async with own_server(folder / "server") as server:
        return await restart_again_and_again(
            server, folder=folder, rounds=rounds, utterances=30, daemons=TWO, gap_s=GAP_S
        )


async def _freezes(folder: Path, scale: float) -> ScenarioResult:
    async with (
        own_server(folder / "server") as server,
        open_daemons(folder=folder, dsn=server.dsn()) as ground,
    ):
        return await freeze_again_and_again(ground, rounds=_part(50, scale), utterances=20)


async def _model_faults(folder: Path, scale: float) -> ScenarioResult:
    async with (
        own_server(folder / "server") as server,
        open_daemons(folder=folder, dsn=server.dsn()) as ground,
    ):
        return await inject_model_faults(
            ground, rounds=_part(10, scale), utterances=8, daemons=TWO, timeout_s=5.0
        )


async def _killed_nights(folder: Path, scale: float) -> ScenarioResult:
    return await _by_night(
        folder,
        0.0,  # of its processes each would compile for itself
        lambda nights: night_faults.kill_in_every_step(nights, rounds=_part(5, scale), is_twice=True),
    )


async def _starved_nights(folder: Path, scale: float) -> ScenarioResult:
    try:
        return await _by_night(folder, scale, night_faults.lose_workers)
    finally:
        forget_groups()


async def _nights_without_disk(folder: Path, scale: float) -> ScenarioResult:
    with tiny_disk(folder / "full", size="12k") as disk:
        return await _by_night(folder, scale, lambda nights: night_faults.fill_the_disk(nights, disk))


async def _handed_over(folder: Path, scale: float) -> ScenarioResult:
    return await _by_night(folder, scale, night_faults.hand_over)


async def _server_without_disk(folder: Path, scale: float) -> ScenarioResult:
    with tiny_disk(folder / "small", size="150m") as disk:
        async with own_server(disk.folder) as server:
            return await fill_under_the_server(
                server, folder=folder, utterances=_part(1000, scale, least=100), daemons=TWO
            )


async def _silence(folder: Path, scale: float) -> ScenarioResult:
    async with (
        own_server(folder / "server") as server,
        open_daemons(folder=folder, dsn=server.dsn()) as ground,
    ):
        return await listen(ground, lines=_part(400, scale, least=20) if scale < 1 else None)


async def _restored(folder: Path, scale: float) -> ScenarioResult:
    async with own_server(folder / "server") as server:
        return await lose_everything(server, folder=folder, utterances=_part(1000, scale), daemons=TWO)


async def _nemesis(folder: Path, scale: float) -> ScenarioResult:
    faults = tuple(nemesis.NemesisFault) * _part(10, scale)
    with tiny_disk(folder / "small", size="200m") as disk:
        async with own_server(disk.folder / "data") as server:
            return await nemesis.afflict(
                server, folder=folder, faults=faults, utterances=_part(200, scale, least=20), daemons=TWO
            )


async def _histories(folder: Path, scale: float) -> ScenarioResult:
    asked, workers = _part(20_000, scale, least=100), 8
    async with own_server(folder / "server") as server:
        history = await record(server.dsn(), asked=asked, workers=workers, seed=1)
    return ScenarioResult(
        name="histories of the queue",
        did={
            "jobs": asked,
            "workers": workers,
            "claims": len(history.claims),
            "claims taken back": len(history.reaped),
            "endings refused": len(history.too_late),
            "moments": len(history.moments),
        },
        wrong=dict(discrepancies(history)),
    )


async def _by_night(
    folder: Path, scale: float, play: Callable[[Nights], Awaitable[ScenarioResult]]
) -> ScenarioResult:
    """Play with yesterday's map drawn: over three themes at full scale, else over a map that needs no compiled code."""
    is_large = scale >= 1
    seeds = (
        100 if is_large else 6
    )  # one more is added for each night, and a dozen is the most without that code
    async with (
        own_server(folder / "server") as server,
        open_nights(folder=folder, dsn=server.dsn()) as nights,
    ):
        if is_large:
            await nights.plant(themes=3, seeds=seeds)
        else:
            await nights.plant_few(seeds)
        await nights.yesterday()
        outcome = await play(nights)
    outcome.did["seeds at first"] = 3 * seeds if is_large else seeds
    return outcome


def _part(whole: float, scale: float, *, least: int = 1) -> int:
    return max(least, round(whole * scale))


SCENARIOS = (
    Scenario(fault="1 and 6: two daemons, one of them killed with SIGKILL again and again", play=_kills),
    Scenario(fault="2 and 6: PostgreSQL restarted, killed, cut off and half-open under load", play=_outages),
    Scenario(fault="3 and 6: a daemon stopped for longer than its lease, then let go on", play=_freezes),
    Scenario(fault="4 and 6: the model server fails in every way, and answers nonsense", play=_model_faults),
    Scenario(
        fault="5: the night's process killed in every step and inside the publication", play=_killed_nights
    ),
    Scenario(fault="5: the night's workers killed for want of memory", play=_starved_nights),
    Scenario(fault="5: the disk of the night's files is full", play=_nights_without_disk),
    Scenario(fault="5 and 6: the disk of PostgreSQL is full", play=_server_without_disk),
    Scenario(
        fault="2, 5 and 6: nobody repairs: the server dead, no connection, no room, silent sockets, in turn and at once",
        play=_nemesis,
    ),
    Scenario(fault="6: one night between two daemons, and the one that has it dies", play=_handed_over),
    Scenario(fault="7 and 6: backup at work, drop, restore", play=_restored),
    Scenario(
        fault="workers that fail, fall silent and wake too late, and the queue's history added up",
        play=_histories,
    ),
    Scenario(
        fault="the demo's dialogues worked off, and the log searched for their sentences", play=_silence
    ),
)


async def play(scenario: Scenario, *, scale: float) -> ScenarioResult:
    """Play a scenario in a folder of its own."""
    with own_folder() as folder:
        return await scenario.play(folder, scale)


LEASE_S = 10.0  # two seconds are too short where a process may get no time for one


def row(number: int, scale: float) -> Row:
    """Play the scenario of this number, with the patience and the leases that a machine shared with others needs."""
    waiting.DEADLINE_S = PATIENCE_S
    daemon_testbed.SETTINGS["TANE_JOBS__LEASE_S"] = str(LEASE_S)
    scenario = SCENARIOS[number]
    began_s = time.monotonic()
    try:
        outcome = asyncio.run(play(scenario, scale=scale))
    except CannotMount:
        outcome = ScenarioResult(
            name="not played", did={"not played": "this account may not mount a small disk"}
        )
    except Exception as error:  # noqa: BLE001 - the others are to be played all the same, and the report says it
        traceback.print_exception(error)
        outcome = ScenarioResult(name="not ended", wrong={_first_line(error): 1})
    seconds = time.monotonic() - began_s
    _say(f"{scenario.fault}\n  {outcome.did}\n  wrong: {outcome.wrong or 'nothing'}, {seconds:.0f} s")
    return Row(fault=scenario.fault, outcome=outcome, seconds=seconds)


def _first_line(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    said = str(error).partition("\n")[0] if isinstance(error, Overdue) else ""
    return f"not ended ({said or type(error).__name__})"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
