"""A recap whose genres are those of a taxonomy, with the owner's corrections."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers import recap_tie_break
from tane.llm.builtin import INFO, encode
from tane.llm.model_errors import ModelUnavailable
from tane.llm.protocol import Embedded
from tane.recap.golden_file import taxonomy_of
from tane.recap.taxonomy import shipped
from tane.runs.recap import genre_learning
from tane.runs.recap.genre_learning import UnknownGenreError
from tane.store import genres
from tane.store.codecs import listed
from tane.store.pool import Pool, connection, transaction
from tests.fakes import FakeModels
from tests.handlers.conversation import OPTIONS
from tests.handlers.world import run
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, id_of
from tests.tane.runs.recap.newsroom import shipped as articles
from tests.waiting import until

TAXONOMY = WEEK | {"mode": "taxonomy"}
# Few texts and words of each, so that a run learns them in a second.
SMALL: dict[str, Any] = {
    "schema_version": "2.2",
    "genres": [
        {"id": "sports", "name_ja": "スポーツ", "name_en": "Sports", "keywords": ["試合", "優勝", "match"]},
        {"id": "cooking", "name_ja": "料理", "name_en": "Cooking", "keywords": ["レシピ", "煮る", "recipe"]},
    ],
    "items": [
        {"id": "s1", "content_ja": "決勝戦は延長の末に二対一で終わった。", "expected_genres": ["sports"]},
        {"id": "s2", "content_en": "The keeper saved two penalties in the final.", "expected_genres": ["sports"]},
        {"id": "c1", "content_ja": "玉ねぎを弱火で炒めて甘みを出す。", "expected_genres": ["cooking"]},
        {"id": "c2", "content_en": "Simmer the broth with ginger for an hour.", "expected_genres": ["cooking"]},
    ],
}  # fmt: skip


def article(name: str, body: str, *tags: tuple[str, float]) -> dict[str, Any]:
    return {
        "id": name, "title": None, "url": f"https://{name}.example.org/", "lang": "ja", "body": body,
        "published_at": "2026-09-15T09:00:00+00:00",
        "tags": [{"tag": tag, "confidence": confidence} for tag, confidence in tags],
    }  # fmt: skip


GAME = "市立球場で行われた準決勝は、九回裏の本塁打で地元の高校が逆転し、三年ぶりに決勝へ進んだ。"
SOUP = "冷えた朝には、生姜をきかせた鶏の汁がいい。鍋に水と骨を入れ、弱火で一時間ほど煮てから塩で味を決める。"
HUM = "ららら、ららら、ららるら、るるら。るるる、るるる、るるらる、ららる。りりり、りらり、りりらる、るりら。"
LEDGER = "町の古い蔵から、百年前の帳簿が三十冊見つかった。紙は湿り、字は薄れているが、順に読み解くという。"


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """A newsroom that knows the small taxonomy."""
    async with transaction(pool) as conn:
        await genre_learning.import_taxonomy(conn, taxonomy_of(SMALL))
    return await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()


async def decided(newsroom: Newsroom, **options: Any) -> tuple[int, dict[str, Any]]:
    """Have a recap as far as its genres."""
    run_id, details = await newsroom.recap(TAXONOMY, until="genre", **options)
    await newsroom.pool.execute(
        "UPDATE nightly_runs SET status = 'published', finished_at = now() WHERE run_id = $1", run_id
    )
    return run_id, details


async def decisions(newsroom: Newsroom, run_id: int) -> dict[Any, Any]:
    rows = await newsroom.pool.fetch("SELECT * FROM recap_genre_learning_results WHERE run_id = $1", run_id)
    return {row["document_id"]: row for row in rows}


async def test_documents_are_of_the_genres_that_ships(newsroom: Newsroom):
    odd = {
        "item_id": "odd",
        "genre": "travel_food",
        "lang": "ja",
        "content": f"{HUM}{HUM}",
        "parallel_id": None,
    }
    async with transaction(newsroom.pool) as conn:
        await genres.replace_taxonomy(conn, [], [odd])
    await newsroom.publish([*articles(), article("hum", HUM)])

    run_id, details = await newsroom.recap(TAXONOMY)

    found = await decisions(newsroom, run_id)
    assert details["genre"]["mode"] == "taxonomy"
    assert details["genre"]["near"] > 45
    assert {row["genre"] for row in found.values()} <= {*shipped().names, "other"}
    assert {"sports", "business", "politics", "software"} <= {row["genre"] for row in found.values()}
    # No centroid reaches it, but it is like one text of a genre.
    hum = found[id_of("hum")]
    assert (hum["genre"], hum["strategy"]) == ("travel_food", "label_spreading")
    (name,) = {
        row["name"]
        for row in await newsroom.pool.fetch("SELECT name FROM recap_sections WHERE genre = 'business'")
    }
    assert name in {
        "ビジネス・経済",
        "企業・経済",
        next(g.name_ja for g in shipped().genres if g.genre == "business"),
    }


async def test_a_decision_is_kept_with_what_led_to_it(newsroom: Newsroom):
    await newsroom.publish([article("game", GAME, ("高校野球", 0.9))])

    run_id, _ = await decided(newsroom)

    row = (await decisions(newsroom, run_id))[id_of("game")]
    assert row["genre"] == "sports"
    assert listed(row["coarse_candidates"])[0]["genre"] == "sports"
    assert row["tag_profile"]["tags"] == [{"tag": "高校野球", "confidence": pytest.approx(0.9)}]
    assert row["tag_profile"]["feature_profile"].keys() == {
        "tfidf_sum",
        "bm25_peak",
        "token_count",
        "tag_overlap",
    }
    assert 0 <= row["refine_decision"]["bucket"] < 100


async def test_a_correction_is_learned_from_by_the_next_recap(newsroom: Newsroom):
    await newsroom.publish([article("ledger", LEDGER), article("soup", SOUP)])
    first, _ = await decided(newsroom)
    assert (await decisions(newsroom, first))[id_of("ledger")]["genre"] != "sports"

    async with transaction(newsroom.pool) as conn:
        corrected = await genre_learning.label(conn, id_of("ledger"), "sports")

    assert corrected is not None
    assert corrected.run_id == first
    feedback = (await decisions(newsroom, first))[id_of("ledger")]["feedback"]
    assert (feedback["label"], feedback["source"]) == ("sports", "user")
    again, details = await decided(newsroom)
    found = await decisions(newsroom, again)
    assert found[id_of("ledger")]["genre"] == "sports"
    assert found[id_of("soup")]["genre"] == "cooking"
    assert details["genre"]["labelled"] == len(SMALL["items"]) + 1


async def test_words_of_a_correction_leave_with_their_document(newsroom: Newsroom):
    await newsroom.publish([article("ledger", LEDGER)])
    await decided(newsroom)
    async with transaction(newsroom.pool) as conn:
        await genre_learning.label(conn, id_of("ledger"), "sports")
        assert LEDGER[:20] in {item.text[:20] for item in (await genre_learning.read_taxonomy(conn)).items}
        assert await conn.fetchval("SELECT content FROM recap_golden_items WHERE origin = 'user'") == ""

    await newsroom.pool.execute("DELETE FROM utterances WHERE utterance_id = $1", id_of("ledger"))

    async with connection(newsroom.pool) as conn:
        assert len((await genre_learning.read_taxonomy(conn)).items) == len(SMALL["items"])


async def test_only_genres_of_the_taxonomy_can_be_given(newsroom: Newsroom):
    async with transaction(newsroom.pool) as conn:
        with pytest.raises(UnknownGenreError, match="sports, cooking"):
            await genre_learning.label(conn, id_of("ledger"), "astrology")
        assert await genre_learning.label(conn, id_of("never read"), "sports") is None


async def test_corrections_teach_which_tags_speak_for_a_genre_and_the_next_recap_is_boosted(
    newsroom: Newsroom,
):
    await newsroom.publish([article("soup", SOUP, ("鍋", 1.0)), article("ledger", LEDGER, ("鍋", 1.0))])
    await decided(newsroom)
    async with transaction(newsroom.pool) as conn:
        await genre_learning.label(conn, id_of("soup"), "cooking")
        made = await genre_learning.refresh_graph(conn, datetime(2026, 9, 20, tzinfo=UTC))

    assert made == {"7d": 1, "30d": 1}
    run_id, details = await decided(newsroom, refresh_graph=False)

    found = await decisions(newsroom, run_id)
    assert details["prepare"]["tag_edges"] == "not refreshed"
    assert found[id_of("ledger")]["strategy"] == "graph_boost"
    assert found[id_of("ledger")]["genre"] == "cooking"
    assert found[id_of("ledger")]["graph_context"]["boosts"]["cooking"] >= 0.7


async def test_tags_whose_graph_cannot_be_refreshed_are_read_from_the_old_one(newsroom: Newsroom):
    await newsroom.publish([article("soup", SOUP)])
    async with transaction(newsroom.pool) as conn:
        await genres.replace_edges(
            conn, "7d", [{"genre": "cooking", "tag": "鍋", "weight": 1.0, "sample_size": 3}]
        )
    await newsroom.pool.execute(
        "ALTER TABLE tag_label_graph ADD CONSTRAINT frozen CHECK (updated_at < '2000-01-01') NOT VALID"
    )
    await newsroom.pool.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$; "
        "CREATE TRIGGER refuse BEFORE DELETE ON tag_label_graph FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
    )

    _, details = await newsroom.recap(TAXONOMY)

    assert "the one of before is used" in details["prepare"]["degraded"]
    assert details["genre"]["tag_edges"] == 1
    assert "prepare" in details["finish"]["degraded_steps"]


async def test_beyond_the_rollout_the_coarse_result_stands(newsroom: Newsroom):
    await newsroom.publish([article("game", GAME, ("スポーツ", 1.0))])

    whole, _ = await decided(newsroom)
    none, details = await decided(newsroom, refine_rollout_percent=0)

    assert (await decisions(newsroom, none))[id_of("game")]["strategy"] == "coarse_only"
    assert details["genre"]["refined"] == 0
    assert (await decisions(newsroom, whole))[id_of("game")]["strategy"] == "tag_consistency"


async def test_golden_texts_are_embedded_by_the_model_whose_vectors_the_documents_have(newsroom: Newsroom):
    await newsroom.publish([article("soup", SOUP), article("game", GAME)])
    await newsroom.pool.execute("UPDATE embedding_models SET digest = 'hosted'")

    async def embed(texts: Any) -> Embedded:
        info = type(INFO)(name="host", digest="hosted", dims=INFO.dims)
        return Embedded(model=info, vectors=list(encode(list(texts))))

    run_id, details = await decided(newsroom, embed=embed)

    assert "degraded" not in details["genre"]
    found = await decisions(newsroom, run_id)
    assert (found[id_of("soup")]["genre"], found[id_of("game")]["genre"]) == ("cooking", "sports")


async def test_without_anybody_to_embed_golden_texts_words_alone_decide_and_the_step_says_so(
    newsroom: Newsroom,
):
    await newsroom.publish([article("soup", SOUP)])
    await newsroom.pool.execute("UPDATE embedding_models SET digest = 'hosted'")

    async def down(_: Any) -> Embedded:
        raise ModelUnavailable("away")

    _, alone = await decided(newsroom, embed=None)
    _, away = await decided(newsroom, embed=down)

    assert alone["genre"]["degraded"].startswith("genres are told by words alone")
    assert away["genre"]["degraded"].startswith("genres are told by words alone")


async def test_a_recap_that_ended_well_notes_how_many_documents_genres_have(newsroom: Newsroom):
    await newsroom.publish([article(f"soup{number}", f"{SOUP}{number}杯目。") for number in range(4)])

    await newsroom.recap(TAXONOMY)

    payload = await newsroom.pool.fetchval(
        "SELECT config_payload FROM recap_worker_config WHERE config_type = 'genre_distribution'"
    )
    assert all(one["min_docs_threshold"] >= 3 for one in payload.values())
    assert set(payload) <= {"sports", "cooking"}


async def tie(newsroom: Newsroom) -> None:
    """Make the tags of an article speak for two genres alike."""
    await newsroom.publish([article("ledger", LEDGER, ("鍋", 1.0))])
    run_id, _ = await decided(newsroom)
    # No centroid reaches it: the genres are those that its tags speak for.
    assert not (await decisions(newsroom, run_id))[id_of("ledger")]["refine_decision"]["near"]
    weights = {"cooking": 0.5, "sports": 0.48}
    async with transaction(newsroom.pool) as conn:
        rows = [
            {"genre": name, "tag": "鍋", "weight": weight, "sample_size": 3}
            for name, weight in weights.items()
        ]
        await genres.replace_edges(conn, "7d", rows)


async def test_without_a_text_model_a_tie_goes_to_the_weighted_score(newsroom: Newsroom):
    await tie(newsroom)

    run_id, details = await decided(newsroom, refresh_graph=False)

    assert (await decisions(newsroom, run_id))[id_of("ledger")]["strategy"] == "weighted_score"
    assert details["genre"]["ties"] == 1
    assert "ties_asked" not in details["genre"]


async def test_a_tie_is_broken_by_a_job_of_the_queue(newsroom: Newsroom):
    await tie(newsroom)

    async def can_write() -> bool:
        return True

    async def answer() -> None:
        async def is_asked() -> bool:
            return bool(
                await newsroom.pool.fetchval(
                    "SELECT count(*) FROM worker_jobs WHERE job_type = 'recap_tie_break' AND status = 'queued'"
                )
            )

        await until(is_asked)
        models = FakeModels(json.dumps({"genre": "sports"}))
        await run(
            newsroom.pool, recap_tie_break.handler(OPTIONS), "recap_document", [id_of("ledger")], models
        )

    async with asyncio.TaskGroup() as both:
        asked = both.create_task(decided(newsroom, refresh_graph=False, can_write=can_write))
        both.create_task(answer())
    run_id, details = asked.result()

    found = (await decisions(newsroom, run_id))[id_of("ledger")]
    assert (found["genre"], found["strategy"]) == ("sports", "llm_tie_break")
    assert details["genre"]["strategies"] == {"llm_tie_break": 1}
    assert (details["genre"]["ties_asked"], details["genre"]["ties_broken"]) == (1, 1)
