"""The documents name everything there is, as it is: settings, commands, job types, log events, alerts; and links lead somewhere."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import yaml
from pydantic.fields import FieldInfo

from daemon.queue.job_log import _EVENTS
from tane.settings.sources import keys, toml
from tane.store.domain import JOB_TYPES
from tane.store.runs import NIGHTLY
from tests.tables import every
from tests.tane.cli.test_help import EVERY
from tests.test_architecture import ROOMS, ROOT, sources

DOCS = ROOT / "docs"
PAGES = (*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "README.ja.md", ROOT / "CONTRIBUTING.md")
RESERVED = {"ts", "level", "event", "logger"}
LEVELS = {"debug", "info", "warning", "error", "critical"}
KINDS_OF_RUNS = (NIGHTLY,)
METHODS = LEVELS | {"log", "msg", "exception", "warn", "fatal"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


class TestSettings:
    @every(("key", "field"), keys().items(), ids=keys())
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

        events = {call.event for call in logged_events()}

        assert {
            one for one in named if one[1] not in keys() and one[1] not in events and not is_file(one[1])
        } == set()


class TestCommands:
    @every("name", [name for name, command in EVERY.items() if not isinstance(command, click.Group)])
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


@every("job_type", sorted(JOB_TYPES))
def test_every_job_type_is_described(job_type: str):
    assert f"`{job_type}`" in page("interface.md")


def test_no_page_names_a_file_of_ours_that_does_not_exist():
    named = {
        (path.name, name)
        for path in PAGES
        for name in re.findall(
            r"`(?:pytest )?((?:bench|chaos|tests|tane|daemon)/[\w/]+\.(?:py|sql|ts))", path.read_text("utf-8")
        )
    }

    assert {(page, name) for page, name in named if not (ROOT / name).exists()} == set()


def glossary() -> list[str]:
    """Return the words of the glossary's first column."""
    return re.findall(r"^\| `([^`]+)`", page("glossary.md"), re.MULTILINE)


@cache
def said_in_the_code() -> str:
    """Return code and schema in lower case."""
    files = (*sources(*ROOMS), *sorted((ROOT / "tane" / "store").rglob("*.sql")))
    return "\n".join(path.read_text(encoding="utf-8") for path in files).lower()


@every("word", glossary())
def test_every_word_of_the_glossary_is_one_of_the_code_or_the_schema(word: str):
    spelt = re.escape(word).replace(r"\ ", "[ _]").replace("\\-", "[-_ ]?")

    assert re.search(rf"(?<![a-z]){spelt}s?(?![a-z])", said_in_the_code())


def test_the_glossary_says_each_word_once_and_contributing_leads_to_it():
    twice = {word for word, count in Counter(glossary()).items() if count > 1}

    assert twice <= {"role"}  # of an utterance, and of an edge
    assert "docs/glossary.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


class TestEvents:
    def test_every_event_that_is_logged_is_described_and_at_its_level(self):
        described = described_events()

        missing = {
            (call.event, call.level)
            for call in logged_events()
            if call.event not in described
            or (call.level is not None and call.level not in described[call.event].levels)
        }

        assert missing == set()

    def test_every_field_of_a_line_is_described(self):
        described = described_events()

        missing = {
            (call.event, field)
            for call in logged_events()
            for field in call.fields
            if field not in described[call.event].fields
        }

        assert missing == set()

    def test_every_field_that_is_described_is_logged(self):
        """Of events whose every call names all its fields."""
        calls = list(logged_events())
        open_ended = {call.event for call in calls if call.is_open_ended}
        logged = {(call.event, field) for call in calls for field in call.fields}

        promised = {
            (row.event, field)
            for row in event_rows()
            if row.event not in open_ended
            for field in row.own_fields
        }

        assert promised - logged == set()

    def test_no_field_takes_the_place_of_what_every_line_has(self):
        assert [call for call in logged_events() if call.fields & RESERVED] == []

    def test_no_event_is_described_that_no_part_logs_and_none_twice(self):
        rows = [row.event for row in event_rows()]

        assert set(rows) - {call.event for call in logged_events()} == set()
        assert [event for event in rows if rows.count(event) > 1] == []

    def test_no_line_has_a_name_that_is_made_up_as_it_is_logged(self):
        """What cannot be read off the code would escape the tests above."""
        unread = [
            f"{path.relative_to(ROOT)}:{call.lineno}"
            for path in sources(*(room for room in ROOMS if (ROOT / room).is_dir()))
            for call in log_calls(path)
            if names_of(call) is None
        ]

        assert unread == [f"daemon/queue/job_log.py:{line}" for line in lines_of("_EVENTS[")]


