"""Traps 1 and 2 of operating: the dialogues of the demo are imported and worked off, and the log is searched for them."""

import itertools
import json
from collections.abc import Iterable, Iterator

from chaos.scenarios.daemon_testbed import DaemonTestbed
from chaos.scenarios.ledger import ScenarioResult
from tests.system.daemon_process import ROOT

DIALOGUES = ("dialogues.ja.jsonl", "dialogues.en.jsonl")
LEAST = 8  # characters of a sentence, below which it may be a word of ours too
EVENTS = '"event"'


async def listen(ground: DaemonTestbed, *, lines: int | None = None) -> ScenarioResult:
    """Import this many lines of each file (all by default), drain the queue at the level where most is said."""
    told = {name: _beginning(name, lines) for name in DIALOGUES}
    for name, text in told.items():
        (ground.folder / name).write_text(text, encoding="utf-8")
    importing = await ground.site.start(
        "import", *(str(ground.folder / name) for name in DIALOGUES), is_ready=False
    )
    imported = await importing.ended()
    draining = await ground.site.start("run", "--drain")
    drained = await draining.ended(within_s=600)
    said = importing.log() + draining.log()
    values = [json.loads(line) for text in told.values() for line in text.splitlines()]
    parts = set(sentences(_strings(values)))
    repeated = sum(part in said for part in parts)
    return ScenarioResult(
        name="silence",
        did={
            "utterances": len(values),
            "log lines searched": said.count(EVENTS),
            "sentences looked for": len(parts),
        },
        wrong={
            **({"a sentence in the log": repeated} if repeated else {}),
            **({"a program that failed": 1} if imported or drained else {}),
        },
    )


def sentences(texts: Iterable[str]) -> Iterator[str]:
    """Yield the sentences that are long enough to be recognised."""
    for text in texts:
        yield from (part for part in text.replace("。", "\n").splitlines() if len(part) >= LEAST)


def _beginning(name: str, lines: int | None) -> str:
    with (ROOT / "demo" / name).open(encoding="utf-8") as file:
        return "".join(itertools.islice(file, lines))


def _strings(values: Iterable[dict[str, object]]) -> Iterator[str]:
    for value in values:
        yield str(value["text"])
