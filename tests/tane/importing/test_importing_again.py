"""Importing what is known already, all of it, a part of it, or with other words."""

import asyncio
import random

import pytest

from tane.importing.import_report import ImportProgress, ImportReport
from tane.store.pool import Pool
from tests.tane.importing.importing import LONG, Import, count, dialogue, everything, write


class TestAnImportAgain:
    async def test_adds_and_queues_nothing(self, run: Import, pool: Pool):
        file = write("talk.jsonl", [*dialogue(50), *dialogue(3)])
        await run(file)
        before = await everything(pool)

        report = await run(file)

        assert (report.added, report.updated, report.unchanged, report.queued) == (0, 0, 53, {})
        assert await everything(pool) == before

    async def test_queues_nothing_when_the_jobs_are_done_and_gone(self, run: Import, pool: Pool):
        file = write("talk.jsonl", dialogue(20))
        await run(file)
        await pool.execute("DELETE FROM worker_jobs")

        report = await run(file)

        assert report.queued == {}
        assert await count(pool, "worker_jobs") == 0

    async def test_writes_nothing_to_unchanged_rows(self, run: Import, pool: Pool):
        file = write("talk.jsonl", dialogue(20))
        await run(file)
        before = await pool.fetch("SELECT xmin::text, xmax::text FROM utterances ORDER BY utterance_id")

        await run(file)

        assert (
            await pool.fetch("SELECT xmin::text, xmax::text FROM utterances ORDER BY utterance_id") == before
        )

    async def test_in_another_order_adds_nothing(self, run: Import):
        rows = [*dialogue(40), *({"text": "はい、そうです"} for _ in range(5))]
        await run(write("talk.jsonl", rows))
        random.Random(1).shuffle(rows)

        report = await run(write("talk.jsonl", rows))

        assert (report.added, report.updated, report.unchanged) == (0, 0, 45)

    async def test_of_a_longer_file_continues_its_conversations(self, run: Import, pool: Pool):
        rows = [{"text": f"turn {number}", "conversation": "c"} for number in range(6)]
        await run(write("talk.jsonl", rows[:4]))

        report = await run(write("talk.jsonl", rows))

        assert report.added == 2
        found = await pool.fetch("SELECT contents, position FROM utterances ORDER BY position")
        assert [tuple(row) for row in found] == [(f"turn {number}", number) for number in range(6)]

    async def test_keeps_two_equal_utterances_of_one_conversation(self, run: Import, pool: Pool):
        file = write("talk.jsonl", [{"text": "はい", "conversation": "c", "speaker": "花子"}] * 2)

        await run(file)
        await run(file)

        assert await count(pool, "utterances") == 2

    async def test_in_another_time_zone_moves_the_utterances_and_adds_none(self, run: Import, pool: Pool):
        file = write("talk.jsonl", [{"text": LONG, "time": "2024/3/5 9:00"}])
        await run(file, timezone="UTC")

        report = await run(file, timezone="Asia/Tokyo")

        assert (report.added, report.updated, report.queued) == (0, 1, {})
        assert await count(pool, "utterances WHERE uttered_at = '2024-03-05T00:00:00Z'") == 1

    async def test_after_it_was_cut_off_ends_like_one_run(self, run: Import, pool: Pool):
        file = write("talk.jsonl", dialogue(1300))
        await run(file)
        whole = await everything(pool)
        await pool.execute("DELETE FROM sources")
        await pool.execute("DELETE FROM worker_jobs")

        await cut_off_after_the_first_batch(run, str(file))

        assert await count(pool, "utterances") == 500
        report = await run(file)
        assert (report.added, report.unchanged) == (800, 500)
        assert await everything(pool) == whole

    async def test_at_the_same_time_stores_each_row_once(self, run: Import, pool: Pool):
        file = write("talk.jsonl", dialogue(1200))

        one, other = await asyncio.gather(run(file), run(file))

        assert one.added + other.added == 1200
        assert await count(pool, "utterances") == 1200
        assert await count(pool, "worker_jobs WHERE job_type = 'utterance_role'") == 1200


async def cut_off_after_the_first_batch(run: Import, file: str) -> None:
    tasks: list[asyncio.Task[ImportReport]] = []

    def cut_off(_: ImportProgress) -> None:
        tasks[0].cancel()

    tasks.append(asyncio.create_task(run(file, on_progress=cut_off)))
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]


