"""A section of a recap by rules: of each cluster the sentences that say most, shortened, with their numbers."""

import re
from typing import Any

from demo.standin.cluster_words import describe
from tane.language.spelling import has_cjk
from tane.language.titles import placeholder_titles

MOST_BULLETS = 7
_CLUSTER = re.compile(r"^<cluster id=\d+ documents=\d+>\n(.*?)\n</cluster>$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^\[E(\d+)\] \([^)\n]*\) (.+)$", re.MULTILINE)
_REJECTED = re.compile(r'^<rejected cites="([^"\n]*)" reason="[^"\n]*">', re.MULTILINE)
_LONGEST = 200  # characters of a bullet


def recap_of(contents: str) -> dict[str, Any]:
    """Return title and bullets for a section's material; bullets to be written anew become sentences. Deterministic."""
    clusters = [_LINE.findall(block) for block in _CLUSTER.findall(contents)]
    sentences = {number: text for lines in clusters for number, text in lines}
    said = list(sentences.values()) or ["-"]
    rejected = [re.findall(r"\d+", cites) for cites in _REJECTED.findall(contents)]
    bullets = (
        [
            _quoted(number, sentences[number])
            for cites in rejected
            for number in cites[:1]
            if number in sentences
        ]
        if rejected
        else [_bullet(lines) for lines in clusters[:MOST_BULLETS] if lines]
    )
    return {"title": placeholder_titles([said])[0], "bullets": bullets}


def _bullet(lines: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the central sentence of a cluster, with the one that says most beside it where both are short."""
    central = describe("\n".join(text for _, text in lines)).overview
    found = [(number, text) for number, text in lines if text[:20] in central] or lines[:1]
    first, *others = found
    second = next((one for one in others if len(first[1]) + len(one[1]) < _LONGEST), None)
    chosen = [first] if second is None else [first, second]
    joint = "" if has_cjk(first[1]) else " "
    return {"text": joint.join(text for _, text in chosen), "cites": [int(number) for number, _ in chosen]}


def _quoted(number: str, text: str) -> dict[str, Any]:
    return {"text": text, "cites": [int(number)]}