def test_every_alert_is_explained_and_no_other():
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}

    assert set(re.findall(r"`(Tane[A-Z]\w+)`", page("operations.md"))) == alerts


@every("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def row(key: str, field: FieldInfo) -> str:
    """Return the line of the reference for a setting."""
    default = field.get_default(call_default_factory=True)
    if key in {"database.data_dir", "timezone"}:  # they depend on who asks, and where
        shown = "see above"
    else:
        shown = "unset" if default is None or default == {} else f"`{toml(default)}`"
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{key}` | {shown} | {meaning} |"


def is_file(name: str) -> bool:
    """Tell a name such as `layout.placing` of a module from a key."""
    return (ROOT / f"{name.replace('.', '/')}.py").exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A call that logs; the level is None where the call chooses among several."""

    event: str
    level: str | None
    fields: frozenset[str] = frozenset()
    is_open_ended: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the page of events."""

    event: str
    levels: frozenset[str]
    own_fields: frozenset[str]
    fields: frozenset[str]


def log_calls(path: Path) -> Iterator[ast.Call]:
    """Yield the calls of a file that write a line: methods of `log`, or of a logger made on the spot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            logger = ast.unparse(node.func.value)
            if node.func.attr in METHODS and (logger == "log" or "get_logger" in logger):
                yield node
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("getattr(log"):
            yield node


def names_of(call: ast.Call) -> list[str] | None:
    """Return the names of the lines that a call writes, None where they cannot be read off it.

    Runs of every kind write the same lines, each under the name of its kind: `f"{kind.name}.published"`.
    """
    match call.args:
        case [ast.Constant(value=str(name)), *_]:
            return [name]
        case [ast.JoinedStr(values=[ast.FormattedValue(value=kind), ast.Constant(value=str(end))]), *_]:
            return [f"{name}{end}" for name in KINDS_OF_RUNS] if "kind" in ast.unparse(kind) else None
    return None


def logged_events() -> Iterator[Logged]:
    """Yield every event in the code."""
    yield from (Logged(event=event, level=None) for event in _EVENTS.values())
    for path in sources(*(room for room in ROOMS if (ROOT / room).is_dir())):
        for call in log_calls(path):
            for name in names_of(call) or []:
                assert isinstance(call.func, ast.Attribute)
                fields = {word.arg for word in call.keywords if word.arg} - {"exc_info"}
                level = call.func.attr if call.func.attr in LEVELS else None
                is_open = any(word.arg is None for word in call.keywords)
                yield Logged(event=name, level=level, fields=frozenset(fields), is_open_ended=is_open)


def event_rows() -> Iterator[Row]:
    """Yield the lines of the page; a line about "the same" has the fields of the first of its table."""
    same: frozenset[str] = frozenset()
    for line in page("events.md").splitlines():
        found = re.fullmatch(r"\| `([a-z]+\.[a-z_]+)` \| ([a-z, ]+) \| ([^|]+) \| ([^|]*) ?\|", line)
        if found:
            own = fields = frozenset(re.findall(r"`([a-z_]+)`", found[4]))
            if "the same" in found[4] or "as of" in found[4]:
                fields |= same
            if "error fields" in found[4]:
                fields |= {"class", "cause", "message", "at"}
            if "exception" in fields:
                fields |= {"error"}
            same = same or fields if found[1] == "job.done" else same
            yield Row(
                event=found[1],
                levels=frozenset(found[2].split(", ")),
                own_fields=own - {"exception", "log"},
                fields=fields,
            )


def described_events() -> dict[str, Row]:
    """Return the events of the page."""
    return {row.event: row for row in event_rows()}


def lines_of(text: str) -> list[int]:
    """Return the lines of the log of jobs that hold this text."""
    code = (ROOT / "daemon" / "queue" / "job_log.py").read_text(encoding="utf-8")
    return [number for number, line in enumerate(code.splitlines(), 1) if text in line]
