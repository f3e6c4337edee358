"""`python -m bench NAME [--json]`: run one measurement, or list them without a name."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from bench.peers import PeersMissing

# Each has `measure() -> Measure`.
NAMES = (
    "embedding",
    "extraction",
    "genre",
    "growth",
    "ingest",
    "knn",
    "layout",
    "meaning",
    "nightly",
    "quality",
    "queue",
    "repeat",
    "recap-ground",
    "recap-kill",
    "recap-scale",
    "saturation",
    "search",
    "stability",
    "story",
    "talk",
    "value",
)
ALL = "all"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    available = [name for name in NAMES if (Path(__file__).parent / f"{_module(name)}.py").exists()]
    parser.add_argument("name", nargs="?", choices=(*available, ALL))
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument(
        "--csv",
        type=Path,
        help="with quality: a labelled file instead of the five sets; with search: further texts; with recap-ground: labelled pairs",
    )
    parser.add_argument("--text", default="text", help="with --csv: the column of the texts")
    parser.add_argument("--label", default="label", help="with --csv: the column of the labels")
    parser.add_argument(
        "--vectors",
        type=Path,
        help="with --csv: a .npy file of its vectors; the built-in encoder's otherwise",
    )
    parser.add_argument(
        "--dialogues", action="store_true", help="with quality: the demo's, by the configured model's vectors"
    )
    chosen = parser.parse_args()
    if chosen.name is None:
        print("\n".join(available))
        return 0
    if chosen.csv is not None and chosen.name not in ("genre", "quality", "recap-ground", "search"):
        parser.error("--csv goes with genre, quality, recap-ground and search")
    if chosen.dialogues and (chosen.name != "quality" or chosen.csv is not None):
        parser.error("--dialogues goes with quality, and without --csv")
    options: dict[str, Any] = {"dialogues": True} if chosen.dialogues else {}
    if chosen.csv is not None:
        options = {"csv": chosen.csv, "text": chosen.text}
        if chosen.name == "quality":
            options |= {"label": chosen.label, "vectors": chosen.vectors}
    for name in available if chosen.name == ALL else (chosen.name,):
        try:
            found = importlib.import_module(f"bench.{_module(name)}").measure(**options)
        except PeersMissing as missing:
            print(missing, file=sys.stderr)
            return 2
        print(found.to_json() if chosen.json else found, flush=True)
    return 0


def _module(name: str) -> str:
    return name.replace("-", "_")


if __name__ == "__main__":
    sys.exit(main())
