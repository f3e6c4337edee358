"""Searching: two ranked lists become one, with one row for each sentence, and what does not stand out is left out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest

from tane.llm.protocol import Embedded, Purpose
from tane.search.searching import MeaningAway, TextEmbedder, merge, search, search_meaning
from tane.store.pool import Connection, Pool, encode_halfvec
from tane.store.reading import Hit, prefix_range, words_of
from tests.tane.web.api.planted import QueryModels

UNLIKE = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]  # at the levels of a scale: 0.5 stands for 99.5 %


def hit(
    number: int,
    similarity: float | None = None,
    *,
    text: str = "",
    kind: str = "seed",
    said: int | None = None,
) -> Hit:
    return Hit(
        kind=kind, id=UUID(int=number), text=text or f"文その{number}", speaker=None, at=datetime(2026, 1, 1, tzinfo=UTC),
        similarity=similarity, utterance_id=None if said is None else UUID(int=said),
    )  # fmt: skip


def merged(words: list[Hit], meaning: list[Hit], limit: int = 10) -> list[tuple[int, str, float | None]]:
    return [(found.hit.id.int, found.by, found.similarity) for found in merge(words, meaning, limit=limit)]


class TestMerging:
    def test_what_both_found_comes_first_and_says_so(self) -> None:
        assert merged([hit(1), hit(2)], [hit(2, 0.9), hit(3, 0.8)]) == [
            (2, "both", 0.9),
            (1, "words", None),
            (3, "meaning", 0.8),
        ]

    def test_no_more_is_returned_than_asked_for(self) -> None:
        assert len(merged([hit(number) for number in range(9)], [], limit=3)) == 3

    def test_nothing_and_nothing_is_nothing(self) -> None:
        assert merged([], []) == []

    def test_an_utterance_and_the_seeds_that_repeat_its_words_are_one_row(self) -> None:
        utterance = hit(1, kind="utterance", text="朝に歩くと、一日が楽になる。夜は早く寝る。", said=1)
        seeds = [hit(2, text="朝に歩くと一日が楽になる", said=1), hit(3, 0.8, text="夜は早く寝る", said=1)]
        other = hit(4, text="散歩は体にいい", said=1)

        rows = merge([seeds[0], utterance], [seeds[1], other], limit=9)

        assert [(row.hit.id.int, row.by, sorted(one.id.int for one in row.also)) for row in rows] == [
            (1, "both", [2, 3]),
            (4, "words", []),
        ]

    def test_seeds_of_several_kinds_with_the_same_words_are_one_row(self) -> None:
        rows = merge([hit(1, text="ＡＩは速い。", said=7), hit(2, text="AIは速い", said=8)], [], limit=9)

        assert [[one.id.int for one in (row.hit, *row.also)] for row in rows] == [[1, 2]]

    def test_a_cluster_has_a_row_of_its_own(self) -> None:
        rows = merge([hit(1, text="睡眠"), hit(2, kind="cluster", text="睡眠")], [], limit=9)

        assert len(rows) == 2


class TestMeaning:
    @pytest.fixture
    async def filled(self, conn: Connection) -> Connection:
        """Four utterances, ever less like the query."""
        await conn.execute(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current, unlike) VALUES ('m', 'd', 4, 1, $1)",
            UNLIKE,
        )
        for likeness in (0.9, 0.6, 0.4, -0.2):
            vector = np.array([likeness, np.sqrt(1 - likeness**2), 0, 0], dtype=np.float32)
            said = await conn.fetchval(
                "INSERT INTO utterances (contents) VALUES ($1) RETURNING utterance_id",
                f"似ている度合いは{likeness}",
            )
            await conn.execute(
                "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
                "SELECT 'utterance', $1, model_id, 'm', 4, $2, '' FROM embedding_models",
                said, encode_halfvec(vector),
            )  # fmt: skip
        return conn

    async def found(self, pool: Pool, models: TextEmbedder | None = None) -> list[float]:
        hits = await search_meaning(pool, models or QueryModels(digest="d"), "眠り", limit=9)
        return [round(hit.similarity or 0, 1) for hit in hits]

    @pytest.mark.usefixtures("filled")
    async def test_finds_what_stands_out_on_the_scale_of_the_model(self, pool: Pool) -> None:
        assert await self.found(pool) == [0.9, 0.6]

    async def test_finds_all_that_does_not_point_away_while_the_scale_is_unknown(
        self, filled: Connection, pool: Pool
    ) -> None:
        await filled.execute("UPDATE embedding_models SET unlike = NULL")

        assert await self.found(pool) == [0.9, 0.6, 0.4]

    @pytest.mark.usefixtures("filled")
    async def test_finds_nothing_for_a_query_that_is_like_a_text_without_words(self, pool: Pool) -> None:
        class Wordless(QueryModels):
            async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:  # noqa: ARG002
                return await super().embed(texts, purpose="query")

        assert await self.found(pool, Wordless(digest="d")) == []

        # A word that stands in a text is one, whatever it is near to.
        known = await search_meaning(pool, Wordless(digest="d"), "度合い", limit=9)
        assert [round(hit.similarity or 0, 1) for hit in known] == [0.9, 0.6]

    @pytest.mark.usefixtures("filled")
    async def test_finds_nothing_for_marks_alone(self, pool: Pool) -> None:
        assert await search_meaning(pool, QueryModels(digest="d"), "。。！？ 🙃", limit=9) == []

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize(("digest", "why"), [("other", "not of m"), (None, "the model server is away")])
    async def test_says_why_there_is_none_and_the_words_are_found_all_the_same(
        self, pool: Pool, digest: str | None, why: str
    ) -> None:
        models = QueryModels(digest=digest)
        with pytest.raises(MeaningAway, match=why):
            await search_meaning(pool, models, "眠り", limit=9)

        findings = await search(pool, models, "度合い", limit=9)

        assert len(findings.found) == 4
        assert why in (findings.note or "")

    async def test_asks_nobody_before_there_is_a_vector(self, pool: Pool) -> None:
        with pytest.raises(MeaningAway, match="nothing has a vector yet"):
            await search_meaning(pool, QueryModels(digest=None), "眠り", limit=9)


def test_words_are_equal_in_both_widths_and_wildcards_are_escaped() -> None:
    assert words_of("ＡＩ　100% a_b") == ["%AI%", "%100\\%%", "%a\\_b%"]


def test_what_no_database_can_hold_is_looked_for_as_an_import_stores_it():
    assert words_of("a\x00b \udcff") == ["%ab%", "%\ufffd%"]


def test_the_beginning_of_an_id_is_a_range_of_ids() -> None:
    assert prefix_range("0000000f-") == (UUID(int=0xF << 96), UUID(int=(0x10 << 96) - 1))
    assert prefix_range(str(UUID(int=7))) == (UUID(int=7), UUID(int=7))
