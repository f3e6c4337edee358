"""A text of any length in a context of one."""

from handlers.model_call import LEAST_WINDOW_TOKENS, windows
from tane.llm.prompts import Prompts
from tane.llm.protocol import Prompt
from tane.llm.wire import THINKING_TOKENS
from tane.token_estimate import estimate_tokens
from tests.tables import every

PROMPTS = Prompts.load("ja")


def knowledge(contents: str) -> Prompt:
    return PROMPTS.render("did_asked_knowledge", contents=contents)


def test_a_text_that_fits_is_one_window_as_it_is():
    (window,) = windows(" 早く寝る。\n", knowledge, context_tokens=8192)

    assert window.text == " 早く寝る。\n"


def test_white_space_has_no_window():
    assert windows(" \n　", knowledge, context_tokens=8192) == []
    assert windows(" " * 100_000, knowledge, context_tokens=8192) == []


@every("sentence", ["早く寝ると朝が楽になる。", "Go to bed early. ", "😀", "1,2,3;"])
def test_prompt_thinking_and_reply_of_every_window_fit_the_context(sentence: str):
    text = sentence * 20_000

    found = windows(text, knowledge, context_tokens=8192)

    assert len(found) > 1
    assert all(text[window.start : window.end] == window.text for window in found)
    for window in found:
        prompt = knowledge(window.text)
        assert estimate_tokens(prompt.text) + prompt.reply_tokens + THINKING_TOKENS < 8192


def test_a_context_too_small_for_the_prompt_still_gets_windows():
    found = windows("早く寝ると朝が楽になる。" * 500, knowledge, context_tokens=512)

    assert all(estimate_tokens(window.text) <= LEAST_WINDOW_TOKENS for window in found)
