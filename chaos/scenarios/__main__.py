"""make chaos: play the faults at length and write docs/reliability.md."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from chaos.scenarios import catalogue
from chaos.scenarios.catalogue import SCENARIOS
from chaos.scenarios.reliability import written

REPORT = Path(__file__).parents[2] / "docs" / "reliability.md"


def main() -> int:
    """Play what was asked for; return 1 where something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m chaos.scenarios", description=__doc__)
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
        rows = list(players.map(catalogue.row, numbers, repeat(asked.scale)))
    if not asked.only:
        given = " ".join(sys.argv[1:])
        command = "make chaos" + (f" ARGS='{given}'" if given else "")
        REPORT.write_text(
            written(
                rows,
                scale=asked.scale,
                at_once=asked.at_once,
                lease_s=catalogue.LEASE_S,
                command=command,
                began=began,
            ),
            encoding="utf-8",
        )
    return int(any(row.outcome.wrong for row in rows))


if __name__ == "__main__":
    sys.exit(main())
