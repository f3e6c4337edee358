"""SQL lives in the store's .sql files: all of it is valid, used once, and found nowhere else."""

import ast
import re
from pathlib import Path

import pytest

from tane.store import sql
from tane.store.domain import SCORES, SEED_KINDS
from tane.store.pool import Connection
from tests.tables import every

ROOT = Path(__file__).parents[3]
# What a string must begin with to be a statement; help texts may quote one.
STATEMENT = re.compile(
    r"\s*(SELECT\s|WITH\s+\w+\s+AS|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s|LISTEN\s|NOTIFY\s"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|DATABASE|FUNCTION|TRIGGER))"
)


def blocks() -> list[tuple[str, str]]:
    return [(area, name) for area in sql.areas() for name in sql.load(area)]


def strings_in(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


async def test_every_statement_is_valid_against_the_migrated_schema(conn: Connection):
    for area, name in blocks():
        statement = await conn.prepare(sql.load(area)[name])

        assert statement.get_parameters() is not None, f"{area}.{name}"


@every("area", sql.areas())
def test_every_statement_is_used_once_in_the_module_of_its_name(area: str):
    strings = strings_in(ROOT / "tane" / "store" / f"{area}.py")

    assert {name: strings.count(name) for name in sql.load(area)} == dict.fromkeys(sql.load(area), 1)


@every("path", sorted((ROOT / "tane" / "store").glob("*.sql")), ids=lambda path: path.name)
def test_every_sql_file_has_a_module_of_the_same_name(path: Path):
    assert path.with_suffix(".py").exists()


def test_no_sql_stands_in_python_outside_the_store():
    rooms = ("daemon", "handlers", "clustering", "layout", "tane", "demo")
    found = [
        f"{path.relative_to(ROOT)}: {text[:60]!r}"
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if path.parent != ROOT / "tane" / "store"
        for text in strings_in(path)
        if STATEMENT.match(text)
    ]

    assert not found


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        sql.parse_blocks("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")


def test_a_statement_keeps_its_comments_and_loses_its_semicolon():
    assert sql.parse_blocks("-- head\n-- name: one\n-- why\nSELECT 1;\n\n") == {"one": "-- why\nSELECT 1"}


def test_what_stands_between_double_braces_is_written_out_for_each_score_or_kind():
    assert (
        sql.repeated("SELECT {{ u.SCORE }} FROM u")
        == f"SELECT {', '.join(f'u.{score}' for score in SCORES)} FROM u"
    )
    assert sql.repeated("{{ 'KIND' }}") == ", ".join(f"'{kind}'" for kind in SEED_KINDS)
    with pytest.raises(ValueError, match="neither"):
        sql.repeated("{{ u.score }}")
