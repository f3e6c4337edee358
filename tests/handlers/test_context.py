"""The turns before an utterance: shown for understanding, never read for seeds (B19)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from handlers import extraction
from handlers.extraction import is_said_before
from handlers.json_replies import AllSections
from handlers.utterance import Asked, WindowReply
from tane.language.splitting import Piece
from tane.store.pool import Connection, Pool
from tane.store.utterances import EarlierTurn, Utterance
from tests.fakes import FakeModels
from tests.handlers.asked_together import ask, handler, reply
from tests.handlers.conversation import bodies, delete, options

A, B = "早く寝ると朝が楽になる", "議事録はその日のうちに書くべきだ"


class TestContext:
    async def test_is_shown_before_the_text_the_nearest_turn_last(self, pool: Pool, conn: Connection):
        *_, said = await dialogue(conn, ["一番目", "二番目", "三番目", "四番目", "それは違うと思います。"])
        models = FakeModels(reply())

        await ask(pool, said, models)

        (prompt,) = models.prompts
        assert "一番目" not in prompt.text
        shown = [
            prompt.text.index(words) for words in ("友: 二番目", "友: 三番目", "友: 四番目", "それは違う")
        ]
        assert shown == sorted(shown)

    @pytest.mark.parametrize("job_type", ["utterance_role", "resistance", "did_asked_question"])
    async def test_is_shown_to_a_question_that_is_asked_alone(
        self, pool: Pool, conn: Connection, job_type: str
    ):
        *_, said = await dialogue(conn, ["犬は賢い。", "それは違うと思います。"])
        models = FakeModels(lambda prompt: "主張\n0.7" if "utterance_role" in prompt.version else "0.4")

        await ask(pool, said, models, job_types=[job_type])

        assert "友: 犬は賢い。" in models.prompts[0].text

    async def test_is_not_shown_when_the_owner_wants_none(self, pool: Pool, conn: Connection):
        *_, said = await dialogue(conn, ["犬は賢い。", "それは違うと思います。"])
        models = FakeModels(reply())

        await ask(pool, said, models, of=handler(context_turns=0))

        assert "犬は賢い" not in models.prompts[0].text

    async def test_of_another_conversation_or_a_deleted_turn_is_not_shown(self, pool: Pool, conn: Connection):
        await dialogue(conn, ["別の話。"])
        gone, said = await dialogue(conn, ["犬は賢い。", "それは違うと思います。"])
        await delete(conn, gone)
        models = FakeModels(reply())

        await ask(pool, said, models)

        assert "別の話" not in models.prompts[0].text
        assert "犬は賢い" not in models.prompts[0].text

    async def test_gives_no_seeds_even_if_the_model_copies_it(self, pool: Pool, conn: Connection):
        """The trap of the gold labels: what the turns before say is theirs."""
        *_, said = await dialogue(
            conn, ["早く寝ると朝が楽になる。", "議事録はその日のうちに書くべきだと思います。"]
        )
        models = FakeModels(reply(knowledge=[A, B], evaluation=[A]))

        await ask(pool, said, models)

        assert await bodies(conn, said) == [B]

    @pytest.mark.parametrize(
        ("title", "shown"), [(" 睡眠の\n相談 ", "Title: 睡眠の 相談"), (7, None), ("  ", None), ("種" * 80, "Title: " + "種" * 60)]
    )  # fmt: skip
    async def test_begins_with_the_title_of_the_metadata(
        self, pool: Pool, conn: Connection, title: object, shown: str | None
    ):
        """Document 004's prepare_text: what a text is about often stands in its title alone."""
        *_, said = await dialogue(conn, ["犬は賢い。", "それは違うと思います。"])
        await conn.execute(
            "UPDATE utterances SET metadata = $1 WHERE utterance_id = $2", {"title": title}, said
        )
        models = FakeModels(reply())

        await ask(pool, said, models)

        (prompt,) = models.prompts
        assert ("Title:" in prompt.text) == (shown is not None)
        if shown is not None:
            assert prompt.text.index(shown + "\n") < prompt.text.index("友: 犬は賢い。")

    async def test_gives_no_seeds_from_the_title(self, pool: Pool, conn: Connection):
        (said,) = await dialogue(conn, [f"{B}と思います。"])
        await conn.execute("UPDATE utterances SET metadata = $1", {"title": A})

        await ask(pool, said, FakeModels(reply(knowledge=[A, B])))

        assert await bodies(conn, said) == [B]

    def test_does_not_cost_a_statement_that_both_make(self):
        asked = Asked(
            utterance=Utterance(
                utterance_id=uuid4(),
                contents=f"そう、{A}。",
                content_hash=b"",
                speaker=None,
                is_deleted=False,
                asked=frozenset(),
            ),
            before=(EarlierTurn(speaker=None, contents=A),),
        )
        assert is_said_before(A, asked)
        told = reading(asked, {"knowledge": [A]})
        assert [seed.body for seed in told] == [A]


def reading(asked: Asked, fields: Mapping[str, Any]) -> Any:
    """The seeds that a reply with these fields gives."""
    text = asked.utterance.contents
    told = WindowReply(
        asked=asked,
        part=Piece(0, len(text), text),
        sections=AllSections.model_validate(fields),
        model="m",
        version="v",
    )
    return extraction.question("knowledge", options()).read(told).seeds


async def dialogue(conn: Connection, turns: list[str]) -> list[UUID]:
    """Utterances of one conversation, in order."""
    conversation = uuid4()
    return [
        await conn.fetchval(
            "INSERT INTO utterances (contents, speaker, conversation_id, position) VALUES ($1, '友', $2, $3) "
            "RETURNING utterance_id",
            turn, conversation, place,
        )
        for place, turn in enumerate(turns)
    ]  # fmt: skip
