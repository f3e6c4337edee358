"""E10, E11: what a cluster is described from, and the reply."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cluster_text import ClusterText, contents, overview_reply, structured_reply
from tane.llm.model_errors import BadReply
from tane.token_estimate import estimate_tokens
from tests.tables import every

GOOD = {"title": "睡眠", "overview": "よく眠る。", "category": "健康", "strength": 8}
TEXT = ClusterText(title="睡眠", overview="よく眠る。", category="健康", strength=8)


def as_json(**more: object) -> str:
    return json.dumps(GOOD | more, ensure_ascii=False)


@every(
    "reply",
    [
        as_json(),
        f"```json\n{as_json()}\n```",
        f"以下の通りです。\n{as_json()}\n以上です。",
        as_json(strength="8"),
        as_json(strength=8.0),
        as_json(title="  睡眠\n"),
        as_json(more="whatever"),
        as_json() + as_json(title="もう一つ"),
        json.dumps(GOOD),
        json.dumps(GOOD, indent=2),
        f"{{contents}}を読みました。{as_json()}",
        f"Here is the JSON:\n\n{as_json()}",
        as_json().replace("}", ",}"),
        as_json().replace('"', "“", 1).replace('"', "”", 1),
        as_json(title="睡眠", category=" 健康 "),
        f"```\n{as_json()}\n```\nご確認ください。",
        f"[{as_json()}]",
    ],
)
def test_a_reply_is_read_whatever_stands_around_it(reply: str):
    assert structured_reply(reply) == TEXT


@every(
    "reply",
    [
        "",
        "よく眠る。",
        "{",
        "{}",
        "[1]",
        as_json(title=""),
        as_json(title=" \n"),
        as_json(overview=None),
        as_json(strength=0),
        as_json(strength=11),
        as_json(strength="とても"),
        as_json(strength=7.5),
        as_json(category=["健康"]),
        as_json()[:-1],
        as_json(category=""),
        as_json(category="健" * 41),
        as_json(overview=["よく眠る。"]),
        as_json(title={"text": "睡眠"}),
        as_json(strength=None),
        as_json(strength=-3),
        '{"result": ' + as_json() + "}",
        "{'title': '睡眠'}",
        "該当なし",
        '{"title": ' * 100_000,
        '{"strength": ' + "9" * 10_000 + "}",
    ],
)
def test_a_reply_out_of_form_is_refused(reply: str):
    with pytest.raises(BadReply):
        structured_reply(reply)


def test_a_refusal_names_the_fields_and_never_quotes_them():
    with pytest.raises(BadReply) as refusal:
        structured_reply(as_json(strength="秘密", title=""))

    assert str(refusal.value) == "the reply's JSON does not fit: strength, title"


@given(st.text() | st.text(alphabet='{}[]":,titleovrwcagysnh0123 \\u', max_size=80))
def test_any_reply_is_read_or_refused(reply: str):
    with contextlib.suppress(BadReply):
        structured_reply(reply)
    with contextlib.suppress(BadReply):
        assert overview_reply(reply) == reply.strip()


def test_contents_have_one_line_for_each_member():
    text = contents([], ["一つ目\nの発言", "二つ目"], total=2, budget_tokens=100)

    assert text == "一つ目 の発言\n二つ目"


def test_contents_say_when_they_are_not_all():
    text = contents(
        [("子", "概要")], [f"{number}番目の発言" for number in range(50)], total=5_000, budget_tokens=60
    )

    first, child, *own = text.splitlines()
    assert first == f"({len(own)} of 5000)"
    assert child == "子：概要"
    assert own == [f"{number}番目の発言" for number in range(len(own))]


@given(st.lists(st.text(min_size=1, max_size=300)), st.integers(40, 400))
def test_contents_stay_within_their_budget(bodies: list[str], budget_tokens: int):
    text = contents([], bodies, total=len(bodies), budget_tokens=budget_tokens)

    assert estimate_tokens(text) <= budget_tokens
