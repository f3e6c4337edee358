"""`cluster_body`: asks the text model for the words of a cluster.

It is the only writer of title, overview, category and strength.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from handlers import cluster_text
from handlers.cluster_text import ClusterText
from handlers.contract import Finished, Handler, JobError, Lane, Later, Loaded, Skip, Worked
from handlers.job_graph import CLUSTER_BODY_PRIORITY, EMBEDDING_PRIORITY
from handlers.model_call import ask, each, fitting, room
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from tane.language import titles
from tane.language.figures import figures
from tane.language.names import unknown_names
from tane.language.spelling import is_foreign
from tane.language.terms import characteristic
from tane.llm.model_errors import BadReply
from tane.llm.protocol import Models, Prompt
from tane.store import jobs
from tane.store.clusters import (
    Cluster,
    Description,
    Members,
    describe_cluster,
    list_children,
    list_sibling_titles,
    load_clusters,
    lock_titles,
    sample_members,
    with_unfinished_children,
)
from tane.store.jobs import Job, NewJob
from tane.store.pool import Connection
from tane.vectors.diversity import diverse_order

DEADLINE_S = 900.0  # three samples
MOST_MEMBERS = 2000  # read of one cluster
MOST_LINES = 200
MOST_SIBLINGS = 50
MOST_TERMS = 50
CONTEXT_SHARE = 0.6
CHILDREN_FIRST_S = 2.0

_KATAKANA = re.compile(r"[ァ-ヶー]{3,}(?!さん|氏)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undescribed:
    """A cluster with everything that is known of it."""

    cluster: Cluster
    children: tuple[tuple[str, str], ...]  # title and overview
    members: Members
    siblings: tuple[str, ...]  # titles


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterWords:
    """The description of a cluster, and terms that can tell its title from another's."""

    description: Description
    terms: tuple[str, ...]


def handler(options: Options) -> Handler[Undescribed, ClusterWords]:
    """Return the handler of `cluster_body`."""
    return Handler(
        job_type="cluster_body",
        lane=Lane.TEXT,
        targets=frozenset({"cluster"}),
        priority=CLUSTER_BODY_PRIORITY,
        deadline_s=DEADLINE_S,
        load=_load,
        work=partial(_work, options),
        save=_save,
    )


async def _load(conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Undescribed]]:
    ids = [job.target_id for job in jobs]
    clusters = await load_clusters(conn, ids)
    too_early = await with_unfinished_children(conn, ids)
    return [
        Later(CHILDREN_FIRST_S, "children_first")
        if job.target_id in too_early
        else await _load_one(conn, clusters.get(job.target_id))
        for job in jobs
    ]


async def _load_one(conn: Connection, cluster: Cluster | None) -> Loaded[Undescribed]:
    if cluster is None:
        return JobError("target_missing")
    if cluster.is_archived:
        return Skip("skipped:archived")
    if cluster.is_owners:
        return Skip("skipped:owner")
    members = await sample_members(conn, cluster.cluster_id, limit=MOST_MEMBERS)
    children = await list_children(conn, cluster.cluster_id)
    if not members.sample and not children:
        return Skip("skipped:no_members")
    siblings = await list_sibling_titles(conn, cluster.cluster_id)
    return Undescribed(cluster=cluster, children=tuple(children), members=members, siblings=tuple(siblings))


async def _work(
    options: Options, items: Sequence[Undescribed], models: Models
) -> Sequence[Worked[ClusterWords]]:
    return await each(items, partial(_describe, options, models))


async def _describe(options: Options, models: Models, item: Undescribed) -> ClusterWords:
    return await fitting(
        models,
        options.context_tokens,
        lambda room: _describe_within(options, models, item, context_tokens=room),
    )


async def _describe_within(
    options: Options, models: Models, item: Undescribed, *, context_tokens: int
) -> ClusterWords:
    def render(contents: str) -> Prompt:
        shown = [titles.short_title(title) for title in item.siblings[:MOST_SIBLINGS]]
        return options.prompts.render("cluster_body", contents=contents, titles=shown)

    free = room(render, context_tokens=context_tokens)
    order = diverse_order([member.vector for member in item.members.sample], count=MOST_LINES)
    bodies = [item.members.sample[index].body for index in order]
    source = cluster_text.contents(
        item.children,
        bodies,
        total=item.members.total,
        budget_tokens=min(free, int(context_tokens * CONTEXT_SHARE)),
    )
    texts = [*bodies, *(text for child in item.children for text in child)]
    terms = characteristic([texts], count=MOST_TERMS)[0]
    if options.prompts.is_structured("cluster_body"):
        description = await _structured(models, render(source), source, item.siblings)
        title = _own_title(item.cluster, description.title, texts, terms)
        description = replace(description, title=title)
    else:
        description = await _plain(models, render(source), source)
    return ClusterWords(description=description, terms=tuple(terms))


