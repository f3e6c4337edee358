"""What is clustered before a text model has been asked, and after."""

from pathlib import Path
from uuid import UUID

import pytest

from tane.store.pool import Pool
from tane.today.digest import read_today
from tests.tane.runs.night.planted import WORDS, Store
from tests.tane.runs.night.soundness import unsound

MEMBERS = (
    "SELECT dst_id, src_id FROM edges WHERE src_type = $1 AND dst_type = 'cluster' AND is_active = 1 "
    "AND role IN ('member', 'attached')"
)


@pytest.fixture
async def store(pool: Pool, dsn: str, tmp_path: Path) -> Store:
    """Nothing yet."""
    return await Store(pool=pool, dsn=dsn, folder=tmp_path).open()


async def homes(store: Store, kind: str) -> dict[UUID, UUID]:
    """Return the cluster of each member of a kind."""
    return {row["src_id"]: row["dst_id"] for row in await store.pool.fetch(MEMBERS, kind)}


async def test_utterances_that_nobody_was_asked_about_make_a_whole_map(store: Store):
    said = [await store.say(theme, 20) for theme in range(3)]
    await store.say(None, 10)

    details = await store.night()

    assert isinstance(details, dict)
    assert (details["read"]["statements"], details["read"]["seeds"]) == (70, 0)
    home = await homes(store, "utterance")
    for theme, of_theme in enumerate(said):
        clusters = {home[one] for one in of_theme if one in home}
        titles = await store.pool.fetch(
            "SELECT cluster_title FROM clusters WHERE cluster_id = ANY ($1)", list(clusters)
        )
        assert len(titles) == 1
        assert WORDS[theme] in titles[0][0]
    assert await store.scopes_of(said[0]) == ["atlas", "cluster"]
    assert await unsound(store.pool) == {}


async def test_a_cluster_stays_itself_when_seeds_take_over_from_its_utterances(store: Store):
    said = [await store.say(theme, 20) for theme in range(3)]
    await store.night()
    before = await homes(store, "utterance")
    mine = before[said[0][0]]
    await store.pool.execute(
        "UPDATE clusters SET cluster_title = '私の名前', is_pinned = 1 WHERE cluster_id = $1", mine
    )
    seeds = [await store.take(theme, of_theme) for theme, of_theme in enumerate(said)]

    await store.night()

    after = await homes(store, "seed")
    assert await homes(store, "utterance") == {}
    for of_theme, taken in zip(said, seeds, strict=True):
        assert {before[one] for one in of_theme} == {after[seed] for seed in taken if seed in after}
    assert (
        await store.pool.fetchval("SELECT cluster_title FROM clusters WHERE cluster_id = $1", mine)
        == "私の名前"
    )
    assert await unsound(store.pool) == {}


async def test_seeds_and_utterances_without_any_share_a_cluster(store: Store):
    seeds = await store.plant(0, 15)
    said = await store.say(0, 15)
    await store.plant(1, 20)

    await store.night()

    of_seeds, of_utterances = await homes(store, "seed"), await homes(store, "utterance")
    assert {of_seeds[one] for one in seeds if one in of_seeds} == {
        of_utterances[one] for one in said if one in of_utterances
    }
    assert await store.pool.fetchval("SELECT max(total_count) FROM clusters WHERE is_archived = 0") >= 28
    assert await unsound(store.pool) == {}


async def test_short_utterances_excluded_speakers_and_rejected_seeds_stand_for_nothing(store: Store):
    said = await store.say(0, 20)
    await store.pool.execute("UPDATE utterances SET contents = 'うん' WHERE utterance_id = $1", said[0])
    await store.pool.execute("UPDATE utterances SET speaker = 'system' WHERE utterance_id = $1", said[1])
    (seed,) = await store.take(0, said[2:3])
    await store.pool.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = $1", seed)
    await store.pool.execute(
        "DELETE FROM worker_jobs"
    )  # a night waits for the new words' vector, and nobody is at work

    details = await store.night()

    assert isinstance(details, dict)
    assert details["read"]["statements"] == 17


async def test_today_tells_what_comes_back_and_what_is_new_without_a_text_model(store: Store):
    said = await store.say(0, 20)
    await store.say(1, 20)
    await store.pool.execute(
        "UPDATE utterances SET uttered_at = now() - make_interval(days => $2) WHERE utterance_id = ANY ($1)",
        said[:10],
        3,
    )
    await store.night()

    shown = await read_today(store.pool, zone="UTC", limit=3)

    assert [len(one.theme.days) for one in shown.themes] == [2]
    assert {line.type for line in shown.themes[0].lines} == {"utterance"}
    assert len(shown.news.lines) == 3
