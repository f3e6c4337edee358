"""What the owner decided survives every job there is, and rejected words stay away (issue 3, C3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from handlers import all_handlers, extraction
from handlers.extraction import is_rejected
from tane.llm.protocol import Embedded, ModelReply, Prompt
from tane.store import review
from tane.store.domain import SEED_KINDS
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.conversation import OPTIONS, ask, bodies, cluster, utterance, words
from tests.handlers.world import MODEL, mix, run
from tests.tables import every

KNOWLEDGE = extraction.handler("knowledge", OPTIONS)
SAID = "母の口癖だが、早く寝ると朝が楽になる。議事録はその日のうちに書くべきだ。"
A, B = "早く寝ると朝が楽になる", "議事録はその日のうちに書くべきだ"
HANDLERS = {handler.job_type: handler for handler in all_handlers(OPTIONS)} | {
    f"did_asked_{kind}": extraction.handler(kind, OPTIONS) for kind in SEED_KINDS
}


class Talkative:
    """Answers whatever it is asked, with other words each time."""

    def __init__(self) -> None:
        self.asked = 0

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:  # noqa: ARG002 - the protocol's
        self.asked += 1
        return ModelReply(text=f"{A}という話{self.asked}\n---\n{B}\n---\n{A}", model="talkative")

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:  # noqa: ARG002
        text = {"title": "模型の題", "overview": "模型の言葉。", "category": "健康", "strength": 5}
        return ModelReply(text=json.dumps(text), model="talkative")

    async def embed(self, texts: Sequence[str]) -> Embedded:
        return Embedded(model=MODEL, vectors=[mix(a=1)] * len(texts))


async def seed_of(conn: Connection, body: str) -> UUID:
    found: UUID = await conn.fetchval("SELECT seed_id FROM seeds WHERE body = $1", body)
    return found


@pytest.mark.parametrize("job_type", HANDLERS)
async def test_every_hand_edit_survives_every_job_type(pool: Pool, conn: Connection, job_type: str):
    said = await utterance(conn, SAID + "朝は静かだ。夜は長い。")
    await ask(pool, KNOWLEDGE, said, FakeModels(f"{A}\n---\n{B}\n---\n朝は静かだ\n---\n夜は長い"))
    accepted, edited, rejected = [await seed_of(conn, body) for body in ("朝は静かだ", A, B)]
    await review.accept_seeds(conn, [accepted])
    await review.edit_seed(conn, edited, "早寝は朝を楽にする")
    await review.reject_seeds(conn, [rejected])
    renamed, pinned = await cluster(conn), await cluster(conn, title="留めた題", overview="留めた言葉")
    await review.rename_cluster(conn, renamed, "私の題", "私の言葉")
    await review.pin_clusters(conn, [pinned])
    for made in (renamed, pinned):
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
            "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 1)",
            accepted, made,
        )  # fmt: skip
    targets = {
        "utterance": [said], "seed": [accepted, edited, rejected], "utterance_split": [], "cluster": [renamed, pinned],
    }  # fmt: skip

    for _ in range(2):
        for target in HANDLERS[job_type].targets:
            await run(pool, HANDLERS[job_type], target, targets.get(target, []), Talkative())

    rows = await conn.fetch(
        "SELECT seed_id, body, review_status, relation_type FROM seeds JOIN utterance_seeds USING (seed_id)"
    )
    kept = {row[0]: tuple(row)[1:] for row in rows if row[0] in targets["seed"]}
    assert kept == {
        accepted: ("朝は静かだ", "accepted", "derived_from"),
        edited: ("早寝は朝を楽にする", "edited", "edited_from"),
        rejected: (B, "rejected", "derived_from"),
    }
    assert sum(row[0] in kept for row in rows) == len(kept), "no second link"
    assert (await words(conn, renamed))[:2] == ("私の題", "私の言葉")
    assert (await words(conn, pinned))[:2] == ("留めた題", "留めた言葉")


class TestARejectedSeed:
    async def test_does_not_return_in_other_words_from_the_same_place(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        await ask(pool, KNOWLEDGE, said, FakeModels(A))
        await review.reject_seeds(conn, [await seed_of(conn, A)])

        ending = await ask(
            pool, KNOWLEDGE, said, FakeModels(f"早く寝ると朝が楽になるものだ\n---\n{A}。\n---\n{B}")
        )

        assert ending == "done"
        assert await bodies(conn, said) == sorted([A, B])

    async def test_keeps_nothing_of_another_kind_away(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        await ask(pool, KNOWLEDGE, said, FakeModels(A))
        await review.reject_seeds(conn, [await seed_of(conn, A)])

        await ask(pool, extraction.handler("premise", OPTIONS), said, FakeModels(A))

        assert await bodies(conn, said) == [A, A]

    async def test_leaves_what_stood_beside_it_before(self, pool: Pool, conn: Connection):
        """The owner saw both and rejected one."""
        said = await utterance(conn, SAID)
        both = FakeModels(*[f"{A}\n---\n早く寝ると朝が楽"] * 2)
        await ask(pool, KNOWLEDGE, said, both)
        await review.reject_seeds(conn, [await seed_of(conn, A)])

        await ask(pool, KNOWLEDGE, said, both)

        assert await bodies(conn, said) == sorted([A, "早く寝ると朝が楽"])

    async def test_says_nothing_about_words_that_came_after_it(self, pool: Pool, conn: Connection):
        """A7: its place is one in words that are gone."""
        said = await utterance(conn, SAID)
        await ask(pool, KNOWLEDGE, said, FakeModels(A))
        await review.reject_seeds(conn, [await seed_of(conn, A)])
        await conn.execute("UPDATE utterances SET contents = '昼は外を長く歩くほうがよいと思う。'")

        await ask(pool, KNOWLEDGE, said, FakeModels("昼は外を長く歩くほうがよい"))

        assert "昼は外を長く歩くほうがよい" in await bodies(conn, said)


@every(
    ("span", "is_kept_away"),
    [((0, 10), True), ((5, 15), True), ((6, 16), False), ((0, 100), True), ((2, 4), True), ((10, 20), False),
     ((3, 3), False), (None, False)],
)  # fmt: skip
def test_places_are_the_same_when_half_of_the_shorter_lies_in_the_other(
    span: tuple[int, int] | None, is_kept_away: bool
):
    assert is_rejected(span, [(0, 10)]) is is_kept_away


async def test_a_pinned_title_without_an_overview_gets_one_and_stays(pool: Pool, conn: Connection):
    made = await cluster(conn)
    await review.rename_cluster(conn, made, "私の題", None)
    seed = await conn.fetchval("INSERT INTO seeds (body) VALUES ($1) RETURNING seed_id", A)
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 1)",
        seed, made,
    )  # fmt: skip

    assert await run(pool, HANDLERS["cluster_body"], "cluster", [made], Talkative()) == ["done"]
    assert await run(pool, HANDLERS["cluster_body"], "cluster", [made], Talkative()) == ["skipped:owner"]

    assert (await words(conn, made))[:2] == ("私の題", "模型の言葉。")
