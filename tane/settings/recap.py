"""Settings of recaps and of the morning."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tane.settings.map import Positive, Section


def time_of_day(value: str) -> str:
    """Return a time as HH:MM."""
    try:
        return time.fromisoformat(value).strftime("%H:%M")
    except ValueError:
        raise ValueError("must be a time of day such as 04:30") from None


class Recaps(Section):
    """The recap: what a week brought, told in a few stories whose every sentence leads to its source."""

    enabled: bool = True
    """Make one by itself, at its time or at the next start if that was missed. `tane recap run` asks for one either way."""
    weekday: Literal[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "daily"
    ] = "sunday"
    """On which day of the week; daily: every day."""
    at: Annotated[str, AfterValidator(time_of_day)] = "04:00"
    """When it begins, in `timezone`; not at an hour that a change of clocks skips or repeats."""
    days: Annotated[float, Field(gt=0, le=366)] = 7.0
    """Length of its window."""
    sources: Literal["talk", "articles", "both"] = "both"
    """What it reads: the owner's own talk, articles, or both."""
    mode: Literal["clusters", "taxonomy"] = "clusters"
    """What its genres are: the themes of the map, or those of a taxonomy (docs/recap.md)."""
    language: Literal["auto", "ja", "en"] = "auto"
    """In which language sections are written; auto: each in that of most of what it cites."""
    second_opinion: bool = True
    """Ask the text model about a sentence of its own that the rules are unsure of; off: the cited sentence stands there at once."""
    most_documents: Positive = 20_000
    """Documents of the window that are read, the newest first."""
    per_genre: Positive = 20
    """Documents of a genre that are read closely."""
    min_documents: Positive = 3
    """Documents of a genre below which none is left out as an outlier."""
    budget_minutes: Annotated[float, Field(gt=0)] = 60.0
    """Time for what the text model writes; sections beyond it are made of the cited sentences themselves."""
    refine: bool = True
    """Taxonomy mode: look at tags and neighbours after the first pass."""
    refresh_graph: bool = True
    """Learn anew, before each recap, which tags speak for which genre."""
    refine_rollout_percent: Annotated[int, Field(ge=0, le=100)] = 100
    """Share of the documents for which it does, by the hash of each."""


class Mornings(Section):
    """The morning: what the last 24 hours brought, grouped."""

    enabled: bool = True
    """Make an edition by itself every day, or at the next start if that was missed."""
    at: Annotated[str, AfterValidator(time_of_day)] = "06:30"
    """When it begins, in `timezone`."""
    letter: bool = False
    """Have the text model write a letter on it: one call."""
