"""Traps 1 and 2 of operating, at whole programs: whatever happens, the log repeats nothing that a user wrote."""

import json
import logging
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import structlog

from chaos.scenarios.daemon_testbed import open_daemons
from chaos.scenarios.log_privacy import listen, sentences
from daemon import logs
from handlers.contract import Finished, Handler, Lane
from tane.llm.protocol import Models
from tane.settings.model import Log
from tane.store.jobs import Job
from tane.store.pool import Connection, Pool
from tests.daemon.queue.workshop import open_workshop
from tests.system.daemon_process import Site
from tests.system.work import TEXT, Work

SECRET = "誰にも言えない秘密の日記"


async def test_a_daemon_at_work_says_no_sentence_of_what_it_reads(tmp_path: Path, dsn: str):
    """At the level where most is said; `make chaos` does it with all the dialogues."""
    async with open_daemons(folder=tmp_path, dsn=dsn) as ground:
        outcome = await listen(ground, lines=12)

    assert outcome.wrong == {}
    assert outcome.did["log lines searched"] > 50


class TestADatabaseThatQuotesTheRowItRefuses:
    @pytest.mark.parametrize(
        "refusal",
        [
            "ALTER TABLE seeds ADD CHECK (body NOT LIKE '%睡眠%')",
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no %', NEW.body USING DETAIL = NEW.body, HINT = NEW.body; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON seeds FOR EACH ROW EXECUTE FUNCTION refuse()
            """,
        ],
        ids=["constraint", "exception"],
    )
    async def test_is_not_repeated_by_log_or_queue(
        self, site: Site, work: Work, pool: Pool, tmp_path: Path, refusal: str
    ):
        await pool.execute(refusal)
        await work.ask(1)

        daemon = await site.start()
        await daemon.logged("job.dead")

        log = (tmp_path / "daemon-0.log").read_text(encoding="utf-8")
        stored = await pool.fetch("SELECT last_error::text AS text FROM worker_jobs")
        assert "store_refused" in log
        assert not [part for part in sentences([TEXT]) if part in log]
        assert "睡眠" not in log
        assert stored
        assert not [row for row in stored if "睡眠" in row["text"]]


async def test_what_is_asked_and_answered_is_logged_only_while_the_owner_wants_it(
    site: Site, work: Work, tmp_path: Path
):
    config = tmp_path / "tane.toml"
    config.write_text("[log]\ntext = true\n")
    daemon = await site.start("--config", str(config), "run")
    await work.ask(1)
    told = await daemon.logged("llm.exchanged")
    await work.done()
    config.write_text("[log]\ntext = false\n")
    daemon.send(signal.SIGHUP)
    await daemon.logged("config.reloaded")
    before = len(daemon.events("llm.exchanged"))

    await work.ask(3)
    await work.done()

    assert "睡眠" in told["prompt"]
    assert "睡眠" in told["reply"]
    assert daemon.events("log.text_enabled")
    assert len(daemon.events("llm.exchanged")) == before
    assert "睡眠" not in daemon.log().rpartition("config.reloaded")[2]


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging_as_before")
async def test_a_handler_that_fails_with_the_text_in_its_hands_is_not_quoted(
    pool: Pool, dsn: str, capsys: pytest.CaptureFixture[str]
):
    async def load(conn: Connection, jobs: Sequence[Job]) -> Sequence[str]:
        return [SECRET for _ in jobs]

    async def work(items: Sequence[str], models: Models) -> Sequence[str]:
        held = [item + item for item in items]
        raise ValueError(held[0], {held[0]: items})

    async def save(conn: Connection, finished: Sequence[Finished[str, str]]) -> Sequence[str]:
        raise AssertionError(SECRET)

    handler = Handler(
        job_type="think", lane=Lane.LOCAL, targets=frozenset({"note"}), priority=10, deadline_s=60.0,
        load=load, work=work, save=save,
    )  # fmt: skip
    logs.configure(Log(level="debug", format="json"))
    async with open_workshop(pool, dsn, handlers=[handler]) as shop:
        (target,) = await shop.queue()
        await shop.work()
        error = (await shop.job(target))["last_error"]

    said = capsys.readouterr().err
    assert "ValueError" in said
    assert SECRET not in said
    assert SECRET not in json.dumps(error, ensure_ascii=False)
