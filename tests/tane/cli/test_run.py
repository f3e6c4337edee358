"""tane run as a process of its own, on the built-in stand-in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standin import serving_standin
from tests.tane.cli.conftest import AWAY, Tane

DEADLINE_S = 60


@pytest.fixture
def talk(tane: Tane, tmp_path: Path) -> Tane:
    path = tmp_path / "talk.jsonl"
    path.write_text(
        json.dumps({"text": "睡眠が足りないと判断が鈍ると思います。なぜですか。"}) + "\n", encoding="utf-8"
    )
    tane("import", str(path))
    return tane


def drained(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "daemon", *options, "run", "--drain"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
    )  # fmt: skip


def test_a_drain_works_everything_off_and_logs_json(talk: Tane) -> None:
    done = drained("--set", "llm.standin=true")

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    events = {json.loads(line)["event"] for line in done.stderr.splitlines()}
    assert {"daemon.ready", "daemon.stopped"} <= events
    assert set(talk.json("status")["queue"]["utterance_role"]) == {"done"}


def test_a_stand_in_at_the_configured_address_is_used_without_naming_its_models(talk: Tane) -> None:
    with serving_standin() as url:
        done = drained("--set", f"llm.url={url}")

    assert done.returncode == 0, done.stderr
    assert talk.json("status")["jobs"]["queued"] == 0


def test_what_was_said_is_found_by_its_meaning_afterwards(
    talk: Tane, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drained("--set", "llm.standin=true").returncode == 0
    monkeypatch.setenv("TANE_LLM__STANDIN", "true")

    hits = talk.json("search", "睡眠が足りないと鈍る判断")

    assert hits[0]["by"] == "meaning"
    assert hits[0]["similarity"] > 0.3


def test_a_log_never_holds_what_was_said(talk: Tane) -> None:
    done = drained("--set", "llm.standin=true", "--set", "log.level=debug")

    assert done.returncode == 0
    assert "睡眠" not in done.stderr


def test_an_unreachable_database_is_status_69_and_one_clear_message() -> None:
    done = drained("--set", "database.url=postgresql://nobody@127.0.0.1:9/none", "--set", f"llm.url={AWAY}")

    assert done.returncode == 69
    said = json.loads(done.stderr.splitlines()[-1])
    assert (said["event"], said["level"], said["status"]) == ("daemon.cannot_start", "critical", 69)
    assert said["reason"].startswith("the database cannot be reached")
    assert "Traceback" not in done.stderr
