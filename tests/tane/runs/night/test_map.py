"""Whole nights over planted themes: what they publish, and what they leave alone."""

from pathlib import Path

import numpy as np
import pytest

from tane.runs.night.publishing import publish
from tane.settings.model import Settings
from tane.store.errors import Conflict, RunLost
from tane.store.pool import Pool
from tests.tane.runs.night.planted import DIMS, Store
from tests.tane.runs.night.soundness import unsound

MAP = ("clusters", "edges", "layout_points", "layout_runs", "embeddings", "all_seed_info")
THEMES = 5


async def planted(store: Store) -> None:
    """Five themes of thirty seeds, and fifteen seeds of none."""
    for theme in range(THEMES):
        await store.plant(theme, 30, resistance=theme / 10)
    await store.plant(None, 15)


async def test_a_night_finds_the_themes_names_them_and_leaves_all_tables_sound(store: Store):
    details = await store.night()

    assert isinstance(details, dict)
    assert await unsound(store.pool) == {}
    rows = await store.pool.fetch("SELECT * FROM clusters WHERE depth = 1 ORDER BY avg_resistance")
    assert len(rows) == THEMES
    for theme, row in enumerate(rows):
        assert row["total_count"] >= 30
        assert row["avg_resistance"] == pytest.approx(theme / 10, abs=0.02), "C6: the mean over its seeds"
        assert row["overview_source"] == "nearest"
        assert len(row["cluster_overview"].splitlines()) == 5, "E7: its five middle statements"
    assert details["clusters"]["report"]["coverage"] >= 0.9
    assert len({row["cluster_title"] for row in rows}) == THEMES
    for job_type, meaning in (("cluster_body", "E4"), ("embedding", "D8: the words, for search")):
        waiting = await store.pool.fetch(
            "SELECT target_id FROM worker_jobs WHERE job_type = $1 AND target_table = 'cluster'", job_type
        )
        assert {row["target_id"] for row in waiting} == set(await store.clusters()), meaning


async def test_titles_are_words_of_the_members(mapped: Store):

    for row in await mapped.pool.fetch(
        "SELECT c.cluster_title, string_agg(s.body, ' ') AS bodies FROM clusters c "
        "JOIN edges e ON e.dst_id = c.cluster_id AND e.is_active = 1 JOIN seeds s ON s.seed_id = e.src_id GROUP BY 1"
    ):
        assert any(word in row["bodies"] for word in row["cluster_title"].split("と"))


class TestSecondNight:
    async def test_without_change_does_nothing(self, mapped: Store):
        before = await mapped.dump(*MAP)

        assert await mapped.night() == "unchanged"

        assert await mapped.dump(*MAP) == before

    async def test_without_change_alters_no_byte_even_when_forced(self, mapped: Store):
        before = await mapped.dump(*MAP)

        assert isinstance(await mapped.night(is_forced=True), dict)

        after = await mapped.dump(*MAP)
        assert {table: after[table] == rows for table, rows in before.items()} == dict.fromkeys(MAP, True)

    async def test_with_new_seeds_keeps_the_clusters_and_the_places(self, mapped: Store):
        clusters = await mapped.clusters()
        places = await points(mapped.pool)
        for theme in range(THEMES):
            await mapped.plant(theme, 2)

        await mapped.night()

        assert await unsound(mapped.pool) == {}
        assert clusters.keys() <= (await mapped.clusters()).keys()
        after = await points(mapped.pool)
        moved = [np.hypot(*(np.array(after[item]) - place)) for item, place in places.items()]
        extent = np.ptp(np.array(list(places.values())), axis=0).max()
        assert np.median(moved) <= 0.02 * extent
        assert await mapped.pool.fetchval("SELECT count(*) FROM layout_points WHERE is_provisional = 1") == 0

    async def test_with_a_new_theme_gives_it_a_cluster_of_its_own(self, mapped: Store):
        before = await mapped.clusters()
        fresh = set(await mapped.plant(5, 30))

        await mapped.night()

        new = {id_: seeds for id_, seeds in (await mapped.clusters()).items() if id_ not in before}
        assert any(len(seeds & fresh) >= 27 for seeds in new.values())
        assert await unsound(mapped.pool) == {}

    async def test_without_a_former_theme_archives_its_cluster(self, store: Store):
        gone = set(await store.plant(6, 30))
        await store.night()
        (cluster,) = [
            id_
            for id_, seeds in (await store.clusters()).items()
            if len(seeds & gone) > 25 and len(seeds) < 45
        ]
        await store.forget(gone)

        await store.night()

        assert (
            await store.pool.fetchval("SELECT is_archived FROM clusters WHERE cluster_id = $1", cluster) == 1
        )
        assert await unsound(store.pool) == {}


