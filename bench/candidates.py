"""The labelled candidate seeds of the demo, with the utterance that each is claimed to come from."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

LABELS = ("true", "negated", "invented", "misattributed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement, what it is in truth, and the text of the utterance."""

    utterance: str
    conversation: str
    language: str
    source: str
    text: str
    label: str
    form: str  # empty where a label knows no forms

    @property
    def is_true(self) -> bool:
        return self.label == "true"

    @property
    def is_held_out(self) -> bool:
        return is_held_out(self.conversation)


def is_held_out(conversation: str) -> bool:
    """Tell to which half a dialogue belongs: its id decides, so that no utterance of it is in both."""
    return hashlib.sha256(conversation.encode()).digest()[0] % 2 == 0


def candidates() -> list[Candidate]:
    """Read them all, in the order of the file."""
    utterances = {
        row["id"]: row | {"language": lang} for lang in ("ja", "en") for row in _rows(f"dialogues.{lang}")
    }
    found = []
    for row in _rows("candidates"):
        said = utterances[row["utterance"]]
        found.append(
            Candidate(
                utterance=row["utterance"],
                conversation=said["conversation"],
                language=said["language"],
                source=said["text"],
                text=row["text"],
                label=row["label"],
                form=row.get("form", ""),
            )
        )
    return found


def _rows(name: str) -> Iterator[dict[str, Any]]:
    lines = files("demo").joinpath(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return (json.loads(line) for line in lines)
