"""tane today."""

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from tane.store.pool import Connection
from tests.tane.cli.conftest import Tane
from tests.tane.today.gold import dialogues, name, plant

Add = Callable[..., str]


@pytest.fixture
def gold(tane: Tane) -> Tane:
    tane.do(plant)
    return tane


def test_each_answer_stands_under_its_heading_with_the_ids_of_its_utterances(gold: Tane) -> None:
    shown = gold("today").stdout

    assert [line for line in ("What comes back", "Changed minds", "Still open", "New") if line in shown]
    theme, turn = str(name("theme", "ja", "family"))[:8], str(name("d45-003"))[:8]
    gold("show", theme)
    gold("show", turn)
    wide = gold("today", "--peek", "--limit", "30").stdout
    assert theme in wide
    assert turn in wide
    assert "あれから考えてん。悪気がないいうのは、なんの言い訳にもならへん" in wide.replace("\n", "").replace(
        "    ", ""
    )


def test_lines_fit_80_columns_of_wide_characters(gold: Tane) -> None:
    shown = gold("today", "--limit", "100").stdout

    assert max(cell_len(line) for line in shown.splitlines()) <= 80


def test_json_holds_the_same_in_full(gold: Tane) -> None:
    answer = gold.json("today", "--limit", "1000")

    assert answer.keys() == {
        "at",
        "themes",
        "changed",
        "open_questions",
        "questions_waiting",
        "without_text_model",
        "new",
    }
    assert answer["new"]["utterances"] == len(dialogues())
    changed = {turn["after"]["utterance_id"]: turn for turn in answer["changed"]}
    assert changed[str(name("d21-007"))]["before"]["utterance_id"] == str(name("d01-009"))


def test_a_visit_counts_only_where_a_person_looked(gold: Tane) -> None:
    for arguments in (["--json"], ["--peek"], ["--json"]):
        gold("today", *arguments)
    assert gold.json("today")["new"]["since"] is None
    assert "first visit" in gold("today").stdout

    assert "0 utterances, 0 seeds, 0 clusters" in gold("today").stdout
    assert f"{len(dialogues())} utterances" in " ".join(gold("today", "--since", "1d").stdout.split())


def test_a_time_that_cannot_be_read_is_refused(tane: Tane) -> None:
    assert "soon is no time" in tane("today", "--since", "soon", status=2).stderr


def test_an_empty_database_is_told_as_such(tane: Tane) -> None:
    shown = tane("today").stdout

    assert "nothing yet that was spoken of on two days" in shown
    assert "no question without a later answer" in shown


def test_control_characters_of_others_never_reach_the_terminal(
    tane: Tane, add_utterance: Add, add_seed: Add
) -> None:
    add_seed("睡眠\x1b[2J", source=add_utterance("睡眠\x1b[2J", speaker="\x1b]0;x\x07"))

    assert "\x1b" not in tane("today").stdout


def test_without_a_text_model_it_is_said_what_one_would_add(tane: Tane) -> None:
    async def said(conn: Connection) -> None:
        await conn.execute(
            "INSERT INTO utterances (contents) VALUES ('夕方の珈琲は夜中まで残るものかなあ？')"
        )

    tane.do(said)

    assert (
        " ".join(tane("today", "--peek").stdout.split()).count(
            "a text model would find them; none has been asked yet"
        )
        == 2
    )
    assert tane.json("today")["without_text_model"]

    async def asked(conn: Connection) -> None:
        await conn.execute("UPDATE utterances SET reinterpretation = 0.1")

    tane.do(asked)

    assert "nothing found" in tane("today", "--peek").stdout
    assert not tane.json("today")["without_text_model"]
