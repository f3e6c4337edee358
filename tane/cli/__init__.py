"""The command `tane`; each command is imported when it runs."""

from pathlib import Path

import click

from daemon.early_signals import let_through
from tane.cli.commands import Entry, Tour


def _at(module: str, attribute: str, summary: str) -> Entry:
    return Entry(module=f"tane.cli.{module}", attribute=attribute, summary=summary)


TOUR = {
    "Start here": {
        "demo": _at("demo", "demo", "Watch Tane read dialogues and grow seeds from them."),
        "import": _at("importing", "import_", "Import what was said: tables, plain text, chat exports."),
        "feeds": _at("feeds", "feeds", "Add, list, fetch or remove feeds of articles."),
        "run": _at("run", "run", "Work off the jobs that wait, and those to come."),
        "status": _at("status", "status", "Show the queue, what is stored, and the model server."),
    },
    "Look at what grew": {
        "today": _at("today", "today", "Show what you come back to, what changed, what is open and new."),
        "recap": _at("recap", "recap", "Tell what a week brought, and from where every sentence is."),
        "morning": _at("morning", "morning", "Show what a night brought, grouped."),
        "search": _at("search", "search", "Find utterances and seeds, by their words and by their meaning."),
        "show": _at("search", "show", "Show one item with everything that hangs on it."),
        "roles": _at("roles", "roles", "List, add or remove the roles of utterances."),
        "export": _at("export", "export_", "Write utterances, seeds, clusters and edges to a file."),
    },
    "Decide": {
        "seeds": _at("review", "seeds", "List, accept, edit or reject seeds."),
        "clusters": _at("review", "clusters", "List, show, rename, pin or unpin clusters."),
        "forget": _at("forget", "forget", "Remove what was said, for good, with everything that came of it."),
    },
    "Tend the queue": {
        "jobs": _at("jobs", "jobs", "List, show, retry or cancel jobs."),
        "dead": _at("jobs", "dead", "List the jobs that failed for good, with the cause."),
        "pause": _at("jobs", "pause", "Stop claiming jobs, of one type or all; it outlives a restart."),
        "resume": _at("jobs", "resume", "End a pause."),
        "nightly": _at("nightly", "nightly", "Make clusters and maps anew, and look how that goes."),
    },
    "Set it up": {
        "config": _at("config", "config", "Write, check or show the configuration."),
        "doctor": _at("doctor", "doctor", "Look for what is wrong, and tell the remedy."),
        "memory": _at("memory", "memory", "Show where your bytes are, and what would help."),
        "db": _at("db", "db", "Migrate, upgrade, back up, restore or open the database."),
        "eval": _at("evaluation", "evaluate", "Measure your models on labelled text."),
        "standin": _at("standin", "standin", "Serve a stand-in for a model server."),
        "web": _at("web", "web", "Serve the map page, API, health and metrics; work off no jobs."),
        "support-bundle": _at(
            "support", "support_bundle", "Write a file for whoever helps; it holds no text of yours."
        ),
    },
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


@click.group(cls=Tour, tour=TOUR, examples=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
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
    from tane.cli.invocation import Invocation  # noqa: PLC0415 - the first page of help needs no settings

    ctx.obj = Invocation(config=config, overrides=overrides)
    if ctx.invoked_subcommand != "run":  # a daemon lets them through when it listens
        let_through()


def main() -> None:
    """Run the command line."""
    tane(prog_name="tane")
