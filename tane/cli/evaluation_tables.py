"""How the figures of `tane eval` look: at most 80 columns, a dash where a figure is not defined."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tane.cli.output import clean, one_line, table
from tane.evaluation.agreement import Agreement
from tane.evaluation.figures import (
    RECALL_ONLY,
    GroundingFigures,
    RoleFigures,
    ScoreFigures,
    SeedFigures,
    TrapFigures,
)
from tane.evaluation.report import EvaluationReport, Spent
from tane.evaluation.statistics import Figure

NONE = "–"
WIDEST = 76
NO_EVIDENCE = (
    "NO EVIDENCE OF QUALITY: a stand-in answered by rules, not a language model.\n"
    "These figures show what is measured, nothing more."
)


def drawn(report: EvaluationReport) -> Iterator[RenderableType]:
    """Yield what there is to see, block by block."""
    asking = report.asking
    yield _title("What was measured")
    if not asking.evidence:
        yield Padding(Text(NO_EVIDENCE, style="bold yellow"), (0, 0, 0, 2))
    yield from _facts(report)
    if report.role is not None:
        yield from _roles(report.role)
    if report.scores:
        yield from _scores(report.scores)
    if report.kinds:
        yield from _seeds(report.seeds, report.kinds)
    if report.grounding is not None:
        yield from _grounding(report.grounding)
    if report.traps:
        yield from _traps(report.traps)
    if report.agreement is not None:
        yield from _agreement(report.agreement, is_fused=asking.fused)
    yield from _cost(report)
    if not asking.evidence:
        yield Padding(Text(NO_EVIDENCE, style="bold yellow"), (1, 0, 0, 2))


def _facts(report: EvaluationReport) -> Iterator[RenderableType]:
    asking = report.asking
    source = "the labelled dialogues that ship" if asking.source == "demo" else clean(asking.source)
    way = "one call for an utterance" if asking.fused else "one call for each question"
    lines = [
        f"{report.done:,} of {report.labelled:,} labelled utterances, from {source}",
        f"{clean(asking.model)}, prompts {clean(asking.prompts)}",
        f"{way}, with up to {asking.context_turns} turns before it",
    ]
    if asking.roles:
        where = "that occur as labels" if asking.roles_from == "labels" else "that ship"
        lines.append(f"the choice is among the {len(asking.roles)} roles {where}")
    if report.passed_over:
        lines.append(
            f"{report.passed_over:,} too short or of a speaker who is not asked for seeds: none found"
        )
    if report.stopped is not None:
        lines.append(
            f"ended early ({report.stopped.replace('_', ' ')}): {report.done:,} of {report.planned:,} are done"
        )
    yield from (Text(f"  {one_line(line, cells=WIDEST)}") for line in lines)
    yield Text("  in brackets: 95 % intervals, by bootstrap over utterances", style="dim")


def _roles(found: RoleFigures) -> Iterator[RenderableType]:
    yield _title("Roles")
    named = f", {found.unnamed:,} of them given no role" if found.unnamed else ""
    yield f"  macro-F1 {_interval(found.macro_f1)}   accuracy {_interval(found.accuracy)}"
    yield Text(f"  {found.n:,} utterances{named}", style="dim")
    rows = table("role", "labelled", "told", "precision", "recall", "F1",
                 right=["labelled", "told", "precision", "recall", "F1"])  # fmt: skip
    for name, row in sorted(found.roles.items(), key=lambda pair: (-pair[1].labelled, pair[0])):
        rows.add_row(
            one_line(name, cells=24), f"{row.labelled:,}", f"{row.told:,}", _number(row.precision),
            _number(row.recall), _number(row.f1 if row.labelled else None),
        )  # fmt: skip
    yield _inset(rows)


def _scores(scores: dict[str, ScoreFigures]) -> Iterator[RenderableType]:
    yield _title("Scores: rank correlation with the middle of the band, share within it")
    rows = table("score", "n", "Spearman", "in band", "unread", right=["n", "unread"])
    for score, found in scores.items():
        rows.add_row(
            score, f"{found.n:,}", _interval(found.spearman), _interval(found.in_band), f"{found.unread:,}"
        )
    yield _inset(rows)


def _seeds(total: SeedFigures | None, kinds: dict[str, SeedFigures]) -> Iterator[RenderableType]:
    yield _title("Seeds: precision is a lower bound, labels name what must not be missed")
    rows = table("kind", "gold", "made", "same", "precision", "recall", "F1", right=["gold", "made", "same"])
    for kind, found in kinds.items():
        rows.add_row(
            kind, f"{found.gold:,}", f"{found.made:,}", f"{found.matched:,}",
            _number(found.precision.value), _number(found.recall.value), _number(found.f1.value),
        )  # fmt: skip
    yield _inset(rows)
    if total is not None:
        apart = " but premises" if kinds.keys() & set(RECALL_ONLY) else ""
        yield f"  all{apart}, {total.n:,} utterances:"
        yield (
            f"  precision {_interval(total.precision)}  recall {_interval(total.recall)}  F1 {_interval(total.f1)}"
        )


def _grounding(found: GroundingFigures) -> Iterator[RenderableType]:
    yield _title("Grounding: does the mark tell the seeds that are a gold text?")
    rows = table("mark", "gold", "not gold", right=["gold", "not gold"])
    rows.add_row("said by its source", f"{found.trusted_gold:,}", f"{found.trusted_other:,}")
    rows.add_row("doubted", f"{found.doubted_gold:,}", f"{found.doubted_other:,}")
    yield _inset(rows)
    yield f"  precision {_interval(found.precision)}  recall {_interval(found.recall)}"


def _traps(traps: dict[str, TrapFigures]) -> Iterator[RenderableType]:
    yield _title("Traps: utterances that gave what they must not")
    rows = table("trap", "n", "caught", "of these not doubted", right=["n", "caught", "of these not doubted"])
    for trap, found in traps.items():
        rows.add_row(one_line(trap, cells=30), f"{found.n:,}", f"{found.caught:,}", f"{found.unmarked:,}")
    yield _inset(rows)


def _agreement(found: Agreement, *, is_fused: bool) -> Iterator[RenderableType]:
    one, other = ("one call", "single calls") if is_fused else ("single calls", "one call")
    yield _title(f"Agreement of {one} with {other}")
    yield Text(f"  {found.n:,} utterances asked both ways; labels play no part", style="dim")
    if found.role.n:
        yield f"  roles: {_number(found.role.equal)} equal, Cohen's kappa {_number(found.role.kappa)}"
    if found.scores:
        rows = table("score", "n", "mean difference", "Spearman", right=["n", "mean difference", "Spearman"])
        for score, row in found.scores.items():
            rows.add_row(score, f"{row.n:,}", _number(row.mean_difference), _number(row.spearman))
        yield _inset(rows)
    if found.kinds:
        rows = table("seeds", one, other, "in common", "share", right=[one, other, "in common", "share"])
        for kind, pair in (*found.kinds.items(), ("all", found.seeds)):
            rows.add_row(
                kind, f"{pair.configured:,}", f"{pair.other:,}", f"{pair.common:,}", _number(pair.share)
            )
        yield _inset(rows)


def _cost(report: EvaluationReport) -> Iterator[RenderableType]:
    yield _title("Cost per utterance, and what failed")
    names = ("one call", "single calls") if report.asking.fused else ("single calls", "one call")
    rows = table("way", "calls", "prompt tokens", "reply tokens", "model seconds",
                 right=["calls", "prompt tokens", "reply tokens", "model seconds"])  # fmt: skip
    for name, found in zip(names, (report.configured, report.other), strict=True):
        if found is not None:
            rows.add_row(name, *_spent(found))
    yield _inset(rows)
    total = report.configured.total
    yield f"  {total.calls:,} calls the configured way; {report.elapsed_s:,.1f} s in all"
    yield f"  {report.failed:,} of {report.done:,} utterances have a question that died"
    if report.other_failed:
        yield f"  and {report.other_failed:,} when asked the other way"
    for job_type, causes in report.causes.items():
        told = ", ".join(f"{count:,} × {cause}" for cause, count in causes.items())
        yield Text(f"    {one_line(f'{job_type}: {told}', cells=WIDEST)}")


def _spent(found: Spent) -> list[str]:
    return [
        NONE if value is None else f"{value:,.{digits}f}"
        for value, digits in (
            (found.calls_per_utterance, 2),
            (found.prompt_tokens_per_utterance, 0),
            (found.reply_tokens_per_utterance, 0),
            (found.seconds_per_utterance, 2),
        )
    ]


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{_number(figure.value)} [{figure.low:.2f}, {figure.high:.2f}]"


def _inset(rows: Table) -> Padding:
    return Padding(rows, (0, 0, 0, 4))


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold green")
