"""Replies of classifiers and measuring prompts, as models really write them (B10, B12, B13)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.short_replies import NumberRule, RoleReply, number, role_name, role_reply
from tane.llm.model_errors import BadReply
from tests.tables import every

RULES: tuple[NumberRule, ...] = ("last", "minimum")
ROLES = ("質問", "回答", "相談", "相談回答", "同意", "Ask", "How to")
replies = st.text() | st.text(alphabet="0123456789.,-−/%〜~行目：: \n質問相談AskＡ０．`「」eE±", max_size=60)

ZERO_TO_ONE = [
    ("0.85", 0.85),
    ("0.85\n", 0.85),
    ("  0.85  ", 0.85),
    ("1", 1.0),
    ("0", 0.0),
    ("1.00", 1.0),
    (".85", 0.85),
    ("０．８５", 0.85),
    ("不明\n0.85", 0.85),
    ("0,85", 0.85),
    ("1行目：0.85", 0.85),
    ("１行目：０．８５", 0.85),
    ("1行目: 0.85", 0.85),
    ("1行目 0.85", 0.85),
    ("Line 1: 0.85", 0.85),
    ("1. 0.85", 0.85),
    ("- 0.85", 0.85),
    ("・0.85", 0.85),
    ("**0.85**", 0.85),
    ("`0.85`", 0.85),
    ("```\n0.85\n```", 0.85),
    ("```text\n0.85\n```", 0.85),
    ("「0.85」", 0.85),
    ("確信度：0.85", 0.85),
    ("確信度は0.85です。", 0.85),
    ("自信度（0.00〜1.00）：0.85", 0.85),
    ("0.85（0.00〜1.00）", 0.85),
    ("0.00~1.00の範囲で0.85", 0.85),
    ("0.00から1.00のうち0.7", 0.7),
    ("0.8/1.0", 0.8),
    ("0.8 / 1", 0.8),
    ("8/10", 0.8),
    ("85/100", 0.85),
    ("4/5", 0.8),
    ("85%", 0.85),
    ("８５％", 0.85),
    ("約85パーセント", 0.85),
    ("0.85±0.05", 0.85),
    ("8.5e-1", 0.85),
    ("以下の通りです。\n0.85", 0.85),
    ("0.4ではなく0.6", 0.6),
    ("0.85\n2行目は理由です。3点あります。", 0.85),
]
UNUSABLE = [
    "",
    " \n ",
    "わかりません",
    "0.00〜1.00",
    "0.00～1.00で出力",
    "0.3-0.7",
    "1行目：",
    "１行目",
    "1行目のとおり",
    "3つ目",
    "-0.3",
    "−0.3",
    "1.5",
    "85",
    "0.8.5",
    "2024/05/01",
    "0.7/0.9",
    "v1",
    "nan",
    "1e999",
    "9" * 5000,
    "NaN 0.5x",
]
SIGNED = [
    ("-0.3", -0.3),
    ("−0.3", -0.3),
    ("－０．３", -0.3),
    ("‐0.3", -0.3),
    ("+0.3", 0.3),
    ("- 0.3", 0.3),
    ("・-0.3", -0.3),
    ("- -0.3", -0.3),
    ("方向性：-0.30", -0.3),
    ("方向性（-1.00〜1.00）：-0.30", -0.3),
    ("-0.30（-1.00〜1.00）", -0.3),
    ("-1.00", -1.0),
    ("1行目：−０．５", -0.5),
    ("-30%", -0.3),
    ("-3/10", -0.3),
    ("0", 0.0),
]


class TestNumber:
    @every(("reply", "expected"), ZERO_TO_ONE)
    def test_is_the_last_on_the_expected_line(self, reply: str, expected: float):
        assert number(reply, low=0, high=1) == pytest.approx(expected)

    @every("reply", UNUSABLE)
    def test_is_refused_rather_than_guessed_or_clamped(self, reply: str):
        with pytest.raises(BadReply):
            number(reply, low=0, high=1)

    @every(("reply", "expected"), SIGNED)
    def test_has_a_sign_only_when_that_is_attached(self, reply: str, expected: float):
        assert number(reply, low=-1, high=1) == pytest.approx(expected)

    @every("reply", ["-1.00〜1.00", "-1.5", "1.01", "−２"])
    def test_of_the_wider_range_is_refused_outside_of_it(self, reply: str):
        with pytest.raises(BadReply):
            number(reply, low=-1, high=1)

    @pytest.mark.parametrize(
        ("reply", "expected"), [("0.85", 0.85), ("0.00〜1.00\n0.85", 0.0), ("自信度0.9と0.4", 0.4)]
    )
    def test_by_the_documents_own_rule_is_the_least_of_all(self, reply: str, expected: float):
        assert number(reply, low=0, high=1, rule="minimum") == pytest.approx(expected)

    @given(replies, st.sampled_from(RULES), st.integers(0, 2))
    def test_is_in_range_or_refused_whatever_comes(self, reply: str, rule: NumberRule, line: int):
        with contextlib.suppress(BadReply):
            assert -1 <= number(reply, low=-1, high=1, line=line, rule=rule) <= 1


class TestRole:
    @every(
        ("reply", "name"),
        [
            ("質問\n0.9", "質問"),
            (" 質問 \n0.9", "質問"),
            ("質問", "質問"),
            ("1行目：質問\n2行目：0.9", "質問"),
            ("１行目：質問", "質問"),
            ("1. 質問", "質問"),
            ("「質問」", "質問"),
            ("**質問**", "質問"),
            ("- 質問", "質問"),
            ("```\n質問\n0.9\n```", "質問"),
            ("役割：質問", "質問"),
            ("これは質問です。", "質問"),
            ("相談回答", "相談回答"),
            ("相談", "相談"),
            ("役割は相談回答です", "相談回答"),
            ("相談と回答", "相談"),
            ("回答より質問に近い", "回答"),
            ("Ａｓｋ", "Ask"),
            ("Ask", "Ask"),
            ("role: Ask.", "Ask"),
            ("How to", "How to"),
            ("不明\n質問", "質問"),
            ("質問回答", "質問"),
            ("出力：\n\n同意\n\n0.40", "同意"),
        ],
    )
    def test_is_the_first_line_or_the_earliest_and_longest_name(self, reply: str, name: str):
        assert role_name(reply, ROLES) == name

    @every("reply", ["", "0.9", "不明", "Task", "Basking", "質\n問", "\n".join(ROLES)])
    def test_is_refused_when_no_allowed_name_or_the_whole_list_comes(self, reply: str):
        with pytest.raises(BadReply):
            role_name(reply, ROLES)

    @every("names", [(), ("",), ("()",), ("a|b", ".*"), ("質問", "質問")])
    def test_survives_odd_lists(self, names: tuple[str, ...]):
        with pytest.raises(BadReply):
            role_name("まったく別のこと", names)

    def test_keeps_a_name_with_a_slash_whole(self):
        assert role_name("報告/連絡", ("報告", "報告/連絡")) == "報告/連絡"

    @given(replies)
    def test_is_always_one_of_the_allowed(self, reply: str):
        with contextlib.suppress(BadReply):
            assert role_name(reply, ROLES) in ROLES

    @every(
        ("reply", "expected"),
        [
            ("質問\n0.9", RoleReply(name="質問", confidence=0.9)),
            ("1行目：質問\n2行目：0.9", RoleReply(name="質問", confidence=0.9)),
            ("質問 0.9", RoleReply(name="質問", confidence=0.9)),
            ("質問\n", RoleReply(name="質問", confidence=None)),
            ("1行目：質問", RoleReply(name="質問", confidence=None)),
            ("質問\n9.5", RoleReply(name="質問", confidence=None)),
            ("質問\n2行目：", RoleReply(name="質問", confidence=None)),
            ("0.9", RoleReply(name=None, confidence=None)),
            ("", RoleReply(name=None, confidence=None)),
        ],
    )
    def test_comes_with_its_confidence_where_there_is_one(self, reply: str, expected: RoleReply):
        assert role_reply(reply, ROLES) == expected

    @given(replies)
    def test_reply_is_total(self, reply: str):
        found = role_reply(reply, ROLES)

        assert found.name is not None or found.confidence is None
