"""The order of the test files: what takes longest comes first, so that processes which share the files end together.

`make test ARGS=--store-durations` measures anew what each file that it runs takes. A file that nobody has measured comes last.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("durations.json")
LEAST_S = 0.5  # what is quicker may stand anywhere


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-durations", action="store_true", help=f"write {FILE.name} anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--store-durations") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Durations())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seconds = stored()
    items.sort(key=lambda item: -seconds.get(name_of(item.nodeid), 0.0))


def stored() -> dict[str, float]:
    """Seconds by file, as they were measured once."""
    seconds: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    return seconds


def name_of(node: str) -> str:
    """The file of a test, below the folder of all tests."""
    return node.partition("::")[0].removeprefix("tests/")


class Durations:
    """Adds up what each file takes."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[name_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        seconds = stored() | self._seconds
        kept = {
            name: round(s, 1) for name, s in sorted(seconds.items(), key=lambda one: -one[1]) if s >= LEAST_S
        }
        FILE.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
