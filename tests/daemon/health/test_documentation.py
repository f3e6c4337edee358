"""docs/monitoring.md names every metric there is, and no other."""

import re
from pathlib import Path

from daemon.health.counters import Counters
from daemon.health.metrics import families
from tests.daemon.health.snapshots import edition, last_map, night, sample, snapshot, stored

ROOT = Path(__file__).parents[3]


def test_every_metric_is_documented_and_none_that_is_not():
    everything = snapshot(
        stored=stored(
            night=night(),
            last_map=last_map(),
            memory=sample(),
            editions=[edition("recap"), edition("morning")],
        )
    )

    ending = {"counter": "_total"}
    written = {family.name + ending.get(family.type, "") for family in families(everything, Counters())}
    documented = set(
        re.findall(r"`(tane_[a-z_]+)`", (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8"))
    )

    assert documented == written
