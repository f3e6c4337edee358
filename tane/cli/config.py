"""tane config: write, check and show the configuration."""

from pathlib import Path

import click

from daemon.options import handler_options
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, json_option
from tane.cli.output import one_line, table, told, write_json
from tane.cli.output import show as show_data
from tane.settings.sources import effective, gather, template

LONGEST_VALUE = 26


@click.group(cls=Group, examples=["tane config init", "tane config show --sources"])
def config() -> None:
    """Write, check or show the configuration.

    Defaults, then tane.toml, then TANE_* variables (TANE_LLM__URL), then --set; the last one holds.
    """


@config.command(cls=Command, examples=["tane config init", "tane config init ~/.config/tane/tane.toml"])
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), default=Path("tane.toml"))
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@json_option
def init(path: Path, force: bool, as_json: bool) -> None:
    """Write a tane.toml in which every setting is explained."""
    path = path.expanduser()
    if path.exists() and not force:
        raise Failure(f"{path} exists already: name another file, or use --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template(), encoding="utf-8")
    path.chmod(0o600)  # it may come to hold a password
    told(as_json, f"wrote {path}; then `tane config check`", file=path)


@config.command(cls=Command, examples=["tane config check", "tane --config /etc/tane/tane.toml config check"])
@json_option
@click.pass_obj
def check(invocation: Invocation, as_json: bool) -> None:
    """Tell whether the configuration can be used; status 78 if not."""
    found = gather(invocation.config, invocation.overrides)
    handler_options(invocation.settings)
    said = f"{found.file or 'no file: the defaults'} can be used"
    told(
        as_json,
        f"{said}; keys set otherwise than by default: {len(found.set_keys)}",
        file=found.file,
        keys=found.set_keys,
    )


@config.command(cls=Command, examples=["tane config show --sources", "tane config show --json"])
@click.option("--sources", is_flag=True, help="Tell where each value comes from.")
@json_option
@click.pass_obj
def show(invocation: Invocation, sources: bool, as_json: bool) -> None:
    """Show the values in force; passwords are hidden."""
    values = effective(invocation.settings)
    found = gather(invocation.config, invocation.overrides)
    if as_json:
        write_json(
            {
                key: {"value": value, "source": found.effective_origin(key)} if sources else value
                for key, value in values.items()
            }
        )
        return
    rows = table("setting", "value", "source") if sources else table("setting", "value")
    for key, value in values.items():
        # A long list would push the sources off the screen; --json shows it whole.
        shown = (
            ""
            if value is None
            else one_line(str(value), cells=LONGEST_VALUE if isinstance(value, list) else 200)
        )
        rows.add_row(key, shown, found.effective_origin(key)) if sources else rows.add_row(key, shown)
    show_data(rows, piped_width=160)
