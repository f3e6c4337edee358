"""What is planned follows from what was measured."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from bench.growth import planned
from bench.night_server import NightRun
from bench.plot import PlotLine, drawn
from tane.store.runs import StepRecord


def night(**seconds: float) -> NightRun:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    steps = {
        name: StepRecord(
            step=name, ordinal=0, status="done", attempts=1, fraction=1.0, started_at=began, finished_at=began,
            seconds=took, peak_mib=1300.0, details={},
        )
        for name, took in seconds.items()
    }  # fmt: skip
    return NightRun(seconds=sum(seconds.values()), cpu_s=1.0, steps=steps, most_lag_ms=1.0)


def test_a_step_grows_as_it_did_within_bounds():
    nights = {
        10_000: night(maps=10.0, publish=9.0, edges=1.0),
        100_000: night(maps=200.0, publish=18.0, edges=12.6),
    }

    plan = planned(nights, 1_000_000, approximate_row_s=0.001, own_mib=300.0)

    assert plan["steps_s"]["maps"] == round(200.0 * 10**1.2)  # more than it may
    assert plan["steps_s"]["publish"] == 180  # less than it may
    assert plan["steps_s"]["edges"] == pytest.approx(12.6 * 12.6, abs=1)
    assert plan["steps_s"]["neighbours"] == pytest.approx(2500 * 1.23, abs=1)
    assert plan["memory_gib"] == round((300 + 10_000) / 1024, 1)


def test_a_plot_holds_each_line_and_its_name():
    lines = [
        PlotLine(name="measured", points=[(1_000, 2.0), (100_000, 300.0)]),
        PlotLine(name="planned", points=[(100_000, 300.0), (1_000_000, 5_000.0)], is_dashed=True),
    ]

    root = ET.fromstring(drawn(lines, title="A night", across="seeds", up="seconds"))

    words = [element.text for element in root.iter() if element.text and element.text.strip()]
    assert {"A night", "seeds", "seconds", "measured", "planned", "1,000,000", "10,000"} <= set(words)
    drawn_lines = [element.attrib["points"] for element in root.iter() if element.tag.endswith("polyline")]
    assert [len(points.split()) for points in drawn_lines] == [2, 2]
    assert drawn_lines[0].split()[1] == drawn_lines[1].split()[0]
