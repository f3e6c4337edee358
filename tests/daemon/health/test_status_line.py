from dataclasses import replace
from typing import Any

from daemon.health.status_line import status_line
from tests.daemon.health.snapshots import night, process, sample, snapshot, step, stored
from tests.tables import every

QUEUE = {"embedding": {"queued": 30, "done": 900}, "utterance_role": {"queued": 6, "scheduled": 1}}


@every(
    ("changes", "line"),
    [
        ({}, "2 of 6 slots busy, 0 waiting"),
        (
            {"stored": stored(queue=QUEUE, oldest_waiting_s=12.3)},
            "2 of 6 slots busy, 37 waiting, oldest 12 s",
        ),
        (
            {"stored": stored(queue=QUEUE, oldest_waiting_s=9000.0)},
            "2 of 6 slots busy, 37 waiting, oldest 2 h",
        ),
        ({"stored": stored(night=night())}, "2 of 6 slots busy, 0 waiting; night: maps 41 %"),
        (
            {"stored": stored(night=night(status="requested", step=None))},
            "2 of 6 slots busy, 0 waiting; night: waits",
        ),
        ({"stored": stored(night=night(step=None))}, "2 of 6 slots busy, 0 waiting; night: begins"),
        ({"stored": stored(night=night(status="failed"))}, "2 of 6 slots busy, 0 waiting; last night failed"),
        ({"stored": stored(night=night(status="published"))}, "2 of 6 slots busy, 0 waiting"),
        ({"stored": stored(memory=sample(level="normal"))}, "2 of 6 slots busy, 0 waiting"),
        (
            {"stored": stored(memory=sample())},
            "2 of 6 slots busy, 0 waiting; memory critical: 46.0 GB in use, 92% of 50.0 GB, 90.0 GB free on the disk",
        ),
        ({"stored": None, "trouble": "x"}, "2 of 6 slots busy, the database does not answer"),
        ({"process": process(is_stopping=True)}, "stopping, 2 of 6 slots busy, 0 waiting"),
        (
            {"process": process(blocked=("text",), down_for_s=240.0)},
            "2 of 6 slots busy, 0 waiting; model server down for 4 min",
        ),
        (
            {"process": process(blocked=("text",), missing=("m",))},
            "2 of 6 slots busy, 0 waiting; a model is missing",
        ),
        ({"process": None}, "0 waiting"),
    ],
)
def test_it_says_what_an_operator_wants_to_know(changes: dict[str, Any], line: str):
    assert status_line(snapshot(**changes)) == line


def test_a_step_of_unknown_name_is_not_repeated():
    strange = replace(night(step="秘密"), steps=(step("秘密", fraction=0.5),))

    assert "秘密" not in status_line(snapshot(stored=stored(night=strange)))
