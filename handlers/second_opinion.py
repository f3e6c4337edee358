"""A second opinion on a bullet that the rules of the gate are unsure of: one question with the sentences that it cites."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast, get_args

from handlers.json_replies import best_object
from handlers.model_call import ask
from handlers.options import Options
from tane.llm.model_errors import BadReply, RequestRefused, TextTooLong
from tane.llm.prompts import OPINION
from tane.llm.protocol import Models
from tane.recap.section import CitableSentence, opinion_material

Opinion: TypeAlias = Literal["supported", "contradicted", "not_stated"]

_OPINIONS: tuple[Opinion, ...] = get_args(Opinion)
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": list(_OPINIONS)}},
    "required": ["verdict"],
}


async def opinion_on(
    options: Options, models: Models, text: str, cited: Sequence[CitableSentence]
) -> Opinion | None:
    """Return what the text model says of a bullet, None where it says nothing usable.

    Raises:
        ModelError: the server fails; the job is done again as with any other call.
    """
    prompt = options.prompts.render(OPINION, contents=opinion_material(text, cited))
    try:
        return (await ask(models, prompt, _read, schema=_SCHEMA)).value
    except (BadReply, RequestRefused, TextTooLong):
        return None


def _read(reply: str) -> Opinion:
    verdict = best_object(reply, lambda one: int("verdict" in one)).get("verdict")
    if verdict not in _OPINIONS:
        raise BadReply("the reply is none of the three verdicts")
    return cast("Opinion", verdict)
