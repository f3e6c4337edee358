"""What an embedding model wants to read before a text, by what the text is for.

A model that was trained with such words makes worse vectors without them; one that was not, with them. A server adds none by itself.
"""

import hashlib
import re
from dataclasses import dataclass, replace

from tane.llm.protocol import ModelInfo, Purpose

AUTO = "auto"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What stands before a text that is kept, and before what is searched for."""

    document: str = ""
    query: str = ""

    def before(self, purpose: Purpose) -> str:
        """Return the words for a purpose."""
        return self.query if purpose == "query" else self.document


_WEB_QUERY = "Given a web search query, retrieve relevant passages that answer the query"
_INSTRUCTED = Prefixes("", f"Instruct: {_WEB_QUERY}\nQuery:")
_PASSAGES = Prefixes("", "Represent this sentence for searching relevant passages: ")

# By the name of the model, the first that fits; the words are those of each family's model card on huggingface.co.
# Kept texts are compared with each other as much as with queries, so where a card has words for both uses, those hold that
# make one kind of vector.
_FAMILIES: tuple[tuple[str, Prefixes], ...] = (
    # intfloat/multilingual-e5-large-instruct: an instruction for queries alone.
    (r"e5[\w.-]*-instruct", Prefixes("", f"Instruct: {_WEB_QUERY}\nQuery: ")),
    # intfloat/multilingual-e5-large: "query: " on both sides of symmetric tasks and where vectors are features.
    (r"\be5\b", Prefixes("query: ", "query: ")),
    # nomic-ai/nomic-embed-text-v1.5 and -v2-moe.
    (r"nomic-embed-(?:text|moe)", Prefixes("search_document: ", "search_query: ")),
    # google/embeddinggemma-300m.
    (r"embedding-?gemma", Prefixes("title: none | text: ", "task: search result | query: ")),
    # Qwen/Qwen3-Embedding-0.6B: no instruction for documents, and no space after "Query:".
    (r"qwen3-(?:vl-)?embedding", _INSTRUCTED),
    # cl-nagoya/ruri-v3-310m.
    (r"ruri-v3", Prefixes("検索文書: ", "検索クエリ: ")),
    # cl-nagoya/ruri-large, -v2.
    (r"\bruri\b", Prefixes("文章: ", "クエリ: ")),
    # mixedbread-ai/mxbai-embed-large-v1.
    (r"mxbai-embed", _PASSAGES),
    # Snowflake/snowflake-arctic-embed-l-v2.0.
    (r"arctic-embed(?:-[a-z]+-v2|2|[\w-]*v2)", Prefixes("", "query: ")),
    # Snowflake/snowflake-arctic-embed-m.
    (r"arctic-embed", _PASSAGES),
    # BAAI/bge-large-en-v1.5. BAAI/bge-m3 wants none.
    (r"bge-(?:small|base|large)-en", _PASSAGES),
    # pkshatech/GLuCoSE-base-ja-v2.
    (r"glucose-base-ja-v2", Prefixes("passage: ", "query: ")),
)
_TABLE = tuple((re.compile(name), prefixes) for name, prefixes in _FAMILIES)


def prefixes_of(model: str, *, document: str = AUTO, query: str | None = None) -> Prefixes:
    """Return what stands before the texts of a model, by the settings `llm.embed_prefix` and `llm.embed_query_prefix`. Pure.

    "auto" is what the table says, "none" nothing, all else the words themselves. Without words of its own a query gets those of
    the documents.
    """
    known = _known(model)
    ours = known.document if document == AUTO else _words(document)
    if query is None:
        asked = known.query if document == AUTO else ours
    else:
        asked = known.query if query == AUTO else _words(query)
    return Prefixes(ours, asked)


def with_prefix(model: ModelInfo, prefixes: Prefixes) -> ModelInfo:
    """Return the model as one that reads these words first: with other words before the same text it is another one (B8). Pure.

    The words before queries do not count: no vector of a query is kept.
    """
    if not prefixes.document:
        return model
    said = f"{model.digest}\0{prefixes.document}"
    return replace(model, digest=hashlib.sha256(said.encode()).hexdigest())


def _known(model: str) -> Prefixes:
    name = model.lower().replace("_", "-")
    return next((prefixes for pattern, prefixes in _TABLE if pattern.search(name)), Prefixes())


def _words(setting: str) -> str:
    return "" if setting == NONE else setting
