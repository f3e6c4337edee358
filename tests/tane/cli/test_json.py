"""--json: what a command did, as one object for programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tests.tane.cli.conftest import Tane
from tests.tane.cli.test_help import EVERY

Add = Callable[..., str]

# They run until they are stopped, or are another program.
# Those that do not end, and one that prints nothing else than JSON.
WITHOUT = {"tane run", "tane web", "tane standin", "tane db psql", "tane recap golden export"}


def test_every_command_that_ends_has_it() -> None:
    having = {
        name
        for name, command in EVERY.items()
        if any(parameter.opts == ["--json"] for parameter in command.params)
    }

    assert having | WITHOUT == {n for n, command in EVERY.items() if not isinstance(command, click.Group)}
    assert having & WITHOUT == set()


def test_what_was_done_is_told_to_programs(
    tane: Tane, add_utterance: Add, add_seed: Add, add_job: Add, tmp_path: Path
) -> None:
    seed = add_seed("睡眠は大事だ", source=add_utterance("睡眠は大事だと思う"))
    dead, waiting = add_job("one", status="dead"), add_job("two")
    rows = tane.sql("INSERT INTO clusters (cluster_title) VALUES ('x') RETURNING cluster_id::text")
    cluster = rows[0][0]
    out, config, bundle = tmp_path / "a.json", tmp_path / "tane.toml", tmp_path / "b.tar.gz"

    answers: dict[tuple[str, ...], Any] = {
        ("jobs", "retry", dead): {"retried": 1},
        ("jobs", "cancel", waiting): {"cancelled": 1},
        ("pause", "embedding"): {"paused": "embedding"},
        ("resume",): {"resumed": None, "still_paused": ["embedding"]},
        ("resume", "embedding"): {"resumed": "embedding", "still_paused": []},
        ("seeds", "accept", seed): {"accepted": 1},
        ("seeds", "reject", seed): {"rejected": 1},
        ("seeds", "edit", seed, "よく眠る"): {"seed_id": seed},
        ("clusters", "rename", cluster, "眠り"): {"cluster_id": cluster, "title": "眠り"},
        ("clusters", "unpin", cluster): {"unpinned": 1},
        ("clusters", "pin", cluster): {"pinned": 1},
        ("roles", "add", "仮説"): {"role": "仮説"},
        ("roles", "remove", "仮説"): {"role": "仮説"},
        ("roles", "reset"): {"restored": 0},
        ("nightly", "run"): {"run_id": 1, "status": "requested", "is_new": True},
        ("config", "init", str(config)): {"file": str(config)},
        ("config", "check"): {
            "file": "tane.toml",
            "keys": ["database.data_dir", "database.url", "llm.url", "nightly.state_dir"],
        },
        ("db", "migrate"): {"applied": []},
        ("export", str(out)): {"file": str(out), "rows": {"utterances": 1, "seeds": 1, "clusters": 1}},
        ("support-bundle", "-o", str(bundle)): {"file": str(bundle)},
    }
    for arguments, answer in answers.items():
        told = tane.json(*arguments)
        assert told.items() >= answer.items(), arguments


def test_a_command_that_fails_prints_nothing_for_programs_to_take_for_an_answer(tane: Tane) -> None:
    result = tane("nightly", "cancel", "--json", status=1)

    assert (result.stdout, result.stderr) == ("", "tane: there is no night to cancel\n")
