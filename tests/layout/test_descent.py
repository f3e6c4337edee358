"""The descent where nothing may be written, and the curve it follows. The rest of it stands in test_mapping."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from layout.descent import curve

ROOT = Path(__file__).parents[2]

PROGRAM = "from layout.descent import warm_up; warm_up(); print('compiled')"


def test_where_nothing_may_be_written_beside_the_program_it_compiles_all_the_same(tmp_path: Path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # This is how numba finds no folder, even for the superuser, whom no permission stops.
    found_nowhere = {
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(scratch),
    }
    inherited = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}

    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=inherited | found_nowhere,
    )

    assert printed.stdout.strip() == "compiled"
    assert not list(scratch.iterdir())


def test_what_was_compiled_once_is_kept_for_other_processes(tmp_path: Path):
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        )

    kept = [path.name for path in tmp_path.rglob("descent.*")]
    assert sorted(Path(name).suffix for name in kept) == [
        ".nbc",
        ".nbi",
    ]  # one index, one function: nothing twice


def test_the_curve_fits_a_spread_of_1_and_a_least_distance_of_a_tenth_best():
    apart = np.linspace(0.0, 3.0, 300)
    wanted = np.where(apart < 0.1, 1.0, np.exp(-(apart - 0.1)))

    def error(a: float, b: float) -> float:
        return float(((1.0 / (1.0 + a * apart ** (2 * b)) - wanted) ** 2).sum())

    a, b = curve(0.1)
    best = error(a, b)
    assert all(error(a + da, b + db) > best for da in (-0.01, 0, 0.01) for db in (-0.01, 0, 0.01) if da or db)
