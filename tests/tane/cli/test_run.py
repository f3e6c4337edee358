"""tane run as a process of its own, on the built-in stand-in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tane.store.embedded import EmbeddedServer
from tests.conftest import Nursery
from tests.standin import serving_standin
from tests.tane.cli.conftest import AWAY, Tane

DEADLINE_S = 60
SAID = "睡眠が足りないと判断が鈍ると思います。なぜですか。"


def imported(tane: Tane, folder: Path) -> Tane:
    path = folder / "talk.jsonl"
    path.write_text(json.dumps({"text": SAID}) + "\n", encoding="utf-8")
    tane("import", str(path))
    return tane


def drained(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "daemon", *options, "run", "--drain"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Drained:
    """A database whose queue was worked off, and how that ended."""

    dsn: str
    process: "subprocess.CompletedProcess[str]"


@pytest.fixture(scope="module")
def once(
    server: EmbeddedServer, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Drained]:
    """One drain, with all that the log can say, for the tests that look at what it left."""
    name = nursery.take()
    dsn = server.dsn(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANE_DATABASE__URL", dsn)
        imported(Tane(dsn), tmp_path_factory.mktemp("talk"))
        done = drained("--set", "llm.standin=true", "--set", "log.level=debug")
    yield Drained(dsn, done)
    nursery.give_back(name)


@pytest.fixture
def talk(tane: Tane, once: Drained, monkeypatch: pytest.MonkeyPatch) -> Tane:
    """The command line on what was drained."""
    monkeypatch.setenv("TANE_DATABASE__URL", once.dsn)
    return tane


def test_a_drain_works_everything_off_and_logs_json(once: Drained, talk: Tane) -> None:
    done = once.process

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    events = {json.loads(line)["event"] for line in done.stderr.splitlines()}
    assert {"daemon.ready", "daemon.stopped"} <= events
    assert set(talk.json("status")["queue"]["utterance_role"]) == {"done"}


def test_what_was_said_is_found_by_its_meaning_afterwards(
    talk: Tane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANE_LLM__STANDIN", "true")

    hits = talk.json("search", "睡眠が足りないと鈍る判断")

    assert hits[0]["by"] == "meaning"
    assert hits[0]["similarity"] > 0.3


def test_a_log_never_holds_what_was_said(once: Drained) -> None:
    assert once.process.stderr
    assert "睡眠" not in once.process.stderr


def test_a_stand_in_at_the_configured_address_is_used_without_naming_its_models(
    tane: Tane, tmp_path: Path
) -> None:
    imported(tane, tmp_path)
    with serving_standin() as url:
        done = drained("--set", f"llm.url={url}")

    assert done.returncode == 0, done.stderr
    assert tane.json("status")["jobs"]["queued"] == 0


def test_an_unreachable_database_is_status_69_and_one_clear_message() -> None:
    done = drained("--set", "database.url=postgresql://nobody@127.0.0.1:9/none", "--set", f"llm.url={AWAY}")

    assert done.returncode == 69
    said = json.loads(done.stderr.splitlines()[-1])
    assert (said["event"], said["level"], said["status"]) == ("daemon.cannot_start", "critical", 69)
    assert said["reason"].startswith("the database cannot be reached")
    assert "Traceback" not in done.stderr
