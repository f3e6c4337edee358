"""tane support-bundle: everything that helps, and nothing that anybody said."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tane.cli.conftest import AWAY, Tane

Add = Callable[..., str]

SECRET = "秘密の恋人は田中さん"
ASCII_SECRET = "my secret lover is Tanaka"
PASSWORD = "geheim-passwort-123"


def contents(path: Path) -> dict[str, str]:
    with tarfile.open(path) as archive:
        return {
            member.name: (archive.extractfile(member) or pytest.fail(member.name)).read().decode()
            for member in archive.getmembers()
        }


def read(path: Path) -> dict[str, Any]:
    return {name.removeprefix("tane-support/"): json.loads(text) for name, text in contents(path).items()}


@pytest.fixture
def planted(tane: Tane, add_utterance: Add, add_seed: Add, add_job: Add) -> Tane:
    """A Tane with the secret wherever text can be."""
    seed = add_seed(SECRET, source=add_utterance(SECRET, speaker=SECRET))
    add_job("did_asked_knowledge", status="dead", cause="reply_unusable")
    add_job(SECRET, status="dead", cause=SECRET)
    add_job(ASCII_SECRET)
    error = {"class": ASCII_SECRET, "cause": SECRET, "message": SECRET, "step": ASCII_SECRET, "at": SECRET}
    tane.sql("UPDATE worker_jobs SET last_error = $1, payload = $2, outcome = $3 WHERE status = 'dead' AND job_type = $3",
             error, {"text": SECRET}, SECRET)  # fmt: skip
    tane.sql("INSERT INTO job_pauses (job_type, reason) VALUES ('embedding', $1), ($1, $1)", SECRET)
    tane.sql(
        "INSERT INTO clusters (cluster_title, cluster_overview, cluster_category) VALUES ($1, $1, $1)", SECRET
    )
    tane.sql("UPDATE utterance_roles SET description = $1", SECRET)
    tane.sql("UPDATE utterances SET metadata = $1", {"note": SECRET})
    tane.sql(
        "INSERT INTO nightly_runs (status, trigger, host, started_at, finished_at, report, last_error) "
        "VALUES ('failed', 'cron', $1, now(), now(), $2, $3)", ASCII_SECRET, {"reason": SECRET}, error,
    )  # fmt: skip
    tane.sql(
        "INSERT INTO nightly_steps (run_id, step, ordinal, status, details) SELECT run_id, $1, 1, 'failed', $2 "
        "FROM nightly_runs", SECRET, {"seeds": 12, "reason": SECRET, ASCII_SECRET: 1},
    )  # fmt: skip
    assert seed
    return tane


LOG = [
    json.dumps({"ts": "2026-01-01T00:00:00Z", "level": "info", "event": "job.done", "kind": "embedding", "run_ms": 12,
                "body": SECRET, "error_message": ASCII_SECRET, "exception": SECRET}),
    "<4>" + json.dumps({"event": "job.retry", "kind": SECRET, ASCII_SECRET: SECRET, "reason": ASCII_SECRET}),
    json.dumps({"event": ASCII_SECRET}),
    json.dumps([SECRET]),
    f"Traceback of something else: {SECRET}",
]  # fmt: skip


def test_a_secret_that_stands_everywhere_is_not_in_it(
    planted: Tane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANE_WEB__TOKEN", PASSWORD)
    monkeypatch.setenv("TANE_LLM__URL", f"http://me:{PASSWORD}@127.0.0.1:9/?key={PASSWORD}")
    monkeypatch.setenv("TANE_EXTRACT__SPEAKERS_EXCLUDE", f"{SECRET},{ASCII_SECRET}")
    monkeypatch.setenv("TANE_LLM__OPTIONS", json.dumps({"stop": ASCII_SECRET}))
    out = tmp_path / "out.tar.gz"

    result = planted("support-bundle", "--output", str(out), "--log", "-", stdin="\n".join(LOG) + "\n")

    everything = "".join(contents(out).values()) + result.output
    for secret in (SECRET, ASCII_SECRET, PASSWORD, "田中", "Tanaka", "lover"):
        assert secret not in everything
        assert secret.encode("unicode_escape").decode() not in everything or secret.isascii()


def test_it_holds_what_helps(planted: Tane, tmp_path: Path):
    out = tmp_path / "out.tar.gz"

    planted("support-bundle", "--output", str(out), "--log", "-", stdin="\n".join(LOG))

    found = read(out)
    assert found["versions.json"]["tane"]
    assert found["configuration.json"]["database.url"] == {
        "value": "********",
        "source": "TANE_DATABASE__URL",
    }
    assert found["configuration.json"]["jobs.lease_s"] == {"value": 30.0, "source": "default"}
    snapshot = found["snapshot.json"]
    assert {"what": "model_server_down", "degree": "degraded"} in snapshot["troubles"]
    assert {"job_type": "did_asked_knowledge", "cause": "reply_unusable", "n": 1} in snapshot["dead"]
    assert {"job_type": "other", "cause": "other", "n": 1} in snapshot["dead"]
    assert snapshot["paused"] == ["embedding", "other"]
    (night,) = found["nights.json"]
    assert (night["status"], night["error"]["cause"], night["steps"][0]["details"]) == (
        "failed",
        "other",
        {"seeds": 12},
    )
    database = found["database.json"]
    assert database["server"]["pgvector"]
    assert "shared_buffers" in {setting["name"] for setting in database["settings"]}
    assert {"check": "dead jobs", "state": "warn", "cause": None} in found["doctor.json"]
    assert {"check": "rights", "state": "ok", "cause": "this role may write all tables"} in found[
        "doctor.json"
    ]
    assert database["migrations"][0]["name"] == "0001_schema"
    assert "utterances" in {table["name"] for table in database["tables"]}
    assert {"worker_jobs_claim"} <= {index["name"] for index in database["indexes"] if index["is_valid"]}
    assert found["log.json"] == [
        {
            "ts": "2026-01-01T00:00:00Z",
            "level": "info",
            "event": "job.done",
            "kind": "embedding",
            "run_ms": 12,
        },
        {"event": "job.retry"},
        {"lines_left_out": 3},
    ]


def test_it_is_written_where_help_is_wanted_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TANE_LLM__URL", AWAY)
    tane = Tane("")

    away = ("--set", "database.url=postgresql://127.0.0.1:9/none")
    without_database = tane(*away, "support-bundle", "-o", str(tmp_path / "a"))
    without_settings = tane("--set", "jobs.poll_s=often", "support-bundle", "-o", str(tmp_path / "b"))

    told = {one["check"]: one for one in read(tmp_path / "a")["doctor.json"]}
    assert told["database"]["state"] == "fail"
    assert "nobody listens there" in told["database"]["cause"]
    assert sorted(read(tmp_path / "a")) == ["configuration.json", "doctor.json", "versions.json"]
    assert "the database is left out" in without_database.stderr
    assert sorted(read(tmp_path / "b")) == ["doctor.json", "versions.json"]
    assert "the configuration cannot be used" in without_settings.stderr


def test_it_says_what_it_holds_and_only_its_owner_reads_it(tane: Tane, tmp_path: Path):
    result = tane("support-bundle")

    path = tmp_path / result.stdout.strip()
    assert path.stat().st_mode & 0o777 == 0o600
    for name in read(path):
        assert name in result.stderr


def test_it_never_replaces_a_file(tane: Tane, tmp_path: Path):
    mine = tmp_path / "mine"
    mine.write_text("mine")

    result = tane("support-bundle", "--output", str(mine), status=1)

    assert "exists already" in result.stderr
    assert mine.read_text() == "mine"
