"""make faults: inject a fault into every call of every journey, and check whether anything is lost, doubled or stuck."""

import argparse
import asyncio
from contextlib import AsyncExitStack

from rich.console import Console
from rich.table import Table

from chaos.faults import Attempt, FaultCounts, Traveller
from chaos.journeys import JOURNEYS, prepare
from chaos.points import BORDERS, KINDS
from chaos.scenarios.daemon_testbed import own_folder
from chaos.testbed import Testbed, open_testbed
from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tests.conftest import UNSAFE_BUT_FAST
from tests.standin import serving_standin

console = Console(soft_wrap=True)


def main() -> int:
    """Do what the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    faults = commands.add_parser("faults", help="every fault at every point")
    faults.add_argument("--journey", choices=JOURNEYS, action="append", help="all of them by default")
    faults.add_argument("--kind", choices=KINDS, action="append", help="all of them by default")
    faults.add_argument("--border", choices=BORDERS, action="append", help="all of them by default")
    faults.add_argument("--every", type=int, default=1, help="inject only into every N-th call")
    faults.add_argument("--first", type=int, default=1, help="begin with this call")
    faults.add_argument("--last", type=int, help="end with this call")
    faults.add_argument("--at-once", type=int, default=2, help="attempts at a time, 2 by default")
    return asyncio.run(_faults(parser.parse_args()))


async def _faults(asked: argparse.Namespace) -> int:
    tallies: dict[tuple[str, str], FaultCounts] = {}
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_folder())
        server = EmbeddedServer(folder / "server", options=UNSAFE_BUT_FAST)
        await asyncio.to_thread(server.start)
        stack.callback(server.stop)
        await migrate.migrate(server.dsn())
        url = stack.enter_context(serving_standin(parallel=4))
        ground = await stack.enter_async_context(open_testbed(server, folder=folder, llm_url=url))
        templates = await prepare(ground, "tane")
        for name in asked.journey or JOURNEYS:
            for kind in asked.kind or KINDS:
                tallies[name, kind] = await _played(ground, name, templates, kind, asked)
    console.print(_table(tallies))
    return int(any(tally.wrong for tally in tallies.values()))


async def _played(
    ground: Testbed, name: str, templates: dict[str, str], kind: str, asked: argparse.Namespace
) -> FaultCounts:
    journey = JOURNEYS[name]
    traveller = await Traveller(ground=ground, journey=journey, template=templates[journey.template]).open()
    console.print(f"{name}, {kind}: {traveller.points} points", highlight=False)
    tally = FaultCounts()
    attempts = traveller.attempts(
        kind, every=asked.every, first=asked.first, last=asked.last, borders=asked.border or BORDERS,
        at_once=asked.at_once,
    )  # fmt: skip
    async for attempt in attempts:
        tally.add(attempt)
        _tell(attempt)
    return tally


def _tell(attempt: Attempt) -> None:
    if attempt.wrong:
        fault = attempt.fault
        console.print(f"[red]{attempt.journey} {fault.kind} {fault.number}: {attempt.point}", highlight=False)
        for line in (*attempt.wrong, *attempt.said.splitlines()):
            console.print(f"    {line}", markup=False, highlight=False)


def _table(tallies: dict[tuple[str, str], FaultCounts]) -> Table:
    table = Table("journey", "fault", *BORDERS, "wrong")
    for (name, kind), tally in tallies.items():
        table.add_row(name, kind, *(str(tally.points[border]) for border in BORDERS), str(len(tally.wrong)))
    return table
