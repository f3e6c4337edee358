"""A recap from the first document to the last citation, without a text model."""

from pathlib import Path
from typing import Any

import pytest

from tane.runs.recap.view import RecapView, read_recap
from tane.store import recap_reading, runs
from tane.store.pool import Pool, connection
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, id_of, shipped

FIRE = "川辺町の倉庫で九月十五日の夜に火事があり、木造の約三百平方メートルが全焼した。けが人はいなかった。"


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """Nothing yet."""
    return await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()


async def shown(newsroom: Newsroom, run_id: int | None = None) -> RecapView:
    async with connection(newsroom.pool) as conn:
        view = await read_recap(conn, run_id)
    assert view is not None
    return view


def stood(view: RecapView) -> list[tuple[Any, ...]]:
    """Return how every story stands."""
    told = (*view.leading, *view.further, *view.folded)
    return [(view.unchanged,), *((one.story_id, one.state, one.added, one.place) for one in told)]


async def test_the_week_of_the_demo_is_told_in_stories_whose_every_bullet_leads_to_its_sentence(
    newsroom: Newsroom,
):
    await newsroom.publish(shipped())

    run_id, details = await newsroom.recap()

    view = await shown(newsroom)
    assert (view.run_id, view.status) == (run_id, "published")
    assert (len(view.leading), len(view.further)) == (3, 7)
    assert all(story.documents > 1 and story.state == "new" for story in view.leading)
    bullets = [bullet for section in view.sections for bullet in section.bullets]
    assert len(bullets) > 20
    for bullet in bullets:
        (citation,) = bullet.citations
        assert citation.text is not None
        assert bullet.text == " ".join(citation.text.split())
        contents = await newsroom.pool.fetchval(
            "SELECT contents FROM utterances WHERE utterance_id = $1", citation.utterance_id
        )
        assert citation.text in contents
    assert {section.degraded_reason for section in view.sections} == {"no_model"}
    # Nothing vanishes.
    assert view.documents == details["fetch"]["articles"] == 60
    assert {one.reason for one in view.stages if one.stage == "dedup"} == {"near_duplicate"}
    assert all(one.copies for one in [c for b in bullets for c in b.citations] if one.copies) is True


async def test_what_was_told_is_not_told_again_until_something_is_new(newsroom: Newsroom):
    articles = shipped()
    later = [one for one in articles if one["published_at"] >= "2026-09-18"]
    await newsroom.publish([one for one in articles if one not in later])
    await newsroom.recap(WEEK | {"window_end": "2026-09-18T00:00:00+00:00"})

    again, _ = await newsroom.recap(WEEK | {"window_end": "2026-09-18T06:00:00+00:00"})
    view = await shown(newsroom, again)

    assert view.status == "skipped"
    assert view.leading == view.further == ()
    assert view.unchanged > 10
    assert {section.reason for section in view.sections} == {"nothing_new"}
    # An empty recap replaces no good one.
    assert (await shown(newsroom)).run_id != again

    await newsroom.publish(later)
    third, _ = await newsroom.recap()
    view = await shown(newsroom, third)

    assert {story.state for story in (*view.leading, *view.further)} >= {"new", "continued"}
    assert all(story.added for story in (*view.leading, *view.further) if story.state == "continued")


