"""The owner's decisions about seeds and clusters."""

from uuid import UUID

import pytest

from tane.store import review
from tane.store.pool import Connection
from tests.handlers.conversation import cluster, members, utterance, waiting

SAID = "早く寝ると朝が楽になる。議事録はその日のうちに書くべきだ。"


async def plant(conn: Connection, source: UUID, body: str, *, kind: str = "knowledge") -> UUID:
    seed_id: UUID = await conn.fetchval(
        "INSERT INTO seeds (body, seed_kind, grounding) VALUES ($1, $2, 0.9) RETURNING seed_id", body, kind
    )
    start = SAID.find(body)
    await conn.execute(
        "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) VALUES ($1, $2, $3, $4)",
        source, seed_id, start, start + len(body),
    )  # fmt: skip
    return seed_id


async def status_of(conn: Connection, seed_id: UUID) -> str:
    status: str = await conn.fetchval("SELECT review_status FROM seeds WHERE seed_id = $1", seed_id)
    return status


class TestSeeds:
    async def test_are_listed_with_their_source_by_kind_status_and_words(self, conn: Connection):
        said = await utterance(conn, SAID)
        sleep = await plant(conn, said, "早く寝ると朝が楽になる")
        minutes = await plant(conn, said, "議事録はその日のうちに書くべきだ", kind="model")
        await review.accept_seeds(conn, [minutes])

        (found,) = await review.list_seeds(conn, kind="knowledge", limit=9)
        assert (found.id, found.utterance_id, found.source) == (sleep, said, SAID)
        assert found.grounding == pytest.approx(0.9)
        assert [seed.id for seed in await review.list_seeds(conn, status="accepted", limit=9)] == [minutes]
        assert [seed.id for seed in await review.list_seeds(conn, text="議事録 書く", limit=9)] == [minutes]
        assert len(await review.list_seeds(conn, limit=1)) == 1

    async def test_edited_get_new_words_a_new_vector_and_a_link_that_says_so(self, conn: Connection):
        """C9."""
        said = await utterance(conn, SAID)
        seed = await plant(conn, said, "早く寝ると朝が楽になる")

        await review.edit_seed(conn, seed, "早寝は朝を楽にする")

        row = await conn.fetchrow("SELECT * FROM seeds JOIN utterance_seeds USING (seed_id)")
        assert row is not None
        assert (row["body"], row["review_status"], row["relation_type"]) == (
            "早寝は朝を楽にする", "edited", "edited_from",
        )  # fmt: skip
        assert SAID[row["span_start"] : row["span_end"]] == "早く寝ると朝が楽になる"
        assert await waiting(conn) == [("embedding", seed)]

    async def test_accepted_after_an_edit_stay_edited(self, conn: Connection):
        said = await utterance(conn, SAID)
        edited, plain = await plant(conn, said, "早く寝る"), await plant(conn, said, "議事録")
        await review.edit_seed(conn, edited, "早寝")
        await review.reject_seeds(conn, [edited, plain])
        assert await status_of(conn, edited) == "rejected"

        await review.accept_seeds(conn, [edited, plain])

        assert (await status_of(conn, edited), await status_of(conn, plain)) == ("edited", "accepted")


class TestClusters:
    async def test_are_listed_with_their_seeds_and_whose_words_they_have(self, conn: Connection):
        made = await cluster(conn, title="睡眠", overview="眠りの話", overview_source="llm")
        await members(conn, made, ["一つ", "二つ"])
        await cluster(conn, title="古いもの", is_archived=1)

        (found,) = await review.list_clusters(conn, limit=9)

        assert (found.id, found.seeds, found.overview_source, found.is_pinned) == (made, 2, "llm", False)
        assert await review.list_clusters(conn, text="議事録", limit=9) == []

    async def test_renamed_are_pinned_and_their_words_embedded(self, conn: Connection):
        made = await cluster(conn, title="睡眠", overview="眠りの話", overview_source="llm")

        await review.rename_cluster(conn, made, "眠りの工夫", None)

        (found,) = await review.list_clusters(conn, limit=9)
        assert (found.title, found.overview, found.overview_source, found.is_pinned) == (
            "眠りの工夫", "眠りの話", "llm", True,
        )  # fmt: skip
        assert await waiting(conn) == [("embedding", made)]

    async def test_with_an_overview_of_the_owners_say_so(self, conn: Connection):
        made = await cluster(conn, title="睡眠", overview="眠りの話", overview_source="llm", overview_stale=1)

        await review.rename_cluster(conn, made, "眠り", "よく眠るには")

        (found,) = await review.list_clusters(conn, limit=9)
        assert (found.overview, found.overview_source, found.is_stale) == ("よく眠るには", "user", False)

    async def test_unpinned_are_described_by_the_model_again(self, conn: Connection):
        made = await cluster(conn)
        await review.rename_cluster(conn, made, "眠り", "よく眠るには")

        await review.unpin_clusters(conn, [made])

        (found,) = await review.list_clusters(conn, limit=9)
        assert (found.is_pinned, found.overview_source, found.is_stale) == (False, None, True)
        assert ("cluster_body", made) in await waiting(conn)
