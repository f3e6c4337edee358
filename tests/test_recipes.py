"""A new score and a new kind of seed touch the files that CONTRIBUTING names, and no others."""

import re
import subprocess

import pytest

from tane.store.domain import SCORES, SEED_KINDS
from tests.test_architecture import ROOT

# What nobody writes by hand for a new word: what is made, told, labelled or tested.
LEFT_OUT = re.compile(
    r"^(tests|docs)/|\.(md|jsonl|lock)$|^tane/web/page/src/(api\.gen|domain)\.ts$|^tane/store/migrations/"
)
RECIPES = {"score": ("resistance", 8), "kind of seed": ("premise", 6)}
# Says something of this kind alone, and lists no kinds.
APART = {"premise": {"tane/evaluation/figures.py"}}


def recipe(noun: str) -> list[str]:
    """Return the files that the recipe names; the migration is the first line that ends in no single file."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = text.split(f"## A new {noun}\n")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. `([^`]+)`", part, re.MULTILINE)


def written_by_hand(word: str) -> set[str]:
    """Return the files in which a word stands, alone or as part of a name of a column or a job."""
    listed = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    pattern = re.compile(rf"(?<![a-z])(avg_|did_asked_)?{word}(?![a-z])")
    return {
        name
        for name in listed
        if not LEFT_OUT.search(name) and (ROOT / name).is_file()
        and pattern.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    }  # fmt: skip


@pytest.mark.parametrize("noun", RECIPES)
def test_a_recipe_names_every_file_that_names_one_of_its_kind(noun: str):
    word, most = RECIPES[noun]
    named = recipe(noun)

    assert word in (*SCORES, *SEED_KINDS)
    assert "tane/store/migrations/NNNN_<name>.sql" in named
    assert written_by_hand(word) - APART.get(word, set()) == {name for name in named if "NNNN" not in name}
    assert len(named) <= most


def test_the_functions_that_a_migration_has_to_replace_are_those_that_list_scores_and_kinds():
    defined: dict[str, str] = {}
    for path in sorted((ROOT / "tane" / "store" / "migrations").glob("*.sql")):
        made = re.split(r"^(?=CREATE )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for statement in made:
            if named := re.match(r"CREATE (?:OR REPLACE )?(?:FUNCTION|VIEW) (\w+)", statement):
                defined[named[1]] = statement
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    for word in ("resistance", "premise"):
        listing = {
            name
            for name, statement in defined.items()
            if re.search(rf"\b(avg_|did_asked_)?{word}\b", statement)
        }
        assert listing
        assert {name for name in listing if f"`{name}`" not in contributing} == set()
