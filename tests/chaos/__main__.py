"""make chaos: play the seven faults at length and write docs/reliability.md."""

import argparse
import asyncio
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from tests.chaos.ledger import Outcome
from tests.chaos.report import Row, written
from tests.chaos.scenarios import SCENARIOS, play
from tests.chaos.tiny_disk import CannotMount
from tests.waiting import Overdue

REPORT = Path(__file__).parents[2] / "docs" / "reliability.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the demanded numbers, 1 by default")
    parser.add_argument(
        "--at-once", type=int, default=2, help="faults at a time, 2 by default: most of them wait"
    )
    parser.add_argument(
        "--only", default="", help="faults whose description holds these words; writes no report"
    )
    asked = parser.parse_args()
    began = datetime.now(UTC)
    numbers = [number for number, scenario in enumerate(SCENARIOS) if asked.only in scenario.fault]
    with ProcessPoolExecutor(max_workers=asked.at_once, mp_context=get_context("spawn")) as players:
        rows = list(players.map(_row, numbers, repeat(asked.scale)))
    if not asked.only:
        given = " ".join(sys.argv[1:])
        command = "make chaos" + (f" ARGS='{given}'" if given else "")
        REPORT.write_text(
            written(rows, scale=asked.scale, at_once=asked.at_once, command=command, began=began),
            encoding="utf-8",
        )
    return int(any(row.outcome.wrong for row in rows))


def _row(number: int, scale: float) -> Row:
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


if __name__ == "__main__":
    sys.exit(main())
