"""tane doctor: what is wrong, why, and what to do about it."""

import sys
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from daemon.doctor.examination import examine
from daemon.doctor.finding import Finding, State, worst
from tane.cli.commands import Command
from tane.cli.invocation import Invocation, json_option
from tane.cli.output import clean, console, show, write_json

_COLOURS: dict[State, str] = {"ok": "green", "warn": "yellow", "fail": "red"}
_STATE_CELLS = 4
_CHECK_CELLS = 14


@click.command(cls=Command, examples=["tane doctor", "tane doctor --json"])
@json_option
@click.pass_obj
def doctor(invocation: Invocation, as_json: bool) -> None:
    """Look for what is wrong, and tell the remedy.

    Configuration, folders, database, queue, night and models, in this order; nothing is changed. Both models
    are asked once, which may load them. Status 1 if something cannot work; a warning alone is status 0.
    """
    found = invocation.run_unsettled(_examine(invocation, as_json=as_json))
    if as_json:
        write_json({"worst": worst(found), "findings": [asdict(finding) for finding in found]})
    sys.exit(worst(found) == "fail")


async def _examine(invocation: Invocation, *, as_json: bool) -> list[Finding]:
    found = []
    async for finding in examine(invocation.config, invocation.overrides):
        found.append(finding)
        if not as_json:
            show(*([drawn(finding)] if console().is_terminal else written(finding)))
    return found


def drawn(finding: Finding) -> Table:
    """Return a finding for people: what was looked at and how it is, and below it the remedy."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    made.add_column(width=_STATE_CELLS)
    made.add_column(width=_CHECK_CELLS)
    made.add_column()
    made.add_row(Text(finding.state, style=_COLOURS[finding.state]), finding.check, clean(finding.cause))
    if finding.remedy is not None:
        made.add_row("", "", f"-> {clean(finding.remedy)}")
    return made


def written(finding: Finding) -> list[Text]:
    """Return a finding for a pipe: a line, and one for the remedy, however long they are."""
    lines = [f"{finding.state:<{_STATE_CELLS}} {finding.check:<{_CHECK_CELLS}} {clean(finding.cause)}"]
    if finding.remedy is not None:
        lines.append(f"{'':<{_STATE_CELLS}} {'':<{_CHECK_CELLS}} -> {clean(finding.remedy)}")
    return [Text(line, no_wrap=True) for line in lines]
