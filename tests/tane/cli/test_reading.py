"""tane search and show."""

from collections.abc import Callable

import pytest

from tests.tane.cli.conftest import Tane

Add = Callable[..., str]
SLEEP = "最近よく眠れない。睡眠が足りないと判断が鈍る。"


class TestSearch:
    def test_words_are_found_inside_others_and_in_both_widths(self, tane: Tane, add_utterance: Add) -> None:
        found = add_utterance("ＡＩは睡眠不足の人より判断が早い", speaker="佐藤")
        add_utterance("今日はよく晴れている")

        for query in ("睡眠", "AI", "ＡＩ 判断"):
            assert [hit["id"] for hit in tane.json("search", query)] == [found]
        assert "佐藤" in tane("search", "睡眠").stdout

    def test_all_words_must_occur(self, tane: Tane, add_utterance: Add) -> None:
        add_utterance(SLEEP)

        assert len(tane.json("search", "睡眠", "判断")) == 1
        assert tane.json("search", "睡眠", "天気") == []

    @pytest.mark.parametrize("wildcard", ["%", "_", "\\"])
    def test_a_wildcard_is_a_character_like_others(
        self, wildcard: str, tane: Tane, add_utterance: Add
    ) -> None:
        found = add_utterance(f"100{wildcard}わからない")
        add_utterance("100点満点")

        assert [hit["id"] for hit in tane.json("search", f"100{wildcard}")] == [found]

    def test_deleted_utterances_and_rejected_seeds_stay_hidden(
        self, tane: Tane, add_utterance: Add, add_seed: Add
    ) -> None:
        utterance = add_utterance(SLEEP)
        seed = add_seed("睡眠が足りないと判断が鈍る", source=utterance)
        tane.sql("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = $1::text::uuid", seed)
        assert [hit["kind"] for hit in tane.json("search", "睡眠")] == ["utterance"]

        tane.sql("UPDATE utterances SET deleted_at = now()")
        assert tane.json("search", "睡眠") == []

    def test_a_long_text_is_shown_where_the_word_stands(self, tane: Tane, add_utterance: Add) -> None:
        add_utterance("前置きが長い話" * 60 + "睡眠" + "後書きも長い話" * 60)

        shown = tane("search", "睡眠").stdout

        assert "睡眠" in shown
        assert len(shown.splitlines()) <= 3

    def test_a_model_server_that_is_away_is_noted_and_words_still_work(
        self, tane: Tane, add_utterance: Add, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TANE_LLM__EMBED_MODEL", "m")
        add_utterance(SLEEP)
        tane.sql(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 3, 1)"
        )

        result = tane("search", "睡眠")

        assert "睡眠" in result.stdout
        assert "the model server is away" in result.stderr
        assert "by words only" in result.stderr

    def test_vectors_of_another_model_are_not_compared(
        self, tane: Tane, add_utterance: Add, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TANE_LLM__STANDIN", "true")
        monkeypatch.setenv("TANE_LLM__EMBED_MODEL", "standin-embed")
        add_utterance(SLEEP)
        tane.sql(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 768, 1)"
        )

        assert "the vectors here are of m" in tane("search", "睡眠").stderr

    def test_nothing_found_is_said_on_stderr(self, tane: Tane) -> None:
        result = tane("search", "睡眠")

        assert result.stdout == ""
        assert "nothing found" in result.stderr

    def test_control_characters_of_others_never_reach_the_terminal(
        self, tane: Tane, add_utterance: Add
    ) -> None:
        utterance = add_utterance("睡眠\x1b[2J\x07を消す", speaker="\x1b]0;x\x07")

        assert "\x1b" not in tane("search", "睡眠").stdout
        assert "\x1b" not in tane("show", utterance).stdout


