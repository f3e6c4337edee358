"""Tells a model that repeats the question from one that answers it. Pure.

Weak models give back the fence around the text, or sentences of the prompt. None of that may become a seed, a score
or a role. What the text itself says is the text's, whatever it looks like.
"""

import re
from functools import lru_cache

from tane.language.sentences import sentences
from tane.language.spelling import letters
from tane.llm.model_errors import BadReply
from tane.llm.prompts import shows_fence

_COLON = re.compile(r"[:：](?=\s|$)")
_CJK = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LEAST_CJK = 6  # letters of a sentence that is the prompt's and nobody else's
LEAST_LATIN = 16


class Echoes:
    """Knows a prompt's own words and the text it asks about."""

    def __init__(self, wording: str, source: str) -> None:
        self._wording = letters(wording)
        self._source = letters(source)
        self._has_fence = shows_fence(source)
        self._sentences = tuple(part for part in _sentences(wording) if part not in self._source)

    def holds(self, text: str) -> bool:
        """Tell whether a text holds the fence or a sentence of the prompt, or is a piece of the prompt."""
        if not self._has_fence and shows_fence(text):
            return True
        said = letters(text)
        if not said or said in self._source:
            return False
        return said in self._wording or any(sentence in said for sentence in self._sentences)

    def without(self, reply: str) -> str:
        """Return a reply without the lines that hold the fence or a sentence of the prompt.

        Raises:
            BadReply: no other line is left.
        """
        lines = [line for line in reply.splitlines() if line.strip()]
        kept = [line for line in lines if not self.repeats(line)]
        if lines and not kept:
            raise BadReply("the reply repeats the prompt")
        return reply if len(kept) == len(lines) else "\n".join(kept)

    def repeats(self, line: str) -> bool:
        """Tell whether a text holds the fence or a sentence of the prompt."""
        if not self._has_fence and shows_fence(line):
            return True
        said = letters(line)
        return any(sentence in said for sentence in self._sentences) and said not in self._source


@lru_cache(maxsize=64)
def _sentences(wording: str) -> tuple[str, ...]:
    """Return the prompt's sentences that are long enough to be nobody else's."""
    plain = {letters(part) for sentence in sentences(wording) for part in _COLON.split(sentence)}
    return tuple(
        sorted(part for part in plain if len(part) >= (LEAST_CJK if _CJK.search(part) else LEAST_LATIN))
    )
