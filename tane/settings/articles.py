"""Settings of articles: where they come from, what is asked of them, and whether they are on maps."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tane.settings.map import Names, Positive, Section, split_commas


class Mapped(Section):
    """What is on maps beside the owner's own talk."""

    sources: Annotated[list[Literal["feed", "folder", "http", "articles"]], BeforeValidator(split_commas)] = (
        Field(default_factory=list)
    )
    """Kinds of sources whose articles enter nights, maps and `tane today`: feed, folder, http, articles."""


class Articles(Section):
    """Texts that were published, beside the owner's own talk."""

    jobs: Names = Field(default_factory=lambda: ["embedding"])
    """What is asked of an article: job types as in jobs.enabled."""


class Feeds(Section):
    """Feeds and article servers that `tane feeds add` has named."""

    enabled: bool = True
    """Fetch them while the daemon runs; `tane feeds fetch` does so either way."""
    every: Positive = 60
    """Minutes from one fetch of a feed to the next."""
    full_text: bool = True
    """Fetch the page of an item of which the feed has an excerpt only."""
    timeout_s: float = Field(default=30.0, gt=0)
    """Longest time that one answer may take in all."""
    tags_url: str = Field(default="", pattern=r"^(https?://.+)?$", examples=["http://127.0.0.1:9300/tags"])
    """Address of a server that knows the tags of what article servers have; empty: there is none (docs/recap.md)."""