async def test_after_another_model_has_embedded_everything_there_is_one_centroid_of_each_cluster(
    mapped: Store,
):
    """B8: the same weights under another digest give the same vectors, and are another model all the same."""
    before = await mapped.clusters()
    await mapped.pool.execute("UPDATE embedding_models SET is_current = 0")
    await mapped.pool.execute(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('planted', 'two', $1, 1)",
        DIMS,
    )
    await mapped.pool.execute(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
        "SELECT e.target_type, e.target_id, m.model_id, m.model_name, m.dims, e.vector, e.source_hash "
        "FROM embeddings e JOIN embedding_models m ON m.digest = 'two' WHERE e.target_type <> 'cluster'"
    )

    assert isinstance(await mapped.night(), dict)

    assert await unsound(mapped.pool) == {}
    assert (await mapped.clusters()).keys() == before.keys()
    models = await mapped.pool.fetch(
        "SELECT DISTINCT digest FROM embeddings JOIN embedding_models USING (model_id) WHERE target_type = 'cluster'"
    )
    assert [row["digest"] for row in models] == ["two"]


async def test_an_utterance_without_a_vector_stands_beside_its_seed_and_stays_there(store: Store):
    """H14: its embedding failed for good, but what was taken from it is on the map."""
    (seed,) = await store.plant(0, 1)
    said = await store.pool.fetchval("SELECT utterance_id FROM utterance_seeds WHERE seed_id = $1", seed)
    await store.pool.execute("DELETE FROM embeddings WHERE target_id = $1", said)
    await store.night()
    beside, place = await store.place_of(seed), await store.place_of(said)
    assert beside is not None
    assert place is not None
    extent = await store.pool.fetchval("SELECT max(x) - min(x) FROM layout_points")
    assert 0 < np.hypot(beside[0] - place[0], beside[1] - place[1]) < 0.1 * extent
    assert await store.scopes_of([said]) == await store.scopes_of([seed])
    before = await store.dump(*MAP)

    await store.night(is_forced=True)

    assert await store.dump(*MAP) == before


class TestTheOwnersWords:
    async def test_and_the_models_survive_every_night(self, mapped: Store):
        """E8."""
        named, pinned, *_ = sorted(await mapped.clusters())
        await mapped.pool.execute(
            "UPDATE clusters SET cluster_title = '私の題', cluster_overview = '私の言葉', overview_source = 'user' "
            "WHERE cluster_id = $1", named,
        )  # fmt: skip
        await mapped.pool.execute(
            "UPDATE clusters SET cluster_title = '留めた題', is_pinned = 1 WHERE cluster_id = $1", pinned
        )
        await mapped.pool.execute("DELETE FROM worker_jobs")
        await mapped.plant(0, 4)

        await mapped.night()

        words = {
            row["cluster_id"]: row["cluster_title"]
            for row in await mapped.pool.fetch("SELECT * FROM clusters")
        }
        assert (words[named], words[pinned]) == ("私の題", "留めた題")
        waiting = await mapped.pool.fetch("SELECT target_id FROM worker_jobs WHERE job_type = 'cluster_body'")
        assert not {named, pinned} & {row["target_id"] for row in waiting}

    async def test_of_the_model_are_written_anew_once_a_fifth_of_the_members_changed(self, mapped: Store):
        await mapped.pool.execute(
            "UPDATE clusters SET overview_source = 'llm', overview_stale = 0, drift = 0"
        )
        await mapped.pool.execute("DELETE FROM worker_jobs")
        for _ in range(3):
            await mapped.plant(0, 3)
            await mapped.night()

        stale = await mapped.pool.fetch("SELECT cluster_title, drift FROM clusters WHERE overview_stale = 1")
        assert len(stale) >= 1
        assert all(row["drift"] >= 0.2 for row in stale)
        waiting = await mapped.pool.fetchval(
            "SELECT count(*) FROM worker_jobs WHERE job_type = 'cluster_body'"
        )
        assert waiting == len(stale)