def _own_title(cluster: Cluster, title: str | None, texts: Sequence[str], terms: Sequence[str]) -> str | None:
    """Return a title that names the members; None leaves the one that is there, a placeholder of their words at least."""
    if title is None or titles.names_members(title, "\n".join(texts)):
        return title
    return None if cluster.has_title else titles.title_of(terms) or title


async def _structured(models: Models, prompt: Prompt, source: str, siblings: Sequence[str]) -> Description:
    echoes = Echoes(prompt.wording, source)

    def parse(reply: str) -> ClusterText:
        text = cluster_text.structured_reply(reply)
        if echoes.repeats(text.title) or echoes.repeats(text.overview):
            raise BadReply("the reply repeats the prompt")
        _refuse_foreign(text.overview, source)
        return text

    def flaws(text: ClusterText) -> int:
        return (
            titles.is_taken(text.title, siblings)
            + titles.is_wordy(text.title)
            + (len(text.overview) > titles.LONGEST_OVERVIEW)
            + 2 * (is_foreign(text.title, source) or not titles.names_members(text.title, source))
            + _invents(text, source)
        )

    answer = await ask(models, prompt, parse, flaws=flaws, schema=cluster_text.SCHEMA)
    text = answer.value
    return Description(
        title=titles.short_title(text.title),
        overview=titles.short_overview(text.overview),
        category=text.category,
        strength=text.strength,
    )


async def _plain(models: Models, prompt: Prompt, source: str) -> Description:
    def parse(reply: str) -> str:
        overview = cluster_text.overview_reply(reply)
        _refuse_foreign(overview, source)
        return overview

    overview = (await ask(models, prompt, parse, source=source)).value
    return Description(title=None, overview=overview, category=None, strength=None)


def _invents(text: ClusterText, source: str) -> bool:
    """Tell whether the words hold a figure or a name that is not among what they were made from.

    A summary counts ("three reasons"), borrows general words in katakana, and begins with a topic of its own: none
    of these is held against an overview.
    """
    numbers = figures(text.title) | {number for number in figures(text.overview) if len(number) > 1}
    overview = "：" + _KATAKANA.sub(" ", text.overview)
    return bool(
        numbers - figures(source) or unknown_names(text.title, source) or unknown_names(overview, source)
    )


def _refuse_foreign(overview: str, source: str) -> None:
    if is_foreign(overview, source):
        raise BadReply("the reply is in another language")


async def _save(conn: Connection, finished: Sequence[Finished[Undescribed, ClusterWords]]) -> Sequence[str]:
    await lock_titles(conn, [entry.item.cluster.parent_id for entry in finished])
    # In the order in which the night locks them.
    order = sorted(range(len(finished)), key=lambda number: finished[number].item.cluster.cluster_id)
    outcomes = {
        number: await _write(conn, finished[number].item.cluster, finished[number].result) for number in order
    }
    # The words of a cluster have a vector of their own (D8).
    described = [finished[number].item.cluster.cluster_id for number in order if outcomes[number] == "done"]
    await jobs.enqueue(conn, [_embedding_of(cluster_id) for cluster_id in described])
    return [outcomes[number] for number in range(len(finished))]


def _embedding_of(cluster_id: UUID) -> NewJob:
    return NewJob(
        job_type="embedding", target_type="cluster", target_id=cluster_id, priority=EMBEDDING_PRIORITY
    )


async def _write(conn: Connection, cluster: Cluster, words: ClusterWords) -> str:
    """Store the words; a title that a sibling has got since is made distinct."""
    description = words.description
    if description.title is not None:
        taken = await list_sibling_titles(conn, cluster.cluster_id)
        title = titles.distinct_title(description.title, taken, words.terms)
        description = replace(description, title=title)
    return "done" if await describe_cluster(conn, cluster, description) else "skipped:owner"
