"""Removes reasoning text that a model writes before, between or after its answer. Pure, total, O(n).

A server that knows a model's marks keeps thoughts apart; one that does not returns them as text, and they look like
statements. The marks are those of the families that Ollama, llama.cpp and vLLM serve.
"""

import re

_WORDS = r"(?:think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad|seed:think)"
_CHANNEL = r"<\|channel\|?>\s*"
_OPEN = (
    rf"<{_WORDS}(?:\s[^<>\n]{{0,80}})?>|\[THINK\]|◁think▷"
    r"|<\|?(?:begin_of_thought|START_THINKING|inner_prefix|think|thinking)\|?>"
    rf"|{_CHANNEL}(?:analysis|commentary|thought|thinking)\b[^<\n]{{0,80}}(?:<\|message\|>)?"
)
_CLOSE = (
    rf"</{_WORDS}\s?>|\[/THINK\]|◁/think▷|<channel\|>"
    r"|<\|?(?:end_of_thought|END_THINKING|inner_suffix|/think|/thinking)\|?>"
)
# What ends a message of any kind, so thoughts too, without saying that thoughts went before.
_END = rf"<\|(?:end|return|call)\|>|{_CHANNEL}final\b[^<\n]{{0,80}}(?:<\|message\|>)?"
_MARK = re.compile(rf"(?P<open>{_OPEN})|(?P<close>{_CLOSE})|(?P<end>{_END})", re.IGNORECASE)
# What frames an answer and is not part of it.
_FRAME = re.compile(
    r"<\|start\|>\s*(?:assistant)?|<\|message\|>"
    r"|<\|?(?:begin_of_solution|end_of_solution|START_RESPONSE|END_RESPONSE|START_TEXT|END_TEXT|end_of_text|im_end|eot_id)\|?>"
    r"|<\|begin_of_box\|>|<\|end_of_box\|>|\A\s*<(?:answer|response|output)>|</(?:answer|response|output)>\s*\Z",
    re.IGNORECASE,
)
# gpt-oss where the marks themselves were lost: "analysisThe user wants ...assistantfinal...".
_BARE_CHANNELS = re.compile(
    r"\A\s*(?:analysis|commentary)(?=\S)[\s\S]*?assistantfinal(?:json)?", re.IGNORECASE
)
# Granite says it in words.
_TOLD = re.compile(
    r"\A\s*Here(?:'s| is) my (?:thought|thinking|reasoning) process:?[\s\S]*?Here(?:'s| is) my (?:response|answer):?",
    re.IGNORECASE,
)
_QUOTES = frozenset("\"'`「『“‘（(")
_JSON = re.compile(r"\s*(?:```[a-z]{0,8}\s*)?(?:\{|\[\s*[\[{\"])", re.IGNORECASE)


def without_thoughts(reply: str) -> str:
    """Return a reply without thoughts and the marks around them; "" when there was nothing else.

    Thoughts that were opened and never closed reach to the end; closed and never opened, from the beginning: the
    opening mark may stand in the model's own template. A mark in quotation marks or in the middle of JSON is quoted
    text.
    """
    text = _TOLD.sub("", _BARE_CHANNELS.sub("", reply))
    if _JSON.match(text) or not (_MARK.search(text) or _FRAME.search(text)):
        return text
    kept: list[str] = []
    at, is_thinking = 0, False
    for mark in _MARK.finditer(text):
        if text[max(mark.start() - 1, 0) : mark.start()] in _QUOTES:
            continue
        if mark["close"] and not is_thinking:
            kept.clear()
        elif not is_thinking:
            kept.append(text[at : mark.start()])
        at, is_thinking = mark.end(), mark["open"] is not None
    if not is_thinking:
        kept.append(text[at:])
    return _FRAME.sub("", "".join(kept)).strip()


def holds_thoughts(text: str) -> bool:
    """Tell whether there is a mark of thoughts in a text."""
    return _MARK.search(text) is not None
