"""Row `recap-ground`: whether a bullet that the gate of a recap lets through says what it cites.

`recap_ground.jsonl` and `recap_ground_more.jsonl` hold bullets written by two hands, each with the sentences that it cites: true
ones, most of them in other words, and such as are denied, exchange who does what, tell a plan as done, a guess as certain or
some as all, or have a figure, date, name, speaker or claim of their own. Rules were built on the parts `dev`, `dev2` and `dev3`;
`check` was measured at the end, and the figures that count are those of `held`. The peer is likeness alone, as the
documents of the other rows have it: the share of character trigrams that the sentences hold.

With `--csv` also a set of sentence pairs with the labels of natural language inference, such as JNLI's: a contradiction must
not pass.
"""

import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from bench.measure import Measure
from tane.language.spelling import letters
from tane.recap.gate import check
from tane.recap.section import CitableSentence, DraftBullet

# Of no row: a sentence without a day is known to be of its publication's.
SAID_AT = datetime(1987, 6, 5, tzinfo=UTC)
PEER_LEAST = 0.5
FILES = ("recap_ground.jsonl", "recap_ground_more.jsonl")
PARTS = ("held", "check", "dev", "dev2", "dev3")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledBullet:
    """A bullet, what it cites, and whether that says so."""

    language: str
    evidence: tuple[str, ...]
    text: str
    kind: str
    is_true: bool
    part: str  # dev, dev2, dev3, check or held; "" where there are none


def bullets() -> list[LabelledBullet]:
    """Read them all, in the order of the files."""
    return [
        LabelledBullet(
            language=row["lang"],
            evidence=tuple(one["text"] for one in row["evidence"]),
            text=row["bullet"],
            kind=row["kind"],
            is_true=row["verdict"] == "supported",
            part=row["half"],
        )
        for name in FILES
        for row in map(json.loads, files("bench").joinpath(name).read_text(encoding="utf-8").splitlines())
    ]


def pairs(path: Path) -> list[LabelledBullet]:
    """Read pairs of sentences: entailments are true, contradictions are not, neutral ones are left out."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        LabelledBullet(
            language="ja",
            evidence=(row["sentence1"],),
            text=row["sentence2"],
            kind=row["label"],
            is_true=row["label"] == "entailment",
            part="",
        )
        for row in rows
        if row["label"] != "neutral"
    ]


Judge = Callable[[LabelledBullet], bool]


def is_let_through(bullet: LabelledBullet) -> bool:
    evidence = {
        number: CitableSentence(number=number, text=text, said_at=SAID_AT)
        for number, text in enumerate(bullet.evidence, start=1)
    }
    draft = DraftBullet(text=bullet.text, cites=tuple(evidence))
    return check(draft, evidence, language=bullet.language).is_verified


def is_alike(bullet: LabelledBullet) -> bool:
    """Judge by likeness alone."""
    said, held = _trigrams(bullet.text), _trigrams("\n".join(bullet.evidence))
    return sum(gram in held for gram in said) >= PEER_LEAST * len(said)


def _trigrams(text: str) -> set[str]:
    plain = letters(text)
    return {plain[place : place + 3] for place in range(len(plain) - 2)}


def measure(*, csv: Path | None = None, **_: Any) -> Measure:
    parts = {part: [one for one in bullets() if one.part == part] for part in PARTS}
    started_s = time.perf_counter()
    ours = {name: rates(part, is_let_through) for name, part in parts.items()}
    taken_s = time.perf_counter() - started_s
    peer = rates(parts["held"], is_alike)
    further = {"pairs": rates(pairs(csv), is_let_through)} if csv is not None else {}
    return Measure(
        name="recap-ground",
        ours=ours["held"]["precision"],
        peer=peer["precision"],
        ratio=ours["held"]["recall"],
        unit="precision on the held half; the ratio is its recall",
        details={
            **ours,
            "peer": peer,
            **further,
            "ms_per_bullet": 1e3 * taken_s / sum(map(len, parts.values())),
        },
    )


def rates(found: Sequence[LabelledBullet], judge: Judge) -> dict[str, Any]:
    """Return precision and recall of a judge, in all and by language, and how many of each kind it judges rightly."""
    judged = [(one, judge(one)) for one in found]
    right: dict[str, Counter[bool]] = defaultdict(Counter)
    for one, passes in judged:
        right[one.kind][passes == one.is_true] += 1
    return {
        **_rates(judged),
        "languages": {
            language: _rates([pair for pair in judged if pair[0].language == language])
            for language in sorted({one.language for one in found})
        },
        "right": {kind: f"{counts[True]} of {counts.total()}" for kind, counts in sorted(right.items())},
    }


def _rates(judged: Iterable[tuple[LabelledBullet, bool]]) -> dict[str, float]:
    counts = Counter((one.is_true, passes) for one, passes in judged)
    shown, true = counts[True, True] + counts[False, True], counts[True, True] + counts[True, False]
    return {
        "precision": counts[True, True] / shown if shown else math.nan,
        "recall": counts[True, True] / true if true else math.nan,
    }
