"""tane doctor: what is wrong, why, and what to do about it."""

import sys
from dataclasses import asdict

import click
from rich.text import Text

from daemon.cli.commands import Command
from daemon.cli.invocation import Invocation, json_option
from daemon.cli.output import clean, show, write_json
from daemon.doctor.examination import examine
from daemon.doctor.finding import Finding, State, worst

_COLOURS: dict[State, str] = {"ok": "green", "warn": "yellow", "fail": "red"}
_WIDTH = 15


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
            show(*drawn(finding))
    return found


def drawn(finding: Finding) -> list[Text]:
    """Return a finding for people: one line, and a second one with the remedy."""
    lines = [
        Text.assemble(
            (f"{finding.state:<5}", _COLOURS[finding.state]),
            f"{finding.check:<{_WIDTH}}",
            clean(finding.cause),
        )
    ]
    if finding.remedy is not None:
        lines.append(Text(f"{'':<5}{'':<{_WIDTH}}-> {clean(finding.remedy)}"))
    return lines
