"""An article is written out as the utterance that it is, with what was published about it."""

import json
from pathlib import Path

from tane.exporting.exporter import export, writer_of
from tane.store.exporting import Chosen
from tane.store.pool import Connection, Pool


async def test_what_is_known_of_an_article_stands_with_its_metadata(
    pool: Pool, conn: Connection, tmp_path: Path
):
    await conn.execute(
        """
        WITH source AS (INSERT INTO sources (name, kind) VALUES ('news', 'feed') RETURNING source_id),
        said AS (INSERT INTO utterances (source_id, contents, metadata)
                 SELECT source_id, 'The bridge was opened.', '{"item": "1"}' FROM source RETURNING utterance_id),
        article AS (INSERT INTO articles (utterance_id, title, url, host, lang, raw_body)
                    SELECT utterance_id, 'Bridge', 'https://news.example/1', 'news.example', 'en', 'raw' FROM said
                    RETURNING utterance_id)
        INSERT INTO article_tags (utterance_id, tag, confidence) SELECT utterance_id, 'town', 0.5 FROM article
        """
    )
    path = tmp_path / "all.json"

    await export(pool, path, writer=writer_of("json"), chosen=Chosen(), told=lambda *_: None)

    (item,) = json.loads(path.read_bytes())["items"]
    assert item["content"] == "The bridge was opened."
    assert item["metadata"] == {
        "item": "1",
        "article": {
            "title": "Bridge", "url": "https://news.example/1", "host": "news.example", "lang": "en",
            "tags": [{"tag": "town", "confidence": 0.5, "source": "feed"}],
        },
    }  # fmt: skip
