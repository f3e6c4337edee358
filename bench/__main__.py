"""`python -m bench NAME [--json]`: run one measurement, or list them without a name."""

import argparse
import importlib
import sys
from pathlib import Path

# Each has `measure() -> Measure`.
NAMES = ("embedding", "extraction", "growth", "knn", "layout", "nightly", "quality", "saturation", "stability", "value")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = parser.parse_args()
    if chosen.name is None:
        available = [name for name in NAMES if (Path(__file__).parent / f"{name}.py").exists()]
        print("\n".join(available))
        return 0
    found = importlib.import_module(f"bench.{chosen.name}").measure()
    print(found.to_json() if chosen.json else found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
