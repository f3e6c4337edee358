"""tane eval as its user runs it: against the stand-in, in this process, with no database at hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from tane.cli import tane as command
from tests.standin import serving_standin
from tests.tane.cli.conftest import AWAY

ROWS: list[dict[str, Any]] = [
    {"id": "a-1", "conversation": "a", "speaker": "花子", "text": "最近よく眠れなくて、どうすればいいと思う？", "role": "相談"},
    {"id": "a-2", "conversation": "a", "speaker": "太郎", "text": "寝る前のコーヒーは眠りを浅くするから、昼までにするべきだ。",
     "role": "提案", "scores": {"confidence": [0.6, 1], "resistance": [0, 0.4]},
     "seeds": [{"kind": "knowledge", "text": "寝る前のコーヒーは眠りを浅くする"}]},
    {"id": "a-3", "conversation": "a", "speaker": "花子", "text": "おはよう。今日もいい天気だね。", "seeds": [], "trap": "greeting"},
    {"id": "a-4", "conversation": "a", "speaker": "太郎", "text": "この行には何の印もない。"},
]  # fmt: skip


@pytest.fixture(scope="module")
def standin() -> Iterator[str]:
    with serving_standin() as url:
        yield url


@pytest.fixture
def talk() -> Path:
    return write(ROWS)


def write(rows: list[dict[str, Any]], name: str = "talk.jsonl") -> Path:
    path = Path(name)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def run(
    *arguments: "str | Path", url: str = AWAY, status: int = 0, stdin: bytes | None = None, **keys: str
) -> Result:
    # A database that nobody could reach: it must not be asked for.
    environment = {"TANE_LLM__URL": url, "TANE_DATABASE__URL": "postgresql://nobody@127.0.0.1:9/none", **keys}
    result = CliRunner().invoke(
        command, ["eval", *map(str, arguments)], prog_name="tane", env=environment, input=stdin
    )
    assert result.exit_code == status, result.output
    return result


def figures(*arguments: "str | Path", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json", **more).stdout.splitlines()[-1])
    return found


def test_a_file_of_ones_own_is_measured_without_a_database(standin: str, talk: Path) -> None:
    found = figures(talk, url=standin)

    assert (found["labelled"], found["done"], found["failed"]) == (3, 3, 0)
    assert found["role"]["n"] == 2
    assert found["scores"].keys() == {"confidence", "resistance"}
    assert found["seeds"]["n"] == 2
    assert found["traps"]["greeting"]["n"] == 1
    assert found["configured"]["calls_per_utterance"] == 1.0
    assert found["asking"]["roles"] == ["相談", "提案"]


def test_what_the_stand_in_says_is_marked_as_no_evidence(standin: str, talk: Path) -> None:
    assert figures(talk, url=standin)["evidence"] is False
    assert run(talk, url=standin).stdout.count("NO EVIDENCE OF QUALITY") == 2


def test_the_built_in_stand_in_needs_no_server(talk: Path) -> None:
    found = figures(talk, "--standin")

    assert (found["evidence"], found["asking"]["model"]) == (False, "standin-text:latest")


def test_the_dialogues_that_ship_are_measured_in_both_languages(standin: str) -> None:
    whole = run("--limit", "60", url=standin).stdout

    assert "60 of 349 labelled utterances, from the labelled dialogues that ship" in whole
    for told in ("Roles", "Scores", "Seeds", "Grounding", "Traps", "Cost", "雑談", "hypothetical", "premise"):
        assert told in whole
    assert [line for line in whole.splitlines() if cell_len(line) > 80] == []


def test_all_gold_of_the_demo_is_asked(standin: str) -> None:
    found = figures("--questions", "role,knowledge", url=standin)

    assert found["done"] == 349
    assert sum(row["labelled"] for row in found["role"]["roles"].values()) == 349
    assert found["kinds"].keys() == {"knowledge"}
    assert found["kinds"]["knowledge"]["gold"] == 121


def test_the_same_answers_give_the_same_figures(standin: str) -> None:
    one, other = (figures("--limit", "20", url=standin) for _ in range(2))

    for part in ("role", "scores", "seeds", "kinds", "grounding", "traps"):
        assert one[part] == other[part]


def test_both_ways_are_compared_on_request(standin: str, talk: Path) -> None:
    found = figures(talk, "--agreement", url=standin)

    assert found["agreement"]["n"] == 3
    assert found["agreement"]["role"]["equal"] == 1.0
    assert found["other"]["calls_per_utterance"] > found["configured"]["calls_per_utterance"]
    assert "Agreement of one call with single calls" in run(talk, "--agreement", url=standin).stdout


def test_the_settings_decide_how_is_asked(standin: str, talk: Path) -> None:
    found = figures(talk, url=standin, TANE_LLM__FUSE="false", TANE_JOBS__ENABLED="000")

    assert found["asking"]["fused"] is False
    assert found["configured"]["calls_per_utterance"] == 2.0  # role and knowledge
    assert found["scores"] == {}


def test_without_labels_of_roles_the_ones_that_ship_are_the_choice(standin: str) -> None:
    found = figures(write(ROWS[2:]), url=standin)

    assert (found["asking"]["roles_from"], len(found["asking"]["roles"])) == ("default", 14)
    assert found["role"] is None


def test_standard_input_is_a_file_too(standin: str) -> None:
    found = figures("-", url=standin, stdin=json.dumps(ROWS[0]).encode())

    assert (found["done"], found["role"]["n"]) == (1, 1)


def test_bad_lines_are_named_and_nothing_is_asked() -> None:
    result = run(write([ROWS[0], {"text": "秘密", "scores": {"confidence": [2, 3]}}]), status=1)

    assert "talk.jsonl: 1 line cannot be used" in result.stderr
    assert "line 2: scores: confidence goes from 0 to 1" in result.stderr
    assert "秘密" not in result.output


@pytest.mark.parametrize(
    ("rows", "arguments", "told"),
    [
        (ROWS[3:], [], "no line has a label for what is to be asked"),
        (ROWS[:1], ["--questions", "seeds"], "no line has a label for what is to be asked"),
        (ROWS, ["--agreement", "--questions", "role"], "asked the same either way"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(
    rows: list[dict[str, Any]], arguments: list[str], told: str
) -> None:
    assert told in run(write(rows), *arguments, status=1).stderr


def test_prompts_without_a_call_for_everything_have_nothing_to_compare(talk: Path) -> None:
    result = run(talk, "--agreement", status=1, TANE_LLM__PROMPTS="literal")

    assert "the prompts literal have no call for everything" in result.stderr


def test_an_unknown_question_is_answered_with_all_names() -> None:
    result = run("--questions", "role,mood", status=2)

    assert "mood is none of role, scores, seeds, hypothetical" in result.stderr


def test_a_server_that_is_away_ends_with_status_69(talk: Path) -> None:
    assert "the model server cannot be used" in run(talk, status=69).stderr
