"""Replies of extractions, as models really write them (C1, B17)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.list_replies import FEWEST_CHARACTERS, MOST, Statements, statements
from tane.language.spelling import letters
from tane.llm.model_errors import BadReply
from tests.tables import every

SOURCE = "知識とは正当化された真なる信念である。早く寝ると朝が楽になる。議事録はその日のうちに書くべきだ。"
A, B, C = "知識とは正当化された真なる信念である", "早く寝ると朝が楽になる", "議事録はその日のうちに書くべきだ"
replies = st.text() | st.text(alphabet="-—ー|`#*・1.)(「」定義なしABCabcあ該当ません:：\n 。", max_size=120)

FOUND = [
    (A, [A]),
    (f"{A}。", [f"{A}。"]),
    (f"{A}\n---\n{B}", [A, B]),
    (f"---\n{A}\n---\n{B}\n---", [A, B]),
    (f"{A}\n------\n{B}", [A, B]),
    (f"{A}\n———\n{B}", [A, B]),
    (f"{A}\n－－－\n{B}", [A, B]),
    (f"{A}\n  ---  \n{B}", [A, B]),
    (f"{A}\r\n---\r\n{B}", [A, B]),
    (f"{A}\n---\n---\n\n---\n{B}", [A, B]),
    (f"- {A}\n- {B}", [A, B]),
    (f"・{A}\n・{B}", [A, B]),
    (f"* {A}\n* {B}", [A, B]),
    (f"1. {A}\n2. {B}", [A, B]),
    (f"1）{A}\n2）{B}", [A, B]),
    (f"（1）{A}\n（2）{B}", [A, B]),
    (f"①{A}\n②{B}", [A, B]),
    (f"- {A}\n---\n- {B}", [A, B]),
    (f"{A}\n{B}", [A, B]),
    (f"```\n{A}\n---\n{B}\n```", [A, B]),
    (f"```text\n{A}\n```", [A]),
    (f"「{A}」\n---\n「{B}」", [A, B]),
    (f"**{A}**\n---\n{B}", [A, B]),
    (f"定義：{A}\n---\n因果関係：{B}", [A, B]),
    (f"【定義】{A}\n---\n【因果関係】{B}", [A, B]),
    (f"**定義**：{A}", [A]),
    (f"- 定義: {A}\n- 一般的な規則・指針: {C}", [A, C]),
    (f"## 定義\n{A}\n## 因果関係\n{B}", [A, B]),
    (f"定義\n---\n{A}", [A]),
    (f"以下の通りです。\n---\n{A}", [A]),
    (f"以下の内容を抽出しました：\n- {A}\n- {B}", [A, B]),
    (f"Here are the statements:\n- {A}\n- {B}", [A, B]),
    (f"{A}\n---\n該当なし", [A]),
    (f"{A}\n---\n{A}。", [A]),
    (f"{A}\n---\n{A.replace('である', 'で ある')}", [A]),
    (f"| {A} |\n|---|\n", [f"| {A} |"]),
    (
        "議事録を書くには\n1. まず要点を集める\n2. 次に日付を入れる",
        ["議事録を書くには\n1. まず要点を集める\n2. 次に日付を入れる"],
    ),
    (f"議事録を書くには、\nまず要点を集める。\n---\n{B}", ["議事録を書くには、\nまず要点を集める。", B]),
    ("該当者がない場合は募集をやり直すべきだ", ["該当者がない場合は募集をやり直すべきだ"]),
    ("申し訳ないと思ったらすぐに謝るべきだ", ["申し訳ないと思ったらすぐに謝るべきだ"]),
    ("なしのつぶてとは返事がないことである", ["なしのつぶてとは返事がないことである"]),
    ("次に日付を入れる\n---\n以下の値は捨てるとよい", ["次に日付を入れる", "以下の値は捨てるとよい"]),
    ("3月は決算月である", ["3月は決算月である"]),
    ("2.5倍になると壊れる", ["2.5倍になると壊れる"]),
    ("「はい」と「いいえ」は反対の意味である", ["「はい」と「いいえ」は反対の意味である"]),
    ("方法より目的を先に決めるべきだ", ["方法より目的を先に決めるべきだ"]),
]
NOTHING = [
    "",
    " \n\n",
    "---",
    "---\n---",
    "該当なし",
    "該当なし。",
    "（該当なし）",
    "該当するものはありません。",
    "該当する内容はありませんでした。",
    "該当する箇所が見つかりませんでした。",
    "特になし",
    "特にありません。",
    "なし",
    "- なし",
    "無し",
    "ありません",
    "何もありません。",
    "抽出できる内容はありません。",
    "このテキストには、定義や因果関係などは含まれていません。",
    "与えられた文章には該当する内容が存在しません。",
    "発言の中に規則や手順は見当たりません。",
    "None",
    "none.",
    "N/A",
    "Nothing found",
    "There are no definitions in the text.",
    "No matching statements were found.",
    "申し訳ありませんが、抽出できません。",
    "I'm sorry, but I cannot help with that.",
    "以下の通りです。",
    "定義",
    "**定義**",
    "【手順・方法】",
    "はい",
    "あ。",
    "|---|---|",
    "```\n```",
    "!!!???",
]


@every(("reply", "bodies"), FOUND)
def test_a_reply_gives_its_statements_without_the_wrapping(reply: str, bodies: list[str]):
    assert statements(reply, source=SOURCE) == Statements(bodies=tuple(bodies))


@every("reply", NOTHING)
def test_a_reply_that_says_there_is_nothing_gives_nothing(reply: str):
    assert statements(reply, source=SOURCE) == Statements(bodies=())


def test_more_than_thirty_statements_are_counted_as_surplus():
    reply = "\n---\n".join(f"{number}人目の話は長い" for number in range(MOST + 7))

    found = statements(reply, source=SOURCE)

    assert len(found.bodies) == MOST
    assert found.surplus == 7


class TestLanguage:
    """B17: documents ask for Japanese; a text in another language may be answered in it."""

    @pytest.mark.parametrize(
        "reply",
        [
            "Knowledge is justified true belief.",
            "知识是被证实的真实的信念而且早睡早起",
            "Знание есть истинное мнение",
        ],
    )
    def test_another_than_that_of_a_japanese_text_is_refused(self, reply: str):
        with pytest.raises(BadReply):
            statements(reply, source=SOURCE)

    def test_of_words_that_the_text_itself_quotes_is_kept(self):
        source = f"{SOURCE}彼は Knowledge is justified true belief と言った。"

        assert statements("Knowledge is justified true belief.", source=source).bodies

    def test_of_an_english_text_may_be_english_or_japanese(self):
        source = "Knowledge is justified true belief."

        assert statements(source, source=source).bodies == (source,)
        assert statements(A, source=source).bodies == (A,)


@given(replies)
def test_any_reply_gives_clean_statements_or_is_refused(reply: str):
    with contextlib.suppress(BadReply):
        found = statements(reply, source=SOURCE)

        assert len(set(found.bodies)) == len(found.bodies) <= MOST
        assert all(body == body.strip() and len(letters(body)) >= FEWEST_CHARACTERS for body in found.bodies)
