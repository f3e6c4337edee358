"""The replies of OpenAI's HTTP interface as values, as its public reference describes them and servers of one's own give them."""

import hashlib
import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tane.llm.model_errors import BadReply
from tane.llm.protocol import ModelInfo
from tane.llm.wire import (
    MOST_DIMS,
    Count,
    Message,
    Name,
    Reply,
    Text,
    Vectors,
    aborted,
    count_of,
    full_name,
    name_of,
    names_of,
    table_of,
    tables_of,
    unit_vectors,
    whole_text,
)

# Other words for a model that stopped by itself, of text-generation-inference.
_ENDS = {"eos_token": "stop", "stop_sequence": "stop"}
# What llama.cpp tells of the file behind a name. Neither the size of the window nor the time of its start is among it.
_FILE_FACTS = ("vocab_type", "n_vocab", "n_ctx_train", "n_embd", "n_params", "size")


_LONGEST_NAME = 500


def _model_name(value: object) -> str:
    """Return a name that can be stored and shown; some are paths of files, with spaces in them."""
    is_name = isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME
    return str(value) if is_name else ""


class ServedModel(Reply):
    """An entry of /v1/models. `created` is not read: with vLLM and llama.cpp it is the time at which one asks."""

    id: Annotated[str, BeforeValidator(_model_name)] = ""
    owned_by: Name = ""
    root: Name = ""  # vLLM: the path or the name of the weights
    max_model_len: Count = 0  # vLLM: the window of a request; llama.cpp calls it n_ctx
    aliases: Annotated[tuple[str, ...], BeforeValidator(names_of)] = ()  # llama.cpp
    meta: Annotated[dict[str, Any], BeforeValidator(table_of)] = Field(default_factory=dict)  # llama.cpp

    def info(self, *, embeds: bool) -> ModelInfo:
        """Return it as a model.

        The interface knows no digest. Another one stands for it, of all that identifies the weights as far as the server tells:
        the name, who serves it, and, of vLLM, the name of the weights, of llama.cpp, the sizes and the form of the file. A file that is
        exchanged behind the same name is noticed (B8) only where one of these changes with it.
        """
        facts = {name: count_of(self.meta.get(name)) for name in _FILE_FACTS if name in self.meta}
        form = name_of(self.meta.get("ftype"))
        told = json.dumps([self.id, self.owned_by, self.root, facts, form], sort_keys=True)
        dims = count_of(self.meta.get("n_embd")) if embeds else 0
        return ModelInfo(
            name=self.id,
            digest=hashlib.sha256(told.encode()).hexdigest(),
            dims=dims if dims <= MOST_DIMS else 0,
            thinks=False if embeds else None,
            context_tokens=self.max_model_len or count_of(self.meta.get("n_ctx")),
        )


class ServedModels(Reply):
    """/v1/models."""

    data: Annotated[tuple[ServedModel, ...], BeforeValidator(tables_of)] = ()

    def named(self, name: str) -> ServedModel | None:
        """Return the entry of a model; Ollama lists `latest` here, too."""
        for is_it in (
            lambda entry: entry.id == name,
            lambda entry: name in entry.aliases,
            lambda entry: full_name(entry.id) == full_name(name),
        ):
            if (found := next(filter(is_it, self.data), None)) is not None:
                return found
        return None

    @property
    def owner(self) -> str:
        """Who serves them, in the server's own word: vllm, llamacpp, library ..."""
        return next((entry.owned_by for entry in self.data if entry.owned_by), "")


class ChatMessage(Message):
    """What a chat says, or why it says nothing."""

    refusal: Text = None


class Choice(Reply):
    """One of the replies to one question."""

    message: ChatMessage | None = None
    finish_reason: Name = ""


class Usage(Reply):
    """What a request cost."""

    prompt_tokens: Count = 0
    completion_tokens: Count = 0


def _usage(value: object) -> object:
    return value if isinstance(value, dict) else {}


class ChatCompletion(Reply):
    """/v1/chat/completions."""

    choices: Annotated[tuple[Choice, ...], BeforeValidator(tables_of)] = ()
    usage: Annotated[Usage, BeforeValidator(_usage)] = Usage()

    def text(self, *, model: str) -> str:
        """Return what was said; see `whole_text`."""
        if not self.choices:
            raise BadReply("the reply holds no choice")
        choice = self.choices[0]
        message = choice.message or ChatMessage()
        if message.refusal:
            raise BadReply("the model refuses to answer")
        match choice.finish_reason:
            case "content_filter":
                raise BadReply("the server held the reply back")
            case "tool_calls" | "function_call":
                raise BadReply("the model called a tool that does not exist")
            case "abort" | "error":
                raise aborted(
                    f"the model's run was aborted ({choice.finish_reason})", message.content, model=model
                )
        end = _ENDS.get(choice.finish_reason, choice.finish_reason)
        return whole_text(message.content, end, model=model)

    @property
    def prompt_tokens(self) -> int:
        """What the server counted for the prompt."""
        return self.usage.prompt_tokens

    @property
    def reply_tokens(self) -> int:
        """What it counted for thoughts and reply."""
        return self.usage.completion_tokens


class EmbeddedText(Reply):
    """A vector and the place of its text."""

    index: Any = None
    embedding: Any = None


class EmbeddingList(Reply):
    """/v1/embeddings."""

    data: Annotated[tuple[EmbeddedText, ...], BeforeValidator(tables_of)] = ()
    usage: Annotated[Usage, BeforeValidator(_usage)] = Usage()

    def vectors(self, *, count: int, dims: int) -> Vectors:
        """Return a vector for each text, by its index; see `unit_vectors`.

        Raises:
            BadReply: the indices are not those of the texts.
        """
        rows = list(self.data)
        if any(entry.index is not None for entry in rows):
            by_place = {entry.index: entry for entry in rows if type(entry.index) is int}
            if sorted(by_place) != list(range(len(rows))):
                raise BadReply("the vectors came back under numbers that no text has")
            rows = [by_place[place] for place in range(len(rows))]
        return unit_vectors([entry.embedding for entry in rows], count=count, dims=dims)
