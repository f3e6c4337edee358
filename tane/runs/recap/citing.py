"""Step `evidence`: the sentences that may be cited, and the facts of each genre's corpus."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tane.recap.documents import Drop, EvidenceSentence
from tane.recap.evidence import corpus_facts, sentences_of
from tane.runs.recap.deduplicating import save_drops
from tane.runs.recap.recap_files import Recap, RecapFiles


async def cite(recap: Recap) -> Mapping[str, Any]:
    """Cut the documents into sentences; one without any goes no further."""
    files = RecapFiles(recap.folder)
    drops = await recap.compute.run(cut, files)
    await save_drops(recap, "evidence", drops)
    facts = await asyncio.to_thread(files.facts.load)
    return {
        "genres": len(facts),
        "sentences": sum(one["sentences"] for one in facts.values()),
        "no_sentences": len(drops),
    }


# ---------------------------------------------------------------- in the pool


def cut(files: RecapFiles) -> list[Drop]:
    """Write the sentences of all documents that a genre has, chosen or not: a large story may lead to others of its documents."""
    documents = list(files.prepared.load())
    spans = files.passage_spans.load()
    passed_over = files.duplicates.load().passed_over
    shares = list(files.shares.load())
    confidences = {one.document_id: one.confidence for one in files.decisions.load()}
    found: dict[int, list[EvidenceSentence]] = {}
    for share in shares:
        for row in share.members:
            document = documents[row]
            rows = range(int(spans[row, 0]), int(spans[row, 1]))
            found[row] = list(
                sentences_of(document, rows, passed_over=passed_over.get(document.document_id, frozenset()))
            )
    files.sentences.save(sentence for row in sorted(found) for sentence in found[row])
    files.facts.save(
        {
            share.genre: corpus_facts(
                [documents[row] for row in share.chosen],
                [sentence for row in share.chosen for sentence in found[row]],
                confidences,
            )
            for share in shares
        }
    )
    return [
        Drop(document_id=documents[row].document_id, stage="evidence", reason="no_sentences")
        for share in shares
        for row in share.chosen
        if not found[row]
    ]
