"""What stands before a text that is embedded."""

import re
from collections.abc import Callable

import numpy as np

from demo.standin import EMBED_MODEL
from tane.llm.model_host import ModelHost
from tane.llm.prefixes import Prefixes, prefixes_of, with_prefix
from tane.llm.protocol import ModelInfo
from tests.faults import FaultProxy
from tests.tables import every

NOTHING = Prefixes()
E5 = Prefixes("query: ", "query: ")
NOMIC = Prefixes("search_document: ", "search_query: ")
RURI = Prefixes("検索文書: ", "検索クエリ: ")
# Names as Ollama's library, its users, huggingface.co, LM Studio and paths of files spell them.
NAMES: dict[str, Prefixes] = {
    "multilingual-e5-large": E5,
    "jeffh/intfloat-multilingual-e5-large:f16": E5,
    "hf.co/someone/multilingual-e5-small-GGUF:Q8_0": E5,
    "text-embedding-multilingual-e5-base": E5,
    "/models/e5_large_v2.gguf": E5,
    "nomic-embed-text": NOMIC,
    "nomic-embed-text-v2-moe:latest": NOMIC,
    "text-embedding-nomic-embed-text-v1.5@q8_0": NOMIC,
    "nomic-ai/nomic-embed-text-v1.5": NOMIC,
    "embeddinggemma:300m": Prefixes("title: none | text: ", "task: search result | query: "),
    "google/embeddinggemma-300m": Prefixes("title: none | text: ", "task: search result | query: "),
    "kun432/cl-nagoya-ruri-large:latest": Prefixes("文章: ", "クエリ: "),
    "cl-nagoya/ruri-v3-310m": RURI,
    "ruri_v3_30m.gguf": RURI,
    "snowflake-arctic-embed2": Prefixes("", "query: "),
    "Snowflake/snowflake-arctic-embed-l-v2.0": Prefixes("", "query: "),
    # What was trained without words before a text gets none.
    "bge-m3:latest": NOTHING,
    "BAAI/bge-m3": NOTHING,
    "paraphrase-multilingual:latest": NOTHING,
    "all-minilm": NOTHING,
    "granite-embedding:278m": NOTHING,
    "nomic-embed-code": NOTHING,
    "some-model-e50": NOTHING,
    "fe5-mini": NOTHING,
    "ruritania": NOTHING,
    EMBED_MODEL: NOTHING,
}


@every(("name", "wanted"), NAMES.items(), ids=NAMES)
def test_a_family_is_known_by_its_name(name: str, wanted: Prefixes):
    assert prefixes_of(name) == wanted


@every(
    "name", ["qwen3-embedding:0.6b", "dengcao/Qwen3-Embedding-4B:Q5_K_M", "multilingual-e5-large-instruct", "mxbai-embed-large", "snowflake-arctic-embed:137m", "bge-large-en-v1.5"]
)  # fmt: skip
def test_an_instruction_stands_before_queries_alone(name: str):
    found = prefixes_of(name)

    assert found.document == ""
    assert re.match(r"Instruct: .*\nQuery:|Represent this sentence", found.query)


@every(
    ("document", "query", "wanted"),
    [
        ("auto", None, NOMIC),
        ("none", None, NOTHING),
        ("", None, NOTHING),
        ("clustering: ", None, Prefixes("clustering: ", "clustering: ")),
        ("clustering: ", "auto", Prefixes("clustering: ", "search_query: ")),
        ("auto", "none", Prefixes("search_document: ", "")),
        ("auto", "q: ", Prefixes("search_document: ", "q: ")),
    ],
)
def test_the_owners_words_come_first(document: str, query: str | None, wanted: Prefixes):
    assert prefixes_of("nomic-embed-text", document=document, query=query) == wanted


def test_other_words_before_a_text_make_another_model():
    model = ModelInfo(name="m", digest="d", dims=3)
    digests = [with_prefix(model, Prefixes(words, "q: ")).digest for words in ("", "a: ", "b: ", "a: ")]

    assert digests[0] == "d"  # stored vectors of a model without such words stay
    assert digests[1] == digests[3]
    assert len(set(digests)) == 3
    assert with_prefix(model, Prefixes("a: ", "another: ")).digest == digests[1]  # no query is kept


async def test_texts_and_queries_are_sent_with_their_words(
    driver_of: Callable[..., ModelHost], proxy: FaultProxy
):
    async with (
        driver_of(proxy.url, embed_prefix="文: ", embed_query_prefix="問: ") as models,
        driver_of(proxy.url) as plain,
    ):
        kept = await models.embed(["甲", "乙"])
        asked = await models.embed(["甲"], purpose="query")
        without = await plain.embed(["文: 甲"])
        state = await models.inspect()

    sent = [call.body["input"] for call in proxy.calls()]
    assert ["文: 甲", "文: 乙"] in sent
    assert ["問: 甲"] in sent
    assert state.embed is not None
    assert kept.model.digest == asked.model.digest == state.embed.digest != without.model.digest
    np.testing.assert_allclose(kept.vectors[0], without.vectors[0], atol=1e-5)  # type: ignore[arg-type]  # no errors
