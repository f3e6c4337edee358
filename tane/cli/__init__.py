"""The command `tane`."""

from pathlib import Path

import click

from daemon.waiting_signals import let_through
from tane.cli import (
    clusters,
    config,
    db,
    demo,
    doctor,
    evaluation,
    export,
    forget,
    importing,
    jobs,
    nightly,
    reading,
    roles,
    run,
    seeds,
    standin,
    status,
    support,
    today,
    web,
)
from tane.cli.commands import Tour
from tane.cli.invocation import Invocation

SECTIONS = {
    "Start here": ("demo", "import", "run", "status"),
    "Look at what grew": ("today", "search", "show", "roles", "export"),
    "Decide": ("seeds", "clusters", "forget"),
    "Tend the queue": ("jobs", "dead", "pause", "resume", "nightly"),
    "Set it up": ("config", "doctor", "db", "eval", "standin", "web", "support-bundle"),
}
EXAMPLES = (
    "tane demo                               see it work, in a database of its own",
    "tane import talk.jsonl && tane run      your own text",
    "tane search 睡眠                        what was said about sleep?",
)


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        key, separator, right = value.partition("=")
        if not separator:
            raise click.BadParameter(f"{value} is not KEY=VALUE, for example llm.standin=true")
        pairs[key.strip()] = right.strip()
    return pairs


@click.group(
    cls=Tour, sections=SECTIONS, examples=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("-c", "--config", type=click.Path(path_type=Path, dir_okay=False), envvar="TANE_CONFIG",
              metavar="FILE", help="Configuration; otherwise ./tane.toml, ~/.config/tane, /etc/tane.")  # fmt: skip
@click.option("-s", "--set", "overrides", multiple=True, metavar="KEY=VALUE", callback=_pairs,
              help="Set one key for this call, before all other sources.")  # fmt: skip
@click.version_option(package_name="tane", message="tane %(version)s")
@click.pass_context
def tane(ctx: click.Context, config: Path | None, overrides: dict[str, str]) -> None:
    """Tane (種, seed) turns a stream of text into a living map of ideas.

    Text goes in as utterances. Your own model host gives each a role and finds its seeds, the
    statements worth keeping; everything is embedded, linked to its neighbours and placed on a map.
    """
    ctx.obj = Invocation(config=config, overrides=overrides)
    if ctx.invoked_subcommand != run.run.name:  # a daemon lets them through when it listens
        let_through()


for command in (
    demo.demo, importing.import_, run.run, status.status,
    today.today, reading.search, reading.show, roles.roles, export.export_,
    seeds.seeds, clusters.clusters, forget.forget,
    jobs.jobs, jobs.dead, jobs.pause, jobs.resume, nightly.nightly,
    config.config, doctor.doctor, db.db, evaluation.evaluate, standin.standin,
    web.web, support.support_bundle,
):  # fmt: skip
    tane.add_command(command)


def main() -> None:
    """Run the command line."""
    tane(prog_name="tane")
