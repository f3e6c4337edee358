"""Requests and replies of model servers as values: pure functions between our contract and their JSON; here what all share, and Ollama's.

Every reply passes here or through `tane.llm.openai_wire`. What cannot be read becomes a ModelError; nothing else is ever raised, whatever the bytes are.
A field of no consequence (a count, a version) that holds nonsense is read as missing.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from tane.llm.model_errors import (
    BadReply,
    BadVector,
    CutReply,
    EmptyReply,
    ModelCrashed,
    ModelError,
    ModelUnavailable,
    RequestRefused,
)
from tane.llm.protocol import ModelInfo
from tane.llm.thoughts import without_thoughts

THINKING_TOKENS = 1024  # thinking counts in num_predict: too small a cap leaves an empty reply (B6)
EMBED_CONTEXT_TOKENS = 2048  # more than any split or seed needs; longer windows only cost memory
SEED = 42
# Temperature 0 and the same seed give the same bad answer again.
RESAMPLING_TEMPERATURES = (0.4, 0.7)
SMALLEST_NORM = 1e-6
MOST_DIMS = 16_000  # what a column of type vector can hold
LARGEST_COUNT = 2**31 - 1

_HALVES = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[\x21-\x7e]{1,200}")


def count_of(value: object) -> int:
    """Return a whole number that is not negative; Ollama leaves fields out that are zero."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 <= value <= LARGEST_COUNT else 0


def name_of(value: object) -> str:
    """Return a short word of printable ASCII, else nothing: names and digests go into the database and the log."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ""


def text_of(value: object) -> object:
    """Return a text without halves of surrogate pairs, which no Unicode text holds."""
    return _HALVES.sub("", value) if isinstance(value, str) else value


def table_of(value: object) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def names_of(value: object) -> list[str]:
    """Return the texts of a list; none for anything else."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def tables_of(value: object) -> list[dict[str, Any]]:
    """Return the entries that are objects.

    Raises:
        ValueError: there are entries and none of them is one, or it is no list.
    """
    entries = [] if value is None else value
    if not isinstance(entries, list):
        raise ValueError("no list")  # noqa: TRY004 - pydantic wants a ValueError
    found = [entry for entry in entries if isinstance(entry, dict)]
    if entries and not found:
        raise ValueError("no objects")
    return found


Vectors: TypeAlias = Sequence["NDArray[np.float32] | ModelError"]
"""A unit vector for each text, or why there is none."""
Count = Annotated[int, BeforeValidator(count_of)]
Name = Annotated[str, BeforeValidator(name_of)]
Text = Annotated[str | None, BeforeValidator(text_of)]


class Reply(BaseModel):
    """A reply of a server; what it says besides is of no interest."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Version(Reply):
    """/api/version."""

    version: Name = ""


class ListedModel(Reply):
    """A model in a list."""

    name: Name = ""
    digest: Name = ""


class Listing(Reply):
    """/api/tags and /api/ps."""

    models: Annotated[tuple[ListedModel, ...], BeforeValidator(tables_of)] = ()

    def named(self, name: str) -> ListedModel | None:
        """Return the entry of a model; a name without tag means `latest`."""
        wanted = full_name(name)
        return next((entry for entry in self.models if entry.name == wanted), None)


class Shown(Reply):
    """/api/show."""

    model_info: Annotated[dict[str, Any], BeforeValidator(table_of)] = {}
    capabilities: Annotated[tuple[str, ...], BeforeValidator(names_of)] = ()


class Message(Reply):
    """What a chat says."""

    content: Text = None


class GeneratedText(Reply):
    """/api/generate and /api/chat; a text of another type than text is no reply of an Ollama."""

    done: Any = None
    done_reason: Name = ""
    response: Text = None
    message: Message | None = None
    prompt_eval_count: Count = 0
    eval_count: Count = 0

    def text(self, *, model: str) -> str:
        """Return what was said, without the thoughts around it.

        Raises:
            CutReply: it is not whole; a run that was aborted or cut off looks like success (B4).
            BadReply: nothing was said: the model only thought, or the reply is empty.
        """
        raw = self.message.content if self.message is not None else self.response
        if self.done is not True:
            raise aborted("the model's run was aborted (done: false)", raw, model=model)
        return whole_text(raw, self.done_reason, model=model)

    @property
    def prompt_tokens(self) -> int:
        """What the server counted for the prompt."""
        return self.prompt_eval_count

    @property
    def reply_tokens(self) -> int:
        """What it counted for thoughts and reply."""
        return self.eval_count


def whole_text(raw: str | None, end: str, *, model: str) -> str:
    """Return what was said, without the thoughts around it; `end` is why the server stopped, by its own word.

    Raises:
        CutReply: it was cut off, which looks like success (B4).
        BadReply: nothing was said: the model only thought, or the reply is empty.
    """
    said = without_thoughts(raw or "")
    if end == "length":
        raise CutReply("the reply was cut off at its longest length", text=said, model=model, at_limit=True)
    if end != "stop":
        raise BadReply("the reply has no proper end")
    if not said.strip():
        raise EmptyReply("the reply is empty" if not (raw or "").strip() else "the reply holds only thoughts")
    return said


def aborted(message: str, raw: str | None, *, model: str) -> CutReply:
    """Return the error for a run that ended before the reply did."""
    return CutReply(message, text=without_thoughts(raw or ""), model=model, at_limit=False)


class Embeddings(Reply):
    """/api/embed."""

    embeddings: list[Any] = []
    prompt_eval_count: Count = 0

    def vectors(self, *, count: int, dims: int) -> Vectors:
        """Return a vector for each text; see `unit_vectors`."""
        return unit_vectors(self.embeddings, count=count, dims=dims)


ReplyT = TypeVar("ReplyT", bound=Reply)


def read(reply: Mapping[str, Any], kind: type[ReplyT]) -> ReplyT:
    """Return a reply as the value it should be.

    Raises:
        ModelCrashed: it is not of the form that such a server's has.
    """
    try:
        return kind.model_validate(reply)
    except (ValidationError, RecursionError):
        raise ModelCrashed("the server's reply is not of the form that such a server's has") from None


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a reply.

    Raises:
        ModelUnavailable: it is none, so another program or a proxy answered.
        ModelCrashed: it is nested too deeply to be read.
    """
    try:
        reply = json.loads(body)
    except ValueError:
        raise ModelUnavailable("the server's reply is no JSON") from None
    except RecursionError:
        raise ModelCrashed("the server's reply is nested too deeply") from None
    if not isinstance(reply, dict):
        raise ModelUnavailable("the server's reply is no JSON object")
    return reply


