"""How commands look and fail: help with examples, a tour as the first page, one clear line for an error."""

import difflib
import errno
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import click

from daemon.logs import describe, prioritised
from demo.standin.process import StandinFailed
from tane.cli.output import clean
from tane.importing import ImportProblem
from tane.llm.errors import ModelError, ModelUnavailable
from tane.settings.model import EX_CONFIG, ConfigError
from tane.store.errors import (
    DISK_FULL,
    SYSTEM_REFUSALS,
    FolderUnusable,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
)

EX_UNAVAILABLE = 69
EX_SOFTWARE = 70
EX_INTERRUPTED = 130

_EXITS: tuple[tuple[type[Exception], int], ...] = (
    (ConfigError, EX_CONFIG),
    (SchemaMismatch, EX_CONFIG),
    (FolderUnusable, EX_CONFIG),
    (StoreUnavailable, EX_UNAVAILABLE),
    (ModelUnavailable, EX_UNAVAILABLE),
    (StandinFailed, EX_UNAVAILABLE),
    (ImportProblem, 1),
    (StoreError, 1),
    (ModelError, 1),
)


class Failure(click.ClickException):
    """Ends a command with a message for people and an exit status."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares a ClassVar, and reads the instance

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - the base class's signature
        """Write the message to standard error; standard output carries data only."""
        lines = clean(self.format_message()).split("\n")
        click.echo(prioritised("\n".join(f"tane: {line}" for line in lines), "error"), err=True)


def failure(error: Exception) -> Failure | None:
    """Return how a command ends on this error, or None for one that nobody foresaw."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f"of {error.filename}" if error.filename else "that was written to"
        return Failure(f"the disk {where} is full: make room and try again")
    if isinstance(error, OSError) and error.errno in {errno.EROFS, *SYSTEM_REFUSALS}:
        return Failure(
            f"the system refused ({error.strerror}): see to its disk and its limits, and try again"
        )
    code = next((code for kind, code in _EXITS if isinstance(error, kind)), None)
    return None if code is None else Failure(_worded(error), exit_code=code)


def _worded(error: Exception) -> str:
    if isinstance(error, StoreUnavailable) and error.sqlstate != DISK_FULL:
        return f"the database cannot be reached: {error} (`tane config show` tells which it is)"
    if isinstance(error, ModelUnavailable):
        return f"the model server cannot be used: {error} (`tane config show` tells which it is)"
    return str(error)


class Command(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        _write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class Group(click.Group):
    """A group of commands, with examples; an unknown command names the nearest."""

    command_class = Command

    def __init__(
        self,
        *arguments: Any,
        examples: Sequence[str] = (),
        sections: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples = tuple(examples)
        self.sections = sections or {}

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; click's own message names the nearest only in its newest releases."""
        name = args[0]
        if name == "help" and self.get_command(ctx, name) is None:
            _show_help(self, ctx, args[1:])
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, [*self.list_commands(ctx), "help"], n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else f" `{ctx.command_path} --help` lists all."
            raise click.UsageError(f"there is no command {name}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of the tour, if there is one."""
        if not self.sections:
            super().format_commands(ctx, formatter)
            return
        width = max(len(name) for name in self.commands) + 2
        for title, names in self.sections.items():
            with formatter.section(title):
                rows = [(name.ljust(width - 2), self.commands[name].get_short_help_str(70)) for name in names]
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        _write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


Group.group_class = Group


def _show_help(found: click.Command, ctx: click.Context, names: Sequence[str]) -> NoReturn:
    """Show what --help of the command shows that is named word by word, and end."""
    for name in names:
        if not isinstance(found, Group):
            raise click.UsageError(f"{ctx.command_path} has no commands of its own", ctx)
        found.resolve_command(ctx, [name])  # names the nearest
        inner = found.get_command(ctx, name)
        assert inner is not None
        found, ctx = inner, click.Context(inner, info_name=name, parent=ctx)
    click.echo(ctx.get_help(), color=ctx.color)
    ctx.exit()


class Tour(Group):
    """The outermost group: it turns errors into one clear message and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        return guarded(lambda: super(Tour, self).invoke(ctx))


def guarded(call: Callable[[], Any]) -> Any:
    """Call, and end with a message where the call fails; an error nobody foresaw shows its place, not its words."""
    try:
        return call()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        raise Failure("interrupted", exit_code=EX_INTERRUPTED) from None
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence
        foreseen = failure(error)
        if foreseen is not None:
            raise foreseen from None
        click.echo(prioritised("\n".join(describe(error)), "critical"), err=True)
        raise Failure("this is a bug in Tane; please report the lines above", exit_code=EX_SOFTWARE) from None


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
