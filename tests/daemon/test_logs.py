"""Log lines: they parse, they say where an error came from, and they never hold what a user wrote."""

import asyncio
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import structlog

from daemon import logs
from handlers.contract import JobError
from tane.settings.model import Log, Settings
from tane.store.pool import Connection

SECRET = "誰にも言えない秘密の日記"


class Terminal(io.StringIO):
    """Standard error as it is on a terminal."""

    def isatty(self) -> bool:
        return True


class Written:
    """Everything that was written to standard error so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def getvalue(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield Written(capsys)
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: Written) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail_with(error: Exception) -> None:
    note = SECRET  # what a traceback with locals would show
    assert note
    raise error


class TestForm:
    def test_away_from_a_terminal_every_line_is_json(self, stderr: Written) -> None:
        logs.configure(Log())

        structlog.get_logger("tests").info("job.done", job_type="embedding", wait_ms=3, outcome=None)
        logging.getLogger("library").warning("something %s", "odd")

        ours, theirs = lines(stderr)
        assert list(ours)[:3] == ["ts", "level", "event"]
        assert (ours["event"], ours["job_type"], ours["wait_ms"]) == ("job.done", "embedding", 3)
        assert (theirs["event"], theirs["level"], theirs["logger"]) == ("something odd", "warning", "library")

    def test_japanese_stays_readable_in_json(self, stderr: Written) -> None:
        logs.configure(Log())

        structlog.get_logger("tests").info("role.added", name="質問")

        assert "質問" in stderr.getvalue()

    @pytest.mark.usefixtures("stderr")
    def test_on_a_terminal_lines_are_for_people(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        logs.configure(Log())

        structlog.get_logger("tests").info("job.done")

        assert "job.done" in terminal.getvalue()
        assert not terminal.getvalue().startswith("{")

    @pytest.mark.usefixtures("stderr")
    def test_under_journald_each_line_carries_its_priority(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with (tmp_path / "journal").open("w+", encoding="utf-8") as journal:
            status = os.fstat(journal.fileno())
            monkeypatch.setattr(sys, "stderr", journal)
            monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
            logs.configure(Log())
            structlog.get_logger("tests").info("one")
            structlog.get_logger("tests").error("two")
            journal.seek(0)
            written = journal.read().splitlines()

        assert [line[:3] for line in written] == ["<6>", "<3>"]
        assert json.loads(written[1][3:])["event"] == "two"

    def test_a_journal_that_is_not_ours_changes_nothing(
        self, monkeypatch: pytest.MonkeyPatch, stderr: Written
    ) -> None:
        monkeypatch.setenv("JOURNAL_STREAM", "1:1")
        logs.configure(Log())

        structlog.get_logger("tests").info("one")

        assert stderr.getvalue().startswith("{")

    def test_lines_below_the_level_are_not_written(self, stderr: Written) -> None:
        logs.configure(Log(level="warning"))

        structlog.get_logger("tests").info("quiet")
        structlog.get_logger("tests").warning("loud")

        assert [line["event"] for line in lines(stderr)] == ["loud"]

    @pytest.mark.parametrize("library", ["httpx", "uvicorn.access", "asyncpg", "asyncio"])
    def test_libraries_are_quiet_even_while_we_debug(self, library: str, stderr: Written) -> None:
        logs.configure(Log(level="debug"))

        logging.getLogger(library).info("GET /api/generate")

        assert stderr.getvalue() == ""

    def test_bound_fields_stand_on_every_line(self, stderr: Written) -> None:
        logs.configure(Log())

        with structlog.contextvars.bound_contextvars(job_id=UUID(int=1)):
            structlog.get_logger("tests").info("job.done")

        assert lines(stderr)[0]["job_id"] == str(UUID(int=1))


class TestPrivacy:
    """Traps 1 and 2 of operating: locals in tracebacks, and errors that quote rows."""

    def test_a_local_variable_never_reaches_the_log(self, stderr: Written) -> None:
        logs.configure(Log())

        try:
            fail_with(KeyError("x"))
        except KeyError:
            structlog.get_logger("tests").exception("job.failed")

        assert SECRET not in stderr.getvalue()
        assert "in fail_with" in lines(stderr)[0]["exception"]

    @pytest.mark.usefixtures("stderr")
    def test_neither_does_it_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        logs.configure(Log())

        try:
            fail_with(ValueError(SECRET))
        except ValueError:
            structlog.get_logger("tests").exception("job.failed")

        assert SECRET not in terminal.getvalue()
        assert "in fail_with" in terminal.getvalue()

    def test_an_unknown_error_does_not_speak(self, stderr: Written) -> None:
        logs.configure(Log())

        try:
            fail_with(ValueError(SECRET))
        except ValueError as error:
            structlog.get_logger("tests").error("job.failed", exc_info=error, cause=error)

        (line,) = lines(stderr)
        assert SECRET not in stderr.getvalue()
        assert (line["error"], line["cause"]) == ("ValueError", "ValueError")

    def test_an_error_of_ours_does(self, stderr: Written) -> None:
        logs.configure(Log())

        structlog.get_logger("tests").error("job.failed", cause=JobError("missing", "the target is gone"))

        assert lines(stderr)[0]["cause"] == "handlers.contract.JobError: the target is gone"

    def test_the_cause_and_the_parts_of_an_error_are_described_as_carefully(self, stderr: Written) -> None:
        logs.configure(Log())

        try:
            try:
                fail_with(ValueError(SECRET))
            except ValueError as error:
                raise ExceptionGroup(SECRET, [TypeError(SECRET)]) from error
        except ExceptionGroup:
            structlog.get_logger("tests").exception("loop.failed")

        assert SECRET not in stderr.getvalue()
        exception = lines(stderr)[0]["exception"]
        assert "ValueError\nwhich led to:" in exception
        assert "part 1:\nTypeError" in exception

    async def test_the_failing_row_of_postgresql_never_reaches_the_log(
        self, conn: Connection, stderr: Written
    ) -> None:
        logs.configure(Log())

        with pytest.raises(asyncpg.CheckViolationError, match=SECRET) as caught:
            await conn.execute("INSERT INTO utterances (contents, direction) VALUES ($1, 5)", SECRET)
        structlog.get_logger("tests").error("save.failed", exc_info=caught.value, cause=caught.value)
        logging.getLogger("library").error("it failed", exc_info=caught.value)

        assert SECRET not in stderr.getvalue()
        assert "CheckViolationError [23514]" in lines(stderr)[0]["error"]

    @pytest.mark.parametrize("field", sorted(logs.TEXT_FIELDS - {"args", "row"}))
    def test_fields_named_for_text_are_described_however_short(self, field: str, stderr: Written) -> None:
        logs.configure(Log())

        structlog.get_logger("tests").info("odd", **{field: SECRET})

        assert lines(stderr)[0][field].startswith("<12 chars sha256:")

    def test_long_strings_are_described_wherever_they_hide(self, stderr: Written) -> None:
        logs.configure(Log())
        long = SECRET * 20

        structlog.get_logger("tests").info("odd", one=long, two=[long], three={"in": {"side": long}})

        assert SECRET not in stderr.getvalue()
        assert lines(stderr)[0]["one"].startswith("<240 chars sha256:")

    def test_an_object_is_named_by_its_class_alone(self, stderr: Written) -> None:
        @dataclass
        class Utterance:
            contents: str

        logs.configure(Log())

        structlog.get_logger("tests").info("odd", item=Utterance(SECRET), raw=SECRET.encode())

        assert SECRET not in stderr.getvalue()
        assert (lines(stderr)[0]["item"], lines(stderr)[0]["raw"]) == ("<Utterance>", "<36 bytes>")

    async def test_a_task_that_dies_unseen_does_not_tell_what_it_held(self, stderr: Written) -> None:
        logs.configure(Log())

        async def die() -> None:
            fail_with(ValueError(SECRET))

        task = asyncio.get_running_loop().create_task(die())
        await asyncio.wait([task])
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
        )

        assert SECRET not in stderr.getvalue()
        assert lines(stderr)[0]["event"] == "Task exception was never retrieved"

    def test_a_line_that_cannot_be_formatted_does_not_print_its_arguments(
        self, monkeypatch: pytest.MonkeyPatch, stderr: Written
    ) -> None:
        original = io.StringIO()
        monkeypatch.setattr(sys, "__stderr__", original)
        logs.configure(Log())

        logging.getLogger("library").warning("%d", SECRET)

        assert SECRET not in original.getvalue() + stderr.getvalue()
        assert "could not be written" in original.getvalue()

    def test_validation_errors_hide_what_they_refuse(self) -> None:
        with pytest.raises(ValueError, match="lease_s") as caught:
            Settings(jobs={"lease_s": SECRET})  # type: ignore[arg-type]  # the wrong type is the point

        assert SECRET not in str(caught.value)


class TestOptIn:
    def test_text_is_written_only_when_asked_for_and_then_a_warning_says_so(self, stderr: Written) -> None:
        logs.configure(Log(text=True))

        structlog.get_logger("tests").info("llm.asked", prompt=SECRET)

        warning, line = lines(stderr)
        assert (warning["event"], warning["level"]) == ("log.text_enabled", "warning")
        assert line["prompt"] == SECRET


def test_what_libraries_say_of_things_that_are_looked_after_is_left_out(stderr: Written) -> None:
    logs.configure(Log(level="debug", format="json"))

    logging.getLogger("asyncio").error("Resetting connection with an active transaction <asyncpg.Connection>")
    logging.getLogger("asyncpg.pool").warning("Failed to restore the pool connection floor; retrying")
    logging.getLogger("asyncpg.pool").warning("another thing")

    assert [line["event"] for line in lines(stderr)] == ["another thing"]
