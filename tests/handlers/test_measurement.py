"""The five scores, from the row to the row."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import measurement
from handlers.measurement import reading
from tane.llm.model_errors import BadReply, ModelUnavailable
from tane.store.domain import LOWEST, SCORES, Score
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.conversation import OPTIONS, ask, cause, delete, options, rewrite, utterance, waiting
from tests.tables import every

SAID = "たぶん来年は引っ越すと思う。"
RESISTANCE = measurement.handler("resistance", OPTIONS)
DIRECTION = measurement.handler("direction", OPTIONS)


async def scores(conn: Connection, utterance_id: UUID) -> dict[str, float]:
    row = await conn.fetchrow(f"SELECT {', '.join(SCORES)} FROM utterances WHERE utterance_id = $1", utterance_id)  # fmt: skip
    assert row is not None
    return {name: round(value, 3) for name, value in row.items() if value is not None}


@pytest.mark.parametrize("score", SCORES)
async def test_each_score_has_its_own_prompt_and_column(pool: Pool, conn: Connection, score: Score):
    said = await utterance(conn, SAID)
    models = FakeModels("0.62")

    assert await ask(pool, measurement.handler(score, OPTIONS), said, models) == "done"

    assert models.prompts[0].version.startswith(f"ja/{score}@")
    assert SAID in models.prompts[0].text
    assert await scores(conn, said) == {score: 0.62}
    assert await waiting(conn) == []


async def test_all_five_stand_beside_each_other(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID)
    for place, score in enumerate(SCORES):
        await ask(pool, measurement.handler(score, OPTIONS), said, FakeModels(f"0.{place}5"))

    assert await scores(conn, said) == {score: float(f"0.{place}5") for place, score in enumerate(SCORES)}


async def test_running_twice_leaves_the_same_row(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID)
    for _ in range(2):
        assert await ask(pool, RESISTANCE, said, FakeModels("0.4")) == "done"

    assert await scores(conn, said) == {"resistance": 0.4}


class TestReply:
    async def test_that_is_unusable_is_asked_for_again_with_another_sample(
        self, pool: Pool, conn: Connection
    ):
        said = await utterance(conn, SAID)
        models = FakeModels("測れません", BadReply("cut off"), "0.8")

        assert await ask(pool, RESISTANCE, said, models) == "done"

        assert models.samples == [0, 1, 2]
        assert await scores(conn, said) == {"resistance": 0.8}

    async def test_without_a_number_three_times_stores_null(self, pool: Pool, conn: Connection):
        """B12: NULL, never clamped; a former score does not survive a reading that found none."""
        said = await utterance(conn, SAID)
        await ask(pool, RESISTANCE, said, FakeModels("0.4"))

        assert await ask(pool, RESISTANCE, said, FakeModels("7", "高い", "-0.3")) == "no_number"

        assert await scores(conn, said) == {}

    async def test_that_never_comes_whole_fails_the_job_with_the_reason(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)

        ending = await ask(pool, RESISTANCE, said, FakeModels(*[BadReply("the reply was cut off")] * 3))

        assert isinstance(ending, BadReply)
        assert str(ending) == "the reply was cut off"

    async def test_of_a_server_that_is_down_is_not_asked_for_again(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels(ModelUnavailable("down"))

        assert isinstance(await ask(pool, RESISTANCE, said, models), ModelUnavailable)
        assert models.samples == [0]

    async def test_by_the_documents_own_rule_takes_the_least_number(self, pool: Pool, conn: Connection):
        literal = measurement.handler("direction", options(number_rule="minimum"))
        said = await utterance(conn, SAID)

        await ask(pool, literal, said, FakeModels("0.9（-0.2ではない）"))

        assert await scores(conn, said) == {"direction": -0.2}


class TestReading:
    @every(
        ("reply", "value"),
        [
            ("0.85", 0.85),
            ("０．８５", 0.85),
            ("0,85", 0.85),
            ("1行目：0.7", 0.7),
            ("0.00〜1.00の範囲で0.3", 0.3),
            ("- 0.4", 0.4),
            ("85%", 0.85),
            ("-0.1", None),
            ("1.2", None),
            ("高い", None),
            ("", None),
        ],
    )
    def test_of_a_scale_from_nought_to_one(self, reply: str, value: float | None):
        assert reading(reply, score="confidence") == value

    @every(
        ("reply", "value"),
        [
            ("-0.6", -0.6),
            ("\u22120.6", -0.6),
            ("－０．６", -0.6),
            ("- 0.6", 0.6),
            ("+1", 1.0),
            ("-1.5", None),
        ],
    )
    def test_of_the_direction_knows_back_and_forth(self, reply: str, value: float | None):
        """B13: a minus counts only when it touches the number."""
        assert reading(reply, score="direction") == value

    @given(st.text(max_size=80), st.sampled_from(SCORES), st.sampled_from(["last", "minimum"]))
    def test_of_any_reply_is_inside_the_scale_or_nothing(self, reply: str, score: Score, rule: str):
        value = reading(reply, score=score, rule="minimum" if rule == "minimum" else "last")

        assert value is None or LOWEST[score] <= value <= 1.0


class TestNothingToAsk:
    @pytest.mark.parametrize("contents", [None, "", " \n　"])
    async def test_of_an_utterance_without_text(self, pool: Pool, conn: Connection, contents: str | None):
        said = await utterance(conn, contents)

        assert await ask(pool, RESISTANCE, said, FakeModels()) == "skipped:no_text"

    async def test_of_a_deleted_utterance(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        await delete(conn, said)

        assert await ask(pool, RESISTANCE, said, FakeModels()) == "skipped:deleted"

    async def test_of_an_utterance_that_does_not_exist(self, pool: Pool):
        assert cause(await ask(pool, RESISTANCE, uuid4(), FakeModels())) == "target_missing"


class TestWhileTheModelThinks:
    async def test_an_edited_utterance_is_measured_again_and_nothing_is_written(
        self, pool: Pool, conn: Connection
    ):
        said = await utterance(conn, SAID)
        models = FakeModels("0.9", while_asked=lambda: rewrite(conn, said, "昨日引っ越した。"))

        assert await ask(pool, DIRECTION, said, models) == "requeued"

        assert await scores(conn, said) == {}
        assert ("direction", said) in await waiting(conn)

    async def test_a_deleted_utterance_is_left_alone(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels("0.9", while_asked=lambda: delete(conn, said))

        assert await ask(pool, DIRECTION, said, models) == "skipped:deleted"

        assert await scores(conn, said) == {}


async def test_a_text_longer_than_the_context_is_measured_by_its_beginning(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID + "この文は何も述べていないのと同じである。" * 2_000)
    models = FakeModels("0.9")

    assert await ask(pool, DIRECTION, said, models) == "done"

    assert len(models.prompts) == 1
    assert SAID in models.prompts[0].text
