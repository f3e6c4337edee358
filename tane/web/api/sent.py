"""What programs send: articles, as the document of the API describes them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tane.web.api.bodies import NotAList, TooMuch

MOST_ARTICLES = 500


class SentTag(BaseModel):
    """A tag with how sure whoever tags is of it."""

    tag: str
    confidence: float = Field(default=1.0, ge=0, le=1)


class SentArticle(BaseModel):
    """An article; what else it holds is left out."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: str | int | None = Field(
        default=None, description="Stays the same when it is issued again; without one, its url is it."
    )
    title: str | None = None
    url: str | None = None
    body: str | None = Field(default=None, description="Its words, as text or HTML.")
    html: str | None = None
    markdown: str | None = None
    published_at: str | None = Field(default=None, description="Missing or in the future: when it came.")
    lang: str | None = None
    tags: Annotated[list[str | SentTag], Field(max_length=50)] = []
    source: str | None = Field(default=None, description="Who published it.")


def check_articles(lines: list[str]) -> None:
    """Tell whether lines of JSON are articles.

    Raises:
        TooMuch: there are too many.
        NotAList: one is none; the message says which, and its first fault.
    """
    if len(lines) > MOST_ARTICLES:
        raise TooMuch(f"at most {MOST_ARTICLES:,} articles at once; send the rest in another request")
    for number, line in enumerate(lines, start=1):
        try:
            SentArticle.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            known = [
                str(part)
                for part in first["loc"]
                if part in SentArticle.model_fields or isinstance(part, int)
            ]
            place = ".".join(known) or "it"
            raise NotAList(
                f"article {number}: {place} is not as docs/interface.md has it ({first['type']})"
            ) from None
