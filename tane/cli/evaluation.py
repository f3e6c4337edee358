"""tane eval: measure the configured models on labelled text."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from daemon.demo import STANDIN_CALLS, corpus
from daemon.model_server import model_server
from daemon.options import handler_options
from demo.standin import TEXT_MODEL
from handlers.options import Options
from tane.cli.commands import Command
from tane.cli.evaluation_questions import ALL_QUESTIONS, QUESTIONS, LabelledQuestions, WayOfAsking, items_of
from tane.cli.evaluation_tables import drawn
from tane.cli.failures import EX_INTERRUPTED, EX_UNAVAILABLE, Failure
from tane.cli.invocation import Invocation
from tane.cli.output import clean, messages, show
from tane.evaluation.figures import shipped_roles
from tane.evaluation.labels import LabelledUtterance, LabelProblem, read_labelled, role_names, spread
from tane.evaluation.report import EvaluationReport, EvaluationSetup, reported
from tane.evaluation.runner import INTERRUPTED, MISSING, EvaluationRun, run_all
from tane.llm.model_host import ModelHost
from tane.settings.model import Settings

DEMO = "demo"
EXAMPLES = (
    "tane eval --limit 40",
    "tane eval labelled.jsonl --questions role,seeds --json",
    "tane eval --standin            see what is measured, without models",
)


def _questions(_: click.Context, __: click.Parameter, value: str | None) -> frozenset[str] | None:
    """Return the job types of a list of questions, None for those that the settings enable."""
    if value is None:
        return None
    names = [name for part in value.split(",") if (name := part.strip())]
    if unknown := [name for name in names if name not in QUESTIONS]:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(QUESTIONS)}")
    if not names:
        raise click.BadParameter("names no question")
    return frozenset[str]().union(*(QUESTIONS[name] for name in names))


@click.command("eval", cls=Command, examples=EXAMPLES)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
                metavar="[FILE]")  # fmt: skip
@click.option("--questions", metavar="LIST", callback=_questions,
              help="role, scores, seeds, or names of scores and kinds; otherwise those of jobs.enabled.")  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Ask about N utterances, spread evenly."
)
@click.option("--agreement/--no-agreement", "with_agreement", default=False,
              help="Ask in the other way too (one call, or one for each question) and compare.")  # fmt: skip
@click.option("--standin", is_flag=True, help="Ask the built-in stand-in: no evidence of quality.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON on one line.")
@click.pass_obj
def evaluate(
    invocation: Invocation, /, *, file: Path | None, questions: frozenset[str] | None, limit: int | None,
    with_agreement: bool, standin: bool, as_json: bool,
) -> None:  # fmt: skip
    """Measure your models on labelled text.

    FILE is JSON Lines in the format of docs/evaluation.md; without it the labelled dialogues that ship are
    taken. The database is not touched. Ctrl-C ends it and prints what is known by then.
    """
    settings = invocation.settings
    if standin:
        llm = settings.llm.model_copy(update={"standin": True, "parallel": STANDIN_CALLS})
        settings = settings.model_copy(update={"llm": llm})
    options = handler_options(settings)
    job_types = questions or options.enabled & ALL_QUESTIONS
    files = _read(file)
    chosen = [one for one in _labelled(files, is_demo=file is None) if any(map(one.knows, job_types))]
    if not chosen:
        raise Failure("no line has a label for what is to be asked: docs/evaluation.md tells the format")
    names = role_names(chosen)
    items = items_of(
        files, spread(chosen, limit), options=options, job_types=job_types, roles=names or shipped_roles()
    )
    ways = _ways(options, job_types, with_other=with_agreement)
    run, model, is_evidence = invocation.run(_measure(settings, items, ways))
    asking = EvaluationSetup(
        source=DEMO if file is None else str(file),
        model=model,
        prompts=settings.llm.prompts,
        fused=ways[0].is_fused,
        context_turns=options.context_turns,
        roles=tuple(items[0].asked.roles),
        roles_from="labels" if names else "default",
        evidence=is_evidence,
    )
    report = reported(asking, run, items, labelled=len(chosen))
    _print(report, as_json=as_json)
    _end(report)


def _read(file: Path | None) -> list[list[LabelledUtterance]]:
    try:
        if file is None:
            with corpus() as paths:
                return [_opened(path) for path in paths]
        if str(file) == "-":
            return [read_labelled(sys.stdin.buffer, "standard input")]
        return [_opened(file)]
    except LabelProblem as problem:
        raise Failure(clean(str(problem))) from None
    except OSError as error:
        raise Failure(f"{clean(str(file))} cannot be read: {error.strerror}") from None


def _opened(path: Path) -> list[LabelledUtterance]:
    with path.open("rb") as stream:
        return read_labelled(stream, path.name)


def _labelled(files: list[list[LabelledUtterance]], *, is_demo: bool) -> Iterator[LabelledUtterance]:
    """Yield what may be asked about: of the demo only the utterances that are labelled in full."""
    for found in files:
        yield from (one for one in found if not is_demo or one.seeds is not None)


def _ways(options: Options, job_types: frozenset[str], *, with_other: bool) -> list[WayOfAsking]:
    configured = WayOfAsking.of(options, fuse=options.fuse) or WayOfAsking.of(options, fuse=False)
    assert configured is not None  # single prompts always exist
    if not with_other:
        return [configured]
    other = WayOfAsking.of(options, fuse=not configured.is_fused)
    if other is None:
        raise Failure(f"the prompts {options.prompts.name} have no call for everything to compare with")
    if len(job_types) < 2:
        raise Failure("a single question is asked the same either way: there is no agreement to measure")
    return [configured, other]


async def _measure(
    settings: Settings, items: list[LabelledQuestions], ways: list[WayOfAsking]
) -> tuple[EvaluationRun, str, bool]:
    """Ask, and return what came of it, the model's name, and whether it is a model at all."""
    async with model_server(settings.llm) as models:
        model, is_evidence = await _identify(models, settings)
        with _bar(len(items)) as on_case:
            # One utterance more than the host has slots waits, so that none is idle.
            parallel = settings.llm.parallel + 1
            run = await run_all(items, ways, models, parallel=parallel, on_case=on_case)
    return run, model, is_evidence


async def _identify(models: ModelHost, settings: Settings) -> tuple[str, bool]:
    """Return the text model's name; end at once when it is missing: the other model is not needed here."""
    state = await models.inspect()
    is_evidence = not state.version.endswith("standin")
    if state.text is None:
        raise models.missing(settings.llm.text_model if is_evidence else TEXT_MODEL)
    return state.text.name, is_evidence


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    """Draw how far the asking is, on standard error; nothing without a terminal."""
    screen = messages()
    progress = Progress(
        TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TextColumn("utterances"), TimeRemainingColumn(),
        console=screen, disable=not screen.is_terminal, transient=True,
    )  # fmt: skip
    with progress:
        task = progress.add_task("asking", total=total)
        yield lambda run: progress.update(task, completed=len(run.cases))


def _print(report: EvaluationReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(*drawn(report))


def _end(report: EvaluationReport) -> None:
    """End with a status that says why there is less than was asked for; questions that died are figures too."""
    if report.stopped == INTERRUPTED:
        raise Failure("interrupted", exit_code=EX_INTERRUPTED)
    if report.stopped == MISSING:
        model = clean(report.asking.model)
        raise Failure(
            f"the model server lost {model}: `tane doctor` tells how to get it back", exit_code=EX_UNAVAILABLE
        )
    if report.stopped is not None:
        raise Failure("the model server stopped answering: start it", exit_code=EX_UNAVAILABLE)
