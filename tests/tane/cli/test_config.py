"""tane config: written, checked and shown; a wrong key ends with status 78 and a clear line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tane.cli import tane as command
from tane.settings.model import Settings
from tane.settings.sources import load_settings
from tests.tables import every


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, prog_name="tane")


class TestInit:
    def test_it_writes_a_file_that_only_its_owner_reads_and_that_changes_nothing(
        self, tmp_path: Path
    ) -> None:
        result = call("config", "init")

        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / "tane.toml").stat().st_mode & 0o777 == 0o600
        assert load_settings(tmp_path / "tane.toml") == Settings()

    def test_it_never_replaces_a_file_unasked(self, tmp_path: Path) -> None:
        mine = tmp_path / "tane.toml"
        mine.write_text('timezone = "Asia/Tokyo"')

        result = call("config", "init")

        assert result.exit_code == 1
        assert "exists already" in result.stderr
        assert mine.read_text() == 'timezone = "Asia/Tokyo"'
        assert call("config", "init", "--force").exit_code == 0

    def test_folders_on_the_way_are_made(self, tmp_path: Path) -> None:
        assert call("config", "init", "a/b/tane.toml").exit_code == 0
        assert (tmp_path / "a" / "b" / "tane.toml").exists()


class TestCheck:
    def test_good_is_status_0_and_nothing_on_stdout(self) -> None:
        result = call("--set", "llm.standin=true", "config", "check")

        assert (result.exit_code, result.stdout) == (0, "")
        assert "can be used; keys set otherwise than by default: 1" in result.stderr

    @every(
        ("key", "said"),
        [
            ("jobs.lease_s=-1", "jobs.lease_s (command line): must be greater than 0"),
            ("llm.text_model= ", "llm.text_model (command line): must name a model such as gpt-oss:20b"),
            ("jobs.lease=1", "did you mean jobs.lease_s?"),
            ("jobs.enabled=knowledge", "jobs.enabled: no such job type: knowledge"),
            ("llm.prompts=none.toml", "llm.prompts: there is no file of prompts none.toml"),
        ],
    )
    def test_wrong_is_status_78_and_one_line_on_stderr(self, key: str, said: str) -> None:
        result = call("--set", key, "config", "check")

        assert (result.exit_code, result.stdout) == (78, "")
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_every_command_refuses_a_wrong_configuration_the_same_way(self) -> None:
        for arguments in (
            ["status"],
            ["import", "x.csv"],
            ["run"],
            ["demo"],
            ["db", "migrate"],
            ["db", "psql"],
        ):
            result = call("--set", "foo=1", *arguments)
            assert (result.exit_code, result.stdout) == (78, ""), arguments
            assert result.stderr.startswith("tane: foo (command line): no such setting"), arguments

    def test_what_is_no_pair_is_a_wrong_call(self) -> None:
        assert call("--set", "foo", "status").exit_code == 2


class TestShow:
    def test_it_tells_where_each_value_comes_from(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "tane.toml").write_text('timezone = "Asia/Tokyo"')
        monkeypatch.setenv("TANE_LLM__URL", "http://elsewhere")

        shown = call("--set", "log.level=debug", "config", "show", "--sources").stdout

        lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
        assert lines["timezone"] == ["Asia/Tokyo", "tane.toml"]
        assert lines["llm.url"] == ["http://elsewhere", "TANE_LLM__URL"]
        assert lines["log.level"] == ["debug", "command", "line"]
        assert lines["split.max_tokens"] == ["110", "default"]

    def test_json_holds_the_same(self) -> None:
        plain = json.loads(call("config", "show", "--json").stdout)
        sourced = json.loads(call("config", "show", "--json", "--sources").stdout)

        assert plain["jobs.lease_s"] == 30.0
        assert sourced["jobs.lease_s"] == {"value": 30.0, "source": "default"}

    def test_a_password_is_hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_DATABASE__URL", "postgresql://me:geheim@host/db")

        for arguments in ([], ["--sources"], ["--json"]):
            assert "geheim" not in call("config", "show", *arguments).output

    def test_the_file_may_be_named_by_a_variable(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "other.toml").write_text('timezone = "Asia/Tokyo"')
        monkeypatch.setenv("TANE_CONFIG", str(tmp_path / "other.toml"))

        assert json.loads(call("config", "show", "--json").stdout)["timezone"] == "Asia/Tokyo"


def test_a_refusal_has_its_priority_in_the_journal(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w+", encoding="utf-8") as journal:
        status = os.fstat(journal.fileno())
        done = subprocess.run(
            [sys.executable, "-m", "daemon", "--set", "llm.ur=1", "--set", "job.x=1", "config", "check"],
            cwd=Path(__file__).parents[3], stderr=journal, timeout=60, check=False,
            env=os.environ | {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"},
        )  # fmt: skip
        journal.seek(0)
        said = journal.read().splitlines()

    assert done.returncode == 78
    assert [line[:9] for line in said] == ["<3>tane: "] * 2
