"""What happens between a night's snapshot and its publication, and must not be undone or shown by it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from handlers.placement import link_seeds
from tane.runs.night import naming, publishing, settling
from tane.runs.night.workspace import NightFiles
from tane.store import runs
from tane.store.errors import RunLost
from tane.store.forgetting import forget
from tane.store.pool import encode_halfvec, transaction
from tane.store.review import rename_cluster
from tests.tane.runs.night.planted import Args, Inline, Result, Store
from tests.tane.runs.night.soundness import unsound
from tests.waiting import until

MAP = ("clusters", "edges", "layout_points", "layout_runs", "embeddings", "cluster_generations")


async def coming_title(store: Store) -> str:
    """Return what the one new cluster of an unfinished night would be called."""
    before = await store.clusters()
    await naming.name_clusters(store.unfinished)
    rows = NightFiles(store.unfinished.folder).clusters.load()
    (title,) = (row["title"] for row in rows if UUID(row["cluster_id"]) not in before)
    return str(title)


async def waits_for_a_row(store: Store) -> bool:
    return bool(
        await store.pool.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')"
        )
    )


class Interrupted(Inline):
    """Lets something happen after the clusters were named for the first time, or each time."""

    def __init__(self, event: Callable[[], Awaitable[None]], *, times: int = 1) -> None:
        self.namings = 0
        self._event = event
        self._times = times

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        result = await super().run(function, *args)
        if function.__name__ == naming.write_names.__name__:
            self.namings += 1
            if self.namings <= self._times:
                await self._event()
        return result


async def planted(store: Store) -> None:
    """Three themes of twenty seeds."""
    for theme in range(3):
        await store.plant(theme, 20)


async def sources(store: Store, seeds: list[UUID]) -> list[UUID]:
    rows = await store.pool.fetch("SELECT utterance_id FROM utterance_seeds WHERE seed_id = ANY ($1)", seeds)
    return [row["utterance_id"] for row in rows]


async def titles(store: Store) -> list[str]:
    rows = await store.pool.fetch("SELECT cluster_title FROM clusters WHERE is_archived = 0")
    return [row["cluster_title"] for row in rows]


class TestForgetting:
    async def test_some_members_takes_them_out_of_the_counts_and_the_words(self, store: Store):
        """Their words were to speak for the cluster."""
        said = [f"秘密の暗号{number}を枕の下に置く" for number in range(5)]
        secret = await store.plant(0, 5)
        for seed, words in zip(secret, said, strict=True):
            await store.pool.execute("UPDATE seeds SET body = $2 WHERE seed_id = $1", seed, words)
        await store.pool.execute("DELETE FROM worker_jobs")
        await store.night(until="maps")
        async with transaction(store.pool) as conn:
            await forget(conn, await sources(store, secret))

        await store.finish(after="maps")

        assert await unsound(store.pool) == {}
        shown = await store.pool.fetchval(
            "SELECT string_agg(concat_ws(' ', cluster_title, cluster_overview), ' ') FROM clusters"
        )
        assert "枕" not in shown
        assert "暗号" not in shown
        counted = await store.pool.fetchval("SELECT sum(total_count) FROM clusters WHERE depth = 1")
        assert counted <= 60

    async def test_while_the_clusters_are_named_is_seen_before_anything_is_published(self, store: Store):
        (secret,) = await store.plant(0, 1)
        await store.pool.execute(
            "UPDATE seeds SET body = '秘密の暗号を枕の下に置く' WHERE seed_id = $1", secret
        )
        await store.pool.execute("DELETE FROM worker_jobs")
        await store.night(until="maps")

        async def forget_it() -> None:
            async with transaction(store.pool) as conn:
                await forget(conn, await sources(store, [secret]))

        compute = Interrupted(forget_it)
        store.unfinished = replace(store.unfinished, compute=compute)
        await store.finish(after="maps")

        assert compute.namings == 2
        assert secret not in naming.load_sources(NightFiles(store.unfinished.folder)).words
        assert await unsound(store.pool) == {}

    async def test_all_members_leaves_no_empty_cluster(self, mapped: Store):
        doomed = await mapped.pool.fetch("SELECT seed_id FROM seeds WHERE body LIKE '睡眠%'")
        await mapped.plant(1, 1)
        await mapped.night(until="maps")
        async with transaction(mapped.pool) as conn:
            await forget(conn, await sources(mapped, [row["seed_id"] for row in doomed]))

        await mapped.finish(after="maps")

        assert await unsound(mapped.pool) == {}
        assert not any("睡眠" in title for title in await titles(mapped))

    async def test_everything_leaves_an_empty_map(self, store: Store):
        await store.night(until="maps")
        rows = await store.pool.fetch("SELECT utterance_id FROM utterances")
        async with transaction(store.pool) as conn:
            await forget(conn, [row["utterance_id"] for row in rows])

        await store.finish(after="maps")

        assert await unsound(store.pool) == {}
        assert await store.clusters() == {}


class TestTheOwnersDecisions:
    @pytest.mark.parametrize("nights_before", [0, 1])
    async def test_to_reject_all_members_of_a_cluster_ends_it(self, store: Store, nights_before: int):
        for _ in range(nights_before):
            await store.night()
        await store.plant(0, 1)
        await store.night(until="maps")
        await store.pool.execute("UPDATE seeds SET review_status = 'rejected' WHERE body LIKE '貯金%'")

        await store.finish(after="maps")

        assert await unsound(store.pool) == {}
        assert len(await store.clusters()) == 2

    async def test_that_never_end_do_not_keep_a_night_from_its_publication(self, store: Store):
        bodies = iter(range(20))
        await store.night(until="maps")

        async def reject_another() -> None:
            await store.pool.execute(
                "UPDATE seeds SET review_status = 'rejected' WHERE body = $1",
                f"睡眠は大事だ、その{next(bodies)}",
            )

        compute = Interrupted(reject_another, times=20)
        store.unfinished = replace(store.unfinished, compute=compute)
        await store.finish(after="maps")

        assert compute.namings == publishing.NAMINGS + 1
        assert await unsound(store.pool) == {}
        assert len(await store.clusters()) == 3

    async def test_to_give_a_cluster_the_title_that_another_was_to_get_are_obeyed_by_the_other(
        self, mapped: Store
    ):
        (first, *_) = sorted(await mapped.clusters())
        await mapped.plant(5, 20)
        await mapped.night(until="maps")
        wanted = await coming_title(mapped)
        async with transaction(mapped.pool) as conn:
            await rename_cluster(conn, first, title=wanted, overview=None)

        await mapped.finish(after="maps")

        found = await titles(mapped)
        assert wanted in found
        assert len(set(found)) == len(found) == 4
        assert await unsound(mapped.pool) == {}

    async def test_to_name_a_cluster_at_the_very_moment_of_the_publication_are_waited_for(
        self, mapped: Store
    ):
        (first, *_) = sorted(await mapped.clusters())
        await mapped.plant(5, 20)
        await mapped.night(until="maps")
        wanted = await coming_title(mapped)
        async with transaction(mapped.pool) as conn:
            await rename_cluster(conn, first, title=wanted, overview=None)
            finishing = asyncio.create_task(mapped.finish(after="maps"))
            await until(lambda: waits_for_a_row(mapped), what="the publication waits for the owner")
        await finishing

        found = await titles(mapped)
        assert wanted in found
        assert len(set(found)) == len(found) == 4

    async def test_to_pin_a_cluster_keep_its_words(self, mapped: Store):
        (first, *_) = sorted(await mapped.clusters())
        await mapped.plant(0, 3)
        await mapped.night(until="maps")
        await mapped.pool.execute(
            "UPDATE clusters SET is_pinned = 1, cluster_title = '留めた題' WHERE cluster_id = $1", first
        )

        await mapped.finish(after="maps")

        assert "留めた題" in await titles(mapped)
        assert await unsound(mapped.pool) == {}


class TestArrivals:
    async def test_a_seed_that_was_reworded_stands_where_its_new_words_belong(self, store: Store):
        moved, *_ = await store.plant(0, 1)
        await store.night(until="maps")
        await store.pool.execute("UPDATE seeds SET body = '貯金は先に分ける' WHERE seed_id = $1", moved)
        await store.pool.execute(
            "UPDATE embeddings SET vector = $2, updated_at = now() WHERE target_id = $1",
            moved, encode_halfvec(store.themes.vector(1)),
        )  # fmt: skip

        await store.finish(after="maps")

        home = await store.pool.fetchval(
            "SELECT c.cluster_title FROM edges e JOIN clusters c ON c.cluster_id = e.dst_id "
            "WHERE e.src_id = $1 AND e.edge_type = 'part_of' AND e.role = 'member' AND e.is_active = 1",
            moved,
        )
        assert "貯金" in home
        place = await store.place_of(moved)
        assert place is not None
        assert place[2] == 1, "provisional, until the next night"
        assert (
            await store.pool.fetchval(
                "SELECT count(*) FROM layout_points WHERE is_provisional = 1 AND is_active = 1 AND target_type = 'seed' AND target_id <> $1",
                moved,
            )
            == 0
        )

    async def test_hundreds_of_a_new_theme_and_of_an_old_one_all_have_a_place(self, store: Store):
        await store.night(until="maps")
        late = [*await store.plant(0, 100), *await store.plant(7, 100)]

        await store.finish(after="maps")

        placed = await store.pool.fetchval(
            "SELECT count(DISTINCT p.target_id) FROM layout_points p JOIN layout_runs r USING (layout_id) "
            "WHERE r.scope_type = 'atlas' AND p.is_active = 1 AND p.target_id = ANY ($1)",
            late,
        )
        assert placed == 200
        assert set(await unsound(store.pool)) <= {"a cluster that counts other members than it has"}

    async def test_what_another_daemon_linked_to_a_cluster_that_is_no_more_is_linked_anew(self, store: Store):
        """Its embedding was saved while the old map was up, whose clusters the night replaces."""
        gone = await store.plant(6, 20)
        await store.night()
        before = await store.clusters()
        await store.pool.execute("DELETE FROM seeds WHERE seed_id = ANY ($1)", gone[2:])
        await store.night(until="maps")
        (late,) = await store.plant(6, 1)
        async with transaction(store.pool) as conn:
            model_id = await conn.fetchval("SELECT model_id FROM embedding_models")
            await link_seeds(conn, [late], model_id)
        home = "SELECT dst_id FROM edges WHERE src_id = $1 AND role = 'member' AND is_active = 1"
        assert await store.pool.fetchval(home, late) in before

        await store.finish(after="maps")

        assert await store.pool.fetchval(home, late) not in before.keys() - (await store.clusters()).keys()
        assert not {name for name in await unsound(store.pool) if "without its" in name}


class TestASupervisorThatLostTheNight:
    async def test_changes_nothing_when_it_is_cancelled_while_it_publishes(self, store: Store):
        await store.night(until="maps")
        before = await store.dump(*MAP)
        await store.pool.execute("UPDATE nightly_runs SET cancel_requested_at = now()")

        with pytest.raises(RunLost):
            await publishing.publish(store.unfinished)

        assert await store.dump(*MAP) == before

    async def test_leaves_the_staging_tables_to_the_other(self, store: Store):
        """It woke up late: the other has loaded a map that it is about to publish."""
        await store.night(until="publish")
        late = store.unfinished
        async with transaction(store.pool) as conn:
            run = await runs.take_up(conn, late.run_id, host="there")
        before = await store.dump("night_sources", "night_edges", "night_points")
        assert before["night_sources"]

        with pytest.raises(RunLost):
            await settling.settle(late)
        with pytest.raises(RunLost):
            await publishing.publish(replace(late, run_id=late.run_id + 1))

        assert await store.dump("night_sources", "night_edges", "night_points") == before
        await settling.settle(replace(late, epoch=run.epoch))
        assert await unsound(store.pool) == {}
