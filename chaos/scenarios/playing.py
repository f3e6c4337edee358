"""One scenario played from beginning to end, in whatever process it is; it fails alone."""

import asyncio
import sys
import time
import traceback

from chaos.scenarios import ground
from chaos.scenarios.catalogue import SCENARIOS, play
from chaos.scenarios.killing import PATIENCE_S
from chaos.scenarios.ledger import Outcome
from chaos.scenarios.report import Row
from chaos.scenarios.tiny_disk import CannotMount
from tests import waiting
from tests.waiting import Overdue

LEASE_S = 10.0  # two seconds are too short where a process may get no time for one


def row(number: int, scale: float) -> Row:
    """Play the scenario of this number, with the patience and the leases that a machine shared with others needs."""
    waiting.DEADLINE_S = PATIENCE_S
    ground.SETTINGS["TANE_JOBS__LEASE_S"] = str(LEASE_S)
    scenario = SCENARIOS[number]
    began_s = time.monotonic()
    try:
        outcome = asyncio.run(play(scenario, scale=scale))
    except CannotMount:
        outcome = Outcome(name="not played", did={"not played": "this account may not mount a small disk"})
    except Exception as error:  # noqa: BLE001 - the others are to be played all the same, and the report says it
        traceback.print_exception(error)
        outcome = Outcome(name="not ended", wrong={_first_line(error): 1})
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
