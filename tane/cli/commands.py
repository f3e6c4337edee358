"""How commands look: help with examples, and a tour as the first page. Light: the help of all needs no command's code."""

import difflib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where a command stands, and its line on the first page: the first sentence of its own help."""

    module: str
    attribute: str
    summary: str


class Command(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        super().format_epilog(ctx, formatter)


class Group(Command, click.Group):
    """A group of commands, with examples; an unknown command names the nearest."""

    command_class = Command

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
    """The outermost group: commands are imported when they run, and errors become one clear message and a status."""

    def __init__(self, *arguments: Any, tour: Mapping[str, Mapping[str, Entry]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._tour = tour
        self._entries = {name: entry for section in tour.values() for name, entry in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the base class's signature
        """Return the names of all commands."""
        return sorted(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import a command, and return it."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        found = getattr(importlib.import_module(entry.module), entry.attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the commands under the headings of the tour."""
        width = max(map(len, self._entries))
        for title, section in self._tour.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), entry.summary) for name, entry in section.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from tane.cli.failures import guarded  # noqa: PLC0415 - the first page of help needs no errors of ours

        return guarded(lambda: super(Tour, self).invoke(ctx))
