"""Loading UMAP where nothing may be written. What needs it compiled is in test_mapping, to compile it once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Stands for the library, whose import compiles for long where it has no folder: it too keeps what it compiled.
LIBRARY = """
import numba

@numba.njit("float64(float64)", cache=True)
def half(number):
    return number / 2

def find_ab_params(spread, least_apart):
    return half(spread), half(least_apart)
"""


def test_where_nothing_may_be_written_beside_the_library_it_loads_all_the_same(tmp_path: Path):
    folder = tmp_path / "umap"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "umap_.py").write_text(LIBRARY)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # This is how numba finds no folder, even for the superuser, whom no permission stops.
    found_nowhere = {
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
        "TMPDIR": str(scratch),
    }
    inherited = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}

    printed = subprocess.run(
        [sys.executable, "-c", "from layout.relaxation import curve; print(curve())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=inherited | found_nowhere,
    )

    assert printed.stdout.strip() == "(0.5, 0.05)"
    assert not list(scratch.iterdir())
