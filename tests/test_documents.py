"""The documents name everything there is, as it is: settings, commands, job types, log events, alerts; and links lead somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from pydantic.fields import FieldInfo

from daemon.settings_file import toml
from daemon.settings_sources import keys
from daemon.working.job_log import _EVENTS
from handlers.chain import FULL
from tests.daemon.cli.test_help import EVERY
from tests.test_architecture import ROOMS, ROOT, sources

DOCS = ROOT / "docs"
PAGES = (*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "README.ja.md", ROOT / "CONTRIBUTING.md")
LEVELS = {"debug", "info", "warning", "error", "critical"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


class TestSettings:
    @pytest.mark.parametrize(("key", "field"), keys().items(), ids=keys())
    def test_every_key_is_listed_with_its_default_and_meaning(self, key: str, field: FieldInfo):
        assert row(key, field) in page("configuration.md")

    def test_no_page_names_a_key_that_does_not_exist(self):
        tables = {key.partition(".")[0] for key in keys() if "." in key}
        named = {
            (path.name, f"{table}.{key}")
            for path in PAGES
            for table, key in re.findall(
                r"`([a-z]+)\.([a-z_]+)(?: = [^`]*)?`", path.read_text(encoding="utf-8")
            )
            if table in tables
        }

        events = {event for event, _ in logged_events()}

        assert {
            one for one in named if one[1] not in keys() and one[1] not in events and not is_file(one[1])
        } == set()


class TestCommands:
    @pytest.mark.parametrize(
        "name", [name for name, command in EVERY.items() if not isinstance(command, click.Group)]
    )
    def test_every_command_stands_in_the_handbook(self, name: str):
        assert f"`{name}`" in page("operations.md")

    def test_no_group_is_said_to_have_a_command_that_it_has_not(self):
        groups = {
            name for name, command in EVERY.items() if isinstance(command, click.Group) and name != "tane"
        }
        named = {
            (path.name, f"tane {group} {command}")
            for path in PAGES
            for group, command in re.findall(r"`tane ([a-z]+) ([a-z]+)", path.read_text(encoding="utf-8"))
            if f"tane {group}" in groups
        }

        assert {(where, name) for where, name in named if name not in EVERY} == set()


@pytest.mark.parametrize("job_type", sorted(FULL))
def test_every_job_type_is_described(job_type: str):
    assert f"`{job_type}`" in page("interface.md")


class TestEvents:
    def test_every_event_that_is_logged_is_described_and_at_its_level(self):
        described = described_events()

        missing = {
            (event, level)
            for event, level in logged_events()
            if event not in described or (level is not None and level not in described[event])
        }

        assert missing == set()

    def test_no_event_is_described_that_no_part_logs(self):
        logged = {event for event, _ in logged_events()}
        families = {event.partition(".")[0] for event in logged}

        assert {
            one for one in described_events() if one not in logged and one.partition(".")[0] in families
        } == set()


def test_every_alert_is_explained_and_no_other():
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}

    assert set(re.findall(r"`(Tane[A-Z]\w+)`", page("operations.md"))) == alerts


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def row(key: str, field: FieldInfo) -> str:
    """Return the line of the reference for a setting."""
    default = field.get_default(call_default_factory=True)
    if key == "database.data_dir":  # it depends on who asks
        shown = "see above"
    else:
        shown = "unset" if default is None or default == {} else f"`{toml(default)}`"
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{key}` | {shown} | {meaning} |"


def is_file(name: str) -> bool:
    """Tell a name such as `layout.placing` of a module from a key."""
    return (ROOT / f"{name.replace('.', '/')}.py").exists()


def logged_events() -> Iterator[tuple[str, str | None]]:
    """Yield every event in the code with the level of its call; None where the call chooses among several."""
    yield from ((event, None) for event in _EVENTS.values())
    for path in sources(*(room for room in ROOMS if (ROOT / room).is_dir())):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            name = node.args[0]
            if node.func.attr in LEVELS and isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value, node.func.attr


def described_events() -> dict[str, set[str]]:
    """Return the events of the page with their levels."""
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| ([a-z, ]+) \|", page("events.md"), re.MULTILINE)
    return {event: set(levels.split(", ")) for event, levels in rows}
