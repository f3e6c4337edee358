"""What a cluster is described from, and what its description says: prompt contents and reply, both pure."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handlers.json_replies import best_object
from tane.language.splitting import split
from tane.language.titles import bare_title
from tane.llm.model_errors import BadReply
from tane.token_estimate import estimate_tokens


class ClusterText(BaseModel):
    """The words of a cluster; only what makes no sense at all is refused here, what is too long is cut later."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)

    title: Annotated[str, Field(min_length=1)]
    overview: Annotated[str, Field(min_length=1)]
    category: Annotated[str, Field(min_length=1, max_length=40)]
    strength: Annotated[int, Field(ge=1, le=10)]


SCHEMA = ClusterText.model_json_schema()


def structured_reply(reply: str) -> ClusterText:
    """Read the JSON object of a reply that has these fields, whatever stands around it.

    Raises:
        BadReply: there is none, a field is missing, or a value is outside its limits.
    """
    value = best_object(reply, lambda entry: sum(name in entry for name in ClusterText.model_fields))
    try:
        text = ClusterText.model_validate(value)
    except ValidationError as error:
        fields = sorted({str(part) for problem in error.errors() for part in problem["loc"][:1]})
        raise BadReply(f"the reply's JSON does not fit: {', '.join(fields)}") from None
    title = bare_title(text.title)
    if not title:
        raise BadReply("the reply's title says nothing")
    return text.model_copy(update={"title": title})


def overview_reply(reply: str) -> str:
    """Read a reply that is nothing but an overview (the documents' own prompt).

    Raises:
        BadReply: it is empty.
    """
    if not reply.strip():
        raise BadReply("the reply is empty")
    return reply.strip()


def contents(
    children: Sequence[tuple[str, str]], bodies: Sequence[str], *, total: int, budget_tokens: int
) -> str:
    """Return what a cluster is described from, one line each and within the budget.

    First its children's titles and overviews (E11), then as many of its own statements as fit, with
    a note when these are not all (E10).
    """
    lines: list[str] = []
    spent = estimate_tokens(_note(total, total))
    own = 0
    for line, is_own in _lines(children, bodies, longest_tokens=max(budget_tokens // 4, 1)):
        spent += estimate_tokens(f"{line}\n")
        if spent > budget_tokens and lines:
            break
        lines.append(line)
        own += is_own
    return "\n".join([*([_note(own, total)] if 0 < own < total else []), *lines])


def _note(shown: int, total: int) -> str:
    return f"({shown} of {total})"


def _lines(
    children: Sequence[tuple[str, str]], bodies: Sequence[str], *, longest_tokens: int
) -> Iterator[tuple[str, bool]]:
    for title, overview in children:
        yield (
            _line(f"{title}：{overview}" if title and overview else title or overview, longest_tokens),
            False,
        )
    for body in bodies:
        yield _line(body, longest_tokens), True


def _line(text: str, longest_tokens: int) -> str:
    line = " ".join(text.split())
    return line if estimate_tokens(line) <= longest_tokens else split(line, max_tokens=longest_tokens)[0].text