class TestAChangedUtterance:
    """A7."""

    @pytest.fixture
    async def _asked(self, run: Import, pool: Pool) -> None:
        await run(write("talk.jsonl", [{"id": 1, "text": LONG * 10, "tag": "x"}, {"id": 2, "text": LONG}]))
        await pool.execute("DELETE FROM worker_jobs")
        await pool.execute("UPDATE utterances SET did_asked_knowledge = 1, hypothetical = 0.5")
        await pool.execute("INSERT INTO seeds (seed_id, body) VALUES (gen_random_uuid(), 'a seed')")
        await pool.execute(
            "INSERT INTO utterance_seeds (utterance_id, seed_id) "
            "SELECT utterance_id, seed_id FROM utterances, seeds WHERE external_id = '1'"
        )

    @pytest.mark.usefixtures("_asked")
    async def test_is_updated_split_and_queued_anew(self, run: Import, pool: Pool):
        new = "新しい言葉で言い直した。"

        report = await run(write("talk.jsonl", [{"id": 1, "text": new, "tag": "x"}, {"id": 2, "text": LONG}]))

        assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
        row = await pool.fetchrow("SELECT * FROM utterances WHERE external_id = '1'")
        assert row is not None
        assert (row["contents"], row["did_asked_knowledge"], row["hypothetical"]) == (new, 0, None)
        splits = await pool.fetch(
            "SELECT contents FROM utterance_splits WHERE utterance_id = $1", row["utterance_id"]
        )
        assert [split["contents"] for split in splits] == [new]
        assert await count(pool, "seeds") == 0
        waiting = await pool.fetch("SELECT job_type, count(*) AS n FROM worker_jobs GROUP BY job_type")
        assert {job["job_type"]: job["n"] for job in waiting} == report.queued
        assert {"embedding", "utterance_role", "did_asked_knowledge", "hypothetical"} <= report.queued.keys()

    async def test_is_asked_again_what_was_asked_in_vain(self, run: Import, pool: Pool):
        """What is enabled (000: the role) is queued anyway; the score and the kind were asked by hand."""
        await run(write("talk.jsonl", [{"id": 1, "text": LONG}, {"id": 2, "text": LONG}]))
        await pool.execute("DELETE FROM worker_jobs")
        await pool.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, status, outcome, finished_at) "
            "SELECT t.job_type, 'utterance', utterance_id, t.status, t.outcome, now() FROM utterances, "
            "(VALUES ('direction', 'done', 'no_number'), ('did_asked_model', 'dead', NULL)) AS t (job_type, status, outcome)"
        )

        report = await run(
            write("talk.jsonl", [{"id": 1, "text": "新しい言葉で言い直した。"}, {"id": 2, "text": LONG}])
        )

        assert (report.queued["direction"], report.queued["did_asked_model"]) == (1, 1)
        assert (report.queued["utterance_role"], report.queued["did_asked_knowledge"]) == (1, 1)

    @pytest.mark.usefixtures("_asked")
    async def test_with_other_metadata_only_is_not_asked_again(self, run: Import, pool: Pool):
        report = await run(
            write("talk.jsonl", [{"id": 1, "text": LONG * 10, "tag": "y"}, {"id": 2, "text": LONG}])
        )

        assert (report.updated, report.unchanged, report.queued) == (1, 1, {})
        assert await count(pool, "utterances WHERE metadata ->> 'tag' = 'y'") == 1
        assert await count(pool, "seeds") == 1

    @pytest.mark.usefixtures("_asked")
    async def test_that_its_owner_deleted_stays_deleted(self, run: Import, pool: Pool):
        await pool.execute("UPDATE utterances SET deleted_at = now()")
        await pool.execute("DELETE FROM worker_jobs")

        report = await run(
            write("talk.jsonl", [{"id": 1, "text": "もう一度、別の言葉で。"}, {"id": 2, "text": LONG}])
        )

        assert report.queued == {}
        assert await count(pool, "utterances WHERE deleted_at IS NULL") == 0
        assert await count(pool, "worker_jobs") == 0

    async def test_keeps_the_speaker_and_time_that_the_file_no_longer_tells(self, run: Import, pool: Pool):
        await run(write("talk.jsonl", [{"id": 1, "text": LONG, "speaker": "花子", "time": "2024-01-01"}]))

        report = await run(write("talk.jsonl", [{"id": 1, "text": LONG}]))

        assert report.unchanged == 1
        assert await count(pool, "utterances WHERE speaker = '花子' AND uttered_at IS NOT NULL") == 1
