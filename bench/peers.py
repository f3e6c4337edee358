"""Runs what is measured against, in the environment of its own that `make bench` fills.

A peer is a function of `bench/peer_program.py`, called in a fresh process of that environment's Python. Arrays
travel as .npy files in a folder, small values as JSON; the seconds are taken inside, after the imports, unless a row
says otherwise.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PROGRAM = Path(__file__).with_name("peer_program.py")
THREADS = 2
TIMEOUT_S = 7200


class PeersMissing(Exception):  # noqa: N818 - reads as the state it reports
    """The environment of the peers is not there."""

    def __init__(self) -> None:
        super().__init__("the peers are not installed: run `make bench ARGS=NAME`, which installs them first")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswer:
    """What a peer found, how long it worked and what memory it took."""

    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]

    @property
    def seconds(self) -> float:
        return float(self.facts["seconds"])

    @property
    def process_s(self) -> float:
        """With starting, importing and compiling."""
        return float(self.facts["process_s"])

    @property
    def cpu_s(self) -> float:
        """Of the whole process."""
        return float(self.facts["cpu_s"])

    @property
    def peak_mib(self) -> float:
        return float(self.facts["peak_mib"])


def call(
    peer: str, *, threads: int = THREADS, arrays: Mapping[str, NDArray[Any]] | None = None, **options: Any
) -> PeerAnswer:
    """Call a peer and wait for it.

    Raises:
        PeersMissing: they are not installed.
        subprocess.CalledProcessError: it failed; its own words are on standard error.
    """
    if not PYTHON.exists():
        raise PeersMissing
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), str(threads))
    with tempfile.TemporaryDirectory(prefix="tane-peer-") as name:
        folder = Path(name)
        for key, array in (arrays or {}).items():
            np.save(folder / f"{key}.npy", array, allow_pickle=False)
        (folder / "options.json").write_text(json.dumps({**options, "threads": threads}), encoding="utf-8")
        # -P: the folder of the program holds a queue.py, which must not stand for the library's.
        subprocess.run(
            [PYTHON, "-P", PROGRAM, peer, folder],
            check=True,
            env={**os.environ, **limits, "PYTHONPATH": ""},
            cwd=folder,
            timeout=TIMEOUT_S,
        )
        found = {
            path.stem.removeprefix("out-"): np.load(path, allow_pickle=False)
            for path in folder.glob("out-*.npy")
        }
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    return PeerAnswer(arrays=found, facts=facts)
