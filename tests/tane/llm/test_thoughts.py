"""What models think aloud, in the marks of their families, and what stays of it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.llm.thoughts import without_thoughts
from tests.growing import growth
from tests.tables import every

THOUGHT = 'The user wants a list.\n\n- "早起き" may be one. {"knowledge": ["no"]}'
ANSWER = "早寝は効く"
CLOSED = {
    "deepseek, qwen": "<think>\n{}\n</think>\n\n",
    "the opening mark in the template": "{}\n</think>\n\n",
    "claude's words": "<thinking>{}</thinking>",
    "exaone": "<thought>\n{}</thought>\n",
    "seed-oss": "<seed:think>{}</seed:think>",
    "magistral": "[THINK]{}[/THINK]",
    "kimi": "◁think▷{}◁/think▷",
    "openthinker": "<|begin_of_thought|>{}<|end_of_thought|>",
    "command a": "<|START_THINKING|>{}<|END_THINKING|>",
    "apertus": "<|inner_prefix|>{}<|inner_suffix|>",
    "gemma": "<|channel>thought\n{}<channel|>",
    "gpt-oss": "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
    "gpt-oss without an end": "<|channel|>analysis<|message|>{}<|channel|>final<|message|>",
    "gpt-oss with the marks lost": "analysis{}assistantfinal",
    "granite": "Here is my thought process:\n{}\n\nHere is my response:\n",
    "twice": "<think>{}</think><think>{}</think>",
    "one within the other": "<think>a <think> {} </think> b</think>",
    "in capitals": "<THINK>{}</THINK>",
    "with an attribute": '<thinking lang="en">{}</thinking>',
}


@every("form", CLOSED.values(), ids=CLOSED)
def test_thoughts_before_an_answer_are_cut(form: str):
    assert without_thoughts(form.replace("{}", THOUGHT) + ANSWER).strip() == ANSWER


@every("form", [form for form in CLOSED.values() if form.startswith(("<", "[", "◁"))])
def test_thoughts_without_an_end_leave_nothing(form: str):
    assert without_thoughts(form.split("{}", maxsplit=1)[0] + THOUGHT) == ""


def test_thoughts_after_and_within_an_answer_are_cut():
    assert without_thoughts("主張\n<think>sure?</think>\n0.9\n<think>that is") == "主張\n\n0.9"


@pytest.mark.parametrize(
    "form", ["<think>hm</think><answer>{}</answer>", "<|START_RESPONSE|>{}<|END_RESPONSE|>", "<|start|>assistant<|channel|>final<|message|>{}<|return|>"]
)  # fmt: skip
def test_frames_of_an_answer_are_taken_off(form: str):
    assert without_thoughts(form.replace("{}", ANSWER)) == ANSWER


@every(
    "text",
    ["「<think>」の後に考えが並ぶ。", "`</think>` closes it.", '{"knowledge": ["qwenは<think>で考え始める"]}', "a < b > c", "考えはthinkに書く。", "analysis of variance is a test", "  \n"],
)  # fmt: skip
def test_words_about_marks_are_words(text: str):
    assert without_thoughts(text) == text


@given(
    st.lists(
        st.sampled_from(
            ["<think>", "</think>", "<|end|>", "<|channel|>final", "[THINK]", "種", "\n", "{", "`", "<"]
        ),
        max_size=12,
    )
)
def test_what_is_kept_was_said(parts: list[str]):
    text = "".join(parts)
    kept = without_thoughts(text)

    assert set(kept) <= set(text)
    assert without_thoughts(kept).strip() in kept


@every(
    "grow",
    [
        lambda n: "<think>" * n,
        lambda n: "x</think>" * n,
        lambda n: "<" * n,
        lambda n: "<|channel|>" * n,
        lambda n: "<thinking " * n,
        lambda n: "analysis" * n,
        lambda n: "Here is my thought process" * n,
        lambda n: " " * n + "<think>",
    ],
)
def test_twice_the_text_takes_twice_the_time(grow: Callable[[int], str]):
    assert growth(without_thoughts, grow, 10_000) < 3