class TestWhileTheNightRuns:
    async def test_a_seed_that_arrives_is_on_the_new_map(self, store: Store):
        await store.night(until="maps")
        (late,) = await store.plant(0, 1)

        await store.finish(after="maps")

        assert await store.place_of(late) is not None
        assert (
            await store.pool.fetchval(
                "SELECT count(*) FROM edges WHERE src_id = $1 AND edge_type = 'near'", late
            )
            == 10
        )
        home = await store.pool.fetchval(
            "SELECT dst_id FROM edges WHERE src_id = $1 AND edge_type = 'part_of' AND role = 'member'", late
        )
        assert home in await store.clusters()

    async def test_a_seed_that_is_rejected_leaves_no_trace_on_it(self, store: Store):
        (seed,) = await store.plant(0, 1)
        await store.night(until="maps")
        await store.pool.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = $1", seed)

        await store.finish(after="maps")

        assert await store.place_of(seed) is None
        dangling = {name for name in await unsound(store.pool) if "without its" in name}
        assert not dangling

    async def test_an_utterance_that_is_forgotten_leaves_none_either(self, store: Store):
        await store.night(until="maps")
        await store.pool.execute("DELETE FROM utterances WHERE contents LIKE '%睡眠%その3。'")

        await store.finish(after="maps")

        assert not {name for name in await unsound(store.pool) if "without its" in name}

    async def test_another_publication_makes_it_void(self, store: Store):
        await store.night(until="maps")
        unfinished = store.unfinished
        await store.pool.execute("UPDATE nightly_runs SET status = 'failed', finished_at = now()")
        await store.plant(1, 2)
        await store.night()
        before = await store.dump("clusters", "edges", "layout_points")
        store.unfinished = unfinished

        with pytest.raises((Conflict, RunLost)):
            await store.finish(after="maps")

        assert await store.dump("clusters", "edges", "layout_points") == before


async def test_a_publication_that_nobody_recorded_is_not_made_twice(pool: Pool, dsn: str, tmp_path: Path):
    """The process was killed between the commit and the record of its step."""
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    await store.plant(0, 7)
    await store.night(until="publish")
    before = await store.dump("cluster_generations")
    (late,) = await store.plant(0, 1)

    await store.finish(after="maps")

    assert await store.dump("cluster_generations") == before
    assert await store.place_of(late) is not None
    assert await unsound(pool) == {}


async def test_a_night_begun_anew_after_it_published_publishes_what_came_since(
    pool: Pool, dsn: str, tmp_path: Path
):
    """Its folder is another host's; what arrived during the first beginning was never given its place."""
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    await store.plant(0, 7)
    await store.night(until="maps")
    (late,) = await store.plant(0, 1)
    await publish(store.unfinished)

    details = await store.night()

    assert isinstance(details, dict)
    assert await pool.fetchval("SELECT count(*) FROM nightly_runs") == 1
    assert await pool.fetchval("SELECT count(*) FROM cluster_generations") == 2
    place = await store.place_of(late)
    assert place is not None
    assert place[2] == 0, "no longer provisional"
    assert await unsound(pool) == {}


async def test_a_settling_that_nobody_recorded_takes_nothing_old_for_new(
    pool: Pool, dsn: str, tmp_path: Path
):
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    await store.plant(0, 7)
    await store.night(until="settle")
    before = await store.dump("edges", "layout_points")

    await store.finish(after="publish")

    assert await store.dump("edges", "layout_points") == before


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 9])
async def test_a_store_of_few_seeds_has_a_map_and_no_clusters(
    pool: Pool, dsn: str, tmp_path: Path, count: int
):
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    await store.plant(0, count)

    outcome = await store.night()

    if count == 0:
        assert outcome == "no_vectors"
        return
    assert isinstance(outcome, dict)
    assert await unsound(pool) == {}
    assert len(await points(pool)) >= 2 * count


@pytest.mark.parametrize(("mode", "size"), [("density_literal", 20), ("hierarchy", 70), ("incremental", 40)])
async def test_every_mode_ends_in_sound_tables(pool: Pool, dsn: str, tmp_path: Path, mode: str, size: int):
    """By document 000's own defaults there is no cluster below 701 seeds; document 004's smallest theme has 50.

    What reduces the vectors before HDBSCAN is chosen within `clustering.hierarchy`; the default one compiles for long.
    """
    settings = Settings.model_validate({"clustering": {"mode": mode, "hierarchy_reduce": "pca"}})
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path, settings=settings).open()
    for theme in range(3):
        await store.plant(theme, size)

    details = await store.night()

    assert isinstance(details, dict)
    assert await unsound(pool) == {}
    found = len(await store.clusters())
    assert found == 0 if mode == "density_literal" else found >= 2


async def points(pool: Pool) -> dict[tuple[str, str], tuple[float, float]]:
    """Where everything stands on the atlas."""
    rows = await pool.fetch(
        "SELECT target_type, target_id, x, y FROM layout_points p JOIN layout_runs r USING (layout_id) "
        "WHERE r.scope_type = 'atlas' AND r.is_active = 1 AND p.is_active = 1 AND target_type <> 'cluster'"
    )
    return {(row["target_type"], str(row["target_id"])): (row["x"], row["y"]) for row in rows}
