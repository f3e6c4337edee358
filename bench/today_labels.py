"""What a careful reader of the demo's dialogues says of its questions and turns: read one by one, by one person."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ASKING = ("質問", "相談")
_QUESTION = re.compile(r"[^。？?.!！\n]*[？?]|[^。？?.!！\n]*か。")

# What the speaker had held on an earlier day, in any utterance. The other turns name their former view themselves, or
# held it before anything was written down.
HELD_BEFORE = {
    "d14-004": {"d01-003", "d01-005"},
    "d21-007": {"d01-009"},
    "d29-007": {"d17-003"},
    "d36-009": {"d07-005", "d10-005"},
    "d38-001": {"d01-003", "d01-009", "d08-004", "d17-003"},
    "d45-003": {"d42-004", "d42-006"},
    "e10-003": {"e01-004"},
    "e10-004": {"e01-005"},
    "e11-006": {"e03-005", "e03-012"},
}
# Questions of the gold seeds that are not answered later, or only "I don't know".
UNANSWERED = {"d26-008", "d30-007", "d32-005", "d40-012", "e12-004", "e12-006"}
# Of the everyday questions below; all others are answered.
UNANSWERED_EVERYDAY = {"d40-011"}
# Left out: readers would disagree whether what follows is an answer, or the question is somebody else's.
_UNCLEAR = {"d01-001", "d19-001", "e11-009"}


def is_held_out(utterance: str) -> bool:
    """Tell to which half an utterance belongs: its dialogue's id decides. Rules may be fitted to the other half only."""
    return hashlib.sha256(utterance.partition("-")[0].encode()).digest()[0] % 2 == 0


def everyday_questions(dialogues: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield what is asked in passing: the last question of utterances that ask, where no gold seed holds one."""
    for one in dialogues:
        kinds = [seed["kind"] for seed in one.get("seeds", [])]
        if one.get("role") not in ASKING or "question" in kinds or one["id"] in _UNCLEAR:
            continue
        if found := _QUESTION.findall(one["text"]):
            yield one, found[-1].strip()


def unlabelled_turns(dialogues: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the utterances that tell of a view left and are not in the gold subset, so that no seed of theirs is."""
    for one in dialogues:
        if "転換" in one.get("kinds", []) and "seeds" not in one:
            yield one


def written() -> list[dict[str, Any]]:
    """Read the talks that were written to measure by, with their labels: `open` of a question, `before` of a turn."""
    found = []
    for language in ("ja", "en"):
        lines = (Path(__file__).parent / f"today.{language}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [json.loads(line) for line in lines]
    return found
