"""tane demo as a new user runs it: a process of its own, in an empty folder."""

import asyncio
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.demo import corpus, demo_session, demo_settings
from tane.cli import tane as command
from tane.settings.sources import load_settings
from tane.store.domain import SCORES, SEED_KINDS
from tane.store.embedded import EmbeddedServer
from tane.store.pool import connection
from tests.processes import processes_of
from tests.tane.cli.conftest import AWAY
from tests.tane.web.http import ask, bearer

DEADLINE_S = 170
ROOT = Path(__file__).parents[3]
UTTERANCES = 100  # as many as have seeds of every kind, and clusters
FEW = ("demo", "--limit", str(UTTERANCES))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="tane-demo-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def configuration(folder: Path) -> dict[str, str]:
    return {"TANE_CONFIG": str(folder / "demo" / "tane.toml")}


def tane(folder: Path, *arguments: str, config: bool = False) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | configuration(folder) if config else os.environ
    options = [] if config else ["--set", f"database.data_dir={folder}"]
    return subprocess.run(
        [sys.executable, "-m", "daemon", *options, *arguments], cwd=ROOT, env=environment, timeout=DEADLINE_S,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


class TestWhole:
    """One demo, looked at from all sides; the second test goes on from the first."""

    def test_it_shows_what_grew_and_where_to_look_next(self, folder: Path) -> None:
        done = tane(folder, *FEW)

        assert done.returncode == 0, done.stderr
        for told in (
            f"{UTTERANCES:,} utterances",
            "Seeds",
            "Clusters: what the night found",
            *SEED_KINDS,
            *SCORES,
            "Neighbours",
            "0 dead",
            "no evidence of quality",
        ):
            assert told in done.stdout
        assert processes_of(folder) == []
        commands = [line.strip() for line in done.stdout.partition("Where to look next\n")[2].splitlines()]
        assert commands[0] == f"export TANE_CONFIG={folder}/demo/tane.toml"
        assert commands.pop(-2).endswith(" web")  # it serves until it is ended
        *shown_here, psql = (shlex.split(line.partition(" -m daemon ")[2]) for line in commands[1:])
        server = EmbeddedServer(folder / "demo")
        server.start()  # or each of them would start one and stop it again
        try:
            for words in shown_here:
                seen = CliRunner(env=configuration(folder)).invoke(command, words, prog_name="tane")
                assert (seen.exit_code, bool(seen.stdout)) == (0, True), (words, seen.output)
            asked = tane(folder, *psql, config=True)
            assert (asked.returncode, bool(asked.stdout)) == (0, True), asked.stderr
        finally:
            server.stop()

    def test_its_figures_are_one_object_on_a_line_and_it_serves_the_map_when_asked_to(
        self, folder: Path
    ) -> None:
        serving = subprocess.Popen(
            [
                *(sys.executable, "-m", "daemon", "--set", f"database.data_dir={folder}"),
                *(*FEW, "--keep", "--json", "--serve"),
            ],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert serving.stdout is not None

        said_first = serving.stdout.readline()
        url = next(line.strip() for line in serving.stdout if line.startswith("http://"))
        answer = asyncio.run(ask(url, "/api/v1/maps?limit=1", headers=bearer(url)))
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=DEADLINE_S)

        assert json.loads(answer.body)["items"][0]["scope"] == "atlas"
        assert serving.returncode == 0, said
        assert processes_of(folder) == []
        assert "0 jobs queued" in said  # --keep: everything is there already
        figures = json.loads(said_first)
        assert set(figures) == {
            "utterances", "seeds", "kinds", "scores", "embeddings", "edges", "points", "clusters", "coverage",
            "layouts", "jobs_done", "jobs_dead", "seconds", "ari_themes", "ami_themes",
            "recap_stories", "recap_bullets", "recap_verified", "morning_groups",
        }  # fmt: skip
        assert figures["utterances"] == UTTERANCES
        grown = ("seeds", "embeddings", "edges", "points", "clusters", "coverage", "layouts", "jobs_done")
        assert min(figures[name] for name in grown) > 0
        assert set(figures["kinds"]) == set(SEED_KINDS)
        assert min(figures["kinds"].values()) > 0
        assert figures["scores"] == dict.fromkeys(SCORES, UTTERANCES)
        assert figures["jobs_dead"] == 0


def test_without_a_limit_it_reads_all_dialogues_in_both_languages() -> None:
    with corpus() as paths:
        read = sorted(line for path in paths for line in path.read_text(encoding="utf-8").splitlines())

    assert read == sorted(
        line
        for language in ("ja", "en")
        for line in (ROOT / "demo" / f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def test_real_models_that_are_not_there_are_told_before_anything_is_done(folder: Path) -> None:
    done = tane(folder, "--set", f"llm.url={AWAY}", "demo", "--real")

    assert done.returncode == 69
    assert f"{AWAY} does not answer" in done.stderr


async def test_every_run_begins_anew_unless_it_is_to_keep(folder: Path) -> None:
    settings = demo_settings(load_settings(None, {"database.data_dir": folder}), real=False)

    async def count(*, keep: bool) -> int:
        async with demo_session(settings, keep=keep) as session, connection(session.pool) as conn:
            await conn.execute("INSERT INTO sources (name) VALUES (gen_random_uuid()::text)")
            return int(await conn.fetchval("SELECT count(*) FROM sources"))

    assert [await count(keep=False), await count(keep=True), await count(keep=False)] == [1, 2, 1]


def test_ctrl_c_ends_it_with_nothing_left_running(folder: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "daemon", "--set", f"database.data_dir={folder}", *FEW],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with running:
        assert running.stderr is not None
        while "jobs queued" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=DEADLINE_S)

    assert running.returncode == 130
    assert "interrupted" in said
    assert processes_of(folder) == []
