"""A morning's edition: what says the same is one group, and a second run of the day takes the place of the first."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tane.recap.editions import group_id
from tane.runs.morning.edition import STEPS
from tane.runs.recap.view import MorningView, read_morning
from tane.store import runs
from tane.store.pool import Pool, connection
from tests.tane.runs.recap.newsroom import Newsroom, id_of, shipped

DAY = {"window_start": "2026-09-16T21:30:00+00:00", "window_end": "2026-09-17T21:30:00+00:00"}
EDITION = date(2026, 9, 17)


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """Nothing yet."""
    return await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()


async def shown(newsroom: Newsroom) -> MorningView:
    async with connection(newsroom.pool) as conn:
        view = await read_morning(conn)
    assert view is not None
    return view


async def edition(newsroom: Newsroom, **options: Any) -> dict[str, Any]:
    _, details = await newsroom.recap(DAY, kind=runs.MORNING, steps=STEPS, **options)
    return details


async def test_what_speaks_of_one_matter_is_one_group_with_a_primary(newsroom: Newsroom):
    await newsroom.publish(shipped())
    await newsroom.say(
        [{"id": "t1", "conversation": "c", "speaker": "花子", "at": "2026-09-17T09:00:00+00:00", "text": "朝の散歩を始めてよく眠れる。"},
         {"id": "t2", "conversation": "c", "speaker": "太郎", "at": "2026-09-17T09:01:00+00:00", "text": "それは続けたほうがいいね。"}]
    )  # fmt: skip

    details = await edition(newsroom)

    view = await shown(newsroom)
    assert view.edition_date == EDITION
    assert details["save"]["groups"] == len(view.articles) + len(view.talk)
    assert any(len(group.documents) > 1 for group in view.articles)
    assert [len(group.documents) for group in view.talk] == [1]
    seen = [one.document_id for group in (*view.articles, *view.talk) for one in group.documents]
    assert len(seen) == len(set(seen)) == details["fetch"]["articles"] + details["fetch"]["talk"]
    for group in (*view.articles, *view.talk):
        assert [one.is_primary for one in group.documents].count(True) == 1
        assert group.group_id == group_id(EDITION, group.primary.document_id)
    assert view.letter is None


async def test_a_second_run_of_the_day_replaces_the_edition(newsroom: Newsroom):
    articles = [one for one in shipped() if one["published_at"].startswith("2026-09-17")]
    await newsroom.publish(articles[:4])
    await edition(newsroom)
    before = await shown(newsroom)
    await newsroom.publish(articles[4:])

    await edition(newsroom)

    after = await shown(newsroom)
    assert await newsroom.pool.fetchval("SELECT count(*) FROM morning_letters") == 1
    held = {one.document_id for group in after.articles for one in group.documents}
    assert {one.document_id for group in before.articles for one in group.documents} < held
    # The same document stands for the same group.
    assert {group.group_id for group in before.articles} & {group.group_id for group in after.articles}


async def test_what_was_told_this_week_is_less_novel(newsroom: Newsroom):
    texts = {"known": "県道が雨で崩れ、三十メートルにわたって通行止めになっている。復旧は十一月の見込みだ。",
             "fresh": "望遠鏡が遠い銀河の新しい光を捉えた。研究者は百三十億年前の姿だとみている。"}  # fmt: skip
    both = [
        {"id": name, "title": name, "url": f"https://{name}.example.org/a", "lang": "ja", "body": text,
         "published_at": "2026-09-17T10:00:00+00:00"} for name, text in texts.items()
    ]  # fmt: skip
    await newsroom.publish(
        [
            *both,
            both[0]
            | {
                "id": "earlier",
                "published_at": "2026-09-14T10:00:00+00:00",
                "body": f"{texts['known']}迂回路がある。",
            },
        ]
    )

    await edition(newsroom)

    scores = {group.primary.document_id: group.primary.score for group in (await shown(newsroom)).articles}
    assert scores[id_of("fresh")] > scores[id_of("known")]


async def test_a_letter_without_a_model_is_made_of_the_groups_own_sentences(newsroom: Newsroom):
    await newsroom.publish(shipped())

    details = await edition(newsroom, letter=True)

    view = await shown(newsroom)
    assert details["letter"]["extractive"] == 1
    assert view.letter is not None
    assert (view.is_degraded, view.reason) == (True, "no_model")
    assert view.letter.bullets
    for bullet in view.letter.bullets:
        (citation,) = bullet.citations
        assert citation.text is not None
        assert bullet.text == " ".join(citation.text.split())


async def test_a_morning_touches_no_recap(newsroom: Newsroom):
    await newsroom.publish(shipped())
    await newsroom.recap()
    counts = "SELECT (SELECT count(*) FROM recap_sections), (SELECT count(*) FROM recap_stories), (SELECT count(*) FROM stories)"
    before = await newsroom.pool.fetchrow(counts)

    await edition(newsroom)

    assert await newsroom.pool.fetchrow(counts) == before


async def test_a_quiet_night_has_nothing_to_do(newsroom: Newsroom):
    assert (await edition(newsroom))["nothing"] == "no_documents"
