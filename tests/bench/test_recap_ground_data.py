"""The labelled bullets on which the gate of a recap is judged: complete, balanced, halves alike."""

import json
from collections import Counter
from pathlib import Path

import bench

ROWS = [
    json.loads(line)
    for line in Path(bench.__file__).with_name("recap_ground.jsonl").read_text(encoding="utf-8").splitlines()
]
SUPPORTED = {"true", "true_paraphrase"}
UNSUPPORTED = {"negated", "figure", "date", "name", "source", "invented", "swapped"}


def test_two_hundred_bullets_cite_one_to_three_numbered_sentences_each():
    assert len(ROWS) == len({row["id"] for row in ROWS}) == len({row["bullet"] for row in ROWS}) == 200
    for row in ROWS:
        assert [cited["n"] for cited in row["evidence"]] in ([1], [1, 2], [1, 2, 3])
        assert all(cited["text"] for cited in row["evidence"])


def test_the_verdict_follows_from_the_kind():
    verdicts = dict.fromkeys(SUPPORTED, "supported") | dict.fromkeys(UNSUPPORTED, "unsupported")

    assert all(row["verdict"] == verdicts[row["kind"]] for row in ROWS)
    assert Counter(row["verdict"] for row in ROWS) == {"supported": 92, "unsupported": 108}


def test_both_halves_hold_equally_many_of_each_kind_and_language():
    dev, held = (
        Counter((row["kind"], row["lang"]) for row in ROWS if row["half"] == half) for half in ("dev", "held")
    )

    assert dev == held
    assert dev.keys() == {(kind, lang) for kind in SUPPORTED | UNSUPPORTED for lang in ("ja", "en")}


def test_no_evidence_stands_in_both_halves():
    dev, held = (
        {cited["text"] for row in ROWS if row["half"] == half for cited in row["evidence"]}
        for half in ("dev", "held")
    )

    assert dev & held == set()


def test_the_other_hand_wrote_true_and_false_ones_of_other_matters_in_each_part_and_language():
    more = [
        json.loads(line)
        for line in Path(bench.__file__)
        .with_name("recap_ground_more.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    ]

    assert len({row["id"] for row in more}) == len({row["bullet"] for row in more}) == len(more) == 320
    parts = Counter((row["half"], row["lang"], row["verdict"]) for row in more)
    assert set(parts) == {
        (part, lang, verdict)
        for part in ("dev2", "dev3", "check")
        for lang in ("ja", "en")
        for verdict in ("supported", "unsupported")
    }
    assert {count for (part, *_), count in parts.items() if part != "dev3"} == {20}
    assert {row["evidence"][0]["text"] for row in more}.isdisjoint(row["evidence"][0]["text"] for row in ROWS)
