"""Help: a tour, an example everywhere, and the nearest name for a wrong one."""

import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from tane.cli import TOUR
from tane.cli import tane as command
from tane.cli.commands import Command, Group
from tests.tables import every

ROOT = Path(__file__).parents[3]
CONTEXT = click.Context(command)


def every_command(found: click.Command = command, name: str = "tane") -> Iterator[tuple[str, click.Command]]:
    yield name, found
    if isinstance(found, click.Group):
        for child in found.list_commands(CONTEXT):
            inner = found.get_command(CONTEXT, child)
            assert inner is not None
            yield from every_command(inner, f"{name} {child}")


EVERY = dict(every_command())


@every("name", EVERY)
def test_every_command_shows_an_example_that_calls_it(name: str) -> None:
    found = EVERY[name]

    assert isinstance(found, Command | Group)
    assert any(name in example for example in found.examples)
    _, shown = said_by(*name.split()[1:], "--help")
    assert all(example in shown for example in found.examples)


@every("name", EVERY)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [parameter for parameter in EVERY[name].params if isinstance(parameter, click.Option)]

    assert [option.name for option in options if not option.help] == []


@every("name", [name for name in EVERY if name != "tane"])
def test_every_summary_fits_beside_its_name(name: str) -> None:
    summary = EVERY[name].get_short_help_str(limit=200)

    assert summary
    assert len(summary) <= 66, summary


def test_the_tour_says_of_every_command_what_its_own_help_begins_with() -> None:
    toured = {name: entry.summary for section in TOUR.values() for name, entry in section.items()}
    own = {name: EVERY[f"tane {name}"].get_short_help_str(limit=200) for name in toured}

    assert toured == own
    assert sum(map(len, TOUR.values())) == len(toured)


def test_the_first_page_imports_no_command_and_no_library_but_the_one_for_commands() -> None:
    script = "import sys; from tane.cli import tane; tane(['--help'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    foreign = {
        "asyncio",
        "asyncpg",
        "pydantic",
        "structlog",
        "httpx",
        "rich",
        "numpy",
        "tane.cli.run",
        "tane.store",
    }
    assert foreign & set(printed.stderr.split()) == set()


@functools.cache
def said_by(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, words, prog_name="tane", env={"COLUMNS": "80"})
    return result.exit_code, result.output


@every("name", EVERY)
def test_help_is_a_word_too(name: str) -> None:
    words = name.split()[1:]

    assert said_by("help", *words) == said_by(*words, "--help")
    if isinstance(EVERY[name], click.Group):  # of a command it may be an argument
        assert said_by(*words, "help") == said_by(*words, "--help")


def test_help_for_what_there_is_not_names_the_nearest() -> None:
    assert said_by("help", "serch")[0] == said_by("help", "jobs", "retri")[0] == 2
    assert "Did you mean search?" in said_by("help", "serch")[1]
    assert "Did you mean retry?" in said_by("help", "jobs", "retri")[1]
    assert "tane search has no commands of its own" in said_by("help", "search", "text")[1]


def test_help_fits_80_columns() -> None:
    for name in EVERY:
        _, shown = said_by(*name.split()[1:], "--help")
        assert [line for line in shown.splitlines() if len(line) > 80] == []


@every(
    ("wrong", "said"),
    [
        (["serch"], "there is no command serch. Did you mean search?"),
        (["jobs", "lst"], "there is no command lst. Did you mean list?"),
        (["hlep"], "there is no command hlep. Did you mean help?"),
        (["jobs", "hepl"], "there is no command hepl. Did you mean help?"),
        (["xyzzy"], "there is no command xyzzy. `tane --help` lists all."),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(wrong: list[str], said: str) -> None:
    result = CliRunner().invoke(command, wrong, prog_name="tane")

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(command, ["--version"], prog_name="tane").output.startswith("tane 0.")


def test_a_shell_completes_commands_and_options() -> None:
    shell = ShellComplete(command, {}, "tane", "_TANE_COMPLETE")

    assert [found.value for found in shell.get_completions([], "sup")] == ["support-bundle"]
    assert [found.value for found in shell.get_completions(["db"], "up")] == ["upgrade"]
    assert "--json" in [found.value for found in shell.get_completions(["jobs", "list"], "--")]