async def test_a_step_that_is_done_again_changes_nothing(newsroom: Newsroom):
    await newsroom.publish(shipped()[:25])
    run_id, _ = await newsroom.recap()
    first = await shown(newsroom, run_id)
    tables = (
        "recap_job_articles",
        "recap_cluster_evidence",
        "recap_stories",
        "recap_sections",
        "story_members",
    )
    counts = [await newsroom.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]

    await newsroom.pool.execute(
        "UPDATE nightly_runs SET status = 'running', finished_at = NULL WHERE run_id = $1", run_id
    )
    await newsroom.again(run_id)

    second = await shown(newsroom, run_id)
    assert second.sections == first.sections
    assert second.leading == first.leading
    assert counts == [await newsroom.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


async def test_a_step_that_is_done_again_adds_to_earlier_stories_what_it_added_before(newsroom: Newsroom):
    articles = shipped()
    await newsroom.publish([one for one in articles if one["published_at"] < "2026-09-18"])
    await newsroom.recap(WEEK | {"window_end": "2026-09-18T00:00:00+00:00"})
    await newsroom.publish([one for one in articles if one["published_at"] >= "2026-09-18"])
    run_id, _ = await newsroom.recap(until="stories")
    first = await shown(newsroom, run_id)

    await newsroom.again(run_id)

    again = await shown(newsroom, run_id)
    told = (*first.leading, *first.further, *first.folded)
    assert any(story.added for story in told if story.state == "continued")
    assert stood(again) == stood(first)
    notes = "SELECT count(*) FROM recap_worker_config WHERE source = 'run'"
    noted = await newsroom.pool.fetchval(notes)
    await newsroom.again(run_id)
    assert await newsroom.pool.fetchval(notes) == noted


async def test_talk_and_articles_can_be_read_apart(newsroom: Newsroom):
    await newsroom.publish(shipped()[:10])
    await newsroom.say(
        [
            {"id": f"t{n}", "conversation": f"c{n % 2}", "speaker": "花子", "at": f"2026-09-1{5 + n}T09:00:00+09:00", "text": text}
            for n, text in enumerate(
                ["朝の散歩を始めたら、夜よく眠れるようになった。", "散歩は三十分でも十分に効く気がする。", FIRE, "夕方は走るより歩くほうが続く。"]
            )
        ]
    )  # fmt: skip

    _, talk = await newsroom.recap(WEEK | {"sources": "talk"})
    _, articles = await newsroom.recap(WEEK | {"sources": "articles"})
    _, both = await newsroom.recap(WEEK | {"sources": "both"})

    assert (talk["fetch"]["articles"], talk["fetch"]["talk"]) == (0, 4)
    assert (articles["fetch"]["articles"], articles["fetch"]["talk"]) == (10, 0)
    assert (both["fetch"]["articles"], both["fetch"]["talk"]) == (10, 4)


async def test_a_conversation_of_one_local_day_is_one_document(newsroom: Newsroom):
    turns = [("2026-09-15T10:00:00+09:00", "朝の散歩を始めてよく眠れる。"), ("2026-09-15T22:00:00+09:00", "夜は本を読んで早く寝た。"),
             ("2026-09-16T01:00:00+09:00", "眠れなくて起き出して書いている。")]  # fmt: skip
    await newsroom.say(
        [{"id": f"t{n}", "conversation": "c", "at": at, "text": text} for n, (at, text) in enumerate(turns)]
    )
    newsroom.options = newsroom.in_zone("Asia/Tokyo")

    _, details = await newsroom.recap()

    assert details["fetch"]["talk"] == 2


async def test_nothing_to_read_ends_as_skipped_with_its_reason(newsroom: Newsroom):
    _, details = await newsroom.recap()
    assert details["nothing"] == "no_documents"

    await newsroom.pool.execute("UPDATE embedding_models SET is_current = 0")
    _, details = await newsroom.recap()
    assert details["nothing"] == "no_vectors"


async def test_the_newest_row_of_overrides_holds_and_what_it_cannot_mean_is_named(newsroom: Newsroom):
    await newsroom.publish(shipped())
    await newsroom.pool.execute(
        "INSERT INTO recap_worker_config (config_type, config_payload) VALUES "
        '(\'recap\', \'{"per_genre": 1}\'), (\'recap\', \'{"per_genre": 2, "min_documents": 1, "typo": 3, "mode": 7}\')'
    )

    run_id, details = await newsroom.recap()

    assert details["prepare"]["overridden"] == ["min_documents", "per_genre"]
    assert details["prepare"]["unknown_overrides"] == ["mode", "typo"]
    async with connection(newsroom.pool) as conn:
        run = await runs.read_run(conn, run_id)
        kept = await recap_reading.read_documents(conn, run_id)
    assert run is not None
    assert run.params["per_genre"] == 2
    assert details["select"]["over_limit"] > 30
    # What a large story says is read all the same.
    promoted = [one for one in kept if one.details.get("promoted_by") == "story"]
    assert len(promoted) == details["stories"]["promoted"] > 0
    assert all(one.dropped_by is None for one in promoted)


async def test_a_window_holds_at_most_so_many_documents_the_newest(newsroom: Newsroom):
    await newsroom.publish(shipped())

    run_id, details = await newsroom.recap(most_documents=12)

    assert (details["fetch"]["articles"], details["fetch"]["over_limit"]) == (12, 48)
    newest = sorted((one["published_at"] for one in shipped()), reverse=True)
    oldest = await newsroom.pool.fetchval(
        "SELECT min(said_at) FROM recap_job_articles WHERE run_id = $1", run_id
    )
    assert oldest.isoformat() <= newest[0]


async def test_what_is_forgotten_leaves_the_recaps_that_cite_it(newsroom: Newsroom):
    await newsroom.publish(shipped())
    run_id, _ = await newsroom.recap()
    view = await shown(newsroom, run_id)
    section = next(one for one in view.sections if one.bullets)
    gone = section.bullets[0].citations[0]
    words = section.bullets[0].text

    await newsroom.pool.execute("DELETE FROM utterances WHERE utterance_id = $1", gone.utterance_id)

    after = await shown(newsroom, run_id)
    bullet = next(one for one in after.sections if one.genre == section.genre).bullets[0]
    assert (bullet.text, bullet.is_deleted) == ("", True)
    assert [(one.text, one.utterance_id) for one in bullet.citations] == [(None, None)]
    for table in ("recap_outputs", "recap_cluster_evidence", "stories", "morning_letters"):
        stored = await newsroom.pool.fetchval(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
        assert words not in stored


async def test_a_reissue_breaks_no_citation_and_is_told(newsroom: Newsroom):
    await newsroom.publish(shipped())
    await newsroom.recap()
    cited = (await shown(newsroom)).sections[0].bullets[0].citations[0]

    await newsroom.pool.execute(
        "UPDATE utterances SET contents = '訂正：内容を改めた。' WHERE utterance_id = $1", cited.utterance_id
    )

    now = (await shown(newsroom)).sections[0].bullets[0].citations[0]
    assert (now.text, now.has_changed, cited.has_changed) == (cited.text, True, False)


async def test_documents_without_vectors_are_read_and_the_lack_is_told(newsroom: Newsroom):
    await newsroom.publish(shipped()[:20])
    await newsroom.pool.execute("DELETE FROM embeddings")

    run_id, details = await newsroom.recap()

    assert details["fetch"]["passages_without_vector"] > 0
    assert details["select"]["degraded"].startswith("outlier filter skipped")
    view = await shown(newsroom, run_id)
    assert view.documents == 20
    assert id_of("a01") in {one.document_id for one in await documents(newsroom, run_id)}


async def documents(newsroom: Newsroom, run_id: int) -> list[recap_reading.ReadDocument]:
    async with connection(newsroom.pool) as conn:
        return await recap_reading.read_documents(conn, run_id)


async def test_what_a_run_that_told_nothing_saw_is_new_to_the_next(newsroom: Newsroom):
    await newsroom.publish(shipped()[:20])
    run_id, _ = await newsroom.recap()
    await newsroom.pool.execute("UPDATE nightly_runs SET status = 'failed' WHERE run_id = $1", run_id)
    await newsroom.pool.execute("UPDATE stories SET told_facts = '[]'")

    again, _ = await newsroom.recap()

    view = await shown(newsroom, again)
    assert view.status == "published"
    assert view.unchanged == 0
    assert {story.state for story in (*view.leading, *view.further)} == {"new"}
