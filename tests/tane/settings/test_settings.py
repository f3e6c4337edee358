"""Settings: where they come from, which one holds, and what is said about wrong ones."""

import re
import tomllib
from pathlib import Path

import pytest

from tane.settings.model import ConfigError, Database, Nightly, Settings, is_loopback
from tane.settings.sources import config_files, effective, gather, keys, load_settings, template
from tests.tables import every


@pytest.fixture(autouse=True)
def _empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


def written(folder: Path, text: str, name: str = "tane.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(config: Path | None = None, overrides: dict[str, object] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(config, overrides)
    return str(caught.value)


class TestOrder:
    def test_defaults_hold_where_nobody_speaks(self) -> None:
        assert load_settings() == Settings()

    def test_a_flag_wins_over_the_environment_and_that_over_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = written(tmp_path, '[llm]\nurl = "http://file"\ntext_model = "file"\nembed_model = "file"')
        monkeypatch.setenv("TANE_LLM__TEXT_MODEL", "environment")
        monkeypatch.setenv("TANE_LLM__EMBED_MODEL", "environment")

        llm = load_settings(file, {"llm.embed_model": "flag"}).llm

        assert (llm.url, llm.text_model, llm.embed_model) == ("http://file", "environment", "flag")

    def test_a_flag_that_was_not_given_says_nothing(self) -> None:
        assert load_settings(None, {"llm.standin": None}).llm.standin is False

    def test_each_key_knows_who_spoke_last(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = written(tmp_path, '[llm]\nurl = "http://file"\noptions = {seed = 1}')
        monkeypatch.setenv("TANE_JOBS__LEASE_S", "5")

        found = gather(file, {"log.level": "debug"})

        assert found.origin("llm.url") == str(file)
        assert found.origin("llm.options") == str(file)
        assert found.origin("jobs.lease_s") == "TANE_JOBS__LEASE_S"
        assert found.origin("log.level") == "command line"
        assert found.origin("split.max_tokens") == "default"

    def test_a_file_in_the_current_folder_is_found_without_being_named(self, tmp_path: Path) -> None:
        written(tmp_path, 'timezone = "Asia/Tokyo"')

        assert load_settings().timezone == "Asia/Tokyo"

    def test_the_file_of_the_home_is_found_too(self, tmp_path: Path) -> None:
        folder = tmp_path / ".config" / "tane"
        folder.mkdir(parents=True)
        written(folder, 'timezone = "Asia/Tokyo"')

        assert config_files()[1] == folder / "tane.toml"
        assert load_settings().timezone == "Asia/Tokyo"


class TestEnvironment:
    @pytest.mark.parametrize("value", ["system, bot", '["system", "bot"]'])
    def test_a_list_needs_no_json(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_EXTRACT__SPEAKERS_EXCLUDE", value)

        assert load_settings().extract.speakers_exclude == ["system", "bot"]

    def test_an_import_queues_everything_unless_it_is_told_otherwise(self) -> None:
        """A11: one call answers all questions about an utterance."""
        assert (Settings().jobs.enabled, Settings().llm.fuse) == ("full", True)

    def test_000_stays_a_word_and_is_no_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_JOBS__ENABLED", "000")

        assert load_settings().jobs.enabled == "000"

    def test_job_types_may_be_listed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_JOBS__ENABLED", "utterance_role,embedding")

        assert load_settings().jobs.enabled == ["utterance_role", "embedding"]

    def test_a_model_option_becomes_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_LLM__OPTIONS__SEED", "7")

        assert load_settings().llm.options == {"seed": 7}

    def test_a_misspelt_variable_is_refused_with_the_nearest_name(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TANE_LMM__URL", "http://x")

        assert refusal() == "TANE_LMM__URL in the environment: no such setting; did you mean TANE_LLM__URL?"

    def test_a_misspelt_key_of_a_known_table_is_refused_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_LLM__URLL", "http://x")

        assert refusal() == "llm.urll (TANE_LLM__URLL): no such setting; did you mean llm.url?"


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('timezon = "UTC"', "timezon (FILE): no such setting; did you mean timezone?"),
            ("[lm]\nurl = 1", "lm (FILE): no such setting; did you mean llm?"),
            ("[llm]\nlease_s = 1", "llm.lease_s (FILE): no such setting; did you mean jobs.lease_s?"),
            (
                "[jobs]\nlease_s = -1",
                "jobs.lease_s (FILE): must be greater than 0. How long a claim lives without a heartbeat. Default: 30.0",
            ),
            (
                '[log]\nlevel = "loud"',
                "log.level (FILE): must be 'debug', 'info', 'warning' or 'error'. Least level written. Default: \"info\"",
            ),
        ],
    )
    def test_a_wrong_key_is_named_with_its_file_and_remedy(
        self, text: str, said: str, tmp_path: Path
    ) -> None:
        file = written(tmp_path, text)

        assert refusal(file) == said.replace("FILE", str(file))

    def test_all_wrong_keys_are_named_at_once(self, tmp_path: Path) -> None:
        file = written(tmp_path, "[jobs]\nlease_s = -1\npoll_s = 0\n[split]\nmax_tokens = 0")

        assert len(refusal(file).splitlines()) == 3

    def test_an_address_with_a_password_is_never_quoted(self, tmp_path: Path) -> None:
        file = written(tmp_path, '[database]\nurl = "mysql://me:geheim@host/db"')

        said = refusal(file)

        assert "must begin with postgresql://" in said
        assert "geheim" not in said

    def test_a_time_zone_must_exist(self) -> None:
        assert "timezone (command line): must name a time zone" in refusal(None, {"timezone": "Mars/Olympus"})

    def test_a_file_that_is_not_there_is_named_with_the_command_that_writes_one(self, tmp_path: Path) -> None:
        missing = tmp_path / "none.toml"

        assert refusal(missing) == f"{missing} does not exist: `tane config init {missing}` writes one"

    def test_broken_toml_is_told_with_its_line(self, tmp_path: Path) -> None:
        assert "line 2" in refusal(written(tmp_path, "[llm]\nurl = \n"))

    def test_a_file_of_another_encoding_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "tane.toml"
        file.write_bytes('timezone = "東京"'.encode("cp932"))

        assert "is not UTF-8" in refusal(file)


class TestTheWebPort:
    @every("host", ["0.0.0.0", "::", "192.0.2.7", "tane.example"])
    def test_that_other_machines_reach_is_refused_without_a_token(self, host: str) -> None:
        assert "set web.token" in refusal(overrides={"web.host": host})

        web = load_settings(None, {"web.host": host, "web.token": "a-token-of-some-length"}).web

        assert web.host == host
        assert "a-token" not in str(web)

    @every("token", ["short", "種" * 16, "sixteen characters", ""])
    def test_takes_no_token_that_can_be_guessed_or_not_be_sent(self, token: str) -> None:
        said = refusal(overrides={"web.token": token})

        assert "web.token must have at least 16" in said
        assert not token or token not in said


class TestTemplate:
    def test_as_written_it_changes_nothing(self, tmp_path: Path) -> None:
        assert load_settings(written(tmp_path, template())) == Settings()

    def test_every_setting_stands_in_it_and_can_be_taken(self, tmp_path: Path) -> None:
        uncommented = re.sub(r"(?m)^# (?=\w+ = )", "", template())

        values = gather(written(tmp_path, uncommented), {}).values

        assert Settings(**values)
        assert set(keys()) == {
            f"{table}.{name}" if isinstance(inner, dict) else table
            for table, inner in tomllib.loads(uncommented).items()
            for name in (inner if isinstance(inner, dict) else [""])
        }

    def test_every_setting_is_explained(self) -> None:
        assert [key for key, field in keys().items() if not field.description] == []


def test_what_is_shown_hides_the_password_and_is_plain_data() -> None:
    settings = load_settings(None, {"database.url": "postgresql://me:geheim@host/db"})

    shown = effective(settings)

    assert shown["database.url"] == "********"
    assert "geheim" not in repr(shown)
    assert "geheim" not in repr(settings)
    assert isinstance(shown["database.data_dir"], str)


class TestTheModelServersSecrets:
    def test_are_sent_and_never_shown(self) -> None:
        settings = load_settings(overrides={"llm.token": "s3cret", "llm.headers": {"X-Key": "k3y"}})

        shown = effective(settings)

        assert (shown["llm.token"], shown["llm.headers"]) == ("********", {"X-Key": "********"})
        for told in (repr(settings), str(settings.model_dump()), str(shown)):
            assert "s3cret" not in told
            assert "k3y" not in told

    @every(
        ("key", "value"),
        [
            ("llm.token", "two\nlines"),
            ("llm.token", "umläut"),
            ("llm.token", ""),
            ("llm.headers", {"X Key": "value"}),
            ("llm.headers", {"X-Key": "a\r\nHost: b"}),
            ("llm.headers", {"Host": "elsewhere"}),
            ("llm.headers", {"content-length": "5"}),
        ],
    )
    def test_that_no_header_can_hold_are_refused_without_being_repeated(
        self, key: str, value: object
    ) -> None:
        said = refusal(overrides={key: value})

        assert said.startswith(key)
        assert "umläut" not in said
        assert "elsewhere" not in said

    def test_come_from_the_environment_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_LLM__TOKEN", "s3cret")
        monkeypatch.setenv("TANE_LLM__HEADERS", '{"X-Key": "k3y"}')

        llm = load_settings().llm

        assert llm.token is not None
        assert (llm.token.get_secret_value(), llm.headers["X-Key"].get_secret_value()) == ("s3cret", "k3y")


@every(
    ("host", "is_so"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("tane.example", False),
        ("192.168.0.2", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host: str, is_so: bool):
    assert is_loopback(host) is is_so


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("{smallest = 5, share = 0.2, samples = 3, largst = 50}", "did you mean largest?"),
        ("{smallest = 5, share = 0.2}", "a level needs samples"),
    ],
)
def test_a_level_of_the_hierarchy_with_an_unknown_key_or_without_one_is_refused(
    tmp_path: Path, level: str, said: str
):
    file = tmp_path / "tane.toml"
    file.write_text(f"[clustering]\nhierarchy_levels = [{level}]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=re.escape(said)):
        load_settings(file)


def test_runs_stand_beside_the_database_unless_the_settings_say_where(tmp_path: Path):
    database = Database(data_dir=tmp_path)

    assert Settings(database=database).runs_dir == tmp_path / "nightly"
    chosen = Settings(database=database, nightly=Nightly(state_dir=tmp_path / "fast"))
    assert chosen.runs_dir == tmp_path / "fast"
