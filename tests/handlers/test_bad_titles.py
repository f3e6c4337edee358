"""`cluster_body` with a model that answers badly: what its owner sees all the same (E9)."""

import json

import pytest

from handlers import cluster_body
from tane.llm.model_errors import BadReply
from tane.store.pool import Connection, Pool
from tane.token_estimate import estimate_tokens
from tests.fakes import FakeModels
from tests.handlers.conversation import OPTIONS, ask, cluster, members, words

HANDLER = cluster_body.handler(OPTIONS)
SLEEP = ["早く寝ると朝が楽になる", "寝る前の光は眠りを浅くする", "昼寝は二十分までにするとよい"]


def reply(title: str = "眠りの習慣", overview: str = "よく眠るための工夫。") -> str:
    text = {"title": title, "overview": overview, "category": "健康", "strength": 8}
    return json.dumps(text, ensure_ascii=False)


class TestAModelThatAnswersBadly:
    """Whatever it says, the owner sees words of the members, each sibling with a title of its own."""

    @pytest.mark.parametrize("title", ["", " ", "「」", "**", "題名："])
    async def test_with_no_title_leaves_the_placeholder(self, pool: Pool, conn: Connection, title: str):
        made = await cluster(conn, title="光と昼寝", overview="早く寝る", overview_source="nearest")
        await members(conn, made, SLEEP)

        ending = await ask(pool, HANDLER, made, FakeModels(lambda _: reply(title)))

        assert isinstance(ending, BadReply)
        assert (await words(conn, made))[:2] == ("光と昼寝", "早く寝る")

    @pytest.mark.parametrize(
        "title", ["量子コンピュータ", "Sleep and its many habits", "Naps", "まとめ", "概要"]
    )
    async def test_with_words_of_no_member_leaves_the_placeholder_for_a_title(
        self, pool: Pool, conn: Connection, title: str
    ):
        made = await cluster(conn, title="光と昼寝", overview="早く寝る", overview_source="nearest")
        await members(conn, made, SLEEP)
        models = FakeModels(lambda _: reply(title))

        assert await ask(pool, HANDLER, made, models) == "done"

        assert models.samples == [0, 1, 2]
        assert (await words(conn, made))[:2] == ("光と昼寝", "よく眠るための工夫。")

    async def test_with_words_of_no_member_gets_theirs_where_there_is_no_placeholder(
        self, pool: Pool, conn: Connection
    ):
        made = await cluster(conn)
        await members(conn, made, ["昼寝は短く", "昼寝は十五分", "昼寝とコーヒー"])

        await ask(pool, HANDLER, made, FakeModels(lambda _: reply("量子力学")))

        assert (await words(conn, made))[0] == "昼寝・コーヒー"

    async def test_once_is_asked_again(self, pool: Pool, conn: Connection):
        made = await cluster(conn)
        await members(conn, made, SLEEP)
        models = FakeModels(reply("Quantum computers"), reply("眠りの工夫"))

        await ask(pool, HANDLER, made, models)

        assert (await words(conn, made))[0] == "眠りの工夫"

    @pytest.mark.parametrize(
        "bad",
        [
            {"overview": "2023年によく眠ること。"},
            {"overview": "田中さんの眠り方。"},
            {"title": "Googleの眠り"},
            {"title": "眠りの7法則"},
        ],
    )
    async def test_with_a_figure_or_a_name_of_its_own_is_asked_again(
        self, pool: Pool, conn: Connection, bad: dict[str, str]
    ):
        made = await cluster(conn)
        await members(conn, made, SLEEP)
        models = FakeModels(reply(**bad), reply("眠りの工夫", "早く眠ること。"))

        await ask(pool, HANDLER, made, models)

        assert (await words(conn, made))[:2] == ("眠りの工夫", "早く眠ること。")

    async def test_is_not_what_counts_or_speaks_in_general_words(self, pool: Pool, conn: Connection):
        """Each further question costs the owner's machine as much as the first."""
        made = await cluster(conn)
        await members(conn, made, SLEEP)
        models = FakeModels(reply(overview="発言者は眠りのポイントを3つ挙げ、リズムを大切にしている。"))

        assert await ask(pool, HANDLER, made, models) == "done"

        assert models.samples == [0]

    @pytest.mark.parametrize(
        "title",
        ["「睡眠の習慣」", "題名：睡眠の習慣", "**睡眠の習慣**", "Title: 睡眠の習慣。", "\n睡眠の習慣\n"],
    )
    async def test_with_marks_around_its_title_is_understood(self, pool: Pool, conn: Connection, title: str):
        made = await cluster(conn)
        await members(conn, made, SLEEP)

        await ask(pool, HANDLER, made, FakeModels(reply(title)))

        assert (await words(conn, made))[0] == "睡眠の習慣"

    async def test_with_a_long_english_title_has_it_cut_at_a_word(self, pool: Pool, conn: Connection):
        made = await cluster(conn)
        await members(conn, made, ["Short naps help", "Naps after lunch help most"])
        long = "Why short naps after a heavy lunch help most people to concentrate again"
        models = FakeModels(lambda _: reply(long, overview="Naps help after lunch."))

        await ask(pool, HANDLER, made, models)

        assert models.samples == [0, 1, 2]
        assert (await words(conn, made))[0] == "Why short naps after a heavy lunch help most people to"

    async def test_with_one_title_for_all_gives_twelve_siblings_twelve(self, pool: Pool, conn: Connection):
        parent = await cluster(conn, title="健康")
        siblings = [await cluster(conn, parent=parent) for _ in range(12)]
        for number, made in enumerate(siblings):
            await members(conn, made, [*SLEEP, f"眠りと{'茶湯酒水薬塩油米豆芋麦卵'[number]}料理の話"])
        models = FakeModels(lambda _: reply("眠り"))

        for made in siblings:
            assert await ask(pool, HANDLER, made, models) == "done"

        given = [(await words(conn, made))[0] for made in siblings]
        assert len(set(given)) == 12
        assert all(title and title.startswith("眠り") and len(title) <= 20 for title in given)

    async def test_is_never_asked_for_more_than_it_can_read_whatever_the_siblings_are_called(
        self, pool: Pool, conn: Connection
    ):
        made = await cluster(conn)
        await members(conn, made, [f"{number}番目の眠りの話を長く述べている" * 5 for number in range(300)])
        for number in range(60):
            await cluster(conn, title=f"{number}" + "長い題" * 500)
        models = FakeModels(reply("眠りの話"))

        assert await ask(pool, HANDLER, made, models) == "done"

        (prompt,) = models.prompts
        assert estimate_tokens(prompt.text) + prompt.reply_tokens + 1024 < OPTIONS.context_tokens
