"""tane seeds, clusters and forget: the owner's hands."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tane.cli.conftest import Tane

ROOT = Path(__file__).parents[3]
Add = Callable[..., str]
SAID = "最近よく眠れない。睡眠が足りないと判断が鈍る。"


@pytest.fixture
def seed(add_utterance: Add, add_seed: Add) -> str:
    return add_seed("睡眠が足りないと判断が鈍る", source=add_utterance(SAID, speaker="佐藤"), span=(9, 22))


def status(tane: Tane) -> str:
    return str(tane.sql("SELECT review_status FROM seeds")[0][0])


class TestSeeds:
    def test_are_listed_with_their_source_and_the_words_that_support_them(
        self, tane: Tane, seed: str
    ) -> None:
        shown = tane("seeds", "list", "--text", "睡眠").stdout

        assert seed[:8] in shown
        assert "grounding 0.90" in shown
        assert "佐藤: 最近よく眠れない。【睡眠が足りないと判断が鈍る】。" in shown
        assert [found["id"] for found in tane.json("seeds", "list", "--kind", "knowledge")] == [seed]
        assert tane("seeds", "list", "--status", "rejected").stderr == "no seeds\n"

    def test_are_decided_by_the_beginning_of_their_id(self, tane: Tane, seed: str) -> None:
        tane("seeds", "reject", seed[:8])
        assert status(tane) == "rejected"

        tane("seeds", "accept", seed[:8])
        assert status(tane) == "accepted"

        tane("seeds", "edit", seed[:8], " 寝不足は判断を鈍らせる ")
        assert tane.sql("SELECT body, review_status FROM seeds") == [("寝不足は判断を鈍らせる", "edited")]

    def test_are_refused_an_empty_text_and_an_unknown_name(self, tane: Tane, seed: str) -> None:
        assert "the text is empty" in tane("seeds", "edit", seed, "  ", status=1).stderr
        assert "there is no seed 00000000" in tane("seeds", "reject", seed, "00000000", status=1).stderr
        assert status(tane) == "auto", "all or nothing"


class TestClusters:
    def test_are_listed_renamed_shown_and_given_back(self, tane: Tane) -> None:
        ((made,),) = tane.sql(
            "INSERT INTO clusters (cluster_title, overview_source) VALUES ('題', 'llm') RETURNING cluster_id::text"
        )

        tane("clusters", "rename", made[:8], "眠りの\n工夫", "--overview", "よく眠るには")

        assert "you, pinned  眠りの 工夫" in tane("clusters", "list").stdout
        assert "よく眠るには" in tane("clusters", "show", made[:8]).stdout
        tane("clusters", "unpin", made[:8])
        (found,) = tane.json("clusters", "list")
        assert (found["is_pinned"], found["overview_source"]) == (False, None)
        tane("clusters", "pin", made[:8])
        assert tane.json("clusters", "show", made)["item"]["is_pinned"] == 1


class TestForget:
    @pytest.mark.usefixtures("seed")
    def test_says_what_it_removes_and_removes_nothing_unasked(self, tane: Tane) -> None:
        result = tane("forget", "--speaker", "佐藤", status=1)

        assert "this removes utterances: 1, pieces: 0, seeds: 1" in result.stderr
        assert "--yes removes it without asking" in result.stderr
        assert tane.sql("SELECT count(*) FROM seeds") == [(1,)]

    def test_tells_what_it_removed(self, tane: Tane, seed: str) -> None:
        tane("seeds", "accept", seed)

        removed = tane.json("forget", "--speaker", "佐藤", "--yes")["removed"]

        assert (removed["utterances"], removed["seeds"], removed["reviewed"]) == (1, 1, 1)
        assert tane.sql("SELECT (SELECT count(*) FROM seeds), (SELECT count(*) FROM utterances)") == [(0, 0)]

    @pytest.mark.usefixtures("seed")
    def test_writes_the_files_anew_and_says_what_that_does_not_reach(self, tane: Tane) -> None:
        file = tane.sql("SELECT pg_relation_filenode('utterances')")

        said = tane("forget", "--speaker", "佐藤", "--yes").stderr

        assert tane.sql("SELECT pg_relation_filenode('utterances')") != file
        assert "write-ahead log" in said
        assert "backups" in said

    @pytest.mark.usefixtures("seed")
    def test_leaves_the_files_for_later_when_told_so(self, tane: Tane) -> None:
        file = tane.sql("SELECT pg_relation_filenode('utterances')")

        said = tane("forget", "--speaker", "佐藤", "--yes", "--no-rewrite").stderr

        assert tane.sql("SELECT pg_relation_filenode('utterances')") == file
        assert "still hold it until `tane db rewrite`" in said
        assert "tables written anew" in tane("db", "rewrite").stderr
        assert tane.sql("SELECT pg_relation_filenode('utterances')") != file

    @pytest.mark.usefixtures("seed")
    def test_tells_when_the_files_could_not_be_written_anew(
        self, tane: Tane, dsn: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (user,) = (f"keeper_{tane.sql('SELECT pg_backend_pid()')[0][0]}",)
        tane.sql(f"CREATE ROLE {user} LOGIN")
        tane.sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}")
        monkeypatch.setenv("TANE_DATABASE__URL", dsn.replace("postgres@", f"{user}@"))

        said = tane("forget", "--speaker", "佐藤", "--yes", status=1).stderr

        assert "removed utterances: 1" in said
        assert (
            "it is removed, but the database's files still hold it, because the database's role may not"
            in said
        )
        assert "`tane db rewrite` does the rest" in said
        assert tane.sql("SELECT count(*) FROM utterances") == [(0,)]
        tane.sql(f"DROP OWNED BY {user}")
        tane.sql(f"DROP ROLE {user}")

    @pytest.mark.usefixtures("seed")
    def test_gives_up_against_others_who_write_the_same_rows(self, tane: Tane) -> None:
        tane.sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"
        )
        tane.sql("CREATE TRIGGER refuse BEFORE DELETE ON utterances FOR EACH ROW EXECUTE FUNCTION refuse()")

        said = tane("forget", "--speaker", "佐藤", "--yes", status=1).stderr

        assert (
            said
            == "tane: nothing was removed: others write the same rows again and again; `tane pause`, then try again\n"
        )
        assert tane.sql("SELECT count(*) FROM seeds") == [(1,)]

    def test_takes_utterances_a_source_or_a_conversation(self, tane: Tane, add_utterance: Add) -> None:
        first, second, third, fourth = [add_utterance(f"{number}つ目") for number in range(4)]
        tane.sql(
            "UPDATE utterances SET conversation_id = gen_random_uuid() WHERE utterance_id::text = $1", second
        )
        tane.sql("INSERT INTO sources (name) VALUES ('日記')")
        tane.sql(
            "UPDATE utterances SET source_id = (SELECT source_id FROM sources) WHERE utterance_id::text = $1",
            third,
        )

        assert "removed utterances: 1" in tane("forget", first[:8], "--yes").stderr
        assert "removed utterances: 1" in tane("forget", "--conversation", second, "--yes").stderr
        assert "removed utterances: 1" in tane("forget", "--source", "日記", "--yes").stderr

        assert tane.sql("SELECT utterance_id::text FROM utterances") == [(fourth,)]
        assert tane.sql("SELECT count(*) FROM sources") == [(0,)]

    def test_wants_one_thing_that_is_there(self, tane: Tane) -> None:
        assert "name utterances, or use one of" in tane("forget", status=2).stderr
        assert "nothing to forget" in tane("forget", "--speaker", "誰か", status=1).stderr
        assert "there is no source 日記" in tane("forget", "--source", "日記", status=1).stderr
        assert "there is no conversation 12" in tane("forget", "--conversation", "12", status=1).stderr

    @pytest.mark.usefixtures("seed")
    @pytest.mark.parametrize(("answer", "left"), [("n", 1), ("y", 0)])
    def test_asks_on_a_terminal(self, tane: Tane, answer: str, left: int) -> None:
        ours, theirs = pty.openpty()
        os.write(ours, f"{answer}\n".encode())

        result = subprocess.run(
            [sys.executable, "-m", "daemon", "forget", "--speaker", "佐藤"],
            stdin=theirs, capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip

        assert "Remove it for good?" in result.stderr
        assert result.returncode == left
        assert tane.sql("SELECT count(*) FROM seeds") == [(left,)]