class TestShow:
    def test_an_utterance_is_shown_with_what_came_of_it(
        self, tane: Tane, add_utterance: Add, add_seed: Add
    ) -> None:
        utterance = add_utterance(SLEEP, speaker="佐藤")
        seed = add_seed("睡眠が足りないと判断が鈍る", source=utterance)

        shown = tane("show", utterance[:8]).stdout

        assert utterance in shown
        assert "佐藤" in shown
        assert SLEEP in shown
        assert seed[:8] in shown

    def test_an_utterance_is_shown_with_the_scores_it_has(self, tane: Tane, add_utterance: Add) -> None:
        utterance = add_utterance(SLEEP)
        tane.sql("UPDATE utterances SET resistance = 0.625, direction = -0.4, confidence = 0")

        shown = tane("show", utterance).stdout

        assert "confidence 0.00 · resistance 0.62 · direction -0.40" in " ".join(shown.split())
        assert "hypothetical" not in shown

    def test_a_seed_is_shown_with_its_source_and_the_words_that_support_it(
        self, tane: Tane, add_utterance: Add, add_seed: Add
    ) -> None:
        utterance = add_utterance(SLEEP)
        seed = add_seed("睡眠が足りないと判断が鈍る", source=utterance, span=(9, 22))

        shown = tane("show", seed).stdout

        assert "grounding 0.90" in shown
        assert f"said in {utterance[:8]}" in shown
        assert "最近よく眠れない。【睡眠が足りないと判断が鈍る】。" in shown

    def test_neighbours_are_seen_from_both_ends(self, tane: Tane, add_utterance: Add, add_seed: Add) -> None:
        utterance = add_utterance(SLEEP)
        one, two = add_seed("一つ目", source=utterance), add_seed("二つ目", source=utterance)
        tane.sql(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) "
            "VALUES ('seed', $1::text::uuid, 'seed', $2::text::uuid, 'near', 0.75)",
            one, two,
        )  # fmt: skip

        assert [row["id"] for row in tane.json("show", one)["neighbours"]] == [two]
        assert [row["id"] for row in tane.json("show", two)["neighbours"]] == [one]

    def test_a_cluster_is_shown_with_its_members(self, tane: Tane, add_utterance: Add, add_seed: Add) -> None:
        seed = add_seed("睡眠が足りないと判断が鈍る", source=add_utterance(SLEEP))
        ((cluster,),) = tane.sql(
            "INSERT INTO clusters (cluster_title, cluster_overview) VALUES ('睡眠', '眠りについて') "
            "RETURNING cluster_id::text"
        )
        tane.sql(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
            "VALUES ('seed', $1::text::uuid, 'cluster', $2::text::uuid, 'part_of', 'member', 0.8)",
            seed, cluster,
        )  # fmt: skip

        shown = tane("show", cluster).stdout
        assert "眠りについて" in shown
        assert seed[:8] in shown
        assert "1 member" in shown
        assert tane.json("clusters", "show", cluster)["item"]["member_count"] == 1
        assert [row["title"] for row in tane.json("show", seed)["clusters"]] == ["睡眠"]

    def test_an_id_that_begins_nothing_or_several_things_is_told(self, tane: Tane) -> None:
        for last in ("1", "2"):
            tane.sql(
                "INSERT INTO utterances (utterance_id, contents) VALUES ($1::text::uuid, 'x')",
                f"aaaaaaaa-0000-0000-0000-00000000000{last}",
            )

        assert "nothing has an id that begins with bbbb" in tane("show", "bbbb", status=1).stderr
        said = tane("show", "aaaa", status=1).stderr
        assert "aaaa is the beginning of 2 ids" in said
        assert "utterance aaaaaaaa-0000-0000-0000-000000000002" in said

    def test_a_text_without_words_does_not_break_the_picture(self, tane: Tane, add_utterance: Add) -> None:
        assert "(empty)" in tane("show", add_utterance("")).stdout

    def test_lines_fit_80_columns_of_wide_characters(
        self, tane: Tane, add_utterance: Add, add_seed: Add
    ) -> None:
        from rich.cells import cell_len

        utterance = add_utterance(
            "眠れない夜に考えたことを長く長く書き留めておく。" * 20, speaker="とても長い名前の人" * 3
        )
        add_seed("種の文もまた長くて一行には収まらない。" * 5, source=utterance)

        for arguments in (["show", utterance], ["search", "眠れない"]):
            assert max(cell_len(line) for line in tane(*arguments).stdout.splitlines()) <= 80