def full_name(model: str) -> str:
    """Return a model's name as the server lists it: a name without tag means `latest`."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"


def sampled(options: Mapping[str, Any], *, sample: int) -> dict[str, Any]:
    """Return the sampling options of the n-th try; 0 is the configured one, and what is no number stays for the server."""
    chosen = {"seed": SEED, **options}
    are_numbers = all(isinstance(chosen.get(name, 0), int | float) for name in ("temperature", "seed"))
    if sample > 0 and are_numbers:
        warmest = RESAMPLING_TEMPERATURES[min(sample, len(RESAMPLING_TEMPERATURES)) - 1]
        chosen["temperature"] = max(float(chosen.get("temperature", 0)), warmest)
        chosen["seed"] = int(chosen["seed"]) + sample
    return chosen


def encoded(payload: Mapping[str, Any]) -> bytes:
    """Return the JSON of a request.

    Raises:
        RequestRefused: the text holds lone surrogates and is no Unicode.
    """
    try:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise RequestRefused("the text is not valid Unicode") from None


def model_info(entry: ListedModel, shown: Shown, *, embeds: bool) -> ModelInfo:
    """Return what /api/tags and /api/show tell of a model."""
    facts = shown.model_info
    architecture = name_of(facts.get("general.architecture"))
    dims = count_of(facts.get(f"{architecture}.embedding_length")) if embeds else 0
    return ModelInfo(
        name=entry.name,
        digest=entry.digest,
        dims=dims if dims <= MOST_DIMS else 0,
        thinks="thinking" in shown.capabilities,
        context_tokens=count_of(facts.get(f"{architecture}.context_length")),
        family=architecture,
        abilities=shown.capabilities,
    )


def unit_vectors(rows: Sequence[object], *, count: int, dims: int) -> Vectors:
    """Return float32 vectors of shape (dims,) and norm 1, or why one is unusable.

    `dims` 0 stands for an unknown length. O(count * dims), deterministic.

    Raises:
        BadReply: there are more or fewer than `count`, so it is not known which belongs to which text.
    """
    if len(rows) != count:
        raise BadReply(f"{len(rows)} vectors came back for {count} texts")
    return [_unit(row, dims=dims) for row in rows]


def _unit(row: object, *, dims: int) -> "NDArray[np.float32] | BadVector":
    vector = _array(row)
    if vector is None:
        return BadVector("the vector holds something else than numbers")
    if vector.size == 0 or vector.size > MOST_DIMS or vector.size != (dims or vector.size):
        return BadVector(f"the vector has {vector.size} elements, not {dims or 'a usable number'}")
    largest = float(np.abs(vector).max())
    if not np.isfinite(largest):
        return BadVector("the vector holds NaN or Inf")
    # The largest element first: the squares of very large ones would overflow.
    norm = float(np.linalg.norm(vector / largest)) if largest > 0 else 0.0
    if largest * norm < SMALLEST_NORM:
        return BadVector("the vector is zero")
    return (vector / largest / norm).astype(np.float32)


def _array(row: object) -> "NDArray[np.float64] | None":
    """Return a flat list of numbers as an array; None for anything else, text that looks like numbers included."""
    if not isinstance(row, Sequence) or isinstance(row, str):
        return None
    try:
        made = np.asarray([np.nan if value is None else value for value in row])
    except (TypeError, ValueError, OverflowError):
        return None
    if made.ndim != 1 or (made.size and made.dtype.kind not in "fiu"):
        return None
    return made.astype(np.float64)
