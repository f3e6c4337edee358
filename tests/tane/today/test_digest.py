"""The owner's questions, on the demo's gold, where the right answers are known.

Vectors are the built-in encoder's. Rules were fitted to one half of the dialogues, by a hash of their ids; what was measured on the
other half stands beside it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bench.today_labels import HELD_BEFORE, UNANSWERED, UNANSWERED_EVERYDAY, everyday_questions, is_held_out
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connected, open_pool
from tane.today.digest import Today, read_today, remember
from tests.conftest import Nursery
from tests.tane.today.gold import ZONE, dialogues, gold_seeds, name, plant, theme_of

ALL = 1_000

IDS = {name(utterance["id"]): utterance["id"] for utterance in dialogues()}


def filled(server: EmbeddedServer, database: str, *, with_further: bool) -> Today:
    """Plant the gold in an empty database, and read it."""
    dsn = server.dsn(database)

    async def fill() -> Today:
        async with connected(dsn) as conn:
            await plant(conn, with_further=with_further)
        pool = await open_pool(dsn, size=2)
        try:
            return await read_today(pool, zone=ZONE, limit=ALL)
        finally:
            await close_pool(pool)

    return asyncio.run(fill())


@pytest.fixture(scope="module")
def kept(nursery: Nursery, server: EmbeddedServer) -> Iterator[tuple[str, Today]]:
    """A database with the gold that nobody changes, and what is read in it."""
    name = nursery.take()
    yield name, filled(server, name, with_further=False)
    nursery.give_back(name)


@pytest.fixture
def seen(kept: tuple[str, Today]) -> Today:
    return kept[1]


@pytest.fixture
async def copied(kept: tuple[str, Today], nursery: Nursery, server: EmbeddedServer) -> AsyncIterator[Pool]:
    """A copy of that database."""
    name = nursery.copy_of(kept[0])
    opened = await open_pool(server.dsn(name), size=2)
    yield opened
    await close_pool(opened)
    nursery.give_back(name)


@pytest.fixture(scope="module")
def with_further(nursery: Nursery, server: EmbeddedServer) -> Today:
    name = nursery.take()
    today = filled(server, name, with_further=True)
    nursery.give_back(name)
    return today


def gold_days() -> dict[tuple[str, str], dict[str, date]]:
    """The day, in Tokyo, of every utterance that has a gold seed, by theme."""
    days: dict[tuple[str, str], dict[str, date]] = defaultdict(dict)
    for _, utterance, _ in gold_seeds():
        day = datetime.fromisoformat(utterance["time"]).astimezone(ZoneInfo(ZONE)).date()
        days[theme_of(utterance)][utterance["id"]] = day
    return days


def turned() -> set[str]:
    return {utterance["id"] for _, utterance, seed in gold_seeds() if seed["kind"] == "conversion"}


class TestThemes:
    def test_are_those_of_the_gold_with_their_days_and_utterances_exactly(self, seen: Today):
        expected = {
            " ".join(theme): (sorted(set(days.values())), len(days))
            for theme, days in gold_days().items()
            if len(set(days.values())) >= 2
        }

        assert {one.theme.title: (one.theme.days, one.theme.utterances) for one in seen.themes} == expected
        assert len(expected) == 17

    def test_come_by_distinct_days_then_by_utterances(self, seen: Today):
        order = [(len(one.theme.days), one.theme.utterances) for one in seen.themes]

        assert order == sorted(order, reverse=True)

    def test_quote_the_latest_utterances_of_the_theme(self, seen: Today):
        times = {name(utterance["id"]): utterance["time"] for utterance in dialogues()}
        for one in seen.themes:
            ids = gold_days()[tuple((one.theme.title or "").split())]  # type: ignore[index]
            latest = sorted((datetime.fromisoformat(times[name(i)]), i) for i in ids)[-2:]

            assert [IDS[line.utterance_id] for line in one.lines] == [i for _, i in reversed(latest)]

    async def test_below_a_cluster_count_for_it(self, conn: Connection, pool: Pool):
        await plant(conn)
        top = name("theme", "ja", "health")
        await conn.execute(
            "UPDATE clusters SET parent_cluster_id = $1, depth = 2 WHERE cluster_id = $2",
            top,
            name("theme", "ja", "sleep"),
        )

        themes = {one.theme.id: one.theme for one in (await read_today(pool, zone=ZONE, limit=ALL)).themes}

        days = gold_days()
        both = set(days["ja", "health"].values()) | set(days["ja", "sleep"].values())
        assert themes[top].days == sorted(both)
        assert name("theme", "ja", "sleep") not in themes


class TestChangedMinds:
    def test_are_found_by_their_seeds_and_by_a_high_score(self, seen: Today):
        """Measured: all 26 are found, by 26 of 29 lines; the other three only score as high."""
        found = [IDS[turn.after.utterance_id] for turn in seen.turns]

        assert turned() <= set(found)
        assert len(turned()) / len(found) >= 0.85

    async def test_are_found_by_the_score_alone_where_no_seed_was_taken(self, conn: Connection, pool: Pool):
        """Measured on the middle of the labelled bands: precision 25 of 28, recall 25 of 26."""
        await plant(conn, without=frozenset({"conversion"}))

        found = {
            IDS[turn.after.utterance_id] for turn in (await read_today(pool, zone=ZONE, limit=ALL)).turns
        }

        assert len(found & turned()) / len(found) >= 0.85
        assert len(found & turned()) / len(turned()) >= 0.9

    def test_are_set_against_what_was_held_before(self, with_further: Today):
        """Measured: right in 2 of the 2 shown on the half that rules were fitted to, in 1 of 2 on the other; 3 of 9 are found."""
        shown = {
            IDS[turn.after.utterance_id]: IDS[turn.before.utterance_id]
            for turn in with_further.turns
            if turn.before is not None
        }
        right = {after for after, before in shown.items() if before in HELD_BEFORE.get(after, ())}

        assert len(right) / len(HELD_BEFORE) >= 0.3
        assert len(right) / len(shown) >= 0.6

    def test_have_a_before_of_the_same_speaker_on_an_earlier_day(self, seen: Today):
        pairs = [(turn.before, turn.after) for turn in seen.turns if turn.before is not None]

        assert pairs
        for before, after in pairs:
            assert before.speaker == after.speaker
            assert before.at.astimezone(ZoneInfo(ZONE)).date() < after.at.astimezone(ZoneInfo(ZONE)).date()

    async def test_that_the_owner_rejected_are_not_shown_by_their_score(self, conn: Connection, pool: Pool):
        await plant(conn)
        await conn.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_kind = 'conversion'")

        found = {
            IDS[turn.after.utterance_id] for turn in (await read_today(pool, zone=ZONE, limit=ALL)).turns
        }

        assert not found & turned()


class TestOpenQuestions:
    @pytest.mark.parametrize("is_half_held_out", [False, True], ids=["fitted", "held out"])
    def test_are_told_from_answered_ones(self, seen: Today, *, is_half_held_out: bool):
        """Measured, of 3 open ones on each half: 2 of the 2 shown are open, and 2 of the 3 on the half held out."""
        shown = {
            one for line in seen.questions if is_held_out(one := IDS[line.utterance_id]) == is_half_held_out
        }
        is_open = {one for one in UNANSWERED if is_held_out(one) == is_half_held_out}

        assert len(shown & UNANSWERED) / len(shown) >= 0.6
        assert len(shown & is_open) / len(is_open) >= 0.6

    def test_asked_in_passing_are_rarely_taken_for_open(self, with_further: Today):
        """Measured: of 36 on the half held out 3 are shown, the open one among them; of the other 32 it is 1."""
        everyday = {name("asked", one["id"]): one["id"] for one, _ in everyday_questions(dialogues())}
        shown = {everyday[line.id] for line in with_further.questions if line.id in everyday}

        assert shown >= UNANSWERED_EVERYDAY
        assert len([one for one in shown if is_held_out(one)]) <= 3
        assert len(shown) <= 5

    async def test_without_a_vector_are_counted_and_not_judged(self, conn: Connection, pool: Pool):
        await plant(conn)
        await conn.execute("DELETE FROM embeddings WHERE target_type = 'seed'")

        seen = await read_today(pool, zone=ZONE, limit=ALL)

        assert (seen.questions, seen.waiting) == ([], 21)


class TestNews:
    async def test_is_everything_on_the_first_visit_and_nothing_on_the_next(self, seen: Today, copied: Pool):
        await remember(copied, seen)
        again = await read_today(copied, zone=ZONE, limit=ALL)

        assert seen.news.since is None
        assert seen.news.counts.utterances == len(dialogues())
        assert again.news.since == seen.at
        assert (again.news.counts.utterances, again.news.counts.seeds, again.news.lines) == (0, 0, [])

    async def test_counts_from_a_given_moment_whatever_was_visited(self, seen: Today, copied: Pool):
        await remember(copied, seen)

        earlier = await read_today(copied, zone=ZONE, since=seen.at - timedelta(days=1), limit=ALL)

        assert earlier.news.counts == seen.news.counts


async def test_every_line_is_a_quotation_of_what_is_stored(seen: Today, copied: Pool):
    stored = {
        row[0]: row[1]
        for row in await copied.fetch(
            "SELECT seed_id, body FROM seeds UNION ALL SELECT utterance_id, contents FROM utterances"
        )
    }
    lines = [line for one in seen.themes for line in one.lines] + seen.questions + seen.news.lines
    lines += [line for turn in seen.turns for line in (turn.before, turn.after) if line is not None]

    assert all(line.text == stored[line.id] for line in lines)
    assert all(line.utterance_id in IDS for line in lines)


async def test_the_same_database_gives_the_same_answers(seen: Today, copied: Pool):
    def facts(one: Today) -> dict[str, Any]:
        return {key: value for key, value in one.as_json().items() if key != "at"}

    assert facts(await read_today(copied, zone=ZONE, limit=ALL)) == facts(seen)


async def test_an_empty_database_has_nothing_to_say(pool: Pool):
    seen = await read_today(pool, zone=ZONE, limit=5)

    assert (seen.themes, seen.turns, seen.questions, seen.news.counts.utterances) == ([], [], [], 0)
