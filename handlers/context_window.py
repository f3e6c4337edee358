"""Fits a text of any length into a model's context: whole, or in windows that are asked one by one."""

from collections.abc import Callable

from tane.language.offloading import off_loop
from tane.language.splitting import Piece, split
from tane.language.token_estimate import estimate_tokens
from tane.llm.protocol import Models, Prompt, token_factor
from tane.llm.wire import THINKING_TOKENS

TEMPLATE_TOKENS = 128  # the model's own words around a prompt
LEAST_WINDOW_TOKENS = 256


def windows(text: str, render: Callable[[str], Prompt], *, context_tokens: int) -> list[Piece]:
    """Return the parts of a text, each small enough that prompt, thinking and reply fit the context.

    A text that fits is one window; white space alone is none. `render` makes the prompt of a part.
    """
    if _needed(render(text)) <= context_tokens:
        return [Piece(0, len(text), text)] if text.strip() else []
    return split(text, max_tokens=room(render, context_tokens=context_tokens))


async def first_window(text: str, render: Callable[[str], Prompt], *, context_tokens: int) -> Piece:
    """Return the first window of a text that is not blank, which stands for all of it."""
    first, *_ = await off_loop(len(text), windows, text, render, context_tokens=context_tokens)
    return first


def room(render: Callable[[str], Prompt], *, context_tokens: int) -> int:
    """Return how many tokens of text fit beside the prompt's own words and a reply that may grow with them."""
    probe = "あ" * 1000
    empty, full = _needed(render("")), _needed(render(probe))
    growth = (full - empty) / estimate_tokens(probe)  # tokens spent for one token of text
    return max(int((context_tokens - empty) / growth), LEAST_WINDOW_TOKENS)


def context_of(models: Models, context_tokens: int) -> int:
    """Return how many estimated tokens a context holds of a model that spends more on a text than is estimated."""
    return int(context_tokens / token_factor(models))


def _needed(prompt: Prompt) -> int:
    return estimate_tokens(prompt.text) + prompt.reply_tokens + THINKING_TOKENS + TEMPLATE_TOKENS
