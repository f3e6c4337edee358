"""tane status: the queue, the store, and the model server as it is."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.standin import serving_standin
from tests.tane.cli.conftest import AWAY, Tane

Add = Callable[..., str]


def test_an_empty_tane_says_what_to_do_first(tane: Tane) -> None:
    shown = tane("status").stdout

    assert "The queue is empty; `tane import FILE` fills it." in shown
    assert f"{AWAY}: does not answer" in shown


def test_the_queue_is_counted_by_type_and_state(tane: Tane, add_job: Add) -> None:
    add_job()
    add_job("utterance_role", status="dead", cause="reply_unusable")

    snapshot = tane.json("status")

    assert snapshot["queue"] == {"embedding": {"queued": 1}, "utterance_role": {"dead": 1}}
    assert (snapshot["jobs"]["queued"], snapshot["jobs"]["dead"]) == (1, 1)
    assert snapshot["dead"] == [{"job_type": "utterance_role", "cause": "reply_unusable", "n": 1}]
    assert snapshot["oldest_waiting_s"] >= 0
    shown = tane("status").stdout
    assert "dead: 1 × utterance_role: reply_unusable (`tane dead`)" in shown
    assert "the oldest job has waited for" in shown


def test_what_is_stored_is_counted_without_what_is_hidden(
    tane: Tane, add_utterance: Add, add_seed: Add
) -> None:
    utterance = add_utterance("睡眠が足りない")
    add_seed("一つ目", source=utterance)
    tane.sql("UPDATE seeds SET review_status = 'rejected'")

    counts = tane.json("status")["counts"]

    assert (counts["utterances"], counts["seeds"]) == (1, 0)


def test_the_age_of_the_last_good_recap_is_shown_once_there_was_one(tane: Tane) -> None:
    assert "last good" not in tane("status").stdout

    tane.sql(
        "INSERT INTO nightly_runs (kind, trigger, status, finished_at) VALUES ('recap', 'cron', 'published', now() - interval '9 days')"
    )

    assert "recap     the last good one is 9 d old" in tane("status").stdout
    (last,) = [one for one in tane.json("status")["editions"] if one["kind"] == "recap"]
    assert last["age_s"] > 8 * 86_400


def test_a_stand_in_is_named_as_such(tane: Tane, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_standin() as url:
        monkeypatch.setenv("TANE_LLM__URL", url)
        models = tane.json("status")["models"]
        shown = " ".join(tane("status").stdout.split())

    assert (models["state"], models["text_model"]) == ("stand-in", "standin-text:latest")
    assert "no evidence of quality" in shown


def test_what_waits_longest_stands_first(tane: Tane, add_job: Add) -> None:
    add_job("embedding")
    add_job("utterance_role")
    tane.sql("UPDATE worker_jobs SET created_at = now() - interval '3 h' WHERE job_type = 'utterance_role'")

    lines = tane("status").stdout.splitlines()

    assert "2 waiting · 0 running · the oldest job has waited for 3 h" in lines[0]
    types = [line.split()[0] for line in lines if line.startswith(("embedding", "utterance_role"))]
    assert types == ["utterance_role", "embedding"]
    assert next(line for line in lines if line.startswith("utterance_role")).split()[-2:] == ["3", "h"]


def test_it_fits_80_columns_whatever_the_types_are_called(tane: Tane, add_job: Add) -> None:
    for status in ("queued", "scheduled", "done", "dead", "cancelled"):
        add_job("埋め込み" * 20, status=status)
    tane.sql("UPDATE worker_jobs SET created_at = now() - interval '400 days'")

    shown = tane("status").stdout

    assert [line for line in shown.splitlines() if cell_len(line) > 80] == []


async def test_watching_looks_again_and_ends_with_ctrl_c(tane: Tane) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon", "status", "--watch", "--json", cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    looks = [json.loads(await asyncio.wait_for(process.stdout.readline(), 20)) for _ in range(2)]

    process.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert looks[0]["at"] < looks[1]["at"]
    assert (process.returncode, said) == (0, b"")


def test_replies_of_no_use_are_told(tane: Tane) -> None:
    assert "unusable" not in tane("status").output

    tane.sql("INSERT INTO model_replies VALUES (now(), 1200, 300)")

    assert "300 of 1,200 unusable in the last day" in tane("status").output
    assert tane.json("status")["replies"] == {"replies": 1200, "unusable": 300}
