"""Turns settings into the plain values that handlers get."""

from functools import partial

from handlers.job_graph import enabled_types, jobs_for_article, jobs_for_new_words, jobs_for_utterance
from handlers.options import Linkage, Options
from tane.importing.batches import JobPlan
from tane.llm.prompts import Prompts, PromptsError
from tane.settings.model import ConfigError, Settings


def handler_options(settings: Settings) -> Options:
    """Return the handlers' share of the settings.

    Raises:
        ConfigError: a job type is unknown, or the prompts cannot be read.
    """
    try:
        enabled = enabled_types(settings.jobs.enabled)
    except ValueError as error:
        raise ConfigError(f"jobs.enabled: {error}") from None
    try:
        articles = enabled_types(settings.articles.jobs)
    except ValueError as error:
        raise ConfigError(f"articles.jobs: {error}") from None
    try:
        prompts = Prompts.load(settings.llm.prompts)
    except PromptsError as error:
        raise ConfigError(f"llm.prompts: {error}") from None
    return Options(
        prompts=prompts,
        enabled=enabled,
        article_jobs=articles,
        context_tokens=settings.llm.context_tokens,
        fuse=settings.llm.fuse,
        context_turns=settings.llm.context_turns,
        min_chars=settings.extract.min_chars,
        speakers_exclude=frozenset(settings.extract.speakers_exclude),
        roles_exclude=frozenset(settings.extract.roles_exclude),
        split_max_tokens=settings.split.max_tokens,
        number_rule=settings.parse.number,
        linkage=linkage(settings),
        recap_language="" if settings.recap.language == "auto" else settings.recap.language,
        second_opinion=settings.recap.second_opinion,
    )


def job_plan(options: Options) -> JobPlan:
    """Return what an import cuts and queues."""
    return JobPlan(
        split_max_tokens=options.split_max_tokens,
        for_utterance=partial(jobs_for_utterance, options=options),
        for_article=partial(jobs_for_article, options=options),
        for_new_words=partial(jobs_for_new_words, options=options),
    )


def linkage(settings: Settings) -> Linkage:
    """Return how new items are linked and placed."""
    return Linkage(
        near=settings.edges.near,
        clusters=settings.edges.clusters,
        candidates=settings.edges.candidates,
        membership=settings.edges.membership,
        place=settings.layout.place,
        place_neighbours=settings.layout.place_neighbours,
    )
